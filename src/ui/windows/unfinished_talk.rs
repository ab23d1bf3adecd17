//! The offer to go on with a talk that a crash has ended. It covers nothing that is needed to start, and waits.

use egui::{Align2, Context, Id, RichText, WidgetType, vec2};

use crate::session::{Intent, StoredTalk, StoryIntent};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::story as text;
use crate::ui::widgets::{TARGET, named};

pub(super) fn unfinished_talk_ui(ctx: &Context, model: &Model, talk: &StoredTalk, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let area = egui::Area::new(Id::new("unfinished talk")).order(egui::Order::Foreground);
    area.anchor(Align2::CENTER_BOTTOM, vec2(0.0, -24.0)).show(ctx, |ui| {
        let frame = egui::Frame::window(&ctx.global_style()).inner_margin(egui::Margin::symmetric(16, 10));
        frame.show(ui, |ui| {
            ui.set_max_width((ctx.content_rect().width() - 48.0).clamp(120.0, 640.0));
            ui.horizontal_wrapped(|ui| {
                let sentence = text::unfinished(&talk.title, talk.beat + 1, talk.beats);
                ui.label(RichText::new(sentence).font(text_font(Theme::TYPE[1])).color(colour(theme.text)));
                for (name, intent) in [
                    (text::go_on(talk.beat + 1), StoryIntent::GoOn),
                    (text::FORGET.to_owned(), StoryIntent::ForgetUnfinished),
                ] {
                    let response = ui.add(egui::Button::new(&name).min_size(vec2(0.0, TARGET)));
                    named(&response, WidgetType::Button, &name, "");
                    if response.clicked() {
                        intents.push(Intent::Story(intent));
                    }
                }
            });
        });
    });
}
