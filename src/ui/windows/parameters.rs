//! The parameters as a window, where the side panels have no room: on phones, and in narrow windows.

use egui::{Align2, Context, vec2};

use crate::session::Intent;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::parameters::{all_parameters_ui, has_parameters_window};
use crate::ui::text::top_bar as text;
use crate::ui::widgets::{SCROLL_BAR, heading_ui, scroll_area, window};

/// Width of the window, points.
const WIDTH: f32 = 340.0;
/// The part of the height of the screen that its contents take: the stage above it shows what a change does.
const SHARE: f32 = 0.4;

pub(super) fn parameters_ui(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    if !has_parameters_window(ctx, model) {
        return;
    }
    let anchor = vec2(0.0, -2.0 * Theme::STEP);
    window("Parameters", ctx, WIDTH).anchor(Align2::CENTER_BOTTOM, anchor).show(ctx, |ui| {
        heading_ui(ui, model.theme(), text::PARAMETERS.name, Intent::ToggleParameters, intents);
        let height = SHARE * ctx.content_rect().height();
        scroll_area(height).show(ui, |ui| {
            // The scroll bar stands beside the controls, not over them.
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            all_parameters_ui(ui, model, intents);
        });
    });
}
