//! Sizes, times and rates as types, with their parsing and printing.
//!
//! Sizes are binary (KiB, MiB, GiB) as in `nccl-tests`, rates are decimal (GB/s), times are integer femtoseconds.

mod display;
mod hash;
mod parse;
mod text;
mod time_scale;
mod types;

pub use display::{capitalised, counted, grouped, plain, significant, time_parts};
pub use hash::Fnv64;
pub use parse::UnitError;
pub use text::{from_utf16, html, is_active, one_line, printable, quoted, with_placeholders};
pub use time_scale::{TimeScale, times};
pub use types::{Bytes, BytesPerSec, FEMTOS_PER_SEC, Femtos};
