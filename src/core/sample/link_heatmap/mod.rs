//! The link heatmap: utilisation of links (rows) over time (columns).
//!
//! | file | contents |
//! |---|---|
//! | `heatmap` | the heatmap of a run |
//! | `links` | the links of its rows and the legend |
//! | `passages` | the streams of each link |
//! | `listed` | the links that files list one by one |
//! | `spans` | utilisation over time, in columns |

mod heatmap;
mod links;
mod listed;
mod passages;
mod spans;

pub use heatmap::LinkHeatmap;
pub(crate) use heatmap::over_time;
pub(crate) use listed::{ListedLinks, listed_links};
pub(crate) use passages::Passage;
pub(crate) use spans::{COLUMNS, Spans};
