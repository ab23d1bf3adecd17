//! The link heatmap: utilisation of links (rows) over time (columns).
//!
//! | file | contents |
//! |---|---|
//! | `heatmap` | the heatmap of a run |
//! | `links` | the links of its rows and the legend |
//! | `spans` | utilisation over time, in columns |

mod heatmap;
mod links;
mod spans;

pub use heatmap::LinkHeatmap;
pub(crate) use heatmap::over_time;
pub(crate) use spans::{COLUMNS, Spans};
