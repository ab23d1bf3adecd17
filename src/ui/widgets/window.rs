//! Frame, heading and size of the windows that stand over everything else for a while.

use egui::{Context, RichText, ScrollArea, Ui, Window, vec2};

use super::controls::named;
use super::tip::Tip;
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::style::{colour, heading_font};
use crate::ui::text::common as text;

/// Height of the top bar, points. Windows begin below it.
pub(in crate::ui) const TOP_BAR: f32 = 56.0;
/// Least width and height of a control that a pointer hits, points.
pub(in crate::ui) const TARGET: f32 = 24.0;
/// Width and height of a control that a finger hits, points.
pub(in crate::ui) const TOUCH: f32 = 44.0;
/// Narrower windows of the program have no side panels, points.
pub(in crate::ui) const MIN_WIDTH_OF_SIDES: f32 = 900.0;

/// A window without a title bar; `id` distinguishes it from others and is not shown.
pub(in crate::ui) fn window<'a>(id: &'a str, ctx: &Context, width: f32) -> Window<'a> {
    let available = (ctx.content_rect().width() - 48.0).max(200.0);
    Window::new(id)
        .collapsible(false)
        .resizable(false)
        .title_bar(false)
        .fixed_size(vec2(width.min(available), 0.0))
        .frame(egui::Frame::window(&ctx.global_style()).inner_margin(20.0))
}

/// The heading of a window, with a button that closes it.
pub(in crate::ui) fn heading_ui(ui: &mut Ui, theme: &Theme, title: &str, close: Intent, intents: &mut Vec<Intent>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).font(heading_font(Theme::TYPE[3])).color(colour(theme.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let button = ui.button(text::CLOSE.name);
            named(&button, egui::WidgetType::Button, text::CLOSE.name, "");
            if button.tip(text::CLOSE.tooltip).clicked() {
                intents.push(close);
            }
        });
    });
    ui.add_space(Theme::STEP);
}

/// Height that the contents of a window may take, points.
pub(in crate::ui) fn room(ctx: &Context) -> f32 {
    (ctx.content_rect().height() - 190.0).max(80.0)
}

/// Contents that scroll: as high as they are, at most as given, points, and as wide as their room, so that the scroll bar stands
/// at its edge and not over words.
pub(in crate::ui) fn scroll_area(height: f32) -> ScrollArea {
    // Without a minimum, egui shrinks the area to nothing.
    ScrollArea::vertical().auto_shrink([false, true]).max_height(height).min_scrolled_height(height)
}
