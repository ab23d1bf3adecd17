//! The sources of the figures of a fabric: each figure with its value, its grade and its source.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::catalog::{Figure, Grade};
use crate::explain::glossary::Term;
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{Tip, heading_ui, room, window};

pub(super) fn sources_ui(ctx: &Context, model: &Model, fabric: usize, intents: &mut Vec<Intent>) {
    let Some(scene) = model.session.scene().fabrics.get(fabric) else { return };
    window("Sources", ctx, 760.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        let theme = model.theme();
        heading_ui(ui, theme, &text::sources_of(&scene.name), Intent::ShowSources(None), intents);
        let grades = RichText::new(text::GRADES).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
        ui.add(egui::Label::new(grades).wrap()).tip_of(Label::from_term(Term::Grade, "", ""));
        ui.add_space(Theme::STEP);
        // Without a minimum, egui shrinks the list to one row.
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            for (group, figures) in scene.figures(model.session.catalog()) {
                ui.add_space(Theme::STEP);
                ui.label(RichText::new(group).font(heading_font(Theme::TYPE[1])).color(colour(theme.text)));
                for (name, figure) in figures {
                    figure_ui(ui, theme, name, figure);
                }
            }
        });
    });
}

fn figure_ui(ui: &mut Ui, theme: &Theme, name: &str, figure: &Figure) {
    let grade_colour = match figure.grade {
        Grade::Published => theme.done,
        Grade::Derived => theme.selection,
        Grade::Fitted | Grade::Estimate => theme.sum,
    };
    ui.horizontal(|ui| {
        let width = ui.available_width();
        let cell = |ui: &mut Ui, share: f32, text: RichText| {
            let layout = egui::Layout::left_to_right(egui::Align::TOP);
            ui.allocate_ui_with_layout(vec2(width * share, 18.0), layout, |ui| {
                ui.set_min_width(width * share);
                ui.add(egui::Label::new(text).wrap());
            });
        };
        let soft = |text: &str| RichText::new(text).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
        let value = RichText::new(text::figure_value(figure)).font(number_font(Theme::TYPE[0]));
        let grade = RichText::new(figure.grade.as_str()).font(text_font(Theme::TYPE[0]));
        cell(ui, 0.22, soft(&text::figure_name(name)));
        cell(ui, 0.22, value.color(colour(theme.text)));
        cell(ui, 0.1, grade.color(colour(grade_colour)));
        cell(ui, 0.4, soft(&figure.source));
    });
}
