//! The window of scenes: open, save, copy and reset the scene, and all bundled scenes with title and line.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::scene::{BundledScene, SceneDocument, first_group, menu};
use crate::session::{Intent, LessonIntent};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::{lesson as lesson_text, windows as text};
use crate::ui::widgets::{TOP_BAR, Tip, heading_ui, named, room, section, window};

/// Forgets that the window was open, so that its list takes the keyboard again.
pub(super) fn forget_focus(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<Focused>(focused_id()));
}

/// The list took the keyboard when the window was opened, so that the arrows act on it.
#[derive(Clone)]
struct Focused;

fn focused_id() -> egui::Id {
    egui::Id::new("focus of the scenes")
}

pub(super) fn scenes_ui(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    window("Scenes", ctx, 520.0).anchor(Align2::RIGHT_TOP, vec2(-20.0, TOP_BAR + 8.0)).show(ctx, |ui| {
        heading_ui(ui, model.theme(), text::SCENES, Intent::ToggleScenes, intents);
        // Above the list, which is longer than most windows are high.
        buttons(ui, model, intents);
        ui.add_space(Theme::STEP);
        let height = room(ctx) - 40.0;
        egui::ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .show(ui, |ui| bundled_scenes(ui, model, intents));
    });
}

fn buttons(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    ui.horizontal_wrapped(|ui| {
        let mut button = |name: &str, tooltip: &str, enabled: bool, intent: Intent| {
            let button = ui.add_enabled(enabled, egui::Button::new(name));
            named(&button, egui::WidgetType::Button, name, "");
            if button.tip(tooltip).clicked() {
                intents.push(intent);
            }
        };
        button(text::OPEN, &text::open_tooltip(), true, Intent::OpenDialog);
        button(text::SAVE, &text::save_tooltip(), true, Intent::SaveScene);
        button(text::EXPORT, text::EXPORT_TOOLTIP, true, Intent::ToggleExports);
        button(text::COPY_LINK, text::COPY_LINK_TOOLTIP, true, Intent::CopyLink);
        if model.session.has_page_address() {
            button(text::QR_CODE, text::QR_CODE_TOOLTIP, true, Intent::ToggleQrCode);
            button(text::EMBED_CODE, text::EMBED_CODE_TOOLTIP, true, Intent::CopyEmbedCode);
        }
        button(text::COPY, text::COPY_TOOLTIP, true, Intent::CopyScene);
        button(text::RESET, &text::reset_tooltip(), model.session.can_reset(), Intent::Reset);
        let course = Intent::Lesson(LessonIntent::ToggleCourse);
        button(lesson_text::COURSE, lesson_text::COURSE_TOOLTIP, true, course);
    });
}

fn bundled_scenes(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let takes_focus = ui.data(|data| data.get_temp::<Focused>(focused_id()).is_none());
    let opened = menu().position(|scene| is_open(model, scene)).unwrap_or(0);
    let mut entries = Vec::new();
    for (index, scene) in menu().enumerate() {
        if index == first_group().count() {
            section(ui, model.theme(), text::CLAIMS);
        }
        let Ok(document) = scene.load(model.session.catalog()) else { continue };
        let entry = entry(ui, model.theme(), index, &document, is_open(model, scene));
        if takes_focus && index == opened {
            entry.request_focus();
            entry.scroll_to_me(None);
            // Not in the first pass, in which egui measures the window.
            if entry.has_focus() {
                ui.data_mut(|data| data.insert_temp(focused_id(), Focused));
            }
        }
        if entry.clicked() {
            intents.push(Intent::OpenBundled(index));
        }
        entries.push(entry);
    }
    arrows(ui, &entries);
}

/// The arrows move in the list. Those of egui would go to any control near by, behind the window too.
fn arrows(ui: &Ui, entries: &[egui::Response]) {
    let Some(place) = entries.iter().position(egui::Response::has_focus) else { return };
    let keeps = egui::EventFilter { vertical_arrows: true, horizontal_arrows: true, ..egui::EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(entries[place].id, keeps));
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    let next = if pressed(egui::Key::ArrowDown) {
        entries.get(place + 1)
    } else if pressed(egui::Key::ArrowUp) {
        place.checked_sub(1).and_then(|place| entries.get(place))
    } else {
        None
    };
    if let Some(next) = next {
        next.request_focus();
        next.scroll_to_me(None);
    }
}

fn is_open(model: &Model, scene: &BundledScene) -> bool {
    std::path::Path::new(&model.session.name).ends_with(scene.file)
}

/// Title of a scene, and below it its claim or what it teaches.
fn entry(ui: &mut Ui, theme: &Theme, index: usize, document: &SceneDocument, is_open: bool) -> egui::Response {
    let contents = |ui: &mut Ui| {
        ui.set_width(ui.available_width());
        let title = RichText::new(&document.scene.title).font(heading_font(Theme::TYPE[1])).color(colour(theme.text));
        ui.add(egui::Label::new(title).wrap());
        let second = document.scene.claim.as_ref().unwrap_or(&document.scene.teaches);
        let second = RichText::new(second).font(text_font(12.0)).color(colour(theme.soft));
        ui.add(egui::Label::new(second).wrap());
    };
    let fill = colour(if is_open { theme.chosen } else { theme.raised });
    let frame = egui::Frame::new().fill(fill).corner_radius(Theme::CORNER).inner_margin(12.0);
    let rect = frame.show(ui, contents).response.rect;
    let response = ui.interact(rect, ui.id().with(("scene", index)), egui::Sense::click());
    named(&response, egui::WidgetType::Button, &document.scene.title, "");
    if response.hovered() || response.has_focus() {
        let ring = egui::Stroke::new(1.0, colour(theme.selection));
        ui.painter().rect_stroke(rect, Theme::CORNER, ring, egui::StrokeKind::Inside);
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    response
}
