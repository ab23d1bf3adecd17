//! The settings of a training scene: model, batch and end of the ranges; parallelism, network, overlap, wafer I/O, sparsity and
//! price of every fabric. A slider stands only on values that are accepted.

use egui::Ui;

use crate::catalog::RangeEnd;
use crate::scene::{Setting, TrainingSetting, TrainingSlider};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::training as text;
use crate::ui::widgets::{
    OptionStyle, SliderChange, SliderScale, Tip, choice, drag_or_set, named_choice, option_button, row, slider,
};

fn set(path: &str, value: &str) -> Intent {
    Intent::Set(vec![Setting { path: path.to_owned(), value: value.to_owned() }])
}

/// Sliders of any kind.
fn sliders_ui(ui: &mut Ui, theme: &Theme, sliders: &[TrainingSlider], intents: &mut Vec<Intent>) {
    for one in sliders {
        let Label { name, tooltip, .. } = text::slider(one.setting);
        let shown = text::slider_value(one.setting, one.current);
        let last = one.values.len().saturating_sub(1) as i64;
        let label = Label::new(name, tooltip);
        match slider(ui, theme, label, &shown, one.place as i64, (0..=last, SliderScale::Linear)) {
            Some(SliderChange::Step(place)) => {
                let value = usize::try_from(place).ok().and_then(|place| one.values.get(place));
                intents.extend(value.map(|value| drag_or_set(ui, set(&one.path, &value.text))));
            }
            Some(SliderChange::Typed(typed)) => intents.push(set(&one.path, &typed_value(one.setting, &typed))),
            None => {}
        }
    }
}

/// A typed value as a setting: without thousands, percent or currency.
fn typed_value(setting: TrainingSetting, typed: &str) -> String {
    let plain = typed.replace(',', "");
    let percent = plain.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    match (setting, percent) {
        (TrainingSetting::Sparsity, Some(percent)) => crate::units::plain(percent / 100.0),
        (TrainingSetting::Price, _) => plain.trim_matches('$').trim().to_owned(),
        _ => plain.trim().to_owned(),
    }
}

/// Model, tokens, batch, and the end of the range of every uncertain input.
pub(in crate::ui) fn workload_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let latest = model.session.latest();
    let Some(training) = &latest.scene.training else { return };
    for (name, value) in text::workload(training) {
        row(ui, theme, Label::new(name, ""), &value);
    }
    sliders_ui(ui, theme, &latest.workload_sliders(), intents);
    let label = egui::RichText::new(text::RANGE.name).font(text_font(Theme::TYPE[1])).color(colour(theme.soft));
    ui.label(label).tip(text::RANGE.tooltip);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let width = (ui.available_width() - 8.0) / 3.0;
        let style = OptionStyle { text_size: Theme::TYPE[1], size: Some(egui::vec2(width, 26.0)) };
        for (end, word) in [(RangeEnd::Low, "low"), (RangeEnd::Usual, "default"), (RangeEnd::High, "high")] {
            let on = training.end == end;
            let name = text::range_end(end);
            let button = option_button(ui, theme, name, on, style);
            named_choice(&button, egui::WidgetType::RadioButton, name, on);
            if button.tip(text::RANGE.tooltip).clicked() && !on {
                intents.push(set("workload.training.range", word));
            }
        }
    });
}

/// The settings of a fabric.
pub(in crate::ui) fn fabric_sliders_ui(ui: &mut Ui, model: &Model, index: usize, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let (latest, catalog) = (model.session.latest(), model.session.catalog());
    let Some(file) = latest.file.fabrics.get(index) else { return };
    if let Some(network) = &file.network {
        let networks: Vec<(&str, String)> =
            catalog.networks().map(|network| (network.id.as_str(), network.name.clone())).collect();
        let id = format!("network of run {index}");
        if let Some(chosen) = choice(ui, &id, text::NETWORK, network, &networks) {
            intents.push(set(&format!("fabrics.{index}.network"), chosen));
        }
    }
    sliders_ui(ui, theme, &latest.training_sliders(index, catalog), intents);
}
