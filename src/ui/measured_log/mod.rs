//! A log over the predicted curve.
//!
//! | file | holds |
//! |---|---|
//! | `panel` | the panel beside the stage; a window in small windows of the program |
//! | `stamp` | the verdict, with busbw reached and expected |
//! | `causes` | what would explain it, to be played on the stage |
//! | `plot`, `legend` | busbw against message size |
//! | `cluster` | the controls of the cluster |

mod causes;
mod cluster;
mod legend;
mod panel;
mod plot;
mod stamp;

pub(super) use panel::{log_panel_ui, log_window_ui};
