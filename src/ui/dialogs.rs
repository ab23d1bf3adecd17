//! What stands over everything else for a while: the scene menu, faults, help.

use egui::{Align2, Context, RichText, Ui, Window, vec2};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::named;
use crate::scene::{BUNDLED, CLAIMS};
use crate::session::Intent;
use crate::style::Theme;

pub(super) fn show(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    if model.session.scenes {
        scenes(ctx, model, intents);
    }
    if model.session.log.is_some() {
        super::measured_log::show(ctx, model, intents);
    }
    if let Some(fabric) = model.session.sources {
        super::sources::show(ctx, model, fabric, intents);
    }
    if model.session.help {
        help(ctx, model, intents);
    }
    if model.session.diagnostics.is_some() {
        faults(ctx, model, intents);
    }
}

pub(super) fn window<'a>(title: &'a str, ctx: &Context, width: f32) -> Window<'a> {
    let most = (ctx.content_rect().width() - 48.0).max(200.0);
    Window::new(title)
        .collapsible(false)
        .resizable(false)
        .title_bar(false)
        .fixed_size(vec2(width.min(most), 0.0))
        .frame(egui::Frame::window(&ctx.global_style()).inner_margin(20.0))
}

/// A heading with a way out at its right.
pub(super) fn heading(ui: &mut Ui, model: &Model, text: &str, close: Intent, intents: &mut Vec<Intent>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(text).font(semibold(Theme::TYPE[3])).color(colour(model.theme().text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let button = ui.button("Close");
            named(&button, egui::WidgetType::Button, "Close", "");
            if button.on_hover_text("Esc").clicked() {
                intents.push(close);
            }
        });
    });
    ui.add_space(Theme::STEP);
}

/// All bundled scenes with title and line, and what can be done with the open one.
fn scenes(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    window("Scenes", ctx, 520.0).anchor(Align2::RIGHT_TOP, vec2(-20.0, super::TOP_BAR + 8.0)).show(ctx, |ui| {
        heading(ui, model, "Scenes", Intent::ToggleScenes, intents);
        let height = room(ctx);
        egui::ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .show(ui, |ui| entries(ui, model, intents));
    });
}

/// Height that a dialog's contents may take, points.
pub(super) fn room(ctx: &Context) -> f32 {
    (ctx.content_rect().height() - 190.0).max(80.0)
}

fn entries(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    {
        for (index, scene) in BUNDLED.iter().chain(&CLAIMS).enumerate() {
            if index == BUNDLED.len() {
                super::widgets::section(ui, theme, "CLAIMS PUT TO THE TEST");
            }
            let Ok(document) = scene.load(model.session.catalog()) else { continue };
            let current = std::path::Path::new(&model.session.name).ends_with(scene.file);
            let entry = |ui: &mut Ui| {
                ui.set_width(ui.available_width());
                let title =
                    RichText::new(&document.scene.title).font(semibold(Theme::TYPE[1])).color(colour(theme.text));
                ui.add(egui::Label::new(title).wrap());
                let second = document.scene.claim.as_ref().unwrap_or(&document.scene.teaches);
                let teaches = RichText::new(second).font(words(12.0)).color(colour(theme.soft));
                ui.add(egui::Label::new(teaches).wrap());
            };
            let fill = if current { colour(theme.chosen) } else { colour(theme.raised) };
            let frame = egui::Frame::new().fill(fill).corner_radius(Theme::CORNER).inner_margin(12.0);
            let inner = frame.show(ui, entry).response;
            let response = ui.interact(inner.rect, ui.id().with(("scene", index)), egui::Sense::click());
            named(&response, egui::WidgetType::Button, &document.scene.title, "");
            if response.hovered() || response.has_focus() {
                let ring = egui::Stroke::new(1.0, colour(theme.selection));
                ui.painter().rect_stroke(inner.rect, Theme::CORNER, ring, egui::StrokeKind::Inside);
            }
            if response.clicked() {
                intents.push(Intent::OpenBundled(index));
            }
        }
        ui.add_space(Theme::STEP);
        ui.horizontal_wrapped(|ui| {
            for (name, explanation, intent) in [
                (
                    "Open file…",
                    "A scene, or a log of nccl-tests (O). Files may also be dropped on the window.",
                    Intent::OpenDialog,
                ),
                ("Save…", "The scene with all changes, as RON", Intent::SaveScene),
                ("Copy as RON", "The scene with all changes, on the clipboard", Intent::CopyScene),
                ("Reset", "Back to the scene as it was loaded (R)", Intent::Reset),
            ] {
                let enabled = intent != Intent::Reset || model.session.is_changed();
                let button = ui.add_enabled(enabled, egui::Button::new(name));
                named(&button, egui::WidgetType::Button, name, "");
                if button.on_hover_text(explanation).clicked() {
                    intents.push(intent);
                }
            }
        });
    }
}

