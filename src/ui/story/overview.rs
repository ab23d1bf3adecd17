//! The list of all beats over the stage: a click, or digits and Enter, goes to one.

use egui::{Align2, Context, RichText, WidgetType, vec2};

use crate::session::{Intent, OpenStory, StoryIntent, TalkPart};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::story as text;
use crate::ui::widgets::{TARGET, heading_ui, named, room, window};

/// Width of the list, points.
const WIDTH: f32 = 460.0;

/// The list, while it is visible.
pub(in crate::ui) fn overview_ui(ctx: &Context, model: &Model, open: &OpenStory, intents: &mut Vec<Intent>) {
    if !open.overview {
        return;
    }
    let theme = model.theme();
    window("Beats", ctx, WIDTH).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading_ui(ui, theme, &open.file.title, Intent::Story(StoryIntent::Toggle(TalkPart::Overview)), intents);
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            for (beat, caption) in open.captions.iter().enumerate() {
                let name = text::beat(beat + 1, caption);
                let is_open = beat == open.beat;
                let font = if is_open { heading_font(Theme::TYPE[1]) } else { text_font(Theme::TYPE[1]) };
                let label = RichText::new(&name).font(font).color(colour(theme.text));
                let width = ui.available_width();
                let button = egui::Button::new(label).selected(is_open).truncate().min_size(vec2(width, TARGET));
                let response = ui.add(button);
                named(&response, WidgetType::Button, &name, "");
                if is_open {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    intents.push(Intent::Story(StoryIntent::GoTo(beat)));
                }
            }
        });
    });
}
