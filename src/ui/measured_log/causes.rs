//! What would explain a slow log: each change is a button that plays it on the stage, beside the cluster as expected.

use egui::{RichText, Sense, Stroke, StrokeKind, Ui};

use crate::compare::Change;
use crate::session::{Intent, OpenLog, can_play};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::{Tip, named, section};

pub(super) fn causes_ui(ui: &mut Ui, model: &Model, log: &OpenLog, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let causes: Vec<&Change> = log.root_causes().collect();
    let stage = model.session.log_stage();
    let shown = stage.map(|stage| stage.cause());
    if !causes.is_empty() {
        section(ui, theme, text::causes(causes.len()));
    }
    for (number, change) in causes.into_iter().enumerate() {
        // The verdict has told the meaning of the most likely one.
        let is_told = number == 0;
        if cause(ui, theme, (number, change), is_told, shown == Some(Some(number))) {
            intents.push(Intent::StageLog(Some(number)));
        }
    }
    ui.add_space(Theme::STEP);
    ui.horizontal_wrapped(|ui| {
        let mut button = |label: &str, on: bool, tooltip: &str, intent: Intent| {
            let button = egui::Button::new(label).selected(on);
            let button = ui.add(button);
            named(&button, egui::WidgetType::Button, label, "");
            if button.tip(tooltip).clicked() {
                intents.push(intent);
            }
        };
        button(text::STAGE, shown == Some(None), text::STAGE_TOOLTIP, Intent::StageLog(None));
        if let Some(stage) = stage {
            button(text::BACK, false, &text::back_tooltip(stage.title_before()), Intent::LeaveLogStage);
        }
    });
}

/// A change as a card: its name, its meaning, and on the stage the test that confirms it. Returns whether it was clicked.
fn cause(ui: &mut Ui, theme: &Theme, (number, change): (usize, &Change), is_told: bool, on: bool) -> bool {
    let playable = can_play(change);
    let label = text::play(&change.title());
    let contents = |ui: &mut Ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        let line = |ui: &mut Ui, words: &str, ink| {
            let words = RichText::new(words).font(text_font(12.0)).color(colour(ink));
            ui.add(egui::Label::new(words).wrap());
        };
        ui.horizontal(|ui| {
            if playable {
                play_sign(ui, theme, on);
            }
            let title = RichText::new(change.title()).font(heading_font(Theme::TYPE[1])).color(colour(theme.text));
            ui.add(egui::Label::new(title).wrap());
        });
        if !is_told {
            line(ui, &text::reading_of(&change.reading), theme.soft);
        }
        if on || !playable {
            line(ui, &change.next_step, theme.text);
        }
        if !playable {
            line(ui, text::NOT_PLAYABLE, theme.soft);
        }
    };
    let fill = colour(if on { theme.chosen } else { theme.raised });
    let frame = egui::Frame::new().fill(fill).corner_radius(Theme::CORNER).inner_margin(10.0);
    let rect = frame.show(ui, contents).response.rect;
    if !playable {
        return false;
    }
    let response = ui.interact(rect, ui.id().with(("cause", number)), Sense::click());
    named(&response, egui::WidgetType::Button, &label, "");
    if on || response.hovered() || response.has_focus() {
        let ring = Stroke::new(if response.has_focus() { 2.0 } else { 1.0 }, colour(theme.selection));
        ui.painter().rect_stroke(rect, Theme::CORNER, ring, StrokeKind::Inside);
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    response.tip(text::PLAY_TOOLTIP).on_hover_cursor(egui::CursorIcon::PointingHand).clicked()
}

/// A small triangle: the card plays something.
fn play_sign(ui: &mut Ui, theme: &Theme, on: bool) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(10.0, 12.0), Sense::hover());
    let ink = colour(if on { theme.text } else { theme.selection });
    let points = vec![rect.left_top(), egui::pos2(rect.right(), rect.center().y), rect.left_bottom()];
    ui.painter().add(egui::Shape::convex_polygon(points, ink, Stroke::NONE));
}
