//! Where the figures of a fabric come from: each with its value, its grade, and its source.

use egui::{Align2, Context, RichText, Ui, vec2};

use super::Model;
use super::dialogs::{heading, room, window};
use super::style::{colour, mono, semibold, words};
use crate::catalog::{Figure, Grade};
use crate::session::Intent;
use crate::style::Theme;

pub(super) fn show(ctx: &Context, model: &Model, fabric: usize, intents: &mut Vec<Intent>) {
    let Some(scene) = model.session.scene().fabrics.get(fabric) else { return };
    window("Sources", ctx, 760.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        let title = format!("Where the figures of {} come from", scene.name);
        heading(ui, model, &title, Intent::ShowSources(None), intents);
        let theme = model.theme();
        let lead = "Published: stated by a vendor, a paper, released code or a public measurement. Derived: computed from \
                    such figures. Fitted: found by fitting a model to measurements. Estimate: nobody has stated it.";
        ui.add(egui::Label::new(RichText::new(lead).font(words(Theme::TYPE[0])).color(colour(theme.soft))).wrap());
        ui.add_space(Theme::STEP);
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
            for (group, figures) in scene.figures(model.session.catalog()) {
                ui.add_space(Theme::STEP);
                ui.label(RichText::new(group).font(semibold(Theme::TYPE[1])).color(colour(theme.text)));
                for (name, figure) in figures {
                    entry(ui, theme, name, figure);
                }
            }
        });
    });
}

fn entry(ui: &mut Ui, theme: &Theme, name: &str, figure: &Figure) {
    let grade = match figure.grade {
        Grade::Published => theme.done,
        Grade::Derived => theme.selection,
        Grade::Fitted | Grade::Estimate => theme.sum,
    };
    ui.horizontal(|ui| {
        let width = ui.available_width();
        let cell = |ui: &mut Ui, share: f32, text: RichText| {
            ui.allocate_ui_with_layout(
                vec2(width * share, 18.0),
                egui::Layout::left_to_right(egui::Align::TOP),
                |ui| {
                    ui.set_min_width(width * share);
                    ui.add(egui::Label::new(text).wrap());
                },
            );
        };
        let name = name.replace('_', " ");
        cell(ui, 0.22, RichText::new(name).font(words(Theme::TYPE[0])).color(colour(theme.soft)));
        let value = format!("{} {}", figure.value, figure.unit);
        cell(ui, 0.22, RichText::new(value).font(mono(Theme::TYPE[0])).color(colour(theme.text)));
        cell(ui, 0.1, RichText::new(figure.grade.as_str()).font(words(Theme::TYPE[0])).color(colour(grade)));
        cell(ui, 0.4, RichText::new(&figure.source).font(words(Theme::TYPE[0])).color(colour(theme.soft)));
    });
}
