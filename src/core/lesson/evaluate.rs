//! The value of an expression: figures of solved runs, put together.

use super::expression::{Expression, FabricPlace, Node};
use super::expression_error::ExpressionError;
use super::functions::called;
use super::lab::{Lab, Solved};
use super::quantity::{Dimension, Value};
use super::typing::applied;
use super::vocabulary::{FigureKind, LogFigure};
use crate::fabric::Topology;
use crate::scene::{FabricKind, letter};
use crate::solve::FabricRun;
use crate::training::training_figure;

impl Lab {
    /// The value of an expression whose type has been checked.
    ///
    /// # Errors
    /// A run that the scene rejects or that has no such figure, or too many runs.
    pub fn value(&mut self, expression: &Expression) -> Result<Value, ExpressionError> {
        let at = |problem: String| ExpressionError::new(expression.span.clone(), problem);
        match &expression.node {
            Node::Literal(value) => Ok(value.clone()),
            Node::Named(name) => self.named(name, expression),
            Node::Figure(place, figure) => self.figure(place, *figure).map_err(at),
            Node::Log(run, figure) => self.log_figure(run.as_deref(), *figure).map_err(at),
            Node::Negative(inner) => Ok(match self.value(inner)? {
                Value::Number(number, dimension) => Value::Number(-number, dimension),
                other @ (Value::Truth(_) | Value::Word(_)) => other,
            }),
            Node::Not(inner) => Ok(Value::Truth(!self.value(inner)?.holds())),
            Node::Binary(operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                Ok(applied(*operator, &left, &right))
            }
            Node::Call(function, arguments) => called(self, *function, arguments, expression),
        }
    }

    fn named(&mut self, name: &str, at: &Expression) -> Result<Value, ExpressionError> {
        if let Some((replaced, value)) = &self.replaced
            && replaced == name
        {
            return Ok(value.clone());
        }
        // What rests on a searched value or on a replaced figure changes. No named figure rests on the learner's run.
        let replaced = self.replaced.as_ref().map(|(replaced, _)| replaced.clone());
        let keeps = self.extra.is_none() && replaced.is_none_or(|replaced| !self.names.rests_on(name, &replaced));
        if keeps && let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        let unknown = || ExpressionError::new(at.span.clone(), format!("unknown named figure `{name}`"));
        let figure = self.names.figures.get(name).cloned().ok_or_else(unknown)?;
        let found = self.value(&figure).map_err(|error| {
            ExpressionError::new(at.span.clone(), format!("in the figure `{name}`: {}", error.problem))
        })?;
        if keeps {
            self.values.insert(name.to_owned(), found.clone());
        }
        Ok(found)
    }

    fn figure(&mut self, place: &FabricPlace, figure: FigureKind) -> Result<Value, String> {
        let solved = self.solved(place.run.as_deref())?;
        if let FigureKind::Training(figure) = figure {
            let results = solved.training.as_ref().ok_or("the scene is not a training run")?;
            let run = results.runs.get(place.fabric).ok_or("no such fabric")?;
            let run = run.as_ref().map_err(ToString::to_string)?;
            return Ok(Value::plain(training_figure(run, figure).usual));
        }
        of_run(&solved, place.fabric, figure)
    }

    /// One solved fabric.
    pub(super) fn fabric_run(&mut self, place: &FabricPlace) -> Result<FabricRun, String> {
        let solved = self.solved(place.run.as_deref())?;
        solved.runs.get(place.fabric).cloned().ok_or_else(|| "a training run has no such figure".to_owned())
    }

    fn log_figure(&mut self, run: Option<&str>, figure: LogFigure) -> Result<Value, String> {
        let comparison = self.comparison(run)?;
        let fastest = comparison.rows.iter().max_by(|a, b| a.busbw_gb_s.total_cmp(&b.busbw_gb_s));
        let row = fastest.ok_or("the log has no row with a prediction")?;
        Ok(match figure {
            LogFigure::Error => Value::plain(comparison.error_1mib_up.ok_or("the log has no rows from 1 MiB on")?),
            LogFigure::Busbw => Value::Number(row.busbw_gb_s * 1e9, Dimension::RATE),
            LogFigure::Message => Value::Number(row.message_bytes as f64, Dimension::BYTES),
            LogFigure::Ranks => Value::plain(f64::from(comparison.nodes) * f64::from(comparison.gpus_per_node)),
        })
    }
}

/// A figure of one fabric of a run that is not about training.
fn of_run(solved: &Solved, fabric: usize, figure: FigureKind) -> Result<Value, String> {
    let run = solved.runs.get(fabric).ok_or("a training run has no such figure")?;
    let result = || run.result().ok_or_else(|| format!("fabric {} cannot run here", letter(fabric)));
    let rate = |rate: f64| Value::Number(rate, Dimension::RATE);
    let bytes = |bytes: f64| Value::Number(bytes, Dimension::BYTES);
    Ok(match figure {
        FigureKind::Time => Value::seconds(result()?.time.secs()),
        FigureKind::Algbw => rate(result()?.algbw(run.message)),
        FigureKind::Busbw => rate(result()?.busbw(run.scene.collective, run.message, run.ranks)),
        FigureKind::Wire => rate(result()?.wire()),
        FigureKind::Bound => Value::seconds(run.bound_s),
        FigureKind::PlanBound => Value::seconds(result()?.plan_bound_s),
        FigureKind::Message => bytes(run.message.0 as f64),
        FigureKind::Ranks => Value::plain(run.ranks as f64),
        FigureKind::Elements => Value::plain(run.elements as f64),
        FigureKind::Nodes => {
            Value::plain(solved.document.file.fabrics.get(fabric).map_or(1.0, |file| file.nodes as f64))
        }
        FigureKind::Columns => Value::plain(f64::from(size(run)?.0)),
        FigureKind::Rows => Value::plain(f64::from(size(run)?.1)),
        FigureKind::Links => Value::plain(f64::from(run.fabric.link_count())),
        FigureKind::Memory => match &run.scene.kind {
            FabricKind::Wafer(wafer) => bytes(wafer.machine.memory_gb.value * 1e9),
            FabricKind::Chips(_) | FabricKind::Wafers(_) => {
                return Err("only a wafer has a memory of its own".to_owned());
            }
        },
        FigureKind::Runs => Value::Truth(run.result().is_some()),
        FigureKind::Algorithm => Value::Word(run.algorithm.clone()),
        FigureKind::Name => Value::Word(run.scene.name.clone()),
        FigureKind::Training(_) => return Err("the scene is not a training run".to_owned()),
    })
}

/// Columns and rows.
fn size(run: &FabricRun) -> Result<(u32, u32), String> {
    match &run.fabric.topology {
        Topology::Mesh(mesh) => Ok((mesh.width, mesh.height)),
        Topology::Grid(grid) => Ok((grid.width, grid.height)),
        Topology::Switch(_)
        | Topology::Cluster(_)
        | Topology::Wafers(_)
        | Topology::Torus(_)
        | Topology::FullMesh(_)
        | Topology::Graph(_) => Err("this fabric has no columns and rows".to_owned()),
    }
}
