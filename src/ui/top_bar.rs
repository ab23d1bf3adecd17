//! The top bar: title, transport, clock, menus.

use egui::{Align, Layout, RichText, Ui};

use super::model::Model;
use super::parameters::has_parameters_window;
use super::style::{colour, heading_font, number_font, text_font};
use super::text::top_bar as text;
use super::view_menu;
use super::widgets::{
    EntryStyle, MIN_WIDTH_OF_SIDES, OptionStyle, SIGN_BUTTON, Sign, TARGET, TOUCH, TextEntry, Tip, begin_editing,
    is_editing, named, named_choice, option_button, sign_button, text_entry,
};
use crate::scene::{ClockMode, FabricEdit};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::units::{Femtos, time_parts};

/// Width of the menus, points.
const MENUS: f32 = 244.0;
/// Width of the transport with speed and both clocks, points.
const TRANSPORT: f32 = 722.0;
/// Width of the transport that is centred in the window, points.
const CENTRED: f32 = 600.0;
/// The least width of the window that has room for a control, points.
mod room {
    pub(super) const HELP: f32 = 350.0;
    pub(super) const PARAMETERS: f32 = 380.0;
    pub(super) const ENDS: f32 = 530.0;
    pub(super) const TIME: f32 = 660.0;
    pub(super) const SPEED: f32 = 800.0;
    pub(super) const SWEEP: f32 = 900.0;
    pub(super) const CLOCK_MODES: f32 = 1020.0;
}

/// Speeds to choose from, as multiples of the automatic one.
const FACTORS: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

