//! The functions of expressions: parts of the time, what-ifs, bottlenecks, verdicts.

use std::sync::Arc;

use super::expression::{Argument, Expression, FabricPlace};
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::quantity::{Dimension, Value};
use super::search::{equal_at, largest};
use super::vocabulary::Function;
use crate::explain::{
    CostKind, TimeShare, claim_ruling, class_label, critical_path, elasticity, instant, share_label, time_shares,
    upgrade,
};
use crate::fabric::{LinkClass, LinkId};
use crate::simulate::ReplayCache;
use crate::solve::{Parameter, ParameterKind};
use crate::units::Femtos;

/// The value of a call.
pub(super) fn called(
    lab: &mut Lab,
    function: Function,
    arguments: &[Argument],
    at: &Expression,
) -> Result<Value, ExpressionError> {
    let wrong = |problem: String| ExpressionError::new(at.span.clone(), problem);
    let class = arguments.iter().find_map(|argument| match argument {
        Argument::Class(class) => Some(*class),
        Argument::Fabric(_)
        | Argument::Run(_)
        | Argument::Part(_)
        | Argument::Scaled(_)
        | Argument::Path(_)
        | Argument::Of(_) => None,
    });
    let place = || fabric_of(arguments).ok_or_else(|| wrong("a fabric is missing".to_owned()));
    match (function, arguments) {
        (Function::Share | Function::Part, [_, Argument::Part(kind), ..]) => {
            let place = place()?;
            let seconds = lab.part(place, *kind, class).map_err(wrong)?;
            if function == Function::Part {
                return Ok(Value::seconds(seconds));
            }
            let run = lab.fabric_run(place).map_err(wrong)?;
            let time = run.result().map_or(f64::NAN, |result| result.time.secs());
            Ok(Value::plain(seconds / time))
        }
        (Function::Elasticity | Function::WhatIf | Function::Next, [_, Argument::Scaled(of), ..]) => {
            lab.scaled(function, place()?, Parameter { of: *of, class }).map_err(wrong)
        }
        (Function::Capacity | Function::Latency | Function::Count, _) => {
            let run = lab.fabric_run(place()?).map_err(wrong)?;
            let of_class = |link: &LinkId| Some(run.fabric.class(*link)) == class;
            let mut links = (0..run.fabric.link_count()).map(LinkId).filter(of_class);
            if function == Function::Count {
                return Ok(Value::plain(links.count() as f64));
            }
            let link = links.find_map(|link| run.fabric.link(link));
            let link = link.ok_or_else(|| wrong("this fabric has no link of this class".to_owned()))?;
            Ok(match function == Function::Capacity {
                true => Value::Number(link.capacity.0, Dimension::RATE),
                false => Value::seconds(link.latency.secs()),
            })
        }
        (Function::Binds, [_, Argument::Of(share)]) => {
            let share = lab.value(share)?.number().unwrap_or(0.5);
            let run = lab.fabric_run(place()?).map_err(wrong)?;
            let result = run.result().ok_or_else(|| wrong("this fabric cannot run".to_owned()))?;
            let found = instant(&run, Femtos::from_secs(result.time.secs() * share.clamp(0.0, 1.0)));
            let link = found.as_ref().and_then(|found| found.bottleneck()).map(|bottleneck| bottleneck.link);
            Ok(Value::Word(link.map_or_else(
                || CostKind::Latency.as_str().to_owned(),
                |link| class_label(&run, run.fabric.class(link)).to_string(),
            )))
        }
        (Function::Verdict, [Argument::Run(run)]) => {
            let solved = lab.solved(Some(run)).map_err(wrong)?;
            let ruling = claim_ruling(&solved.document.scene.decide, &solved.runs);
            let ruling = ruling.ok_or_else(|| wrong("the scene makes no claim that its runs decide".to_owned()))?;
            Ok(Value::Word(ruling.as_str().to_owned()))
        }
        (Function::Setting, [Argument::Path(path)]) => lab.setting(path).map_err(wrong),
        (
            Function::EqualAt,
            [Argument::Path(path), Argument::Of(x), Argument::Of(y), Argument::Of(low), Argument::Of(high)],
        ) => equal_at(lab, path, (x, y), (low, high), at),
        (Function::Largest, [Argument::Path(path), Argument::Of(condition), Argument::Of(low), Argument::Of(high)]) => {
            largest(lab, path, condition, (low, high), at)
        }
        (Function::Min | Function::Max, [Argument::Of(one), Argument::Of(other)]) => {
            let (one, other) = (lab.value(one)?, lab.value(other)?);
            let less = one.number() <= other.number();
            Ok(if less == (function == Function::Min) { one } else { other })
        }
        (Function::Abs, [Argument::Of(inner)]) => Ok(match lab.value(inner)? {
            Value::Number(number, dimension) => Value::Number(number.abs(), dimension),
            value @ (Value::Truth(_) | Value::Word(_)) => value,
        }),
        _ => Err(wrong(format!("`{}` has other values", function.name()))),
    }
}

