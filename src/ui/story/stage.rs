//! A beat in the layout for an audience.

use egui::{Align, Layout, RichText, Sense, Ui, WidgetType};

use super::spotlight::click_intent;
use super::{caption, is_changed_live, live_outcome, place};
use crate::lesson::Light;
use crate::session::{Intent, OpenStory};
use crate::style::Theme;
use crate::ui::hero;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::story as text;
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

/// Caption, clock and place above the stage. A click on anything that is not a control is a click of the clicker.
pub(in crate::ui) fn title_frame_ui(root: &mut Ui, model: &Model, open: &OpenStory, intents: &mut Vec<Intent>) {
    // First, so that everything else is above it.
    let whole = root.interact(root.max_rect(), root.id().with("next beat"), Sense::CLICK);
    named(&whole, WidgetType::Other, text::NEXT, "");
    intents.extend(click_intent(&whole).map(Intent::Story));
    // A clicker must reach the story, never a control that a click has left in focus.
    root.memory_mut(|memory| {
        if let Some(control) = memory.focused() {
            memory.surrender_focus(control);
        }
    });
    let theme = model.theme();
    let sentence = caption(model.session, open);
    let room = root.available_width() - CLOCK - 2.0 * f32::from(SIDE);
    let font = heading_font(Theme::TYPE[3]);
    let width = root.painter().layout_no_wrap(sentence.clone(), font, colour(theme.text)).size().x;
    let height = CAPTION[usize::from(width > room)];
    egui::Panel::top("caption").exact_size(height).frame(frame()).show(root, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.allocate_ui_with_layout(egui::vec2(CLOCK, ui.available_height()), Layout::top_down(Align::Max), |ui| {
                clock_ui(ui, model, open)
            });
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let caption = RichText::new(&sentence).font(heading_font(Theme::TYPE[3])).color(colour(theme.text));
                let response = ui.add(egui::Label::new(caption).wrap().selectable(false));
                named(&response, WidgetType::Label, &sentence, "");
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
    // In one line, whatever it says: a second one would move the caption.
    ui.add(egui::Label::new(place).extend().selectable(false));
}

/// The hero figure of the beat below the stage, and a bar for each fabric.
pub(in crate::ui) fn hero_frame_ui(root: &mut Ui, model: &Model, open: &OpenStory) {
    let Some(outcome) = hero::Outcome::new(model.session) else { return };
    let of_beat = || open.shown.hero.clone().filter(|_| !open.at_end && !is_changed_live(model.session));
    let live = live_outcome(model.session).map(|outcome| outcome.number);
    let number = live.or_else(of_beat).unwrap_or_default();
    let mut outcome = hero::Outcome { number, sentence: String::new(), short: String::new(), ..outcome };
    if model.session.hides_times_of_talk() {
        outcome.bars.clear();
    }
    let part = open.shown.light.iter().find_map(|light| match light {
        Light::Part(kind) => Some(*kind),
        Light::Fabric(_) | Light::Chip(..) | Light::Link(..) | Light::Class(..) => None,
    });
    for bar in outcome.bars.iter_mut().filter(|_| !open.at_end && !model.session.is_changed()) {
        let (Some(part), Some(view)) = (part, model.views.get(bar.fabric)) else { continue };
        let time = model.session.runs.get(bar.fabric).and_then(|run| run.result()).map(|result| result.time);
        bar.lit = view.explanation.as_ref().zip(time).map(|(known, time)| {
            let shares = known.parts.iter().filter(|share| share.kind == part).map(|share| share.fraction_of(time));
            (part, shares.sum::<f64>() as f32)
        });
    }
    egui::Panel::bottom("hero").exact_size(hero::height(&outcome)).frame(frame()).show(root, |ui| {
        hero::hero_ui(ui, model.theme(), &outcome);
    });
}
