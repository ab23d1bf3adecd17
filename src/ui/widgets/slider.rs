//! Sliders over whole steps. The value beside a slider can also be typed.

use std::ops::RangeInclusive;

use egui::{Align, Layout, Ui};

use super::controls::named;
use super::text_entry::{EntryStyle, editable_text};
use super::tip::{Tip, name_ui};
use super::window::TARGET;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::style::{colour, number_font};

/// Width of a typed value, points.
const TYPED_WIDTH: f32 = 104.0;

/// What the user wants of a slider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum SliderChange {
    /// It was moved to another step.
    Step(i64),
    /// A value was typed, with its unit.
    Typed(String),
}

/// How the steps of a slider are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum SliderScale {
    /// All steps are equally wide.
    Linear,
    /// Each doubling is equally wide.
    Logarithmic,
}

impl SliderScale {
    /// Where a step stands, from 0 to 1.
    fn share(self, step: i64, range: &RangeInclusive<i64>) -> f32 {
        let (from, to) = (*range.start() as f64, *range.end() as f64);
        let step = (step as f64).clamp(from, to.max(from));
        let share = match self {
            SliderScale::Linear => (step - from) / (to - from).max(1.0),
            SliderScale::Logarithmic => (step / from).ln() / (to / from).ln().max(f64::MIN_POSITIVE),
        };
        share as f32
    }
}

/// A slider over whole steps, with its name and value above it. Returns what the user wants to change. The steps of a
/// logarithmic slider are positive.
pub(in crate::ui) fn slider(
    ui: &mut Ui,
    theme: &Theme,
    label: Label,
    value: &str,
    step: i64,
    (range, scale): (RangeInclusive<i64>, SliderScale),
) -> Option<SliderChange> {
    // Name and rail belong together, and both are as high as a pointer needs.
    let whole = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        heading_and_rail(ui, theme, label, value, step, (range, scale))
    };
    ui.scope(whole).inner
}

fn heading_and_rail(
    ui: &mut Ui,
    theme: &Theme,
    label: Label,
    value: &str,
    step: i64,
    (range, scale): (RangeInclusive<i64>, SliderScale),
) -> Option<SliderChange> {
    let typed = typed(ui, theme, label, value, false);
    let mut moved = step;
    ui.spacing_mut().slider_width = ui.available_width();
    let share = scale.share(step, &range);
    let slider = egui::Slider::new(&mut moved, range)
        .show_value(false)
        .logarithmic(scale == SliderScale::Logarithmic)
        // The log scale of egui begins at 1.
        .smallest_positive(1.0)
        .handle_shape(egui::style::HandleShape::Circle);
    let response = ui
        .scope(|ui| {
            // The rail is a line, the handle a light knob, the part in use in the colour of selection.
            let visuals = ui.visuals_mut();
            visuals.selection.bg_fill = colour(theme.muted);
            visuals.widgets.inactive.bg_fill = colour(theme.line);
            for state in [&mut visuals.widgets.inactive, &mut visuals.widgets.hovered, &mut visuals.widgets.active] {
                state.fg_stroke = egui::Stroke::NONE;
            }
            ui.spacing_mut().interact_size.y = TARGET;
            ui.add(slider)
        })
        .inner;
    // egui paints rail and knob in one colour: another knob is painted over its own.
    let radius = TARGET / 2.5;
    let x = response.rect.left() + radius + share.clamp(0.0, 1.0) * (response.rect.width() - 2.0 * radius);
    let ring = if response.has_focus() || response.hovered() { theme.selection } else { theme.panel };
    let center = egui::pos2(x, response.rect.center().y);
    ui.painter().circle(center, 7.0, colour(theme.text), egui::Stroke::new(2.0, colour(ring)));
    named(&response, egui::WidgetType::Slider, label.name, value);
    // A panel scrolls to a slider that was reached by Tab.
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    let moved = (response.changed() && moved != step).then_some(SliderChange::Step(moved));
    // The pointer has it on the name: on the rail it would cover what is dragged.
    if response.has_focus() {
        response.tip_of(label);
    }
    typed.map(SliderChange::Typed).or(moved)
}

/// Name and value, as over a slider, with a frame: no slider below shows that it can be changed. Returns a value that was typed
/// in place of it.
pub(in crate::ui) fn typed_field(ui: &mut Ui, theme: &Theme, label: Label, value: &str) -> Option<String> {
    typed(ui, theme, label, value, true)
}

/// Name and value. Returns a value that was typed in place of it.
fn typed(ui: &mut Ui, theme: &Theme, label: Label, value: &str, has_frame: bool) -> Option<String> {
    ui.horizontal(|ui| {
        // The value has its room first, and the name ends before it.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let width = TYPED_WIDTH.min(ui.available_width() / 2.0);
            let style = EntryStyle { font: number_font(Theme::TYPE[1]), width, align: Align::RIGHT };
            let typed = editable_text(ui, theme, (label.name, value, colour(theme.text)), style, has_frame);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                name_ui(ui, theme, label);
            });
            typed
        })
        .inner
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_doubling_is_equally_wide_on_a_logarithmic_slider() {
        let share = |step| SliderScale::Logarithmic.share(step, &(2..=2048));
        assert_eq!((share(2), share(2048)), (0.0, 1.0));
        assert!((share(64) - 0.5).abs() < 1e-6);
        assert_eq!(SliderScale::Linear.share(3, &(1..=5)), 0.5);
        assert_eq!(SliderScale::Linear.share(3, &(3..=3)), 0.0);
    }
}
