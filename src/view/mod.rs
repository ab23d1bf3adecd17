//! The view: what to draw at an instant, as plain structs that know neither window nor renderer.
//!
//! | file | what |
//! |---|---|
//! | `theme` | colours, sizes and spacing of the two themes |
//! | `palette` | the colours of heat |
//! | `shapes` | what a renderer gets |
//! | `clock` | play, pause, scrub; same and normalised time |
//! | `session` | the open scene, its runs, the clock, and the one place where intents are applied |
//! | `edits` | changes that can be taken back |
//! | `explained` | where the time goes and what would change it, worked out while one looks |
//! | `layout` | where fabrics, chips and links stand on the stage |
//! | `places` | the same for each kind of fabric, as detailed as it is large on the screen |
//! | `intent` | what can be wanted of a session |
//! | `stage`, `selection` | what is seen, what is selected, what stands under a point |
//! | `look`, `flight` | the whole of a fabric, or a part of it, larger; the way from one to another |
//! | `loads`, `asked` | what every link carries at an instant; the same of all links on the stage in one pass |
//! | `heat` | the utilisation of every PE of a wafer |
//! | `fill` | how much of the finished sum each chip holds |
//! | `packets` | samples of the streams, at fixed byte spacing |
//! | `routers` | single PEs: what is drawn of them at which size, and where |
//! | `ports`, `cores` | what the links of the PEs that are seen carry, and what their cores hold |
//! | `carpet`, `areas` | utilisation over the whole run, by link and by class of links |
//! | `matrix` | who sends to whom |
//! | `binding` | which links bind, in words |
//! | `card` | what is selected, in numbers |
//! | `frame` | all of it for one fabric at one instant |
//! | `measured_log` | a real log beside the model's curves |
//! | `sweeping` | a sweep while one looks |
//! | `ticks` | round numbers for axes |

mod apply_view;
mod areas;
mod asked;
mod binding;
mod card;
mod carpet;
mod clock;
mod colour;
mod cores;
mod edits;
mod explained;
mod fill;
mod flight;
mod frame;
mod go_to;
mod heat;
mod intent;
mod item_name;
mod layout;
mod loads;
mod look;
mod matrix;
mod measured_log;
mod packets;
mod palette;
mod pick;
mod places;
mod ports;
mod routers;
mod selection;
mod session;
mod shapes;
mod stage;
mod sweeping;
mod theme;
mod ticks;

pub use crate::explain::step_words;
pub use areas::{ClassUtilisation, UtilisationArea};
pub use binding::BindingMark;
pub use card::{Inspector, InspectorRow, title as item_title};
pub use carpet::LinkHeatmap;
pub use clock::Clock;
pub use colour::Rgba8;
pub use edits::Edits;
pub use explained::Explanation;
pub use frame::{FabricFrame, FabricView};
pub use go_to::to_binding;
pub use heat::{HeatMap, HeatShows};
pub use intent::{Effect, Intent, SweepIntent};
pub use layout::{ChipKind, ChipPlace, FabricLayout, LinkPlace, Rect, WaferPlace, is_crowded, stage_cells};
pub use loads::{LinkLoad, LinkLoads};
pub use look::StageCamera;
pub use matrix::TrafficMatrix;
pub use measured_log::{Curve, LogComparison, LogWindow, is_log, splits, usual_network};
pub use packets::{PacketMark, PacketScale};
pub use palette::Palette;
pub use pick::step as step_of;
pub use places::{CellGrid, MAX_CHIPS, MAX_LINKS};
pub use ports::PortLoads;
pub use routers::{PeDetail, PeParts, PeWindow, heat_brightness};
pub use selection::{Item, Pair, Selection};
pub use session::{Session, SessionError};
pub use shapes::{Heat, Pes, Quad, QuadKind};
pub use stage::{TimelineShows, ViewState};
pub use sweeping::{Quantity, Sweeping};
pub use theme::{Theme, ThemeKind};
pub use ticks::time_ticks;

/// Most transfers of a plan that is drawn stream by stream: of larger ones only the times are shown.
pub const MAX_DRAWN_TRANSFERS: u32 = 400_000;

/// Most lanes of rings that are drawn even if they send more often than [`MAX_DRAWN_TRANSFERS`]: few of their sends are on
/// the way at once.
const MAX_DRAWN_LANES: u32 = 16_384;

/// Whether a run is drawn stream by stream on the stage.
pub fn is_drawn(run: &crate::scene::FabricRun) -> bool {
    let few_at_once = |trace: &crate::trace::Trace| {
        trace.is_swept() && run.plan.rings().is_some_and(|rings| rings.lanes() <= MAX_DRAWN_LANES)
    };
    run.plan.transfer_count() <= MAX_DRAWN_TRANSFERS
        || run.result().is_some_and(|result| few_at_once(&result.played.trace))
}