/// Why a scene or a change was refused. The scene behind it stays.
fn faults(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let Some(faults) = &model.session.diagnostics else { return };
    let theme = model.theme();
    window("Faults", ctx, 760.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        let count = faults.faults.len();
        let title =
            if count == 1 { "This was refused".to_owned() } else { format!("This was refused: {count} faults") };
        heading(ui, model, &title, Intent::DismissDiagnostics, intents);
        let text = faults.to_string();
        // As high as the text, and never higher than the window has room for.
        let height = (text.lines().count() as f32 * 17.0 + 20.0).min(ctx.content_rect().height() * 0.6);
        egui::ScrollArea::both().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            let text = RichText::new(text).font(mono(12.0)).color(colour(theme.text));
            ui.add(egui::Label::new(text).selectable(true).extend());
        });
        ui.add_space(Theme::STEP);
        ui.label(RichText::new("The scene on the screen is unchanged.").font(words(12.0)).color(colour(theme.soft)));
    });
}

/// Keys, as (key, what it does).
const KEYS: &[(&str, &str)] = &[
    ("Space", "play or pause"),
    ("→  N  PgDn", "next event"),
    ("←  P  PgUp", "previous event"),
    ("Home  End", "to the start, to the end"),
    ("↑  ↓", "faster, slower"),
    ("J  L", "play backwards, play on"),
    ("[  ]  \\", "loop from here, loop to here, no loop"),
    ("C", "same or normalised clock"),
    ("Wheel, drag", "on the stage: closer, move; on the timeline: zoom, scrub"),
    ("Z  X  V", "closer, farther, the whole fabric"),
    ("Shift + arrows", "move what is seen"),
    ("1 … 9", "the fabric that these keys speak to"),
    ("Click", "select a chip, link or PE; double-click: go into it"),
    ("B", "go to the binding link"),
    ("M", "map, or matrix of who sends to whom"),
    ("G", "glide to where one looks, or go at once"),
    ("A", "utilisation now, or mean since the start"),
    ("K", "the critical path, or no longer"),
    ("U  Shift + U", "take the last change back, do it again"),
    ("H", "hide or show the panels"),
    ("W", "sweep: every value of a figure at once, as curves"),
    ("S", "scenes"),
    ("O", "open a scene file"),
    ("R", "reset the scene"),
    ("T", "dark or light theme"),
    ("F", "full screen"),
    ("+  −  0", "larger, smaller, designed size"),
    ("?  Esc", "this help, close"),
];

fn help(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Help", ctx, 520.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading(ui, model, "Keys", Intent::ToggleHelp, intents);
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| keys(ui, theme));
    });
}

fn keys(ui: &mut Ui, theme: &Theme) {
    {
        egui::Grid::new("keys").num_columns(2).spacing(vec2(24.0, 2.0)).show(ui, |ui| {
            for &(key, what) in KEYS {
                ui.label(RichText::new(key).font(mono(Theme::TYPE[1])).color(colour(theme.selection)));
                ui.label(RichText::new(what).font(words(Theme::TYPE[1])).color(colour(theme.text)));
                ui.end_row();
            }
        });
        ui.add_space(2.0 * Theme::STEP);
        let text = "Diamonds are partial sums on the way, squares copies of the finished sum. Colour on links and wafers \
                    is utilisation. What binds is named in red. The results tell their definitions under the pointer; \
                    sources and grades of the hardware figures: fabricscope catalog.";
        let text = RichText::new(text).font(words(12.0)).color(colour(theme.soft));
        ui.add(egui::Label::new(text).wrap());
    }
}
