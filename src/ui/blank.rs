//! The black screen of a pause in a talk. Any key or click shows the picture again.

use egui::{Color32, Context, CursorIcon, Id, Order, Sense};

use super::text::view as text;
use super::widgets::named;
use crate::session::Intent;

pub(super) fn blank_ui(ctx: &Context, intents: &mut Vec<Intent>) {
    // A control under the screen must not take Space or Enter.
    ctx.memory_mut(|memory| {
        if let Some(control) = memory.focused() {
            memory.surrender_focus(control);
        }
    });
    let whole = ctx.content_rect();
    egui::Area::new(Id::new("blank")).order(Order::Tooltip).fixed_pos(whole.min).show(ctx, |ui| {
        let (rect, response) = ui.allocate_exact_size(whole.size(), Sense::click());
        ui.painter().rect_filled(rect, 0.0, Color32::BLACK);
        named(&response, egui::WidgetType::Button, text::BLANK, "");
        if response.on_hover_cursor(CursorIcon::None).clicked() {
            intents.push(Intent::ToggleBlank);
        }
    });
}
