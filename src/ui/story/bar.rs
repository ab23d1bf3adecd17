//! A beat beside the panels: the caption in a line, and buttons for what keys do.

use egui::{Align, Layout, RichText, Ui, WidgetType};

use super::{caption, place};
use crate::session::{Intent, OpenStory, StoryIntent};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::story as text;
use crate::ui::widgets::{TARGET, Tip, named};

/// Height of the line, points.
pub(in crate::ui) const HEIGHT: f32 = 44.0;

/// The line with the caption of the open beat.
pub(in crate::ui) fn story_bar_ui(ui: &mut Ui, model: &Model, open: &OpenStory, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let mut button = |ui: &mut Ui, name: &str, tooltip: &str, intent: StoryIntent| {
        let response = ui.add(egui::Button::new(name).min_size(egui::vec2(0.0, TARGET)));
        named(&response, WidgetType::Button, name, "");
        if response.tip(tooltip).clicked() {
            intents.push(Intent::Story(intent));
        }
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        button(ui, text::LEAVE, "", StoryIntent::Leave);
        button(ui, text::NEXT, "", StoryIntent::Next);
        button(ui, text::PREVIOUS, "", StoryIntent::Previous);
        if model.session.is_changed() {
            button(ui, text::BACK_TO_BEAT, &text::back_tooltip(), StoryIntent::BackToBeat);
        }
        let speaker = if open.speaker { text::CLOSE_SPEAKER } else { text::OPEN_SPEAKER };
        button(ui, speaker, &text::speaker_tooltip(), StoryIntent::ToggleSpeaker);
        ui.label(RichText::new(place(open)).font(text_font(Theme::TYPE[1])).color(colour(theme.soft)));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let caption = RichText::new(caption(model.session, open))
                .font(heading_font(Theme::TYPE[3]))
                .color(colour(theme.text));
            ui.add(egui::Label::new(caption).truncate());
        });
    });
}
