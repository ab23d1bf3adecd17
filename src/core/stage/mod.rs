//! Stage: where fabrics, chips and links are on the screen, the camera, and picking.
//!
//! | file | contents |
//! |---|---|
//! | `geometry` | rectangles and lines |
//! | `cells` | the split of the stage into one cell per fabric |
//! | `camera`, `camera_move` | the visible part of a fabric; animated moves |
//! | `cell_grid` | ids at regular distances, for boxes and lines that stand for several |
//! | `chip_kind` | kinds of chips |
//! | `fabric_layout` | what a layout holds |
//! | `layout` | layouts by topology |
//! | `wafer_detail` | single PEs of a wafer: parts and sizes |
//! | `selection` | what can be selected |
//! | `pick`, `focus` | the item under a point; the camera that shows an item |
//! | `view_state` | camera, selection and display options of the stage |

mod camera;
mod camera_move;
mod cell_grid;
mod cells;
mod chip_kind;
mod fabric_layout;
mod focus;
mod geometry;
mod layout;
mod pick;
mod selection;
mod view_state;
mod wafer_detail;

pub use camera::StageCamera;
pub use cell_grid::CellGrid;
pub use cells::{is_crowded, stage_cell, stage_cells};
pub use chip_kind::ChipKind;
pub use fabric_layout::{ChipPlace, FabricLayout, LinkPlace, WaferPlace};
#[cfg(test)]
pub(crate) use geometry::distance_to_line;
pub use geometry::{Rect, step};
pub(crate) use layout::{CameraTarget, die_lines};
pub use layout::{MAX_CHIPS, MAX_LINKS};
pub use selection::{Item, Pair, Selection};
pub use view_state::{TimelineShows, ViewState};
pub(crate) use wafer_detail::MIN_PITCH;
pub use wafer_detail::{PeDetail, PeParts, PeWindow};
