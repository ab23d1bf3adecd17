//! A beat in the layout for an audience.

use egui::{Align, Layout, RichText, Ui, WidgetType};

use super::{caption, place};
use crate::session::OpenStory;
use crate::style::Theme;
use crate::ui::hero;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::widgets::named;
use crate::units::time_parts;

/// Height of the caption, points; of one that needs two lines.
const CAPTION: [f32; 2] = [38.0, 56.0];
/// Width that clock and place take, points.
const CLOCK: f32 = 110.0;
/// Space at the left and at the right, points.
const SIDE: i8 = 16;

fn frame() -> egui::Frame {
    egui::Frame::new().inner_margin(egui::Margin::symmetric(SIDE, 0))
}

/// Caption, clock and place above the stage.
pub(in crate::ui) fn title_frame_ui(root: &mut Ui, model: &Model, open: &OpenStory) {
    // A clicker must reach the story, never a control that a click has left in focus.
    root.memory_mut(|memory| {
        if let Some(control) = memory.focused() {
            memory.surrender_focus(control);
        }
    });
    let theme = model.theme();
    let text = caption(open);
    let room = root.available_width() - CLOCK - 2.0 * f32::from(SIDE);
    let font = heading_font(Theme::TYPE[3]);
    let width = root.painter().layout_no_wrap(text.clone(), font, colour(theme.text)).size().x;
    let height = CAPTION[usize::from(width > room)];
    egui::Panel::top("caption").exact_size(height).frame(frame()).show(root, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.allocate_ui_with_layout(egui::vec2(CLOCK, ui.available_height()), Layout::top_down(Align::Max), |ui| {
                clock_ui(ui, model, open)
            });
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let caption = RichText::new(&text).font(heading_font(Theme::TYPE[3])).color(colour(theme.text));
                let response = ui.add(egui::Label::new(caption).wrap().selectable(false));
                named(&response, WidgetType::Label, &text, "");
            });
        });
    });
}

fn clock_ui(ui: &mut Ui, model: &Model, open: &OpenStory) {
    let theme = model.theme();
    let clock = &model.session.clock;
    let time = hero::time_scale(model.session, 3).map_or_else(
        || {
            let (number, unit) = time_parts(clock.at.secs());
            format!("{number} {unit}")
        },
        |scale| scale.text(clock.at),
    );
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(4.0);
    if !model.session.shows_run() {
        ui.label(RichText::new(time).font(number_font(Theme::TYPE[1])).color(colour(theme.text)));
    }
    let place = RichText::new(place(open)).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
    ui.add(egui::Label::new(place).selectable(false));
}

/// The hero figure of the beat below the stage, and a bar for each fabric.
pub(in crate::ui) fn hero_frame_ui(root: &mut Ui, model: &Model, open: &OpenStory) {
    let Some(outcome) = hero::Outcome::new(model.session) else { return };
    let number = open.shown.hero.clone().filter(|_| !open.at_end).unwrap_or_default();
    let outcome = hero::Outcome { number, sentence: String::new(), short: String::new(), ..outcome };
    egui::Panel::bottom("hero").exact_size(hero::height(&outcome)).frame(frame()).show(root, |ui| {
        hero::hero_ui(ui, model.theme(), &outcome);
    });
}
