//! The glossary: all terms in groups, each with its meaning, formula, unit and links to other terms.

use egui::{Align, Align2, Context, Id, RichText, Sense, Ui, vec2};

use crate::explain::glossary::{Entry, Term, entry, groups};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{TARGET, heading_ui, named, room, section, window};

/// Width of the window, points.
const WIDTH: f32 = 620.0;
/// Height of the list, points.
const LIST: f32 = 560.0;

/// The term to which the list was scrolled last.
fn scrolled() -> Id {
    Id::new("scrolled term of the glossary")
}

/// Forgets the scroll position, so that the glossary opens at its term.
pub(super) fn forget(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<Option<Term>>(scrolled()));
}

pub(super) fn glossary_ui(ctx: &Context, model: &Model, open: Term, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Glossary", ctx, WIDTH).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading_ui(ui, theme, text::GLOSSARY, Intent::ShowGlossary(None), intents);
        let symbols = RichText::new(text::GLOSSARY_SYMBOLS).font(number_font(Theme::TYPE[0]));
        ui.add(egui::Label::new(symbols.color(colour(theme.soft))).wrap());
        ui.add_space(Theme::STEP);
        // A link within the glossary scrolls to its term, once.
        let before = ui.data(|data| data.get_temp::<Option<Term>>(scrolled())).flatten();
        let scrolls = before != Some(open);
        // Without a minimum, egui shrinks the list to one row.
        let height = room(ctx).min(LIST);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            ui.set_width(ui.available_width());
            for group in groups() {
                section(ui, theme, &group.heading.to_uppercase());
                for entry in &group.entries {
                    let shown = entry_ui(ui, theme, entry, entry.id == open, intents);
                    if scrolls && entry.id == open {
                        shown.scroll_to_me(Some(Align::Center));
                    }
                }
            }
        });
        ui.data_mut(|data| data.insert_temp(scrolled(), Some(open)));
    });
}

/// One entry; the one that was asked for has a ground of its own.
fn entry_ui(ui: &mut Ui, theme: &Theme, entry: &Entry, is_open: bool, intents: &mut Vec<Intent>) -> egui::Response {
    let fill = if is_open { colour(theme.raised) } else { egui::Color32::TRANSPARENT };
    let frame = egui::Frame::new().fill(fill).corner_radius(Theme::CORNER).inner_margin(egui::Margin::symmetric(10, 6));
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing = vec2(8.0, 2.0);
        ui.horizontal(|ui| {
            ui.label(RichText::new(&entry.term).font(heading_font(Theme::TYPE[1])).color(colour(theme.text)));
            if !entry.unit.is_empty() {
                let unit = RichText::new(text::unit(&entry.unit)).font(text_font(Theme::TYPE[0]));
                ui.label(unit.color(colour(theme.soft)));
            }
        });
        let meaning = RichText::new(&entry.meaning).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
        ui.add(egui::Label::new(meaning).wrap());
        if !entry.formula.is_empty() {
            let formula = RichText::new(&entry.formula).font(number_font(12.0)).color(colour(theme.soft));
            ui.add(egui::Label::new(formula).wrap());
        }
        links(ui, theme, &entry.see, intents);
    });
    shown.response
}

/// Links to other terms.
fn links(ui: &mut Ui, theme: &Theme, see: &[Term], intents: &mut Vec<Intent>) {
    if see.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        ui.label(RichText::new(text::SEE).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)));
        for &term in see {
            let Some(entry) = entry(term) else { continue };
            let name = RichText::new(&entry.term).font(text_font(12.0)).color(colour(theme.selection));
            let link = egui::Button::new(name).frame(false).min_size(vec2(0.0, TARGET)).sense(Sense::click());
            let link = ui.add(link);
            named(&link, egui::WidgetType::Link, &entry.term, "");
            if link.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
                intents.push(Intent::ShowGlossary(Some(term)));
            }
        }
    });
}
