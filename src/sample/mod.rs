//! Samples: what links, chips, PEs and packets carry at an instant of a run, ready to be drawn.

mod bottleneck;
mod chip_fill;
mod class_utilisation;
mod core_fill;
mod drawable;
mod explanation;
mod frame;
mod inspector;
mod item_name;
mod link_heatmap;
mod link_loads;
mod link_sampler;
mod packets;
mod router_loads;
mod time_ticks;
mod traffic_matrix;
mod visible_parts;
mod wafer_heat;

pub use bottleneck::BindingMark;
pub use class_utilisation::{ClassUtilisation, UtilisationArea};
pub use drawable::{MAX_DRAWN_TRANSFERS, is_drawn};
pub use explanation::Explanation;
pub use frame::{FabricFrame, FabricView};
pub use inspector::{Inspector, InspectorRow, title as item_title};
pub use link_heatmap::LinkHeatmap;
pub use link_loads::{LinkLoad, LinkLoads};
pub use packets::{PacketMark, PacketScale};
pub use router_loads::PortLoads;
pub use time_ticks::time_ticks;
pub use traffic_matrix::TrafficMatrix;
pub use wafer_heat::{HeatMap, HeatShows};
