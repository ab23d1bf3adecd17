//! The left panel: message size, replicas, and for each fabric machine, algorithm, layout and its figures.

mod chip_controls;
mod fabric_heading;
mod link_controls;
mod machines;
mod panel;
mod settings;
mod task;
mod wafer_controls;

pub(super) use panel::{all_parameters_ui, has_parameters_window, parameters_ui};
pub(super) use task::{task_controls_ui, task_settings_ui};
