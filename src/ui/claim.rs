//! The claim of a scene and its verdict: a stamp, and for each condition a bar with the limit drawn in it; the sentences follow.

use egui::{RichText, Sense, Stroke, Ui, vec2};

use super::label::Label;
use super::model::Model;
use super::style::{colour, heading_font, number_font, text_font};
use super::text::claim as text;
use super::widgets::{Tip, named, paragraph, section, section_heading, unbroken};
use crate::explain::ConditionFigure;
use crate::explain::glossary::Term;
use crate::scene::Accepted;
use crate::scene::Ruling;
use crate::style::{Rgba8, Theme};

/// Height of a bar, points.
const BAR: f32 = 8.0;
/// Width of the frame, points.
const FRAME: f32 = 2.0;
/// The most bars.
const MAX_BARS: usize = 4;

/// The claim that the scene puts to the test, and the verdict.
pub(super) fn claim_ui(ui: &mut Ui, model: &Model) {
    let theme = model.theme();
    let (Some(claim), Some(verdict)) = (&model.session.scene().claim, &model.session.verdict) else { return };
    section(ui, theme, text::CLAIM);
    let claim = RichText::new(claim).font(heading_font(Theme::TYPE[2])).color(colour(theme.text));
    ui.add(egui::Label::new(claim).wrap());
    if model.session.is_changed() {
        paragraph(ui, theme, text::CHANGED);
    }
    section_heading(ui, theme, text::VERDICT).tip_of(Label::from_term(Term::Verdict, text::VERDICT, ""));
    let conditions = &model.session.conditions;
    if let Some(ruling) = Ruling::of_all(conditions.iter().map(|condition| condition.ruling)) {
        stamp(ui, model, ruling, conditions);
        ui.add_space(Theme::STEP / 2.0);
        for sentence in verdict {
            paragraph(ui, theme, sentence);
        }
    } else {
        for sentence in verdict {
            let sentence = RichText::new(unbroken(sentence)).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
            ui.add(egui::Label::new(sentence).wrap());
        }
    }
    ui.add_space(Theme::STEP);
}

fn ink(theme: &Theme, ruling: Ruling) -> Rgba8 {
    match ruling {
        Ruling::Supported => theme.done,
        Ruling::Contradicted => theme.binding,
        Ruling::Open => theme.soft,
    }
}

fn stamp(ui: &mut Ui, model: &Model, ruling: Ruling, conditions: &[ConditionFigure]) {
    let theme = model.theme();
    let frame = egui::Frame::new()
        .stroke(Stroke::new(FRAME, colour(ink(theme, ruling))))
        .corner_radius(Theme::CORNER)
        .fill(colour(theme.raised))
        .inner_margin(12.0);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        let word = RichText::new(text::ruling(ruling)).font(heading_font(Theme::TYPE[3]));
        ui.label(word.color(colour(theme.text)));
        for condition in conditions.iter().take(MAX_BARS) {
            ui.add_space(2.0);
            bar(ui, model, condition);
        }
        if conditions.len() > MAX_BARS {
            paragraph(ui, theme, &text::more(conditions.len() - MAX_BARS));
        }
    });
}

/// The comparison in words, the figure on a bar, and the limit as a mark in it.
fn bar(ui: &mut Ui, model: &Model, condition: &ConditionFigure) {
    let theme = model.theme();
    let name = |fabric: usize| model.session.runs.get(fabric).map_or("", |run| run.scene.name.as_str());
    let what = text::condition(name(condition.of), condition.to.map(name));
    ui.add(egui::Label::new(RichText::new(what).font(text_font(12.0)).color(colour(theme.soft))).wrap());
    let (least, limit) = match condition.accepted {
        Accepted::AtLeast(limit) => (true, limit),
        Accepted::AtMost(limit) => (false, limit),
    };
    let is_ratio = condition.to.is_some();
    let figure = text::figure(condition.figure, is_ratio);
    let accepted = text::limit(least, &text::figure(limit, is_ratio));
    // Below each other: a narrow panel has no room for both in a line.
    ui.label(RichText::new(&figure).font(number_font(Theme::TYPE[2])).color(colour(theme.text)));
    ui.label(RichText::new(&accepted).font(text_font(12.0)).color(colour(theme.soft)));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
    named(&response, egui::WidgetType::ProgressIndicator, &figure, &accepted);
    let longest = (condition.figure.max(limit) * 1.1).max(f64::MIN_POSITIVE);
    let at = |figure: f64| rect.left() + rect.width() * (figure / longest) as f32;
    let painter = ui.painter();
    painter.rect_filled(rect, BAR / 2.0, colour(theme.line));
    let filled = egui::Rect::from_min_max(rect.min, egui::pos2(at(condition.figure), rect.bottom()));
    painter.rect_filled(filled, BAR / 2.0, colour(ink(theme, condition.ruling)));
    painter.vline(at(limit), rect.y_range().expand(3.0), Stroke::new(2.0, colour(theme.text)));
}
