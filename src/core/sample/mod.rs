//! Samples: the state of links, chips, PEs and packets at an instant of a run, ready to be drawn.
//!
//! | file | contents |
//! |---|---|
//! | `frame` | one fabric at one instant: everything that is drawn |
//! | `link_loads` | the streams at an instant and the load of a link |
//! | `link_sampler` | loads of all links on the stage in one pass |
//! | `chip_fill`, `core_fill` | share of the finished sum of chips and of cores |
//! | `wafer_heat`, `router_loads`, `visible_parts` | utilisation of a wafer: all PEs, and the visible ones |
//! | `row_bands` | neighbouring rows of a wafer that carry the same |
//! | `packets` | packets |
//! | `link_heatmap`, `class_utilisation` | utilisation over the whole run, by link and by class |
//! | `operation_lanes` | the operations of a sequence, in lanes |
//! | `traffic_matrix` | bytes from each rank to each rank |
//! | `find_bottleneck`, `bottleneck` | the bottleneck at an instant; its label |
//! | `inspector`, `item_name` | figures and names of selected items |
//! | `reuse` | lists and routes that are kept from frame to frame |
//! | `explanation` | the explanation of a run, step by step |
//! | `drawable`, `run_kind`, `time_ticks` | limits; kinds of runs; ticks of a time axis |

mod bottleneck;
mod chip_fill;
mod class_utilisation;
mod core_fill;
mod drawable;
mod explanation;
mod find_bottleneck;
mod frame;
mod inspector;
mod item_name;
mod link_heatmap;
mod link_loads;
mod link_sampler;
mod operation_lanes;
mod packets;
mod reuse;
mod router_loads;
mod row_bands;
mod run_kind;
mod time_ticks;
mod traffic_matrix;
mod visible_parts;
mod wafer_heat;

pub use bottleneck::{BottleneckCause, BottleneckMark, LinkGroup};
pub use class_utilisation::{ClassUtilisation, UtilisationArea};
pub use drawable::{MAX_DRAWN_TRANSFERS, is_drawn};
pub use explanation::Explanation;
pub use frame::{FabricFrame, FabricView, Playback};
pub use inspector::{Inspector, InspectorRow};
pub use item_name::item_title;
pub use link_heatmap::LinkHeatmap;
pub(crate) use link_heatmap::{ListedLinks, Passage, listed_links};
pub use link_loads::{LinkLoad, LinkLoads};
pub use operation_lanes::{OperationLane, operation_lanes};
pub use packets::{LanePosition, PacketMark, PacketScale};
pub use reuse::emptied;
pub use router_loads::PortLoads;
pub use time_ticks::time_ticks;
pub use traffic_matrix::TrafficMatrix;
pub use wafer_heat::{HeatMap, HeatShows};
