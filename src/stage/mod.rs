//! Stage: where fabrics, chips and links stand on the screen, the camera, and what stands under a point.

mod camera;
mod camera_move;
mod cell_grid;
mod fabric_layout;
mod layout;
mod pick;
mod selection;
mod view_state;
mod wafer_detail;

pub use camera::StageCamera;
pub use cell_grid::CellGrid;
pub use fabric_layout::{ChipKind, ChipPlace, FabricLayout, LinkPlace, Rect, WaferPlace, is_crowded, stage_cells};
pub use layout::{MAX_CHIPS, MAX_LINKS};
pub(crate) use layout::{Spot, die_lines};
pub use pick::step;
pub use selection::{Item, Pair, Selection};
pub use view_state::{TimelineShows, ViewState};
pub(crate) use wafer_detail::MIN_PITCH;
pub use wafer_detail::{PeDetail, PeParts, PeWindow, heat_brightness};
