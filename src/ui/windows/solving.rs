//! The progress of a change that takes long to solve. The old scene stays until it is solved.

use egui::{Align2, Context, Id, RichText, vec2};

use crate::session::{Intent, SolveProgress};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{Tip, named, unbroken};

pub(super) fn solving_ui(ctx: &Context, model: &Model, progress: SolveProgress, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let area = egui::Area::new(Id::new("solving"))
        .order(egui::Order::Foreground)
        .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -24.0));
    area.show(ctx, |ui| {
        let frame = egui::Frame::window(&ctx.global_style()).inner_margin(egui::Margin::symmetric(16, 10));
        frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                let sentence = text::solving(progress);
                let label =
                    RichText::new(unbroken(&sentence)).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
                let label = ui.label(label);
                named(&label, egui::WidgetType::Label, &sentence, "");
                if ui.button(text::CANCEL).tip(text::CANCEL_TOOLTIP).clicked() {
                    intents.push(Intent::CancelSolving);
                }
            });
        });
    });
}
