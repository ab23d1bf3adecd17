//! Tooltips: while the pointer rests on a control, while a finger holds it, and while it has the keyboard. Those of terms
//! show meaning, formula and the figures of the run; a click on the term opens the glossary.

use std::collections::BTreeSet;

use egui::{Context, Id, Mesh, Popup, Rect, Response, RichText, Sense, Tooltip, Ui, pos2, vec2};

use crate::explain::glossary::{Term, entry};
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::style::{colour, heading_font, number_font, text_font};

/// Distance of the dots under a term, points.
const DOTS: f32 = 4.0;
/// Width of a dot, points.
const DOT: f32 = 1.5;

/// What a control explains of itself.
pub(in crate::ui) trait Tip {
    /// Shows a text as tooltip.
    fn tip(self, text: impl Into<String>) -> Response;

    /// Shows the tooltip of a label: of a term with its entry in the glossary.
    fn tip_of(self, label: Label) -> Response;
}

impl Tip for Response {
    fn tip(self, text: impl Into<String>) -> Response {
        let text = text.into();
        explain(self, |ui| {
            ui.set_max_width(ui.spacing().tooltip_width);
            ui.label(text);
        })
    }

    fn tip_of(self, label: Label) -> Response {
        match label.term {
            Some(term) => explain(self, |ui| term_ui(ui, term, label.tooltip)),
            None if label.tooltip.is_empty() => self,
            None => self.tip(label.tooltip),
        }
    }
}

/// Shows contents while the pointer rests on a control, or while it has the keyboard and no menu is open.
fn explain(response: Response, contents: impl FnOnce(&mut Ui)) -> Response {
    let has_keyboard = response.has_focus() && !response.ctx.input(|input| input.pointer.any_down());
    if has_keyboard && !Popup::is_any_open(&response.ctx) {
        Tooltip::for_widget(&response).show(contents);
        return response;
    }
    response.on_hover_ui(contents)
}

/// The term, its meaning, its formula and unit, then what the control adds: the formula with figures of this run.
fn term_ui(ui: &mut Ui, term: Term, more: &str) {
    let Some(entry) = entry(term) else { return };
    let (strong, soft) = (ui.visuals().widgets.inactive.fg_stroke.color, ui.visuals().text_color());
    ui.set_max_width(ui.spacing().tooltip_width);
    ui.spacing_mut().item_spacing.y = 3.0;
    let line = |ui: &mut Ui, text: RichText, ink: egui::Color32| ui.add(egui::Label::new(text.color(ink)).wrap());
    line(ui, RichText::new(&entry.term).font(heading_font(Theme::TYPE[1])), strong);
    line(ui, RichText::new(&entry.meaning).font(text_font(Theme::TYPE[1])), strong);
    if !entry.formula.is_empty() {
        line(ui, RichText::new(&entry.formula).font(number_font(12.0)), soft);
    }
    for more in more.lines() {
        // A formula with figures in it is set like the formula above it.
        let font = if more.starts_with('=') { number_font(12.0) } else { text_font(12.0) };
        line(ui, RichText::new(more).font(font), if more.starts_with('=') { strong } else { soft });
    }
}

/// The name of a control: with the tooltip of its label, and if it is a term, a click opens the glossary.
pub(in crate::ui) fn name_ui(ui: &mut Ui, theme: &Theme, label: Label) {
    let name = RichText::new(label.name).font(text_font(Theme::TYPE[1])).color(colour(theme.soft));
    // A click, but no stop of the keyboard: the value beside the name has the same tooltip.
    let sense = if label.term.is_some() { Sense::CLICK } else { Sense::hover() };
    let name = ui.add(egui::Label::new(name).wrap().sense(sense));
    if let Some(term) = label.term {
        mark_term(ui, theme, term, &name);
        if name.clicked() {
            request_glossary(ui.ctx(), term);
        }
    }
    name.tip_of(label);
}

/// The terms that have dots in a pass.
#[derive(Clone, Default)]
struct Marked {
    pass: u64,
    terms: BTreeSet<Term>,
}

/// Dots under a term at its first use.
pub(in crate::ui) fn mark_term(ui: &Ui, theme: &Theme, term: Term, shown: &Response) {
    let pass = ui.ctx().cumulative_pass_nr();
    let is_first = ui.data_mut(|data| {
        let marked = data.get_temp_mut_or_default::<Marked>(Id::new("marked terms"));
        if marked.pass != pass {
            *marked = Marked { pass, terms: BTreeSet::new() };
        }
        marked.terms.insert(term)
    });
    if is_first || shown.hovered() {
        let rect = shown.rect;
        // One small mesh: circles with soft edges would be a tenth of what a frame sends to the graphics.
        let mut dots = Mesh::default();
        for dot in 0..(rect.width() / DOTS) as usize {
            let left = rect.left() + DOTS * dot as f32 + 1.0;
            let dot = Rect::from_min_size(pos2(left, rect.bottom() - 1.0), vec2(DOT, 1.0));
            dots.add_colored_rect(dot, colour(theme.muted));
        }
        ui.painter().add(dots);
    }
}

fn requested() -> Id {
    Id::new("requested term")
}

/// Opens the glossary at a term after this pass.
pub(in crate::ui) fn request_glossary(ctx: &Context, term: Term) {
    ctx.data_mut(|data| data.insert_temp(requested(), Some(term)));
}

/// The term whose entry was asked for, once.
pub(in crate::ui) fn take_requested_term(ctx: &Context) -> Option<Term> {
    ctx.data_mut(|data| data.remove_temp::<Option<Term>>(requested())).flatten()
}
