//! The view: what to draw at an instant, as plain structs that know neither window nor renderer.
//!
//! | file | what |
//! |---|---|
//! | `theme` | colours, sizes and spacing of the two themes |
//! | `palette` | cividis, the map of the heat |
//! | `shapes` | what a renderer gets |
//! | `clock` | play, pause, scrub; same and normalised time |
//! | `session` | the open scene, its runs, the clock, and the one place where intents are applied |
//! | `layout` | where fabrics, chips and links stand on the stage |
//! | `loads` | what every link carries at an instant |
//! | `heat` | the utilisation of every PE of a wafer |
//! | `fill` | how much of the finished sum each chip holds |
//! | `packets` | samples of the streams, at fixed byte spacing |
//! | `carpet` | utilisation of links over the whole run |
//! | `frame` | all of it for one fabric at one instant |
//! | `ticks` | round numbers for axes |

mod carpet;
mod clock;
mod fill;
mod frame;
mod heat;
mod layout;
mod loads;
mod packets;
mod palette;
mod session;
mod shapes;
mod theme;
mod ticks;

pub use carpet::Carpet;
pub use clock::Clock;
pub use frame::{BindingMark, FabricFrame, FabricView};
pub use heat::HeatMap;
pub use layout::{ChipKind, ChipPlace, FabricLayout, LinkPlace, Rect, stage_cells};
pub use loads::{LinkLoad, Loads};
pub use packets::{PacketMark, PacketScale};
pub use palette::{CIVIDIS, cividis};
pub use session::{Effect, Intent, Session, SessionError};
pub use shapes::{Heat, Rgba8, Shape, ShapeKind};
pub use theme::{Theme, ThemeKind};
pub use ticks::time_ticks;
