//! The layout for an audience: title and clock, the stage, and the hero line. All type is large enough for the last row;
//! the panels are one key away.

use egui::{Align, Layout, Margin, RichText, Ui, Vec2};

use super::model::Model;
use super::style::{colour, heading_font, number_font, text_font};
use super::text::{stage_mode as text, top_bar};
use super::widgets::{Sign, Tip, named, sign_button};
use super::{hero, story, widgets};
use crate::session::{Intent, Session};
use crate::style::Theme;
use crate::units::time_parts;

/// Height of the window in points: the smallest type is then 3.3 % of it.
const HEIGHT: f32 = 333.0;
/// The same with a training run, whose axis needs more lines.
const HEIGHT_OF_RUN: f32 = 480.0;
/// The least width of a fabric, points.
const WIDTH_PER_FABRIC: f32 = 250.0;
/// The most fabrics in a row.
const FABRICS_IN_A_ROW: usize = 3;
/// Height of the title, points.
const TITLE: f32 = 36.0;
/// Lower windows have no hero line, points.
const MIN_HEIGHT: f32 = 240.0;
/// Space at the left and at the right, points.
const SIDE: i8 = 16;

/// How much larger than in the workbench everything is drawn in a window of this size, points at scale 1. It is 1 while
/// the panels are shown.
fn stage_scale(session: &Session, window: Vec2) -> f32 {
    if session.panels {
        return 1.0;
    }
    let across = session.runs.len().clamp(1, FABRICS_IN_A_ROW) as f32;
    let height = if session.shows_run() { HEIGHT_OF_RUN } else { HEIGHT };
    (window.y / height).min(window.x / (across * WIDTH_PER_FABRIC)).max(1.0)
}

/// The zoom of the interface in a window of this size, points at scale 1. However much the user enlarges it, this layout
/// keeps its title and hero line.
pub fn interface_zoom(session: &Session, window: Vec2) -> f32 {
    let zoom = session.zoom * stage_scale(session, window);
    if session.panels { zoom } else { zoom.min((window.y / MIN_HEIGHT).max(session.zoom)) }
}

/// Whether this layout is shown.
pub(super) fn is_on(session: &Session, room: Vec2) -> bool {
    !session.panels && room.y >= MIN_HEIGHT
}

/// The title above the stage and the hero line below it.
pub(super) fn frame_ui(root: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    if let Some(open) = &model.session.story {
        story::title_frame_ui(root, model, open, intents);
        story::hero_frame_ui(root, model, open);
        return;
    }
    let frame = || egui::Frame::new().inner_margin(Margin::symmetric(SIDE, 0));
    egui::Panel::top("title").exact_size(TITLE).frame(frame()).show(root, |ui| title_ui(ui, model, intents));
    if let Some(outcome) = hero::Outcome::new(model.session) {
        egui::Panel::bottom("hero").exact_size(hero::height(&outcome)).frame(frame()).show(root, |ui| {
            hero::hero_ui(ui, model.theme(), &outcome);
        });
    }
}

fn title_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let clock = &model.session.clock;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let panels = ui.button(RichText::new(text::PANELS).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)));
        named(&panels, egui::WidgetType::Button, text::PANELS, "");
        if panels.tip(text::panels_tooltip()).clicked() {
            intents.push(Intent::TogglePanels);
        }
        let sign = if clock.playing { Sign::Pause } else { Sign::Play };
        let size = egui::vec2(widgets::TOUCH, 24.0);
        if sign_button(ui, theme, sign, size, false, &top_bar::play_or_pause(clock.playing)).clicked() {
            intents.push(Intent::TogglePlay);
        }
        let scale = hero::time_scale(model.session, 3);
        let time = scale.map_or_else(
            || {
                let (number, unit) = time_parts(clock.at.secs());
                format!("{number} {unit}")
            },
            |scale| scale.text(clock.at),
        );
        let time = if model.session.shows_run() {
            let (_, window) = model.session.run_window();
            super::training::instant(model.session.run_clock.at, window)
        } else {
            time
        };
        ui.label(RichText::new(time).font(number_font(Theme::TYPE[3])).color(colour(theme.text)));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let (title, is_edited) = (&model.session.scene().title, model.session.is_edited());
            let whole = top_bar::title(title, is_edited);
            let width =
                |size: f32| ui.painter().layout_no_wrap(whole.clone(), heading_font(size), colour(theme.text)).size().x;
            // A long title is smaller, down to the size of other text.
            let sizes = [Theme::TYPE[3], Theme::TYPE[2], Theme::TYPE[1], Theme::TYPE[0]];
            let room = ui.available_width();
            let fitting = sizes.into_iter().find(|&size| width(size) <= room);
            let size = fitting.unwrap_or(Theme::TYPE[0]);
            let title = if fitting.is_some() { whole } else { top_bar::cut_title(title, is_edited) };
            let title = RichText::new(title).font(heading_font(size)).color(colour(theme.text));
            ui.add(egui::Label::new(title).truncate());
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_on_stage_is_at_least_three_percent_of_the_height() {
        let mut session = Session::first_look().expect("the first look");
        assert_eq!(stage_scale(&session, Vec2::new(1920.0, 1080.0)), 1.0);
        session.apply(Intent::TogglePanels);
        for window in [Vec2::new(1280.0, 720.0), Vec2::new(1920.0, 1080.0), Vec2::new(3840.0, 2160.0)] {
            let smallest = Theme::TYPE[0] * stage_scale(&session, window);
            assert!(smallest >= 0.033 * window.y, "{smallest} of {}", window.y);
        }
        assert_eq!(stage_scale(&session, Vec2::new(320.0, 200.0)), 1.0, "a small page keeps its scale");
        session.apply(Intent::SetInterfaceScale(3.0));
        let window = Vec2::new(1920.0, 1080.0);
        let height = window.y / interface_zoom(&session, window);
        assert!(is_on(&session, Vec2::new(600.0, height)), "{height}");
    }
}
