//! A message about what was saved or copied. It goes by itself.

use egui::{Align2, Context, Id, RichText, vec2};

use crate::session::{DoneMessage, Intent};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{named, unbroken};

/// How long a message stays, seconds. The first frame after that closes it; no frame is drawn for it.
const SECONDS: f64 = 6.0;

/// When a message was shown first.
#[derive(Clone, Copy)]
struct Shown {
    number: u64,
    at: f64,
}

pub(super) fn message_ui(ctx: &Context, model: &Model, message: &DoneMessage, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let id = Id::new("message");
    let now = ctx.input(|input| input.time);
    let known = ctx.data(|data| data.get_temp::<Shown>(id)).filter(|shown| shown.number == message.number);
    let shown = known.unwrap_or(Shown { number: message.number, at: now });
    ctx.data_mut(|data| data.insert_temp(id, shown));
    if now - shown.at > SECONDS {
        intents.push(Intent::DismissMessage);
    }
    let sentence = text::done(&message.done);
    let width = (ctx.content_rect().width() - 48.0).clamp(120.0, 560.0);
    let area = egui::Area::new(id).order(egui::Order::Foreground).anchor(Align2::CENTER_BOTTOM, vec2(0.0, -24.0));
    area.show(ctx, |ui| {
        let frame = egui::Frame::window(&ctx.global_style()).inner_margin(egui::Margin::symmetric(16, 10));
        frame.show(ui, |ui| {
            ui.set_max_width(width);
            let label = RichText::new(unbroken(&sentence)).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
            let label = ui.add(egui::Label::new(label).wrap().sense(egui::Sense::click()));
            named(&label, egui::WidgetType::Label, &sentence, "");
            if label.clicked() {
                intents.push(Intent::DismissMessage);
            }
        });
    });
}