pub(super) fn top_bar_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let whole = ui.max_rect();
    // The transport stands in the middle of a wide window, and at the left of a narrow one.
    let wide = whole.width() > 1140.0;
    // It must not reach the menus.
    let farthest = whole.right() - MENUS - TRANSPORT;
    let left_end = if wide { (whole.center().x - CENTRED / 2.0).min(farthest) - 16.0 } else { whole.left() };
    if wide {
        let left = egui::Rect::from_min_max(whole.min, egui::pos2(left_end, whole.bottom()));
        ui.scope_builder(egui::UiBuilder::new().max_rect(left), |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| title(ui, model, theme, intents));
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

/// The title. A click edits it.
fn title(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let scene = model.session.scene();
    let id = ui.make_persistent_id("title");
    let font = heading_font(Theme::TYPE[2]);
    if is_editing(ui.ctx(), id) {
        let style = EntryStyle { font, width: ui.available_width(), align: Align::LEFT };
        match text_entry(ui, theme, id, text::TITLE, style) {
            Some(TextEntry::Confirmed(title)) if title.trim() != scene.title => {
                intents.push(Intent::EditFabrics(FabricEdit::Title(title)));
            }
            Some(TextEntry::Confirmed(_) | TextEntry::Cancelled) | None => {}
        }
        return;
    }
    let shown = text::title(&scene.title, model.session.is_edited());
    let width = ui.painter().layout_no_wrap(shown.clone(), font.clone(), colour(theme.text)).size().x;
    // A long title is smaller, and has two lines.
    let is_long = width > ui.available_width();
    let font = if is_long { heading_font(Theme::TYPE[1]) } else { font };
    let title = RichText::new(&shown).font(font).color(colour(theme.text));
    ui.spacing_mut().button_padding.x = 0.0;
    let title = egui::Button::new(title).frame(false).min_size(egui::vec2(0.0, TARGET));
    let title = ui.add(if is_long { title.wrap() } else { title.truncate() });
    named(&title, egui::WidgetType::Button, text::TITLE, &shown);
    let title = title.tip(text::title_tooltip(&scene.teaches)).on_hover_cursor(egui::CursorIcon::Text);
    if title.clicked() {
        begin_editing(ui.ctx(), id, &scene.title);
    }
}

fn transport(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let whole_width = ui.ctx().content_rect().width();
    let clock = &model.session.clock;
    let compact = whole_width < MIN_WIDTH_OF_SIDES;
    ui.spacing_mut().item_spacing.x = if compact { 4.0 } else { 6.0 };
    let size = if compact { egui::Vec2::splat(TOUCH) } else { SIGN_BUTTON };
    let mut button = |ui: &mut Ui, sign: Sign, name: &str, intent: Intent| {
        if sign_button(ui, theme, sign, size, intent == Intent::TogglePlay, name).clicked() {
            intents.push(intent);
        }
    };
    // Controls without room are left out. On a telephone, the ends of the run are the ends of the timeline.
    let has_ends = whole_width >= room::ENDS;
    if has_ends {
        button(ui, Sign::First, &text::go_to_start(), Intent::Seek(Femtos(0)));
    }
    button(ui, Sign::Back, &text::previous_event(), Intent::Step(false));
    let sign = if clock.playing { Sign::Pause } else { Sign::Play };
    button(ui, sign, &text::play_or_pause(clock.playing), Intent::TogglePlay);
    button(ui, Sign::Forward, &text::next_event(), Intent::Step(true));
    if has_ends {
        button(ui, Sign::Last, &text::go_to_end(), Intent::Seek(clock.duration));
    }
    ui.add_space(12.0);
    // Controls without room are left out. They are in the View menu, too.
    if whole_width >= room::TIME && !model.session.shows_run() {
        time(ui, clock.at, theme);
    }
    let has_speed = clock.duration > Femtos(0) && !model.session.shows_run() && !model.session.hides_results();
    if whole_width >= room::SPEED && has_speed {
        speed(ui, model, theme, intents);
        ui.add_space(4.0);
    }
    if model.session.shows_run() {
        run_time(ui, model, theme);
    } else if whole_width >= room::CLOCK_MODES {
        clock_modes(ui, model, theme, intents);
    }
}

fn clock_modes(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    ui.spacing_mut().item_spacing.x = 0.0;
    let style = OptionStyle { text_size: Theme::TYPE[1], size: None };
    for mode in [ClockMode::Same, ClockMode::Normalised] {
        let chosen = model.session.clock.mode == mode;
        let Label { name, tooltip, .. } = text::clock_mode(mode);
        let button = option_button(ui, theme, name, chosen, style);
        named_choice(&button, egui::WidgetType::RadioButton, name, chosen);
        if button.tip(tooltip).clicked() && !chosen {
            intents.push(Intent::SetClockMode(mode));
        }
    }
}

/// The current day of a training run.
fn run_time(ui: &mut Ui, model: &Model, theme: &Theme) {
    let (_, window) = model.session.run_window();
    let at = super::training::instant(model.session.run_clock.at, window);
    let label = RichText::new(&at).font(number_font(Theme::TYPE[3])).color(colour(theme.text));
    let response = ui.add(egui::Label::new(label));
    named(&response, egui::WidgetType::Label, text::TIME.name, &at);
}

/// The current time. Its width does not depend on its digits.
fn time(ui: &mut Ui, at: Femtos, theme: &Theme) {
    let (number, unit) = time_parts(at.secs());
    let (rect, response) = ui.allocate_exact_size(egui::vec2(112.0, 32.0), egui::Sense::hover());
    named(&response, egui::WidgetType::Label, text::TIME.name, &format!("{number} {unit}"));
    let painter = ui.painter();
    let baseline = egui::pos2(rect.right() - 28.0, rect.center().y);
    painter.text(baseline, egui::Align2::RIGHT_CENTER, number, number_font(Theme::TYPE[4]), colour(theme.text));
    let after = baseline + egui::vec2(5.0, 2.0);
    painter.text(after, egui::Align2::LEFT_CENTER, unit, text_font(Theme::TYPE[1]), colour(theme.soft));
    response.tip(text::TIME.tooltip);
}

/// The playback speed, and a menu of others.
fn speed(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let clock = &model.session.clock;
    let automatic = clock.automatic_speed();
    let shown = text::speed(&short_time(clock.speed()));
    let label = RichText::new(&shown).font(number_font(Theme::TYPE[1])).color(colour(theme.soft));
    let combo = egui::ComboBox::from_id_salt("speed").width(150.0).selected_text(label).show_ui(ui, |ui| {
        if ui.selectable_label(clock.has_automatic_speed(), text::AUTOMATIC_SPEED).clicked() {
            intents.push(Intent::SetSpeed(None));
        }
        ui.separator();
        let mut entry = |ui: &mut Ui, speed: f64, label: String| {
            let chosen = !clock.has_automatic_speed() && (clock.speed() / speed - 1.0).abs() < 1e-9;
            if ui.selectable_label(chosen, label).clicked() {
                intents.push(Intent::SetSpeed(Some(speed)));
            }
        };
        for factor in FACTORS {
            let speed = automatic * factor;
            entry(ui, speed, format!("{}   {factor}x", text::speed(&short_time(speed))));
        }
        ui.separator();
        // From picoseconds to seconds, whatever the run takes.
        for exponent in -12..=0 {
            let speed = 10.0_f64.powi(exponent);
            let (number, unit) = time_parts(speed);
            let number = number.trim_end_matches('0').trim_end_matches('.');
            entry(ui, speed, text::speed(&format!("{number} {unit}")));
        }
    });
    named(&combo.response, egui::WidgetType::ComboBox, text::SPEED, &shown);
    combo.response.tip(text::speed_tooltip(clock.has_automatic_speed()));
}

/// A time with three digits, which are enough for a speed.
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
    let mut button = |ui: &mut Ui, name: &str, tooltip: &str, intent: Intent| {
        let least = egui::vec2(ui.spacing().interact_size.y, 0.0);
        let response = ui.add(egui::Button::new(name).min_size(least));
        named(&response, egui::WidgetType::Button, name, "");
        if response.tip(tooltip).clicked() {
            intents.push(intent);
        }
    };
    if ui.ctx().content_rect().width() < MIN_WIDTH_OF_SIDES {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().interact_size = egui::Vec2::splat(TOUCH);
    } else {
        ui.spacing_mut().item_spacing.x = 6.0;
    }
    // Menus without room are left out. Their keys still work.
    let width = ui.ctx().content_rect().width();
    if width >= room::PARAMETERS && has_parameters_window(ui.ctx(), model) {
        button(ui, text::PARAMETERS.name, text::PARAMETERS.tooltip, Intent::ToggleParameters);
    } else if width >= room::HELP {
        button(ui, text::HELP, &text::help_tooltip(), Intent::ToggleHelp);
    }
    button(ui, text::SCENES, &text::scenes_tooltip(), Intent::ToggleScenes);
    if width >= room::SWEEP {
        button(ui, text::SWEEP, &text::sweep_tooltip(), Intent::ToggleSweep);
    }
    // In every window: it holds all actions.
    view_menu::view_menu_ui(ui, model, intents);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_has_three_digits() {
        let speeds = [1.11933e-4, 2.26e-5, 9.1e-6].map(short_time);
        assert_eq!(speeds, ["112 µs", "22.6 µs", "9.10 µs"]);
    }
}
