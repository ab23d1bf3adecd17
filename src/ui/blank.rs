//! The black or white screen of a pause in a talk. Any key or click shows the picture again.

use egui::{Color32, Context, CursorIcon, Id, Order, Sense};

use super::text::view as text;
use super::widgets::named;
use crate::session::{BlankScreen, Intent};

pub(super) fn blank_ui(ctx: &Context, screen: BlankScreen, intents: &mut Vec<Intent>) {
    // A control under the screen must not take Space or Enter.
    ctx.memory_mut(|memory| {
        if let Some(control) = memory.focused() {
            memory.surrender_focus(control);
        }
    });
    let (fill, name) = match screen {
        BlankScreen::Black => (Color32::BLACK, text::BLANK),
        BlankScreen::White => (Color32::WHITE, text::WHITE),
    };
    let whole = ctx.content_rect();
    egui::Area::new(Id::new("blank")).order(Order::Tooltip).fixed_pos(whole.min).show(ctx, |ui| {
        let (rect, response) = ui.allocate_exact_size(whole.size(), Sense::click());
        ui.painter().rect_filled(rect, 0.0, fill);
        named(&response, egui::WidgetType::Button, name, "");
        if response.on_hover_cursor(CursorIcon::None).clicked() {
            intents.push(Intent::ToggleBlank(screen));
        }
    });
}
