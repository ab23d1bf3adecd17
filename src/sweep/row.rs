//! One fabric at one point of a sweep: its figures, and the curve that it belongs to.

use super::over::{Unit, Value};
use super::{Series, Sweep};
use crate::scene::letter;
use crate::solve::{FabricRun, Outcome};

/// One fabric at one point. What cannot run has no times, and a note.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The value of each path.
    pub values: Vec<Value>,
    /// Where on its curve: the value of the path whose numbers are swept.
    pub at: Option<f64>,
    /// A, B, C ... in the order of the scene.
    pub fabric_id: String,
    /// Name on the screen.
    pub name: String,
    /// The curve that it belongs to: the fabric's name, with the algorithm where each has a curve of its own, and with
    /// the values of the other paths that concern it.
    pub curve: String,
    /// Of these values those that are numbers: curves at other numbers are no rivals.
    pub beside: String,
    /// As played.
    pub algorithm: String,
    /// Ranks of the collective.
    pub ranks: u64,
    /// Bytes per rank.
    pub message_bytes: u64,
    /// Time of the collective.
    pub time_s: Option<f64>,
    /// Message over time, bytes per second.
    pub algbw: Option<f64>,
    /// `algbw x 2(n-1)/n`, bytes per second.
    pub busbw: Option<f64>,
    /// The most bytes over any one link, over the time, bytes per second.
    pub wire: Option<f64>,
    /// Least time of any all-reduce on this fabric.
    pub bound_s: f64,
    /// Least time of the plan.
    pub plan_bound_s: Option<f64>,
    /// Why there is no time.
    pub note: Option<String>,
}

impl Row {
    /// The fabric's bound over the time: 1 is as fast as can be.
    pub fn bound_share(&self) -> Option<f64> {
        self.time_s.map(|time_s| self.bound_s / time_s)
    }

    pub(super) fn new(sweep: &Sweep, values: &[Value], place: (usize, Option<&Series>), run: &FabricRun) -> Row {
        let result = run.result();
        let note = match &run.outcome {
            Outcome::Ran(_) => None,
            Outcome::CannotRun => run.notes.first().map(|note| note.text.clone()),
            Outcome::Failed(error) => Some(error.to_string()),
        };
        Row {
            algorithm: run.algorithm.clone(),
            ranks: run.ranks,
            message_bytes: run.message.0,
            time_s: result.map(|result| result.time.secs()),
            algbw: result.map(|result| result.algbw(run.message)),
            busbw: result.map(|result| result.busbw(run.message, run.ranks)),
            wire: result.map(|result| result.wire()),
            bound_s: run.bound_s,
            plan_bound_s: result.map(|result| result.plan_bound_s),
            note,
            ..Row::empty(sweep, values, place, &run.scene.name)
        }
    }

    /// A row of a point that could not be solved because of a bug.
    pub(super) fn lost(sweep: &Sweep, values: &[Value], place: (usize, Option<&Series>), name: &str) -> Row {
        let note = "internal error: this point could not be solved; the others are not concerned";
        Row { note: Some(note.to_owned()), ..Row::empty(sweep, values, place, name) }
    }

    fn empty(sweep: &Sweep, values: &[Value], (index, only): (usize, Option<&Series>), name: &str) -> Row {
        let along = sweep.along();
        let (mut curve, mut beside) = (name.to_owned(), Vec::new());
        if let Some(series) = only {
            curve.push_str(&format!(", {}", series.algorithm));
        }
        for (place, (axis, value)) in sweep.axes().iter().zip(values).enumerate() {
            // What changes together with the numbers of the curve, or with an earlier path, says nothing new.
            let first = sweep.typed.is_empty() || sweep.typed.iter().any(|(first, _)| *first == place);
            let other = axis.path.strip_prefix("fabrics.").and_then(|rest| rest.split('.').next());
            let concerns = other.is_none_or(|other| other == index.to_string());
            if !first || !concerns || Some(place) == along || sweep.goes_with(place, along) || axis.values.len() < 2 {
                continue;
            }
            if axis.unit == Unit::Words {
                curve.push_str(&format!(", {}", value.text));
            } else {
                let field = axis.path.rsplit('.').next().unwrap_or(&axis.path);
                beside.push(format!("{field} {}", value.text));
            }
        }
        let beside = beside.join(", ");
        if !beside.is_empty() {
            curve.push_str(&format!(", {beside}"));
        }
        Row {
            values: values.to_vec(),
            at: along.and_then(|place| values.get(place)?.number),
            fabric_id: letter(index),
            name: name.to_owned(),
            curve,
            beside,
            algorithm: String::new(),
            ranks: 0,
            message_bytes: 0,
            time_s: None,
            algbw: None,
            busbw: None,
            wire: None,
            bound_s: 0.0,
            plan_bound_s: None,
            note: None,
        }
    }
}
