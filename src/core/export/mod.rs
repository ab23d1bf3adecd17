//! Exports: the runs of a scene as files of other tools. Each carries a link to its scene, the version and the grades of
//! its figures.
//!
//! | file | contents |
//! |---|---|
//! | `format` | the formats of files |
//! | `source` | the exported scene and the options |
//! | `exporter` | a solved scene as a file of one format |
//! | `content` | text, rows and notes of a file |
//! | `error` | why there is no file |
//! | `provenance` | scene, link, version and grades, for comments and metadata |
//! | `link_rates`, `piece`, `raw_pieces`, `bins` | the rate of links over time: every change, or means of equal spans |
//! | `links_csv` | the rates as CSV |
//! | `nccl_table` | the table of `nccl-tests` |
//! | `svg` | timeline, machine and curve as SVG |
//! | `chrome_trace`, `trace_events`, `counters` | the rates and the critical path as a Chrome trace, for Perfetto |

mod bins;
mod chrome_trace;
mod content;
mod counters;
mod error;
mod exporter;
mod format;
mod link_rates;
mod links_csv;
mod nccl_table;
mod piece;
mod provenance;
mod raw_pieces;
mod source;
mod svg;
mod trace_events;

pub use error::ExportError;
pub use exporter::{Exported, export, file_name, provenance_lines};
pub use format::ExportFormat;
pub use source::{FigureTheme, MAX_BINS, Options, Resolution, Source};
