//! The run before the last change, in comparison with that of now.

use super::model::Model;
use super::text::results as text;
use crate::solve::FabricRun;

/// The run before the last change beside this one, if their times differ.
pub(super) fn previous_run(model: &Model, index: usize, run: &FabricRun) -> Option<String> {
    let now = run.result()?.time;
    match model.session.undo.before(index)?.result().map(|result| result.time) {
        Some(before) if before == now => None,
        Some(before) => Some(text::previous_run(before, now)),
        None => Some(text::DID_NOT_RUN.to_owned()),
    }
}
