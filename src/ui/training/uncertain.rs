//! Why a figure has a range: the inputs that are not known well, each with its low, usual and high value, source and grade.

use egui::{RichText, Ui};

use crate::style::Theme;
use crate::training::TrainingRun;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::run as text;
use crate::ui::widgets::{Tip, named, paragraph};

/// Width of the explanation, points.
const WIDTH: f32 = 420.0;

/// A figure with its range as a button. A click shows the inputs.
pub(super) fn ranged_ui(ui: &mut Ui, theme: &Theme, name: &str, value: &str, range: &str, run: &TrainingRun) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let label = RichText::new(name).font(text_font(Theme::TYPE[1])).color(colour(theme.soft));
        ui.add(egui::Label::new(label));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().button_padding = egui::vec2(4.0, 1.0);
            let shown = RichText::new(format!("{value}  ({range})"))
                .font(crate::ui::style::number_font(Theme::TYPE[0]))
                .color(colour(theme.text));
            let button = ui.add(egui::Button::new(shown).truncate());
            let spoken = format!("{name} {value}, {range}");
            named(&button, egui::WidgetType::Button, text::WHY_RANGE, &spoken);
            let button = button.tip(text::WHY_RANGE_TOOLTIP);
            egui::Popup::from_toggle_button_response(&button)
                .width(WIDTH)
                .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
                .show(|ui| inputs_ui(ui, theme, run));
        });
    });
}

fn inputs_ui(ui: &mut Ui, theme: &Theme, run: &TrainingRun) {
    ui.set_max_width(WIDTH);
    ui.label(RichText::new(text::WHY_RANGE).font(heading_font(Theme::TYPE[1])).color(colour(theme.text)));
    paragraph(ui, theme, text::RANGE_REASON);
    for input in &run.uncertain {
        ui.add_space(Theme::STEP);
        let name = RichText::new(text::input_name(input.kind)).font(heading_font(Theme::TYPE[0]));
        ui.label(name.color(colour(theme.text)));
        let figure = &input.figure;
        let ends = RichText::new(text::input_ends(figure)).font(crate::ui::style::number_font(Theme::TYPE[0]));
        ui.add(egui::Label::new(ends.color(colour(theme.text))).wrap());
        paragraph(ui, theme, &text::input_source(figure));
    }
}