impl Lab {
    /// The shares of the time of a run, kept for named runs.
    fn shares(&mut self, place: &FabricPlace) -> Result<Arc<Vec<TimeShare>>, String> {
        let key = (Lab::key(place.run.as_deref()), place.fabric);
        if self.extra.is_none()
            && let Some(found) = self.shares.get(&key)
        {
            return Ok(found.clone());
        }
        let run = self.fabric_run(place)?;
        let time = run.result().ok_or("this fabric cannot run")?.time;
        let path = critical_path(&run).map_err(|error| error.to_string())?;
        let shares = Arc::new(time_shares(&path, time));
        if self.extra.is_none() {
            self.shares.insert(key, shares.clone());
        }
        Ok(shares)
    }

    fn part(&mut self, place: &FabricPlace, kind: CostKind, class: Option<LinkClass>) -> Result<f64, String> {
        let shares = self.shares(place)?;
        let own = shares.iter().filter(|share| share.kind == kind && (class.is_none() || share.class == class));
        Ok(own.map(|share| share.time.secs()).sum())
    }

    fn scaled(&mut self, function: Function, place: &FabricPlace, mut parameter: Parameter) -> Result<Value, String> {
        let run = self.fabric_run(place)?;
        let of_links = matches!(parameter.of, ParameterKind::Capacity | ParameterKind::Latency);
        if of_links && parameter.class.is_none() {
            // A fabric with links of one class needs no name of it.
            parameter.class = run.fabric.classes().first().copied();
        }
        if function == Function::Elasticity {
            let found = elasticity(&run, parameter, &mut ReplayCache::default());
            return found
                .map(|found| Value::plain(found.value))
                .ok_or_else(|| "the run is too large to repeat".to_owned());
        }
        let shares = self.shares(place)?;
        let found = upgrade(&run, &shares, parameter).ok_or("the run is too large to repeat")?;
        Ok(match function == Function::Next {
            true => Value::Word(found.then.map_or_else(|| "nothing new".to_owned(), |share| share_label(&run, &share))),
            false => Value::seconds(found.time.secs()),
        })
    }

    /// A number of the learner's scene as it is written.
    fn setting(&self, path: &str) -> Result<Value, String> {
        let document = self.document(None)?;
        let tree = serde_json::to_value(&document.file).map_err(|error| error.to_string())?;
        let pointer: String = path.split('.').map(|name| format!("/{name}")).collect();
        let number = tree.pointer(&pointer).and_then(serde_json::Value::as_f64);
        number.map(Value::plain).ok_or_else(|| format!("`{path}` is not a number of this scene"))
    }
}

/// The fabric that an argument names.
fn fabric_of(arguments: &[Argument]) -> Option<&FabricPlace> {
    arguments.iter().find_map(|argument| match argument {
        Argument::Fabric(place) => Some(place),
        Argument::Run(_)
        | Argument::Part(_)
        | Argument::Scaled(_)
        | Argument::Class(_)
        | Argument::Path(_)
        | Argument::Of(_) => None,
    })
}
