//! A training run on the screen: one time axis from months to nanoseconds, what every chip does at an instant, and figures.
//!
//! | file | holds |
//! |---|---|
//! | `layout` | which row and which instant is where on the axis |
//! | `axis` | the axis with all its rows |
//! | `ruler` | round times of any window |
//! | `mix_bar` | spans in the colours and hatchings of what they consist of |
//! | `lanes` | the streams of every stage |
//! | `run_bar` | a run as a bar of days |
//! | `pointer` | zoom, scrub, open a collective |
//! | `stage` | what every chip does at an instant |
//! | `chips` | chips and links of one run |
//! | `sliders` | the settings of a training scene |
//! | `results` | days, cost and their ranges |
//! | `waterfall` | the days of a run, from compute at the peak on |
//! | `uncertain` | why a figure has a range |

mod axis;
mod chips;
mod lanes;
mod layout;
mod mix_bar;
mod pointer;
mod results;
mod ruler;
mod run_bar;
mod sliders;
mod stage;
mod uncertain;
mod waterfall;

pub(super) use axis::{axis_ui, height};
pub(super) use results::training_ui;
pub(super) use ruler::instant;
pub(super) use sliders::{fabric_sliders_ui, workload_ui};
pub(super) use stage::{call_ui, column, stage_ui};
