//! Limits on the runs that are drawn stream by stream.

use crate::solve::FabricRun;
use crate::trace::Trace;

/// The most transfers of a plan that is drawn stream by stream. Larger plans show their times only.
pub const MAX_DRAWN_TRANSFERS: u32 = 400_000;

/// The most ring slots that are drawn even with more than [`MAX_DRAWN_TRANSFERS`] sends, because few of these are active
/// at once.
const MAX_DRAWN_LANES: u32 = 16_384;

/// Whether a run is drawn stream by stream on the stage.
pub fn is_drawn(run: &FabricRun) -> bool {
    let few_at_once =
        |trace: &Trace| trace.is_swept() && run.plan.rings().is_some_and(|rings| rings.slots() <= MAX_DRAWN_LANES);
    run.plan.transfer_count() <= MAX_DRAWN_TRANSFERS
        || run.result().is_some_and(|result| few_at_once(&result.played.trace))
}
