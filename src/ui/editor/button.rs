//! A small button with its name.

use egui::{Ui, vec2};

use crate::ui::widgets::{TARGET, named};

/// A button. Returns whether it was clicked.
pub(super) fn small_button(ui: &mut Ui, name: &str, enabled: bool) -> bool {
    let response = ui.add_enabled(enabled, egui::Button::new(name).min_size(vec2(0.0, TARGET)));
    named(&response, egui::WidgetType::Button, name, "");
    response.clicked()
}
