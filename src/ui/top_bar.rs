//! The top bar: title, transport, clock, menus.

use egui::{Align, Layout, RichText, Ui};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::{Sign, named, sign_button};
use crate::scene::ClockMode;
use crate::session::Intent;
use crate::style::Theme;
use crate::units::{Femtos, time_parts};

/// Width of the menus, points.
const MENUS: f32 = 244.0;
/// Width of the transport with speed and both clocks, points.
const TRANSPORT: f32 = 722.0;

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let whole = ui.max_rect();
    // The transport stands in the middle of the window, whatever is at its sides; on narrow windows it follows.
    let transport_width = 600.0;
    let wide = whole.width() > 1140.0;
    // With the clock's two ways it is as wide as this; then come the menus.
    let farthest = whole.right() - MENUS - TRANSPORT;
    let left_end = if wide { (whole.center().x - transport_width / 2.0).min(farthest) - 16.0 } else { whole.left() };
    if wide {
        let left = egui::Rect::from_min_max(whole.min, egui::pos2(left_end, whole.bottom()));
        ui.scope_builder(egui::UiBuilder::new().max_rect(left), |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| title(ui, model, theme));
        });
    }
    let start = if wide { left_end + 16.0 } else { whole.left() };
    let middle = egui::Rect::from_min_max(egui::pos2(start, whole.top()), whole.max);
    ui.scope_builder(egui::UiBuilder::new().max_rect(middle), |ui| {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| transport(ui, model, theme, intents));
    });
    ui.scope_builder(egui::UiBuilder::new().max_rect(whole), |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| menus(ui, model, intents));
    });
}

fn title(ui: &mut Ui, model: &Model, theme: &Theme) {
    let text = RichText::new(&model.session.scene().title).font(semibold(Theme::TYPE[2])).color(colour(theme.text));
    ui.add(egui::Label::new(text).truncate()).on_hover_text(&model.session.scene().teaches);
}

fn transport(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let whole_width = ui.ctx().content_rect().width();
    let clock = &model.session.clock;
    ui.spacing_mut().item_spacing.x = 6.0;
    if sign_button(ui, theme, Sign::First, false, "To the start (Home)").clicked() {
        intents.push(Intent::Seek(Femtos(0)));
    }
    if sign_button(ui, theme, Sign::Back, false, "Previous event (←)").clicked() {
        intents.push(Intent::Step(false));
    }
    let (sign, name) = if clock.playing { (Sign::Pause, "Pause (Space)") } else { (Sign::Play, "Play (Space)") };
    if sign_button(ui, theme, sign, true, name).clicked() {
        intents.push(Intent::TogglePlay);
    }
    if sign_button(ui, theme, Sign::Forward, false, "Next event (→)").clicked() {
        intents.push(Intent::Step(true));
    }
    if sign_button(ui, theme, Sign::Last, false, "To the end (End)").clicked() {
        intents.push(Intent::Seek(clock.duration));
    }
    ui.add_space(12.0);
    if whole_width >= 520.0 {
        time(ui, clock.at, theme);
    }
    // Of what does not fit beside the menus the keys are left.
    if whole_width >= 760.0 && clock.duration > Femtos(0) {
        speed(ui, model, theme, intents);
        ui.add_space(4.0);
    }
    if whole_width < 900.0 {
        return;
    }
    let modes = [(ClockMode::Same, "Same clock"), (ClockMode::Normalised, "Normalised")];
    ui.spacing_mut().item_spacing.x = 0.0;
    for (mode, name) in modes {
        let chosen = clock.mode == mode;
        let text = RichText::new(name).color(colour(if chosen { theme.text } else { theme.soft }));
        let fill = if chosen { colour(theme.chosen) } else { colour(theme.raised) };
        let button = ui.add(egui::Button::new(text).fill(fill).corner_radius(6.0));
        named(&button, egui::WidgetType::RadioButton, name, "");
        let explanation = match mode {
            ClockMode::Same => "One time for all fabrics: the honest race",
            ClockMode::Normalised => "Each fabric from start to end in step with the slowest",
        };
        if button.on_hover_text(explanation).clicked() && !chosen {
            intents.push(Intent::SetClockMode(mode));
        }
    }
}

/// The time now, of equal width whatever its digits are.
fn time(ui: &mut Ui, at: Femtos, theme: &Theme) {
    let (number, unit) = time_parts(at.secs());
    let (rect, response) = ui.allocate_exact_size(egui::vec2(112.0, 32.0), egui::Sense::hover());
    named(&response, egui::WidgetType::Label, "Time", &format!("{number} {unit}"));
    let painter = ui.painter();
    let baseline = egui::pos2(rect.right() - 28.0, rect.center().y);
    painter.text(baseline, egui::Align2::RIGHT_CENTER, number, mono(Theme::TYPE[4]), colour(theme.text));
    let after = baseline + egui::vec2(5.0, 2.0);
    painter.text(after, egui::Align2::LEFT_CENTER, unit, words(Theme::TYPE[1]), colour(theme.soft));
    response.on_hover_text("Simulated time on the clock of the slowest fabric");
}

/// "1 s shows 112 µs", with the speeds to choose.
fn speed(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let clock = &model.session.clock;
    let text = |speed: f64| format!("1 s shows {}", short_time(speed));
    let first = clock.duration.secs() / 12.0;
    let shown = text(clock.speed);
    let label = RichText::new(&shown).font(mono(Theme::TYPE[1])).color(colour(theme.soft));
    let combo = egui::ComboBox::from_id_salt("speed").width(150.0).selected_text(label).show_ui(ui, |ui| {
        for factor in [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0] {
            let speed = first * factor;
            let words = format!("{}   {}x", text(speed), factor);
            if ui.selectable_label((clock.speed / speed - 1.0).abs() < 1e-9, words).clicked() {
                intents.push(Intent::SetSpeed(speed));
            }
        }
        ui.separator();
        // From picoseconds to seconds, whatever the run takes.
        for exponent in -12..=0 {
            let speed = 10.0_f64.powi(exponent);
            let (number, unit) = time_parts(speed);
            let number = number.trim_end_matches('0').trim_end_matches('.');
            let chosen = (clock.speed / speed - 1.0).abs() < 1e-9;
            if ui.selectable_label(chosen, format!("1 s shows {number} {unit}")).clicked() {
                intents.push(Intent::SetSpeed(speed));
            }
        }
    });
    named(&combo.response, egui::WidgetType::ComboBox, "Speed", &shown);
    combo.response.on_hover_text("Speed: ↑ faster, ↓ slower");
}

/// Three digits are enough for a speed.
fn short_time(seconds: f64) -> String {
    let (number, unit) = time_parts(seconds);
    let value: f64 = number.parse().unwrap_or(0.0);
    let decimals = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {unit}")
}

fn menus(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let mut button = |ui: &mut Ui, name: &str, explanation: &str, intent: Intent| {
        let response = ui.button(name);
        named(&response, egui::WidgetType::Button, name, "");
        if response.on_hover_text(explanation).clicked() {
            intents.push(intent);
        }
    };
    ui.spacing_mut().item_spacing.x = 6.0;
    button(ui, "?", "Keys and words (?)", Intent::ToggleHelp);
    // Narrow windows have no room for everything; the keys do all of it.
    let width = ui.ctx().content_rect().width();
    button(ui, "Scenes", "Open, save, copy, reset (S)", Intent::ToggleScenes);
    if width >= super::MIN_WIDTH {
        button(ui, "Sweep", "Every value of a figure at once, as curves (W)", Intent::ToggleSweep);
    }
    if width >= 600.0 {
        super::view_menu::show(ui, model, intents);
    }
}
