//! A log over the predicted curve.
//!
//! | file | holds |
//! |---|---|
//! | `window` | the window: cluster, plot, errors, notes of the log |
//! | `cluster` | the controls of the cluster |
//! | `plot` | busbw against message size |

mod cluster;
mod plot;
mod window;

pub(super) use window::log_ui;
