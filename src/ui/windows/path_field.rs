//! The field for a path: the typed text, and the folders and files that complete it.

use egui::{Align2, Context, Id, Key, Modifiers, RichText, Ui, vec2};

use crate::session::{Completion, Intent, PathField, PathPurpose};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, number_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{TOP_BAR, heading_ui, named, paragraph, room, window};

/// Most of the list of completions that is visible at once, points.
const LIST: f32 = 220.0;
/// Height of one of them, points.
const ENTRY: f32 = 23.0;

/// The typed text. The session has it one frame later.
#[derive(Clone)]
struct Typed(String);

fn typed_id() -> Id {
    Id::new("typed path")
}

/// Forgets what was typed, so that the next field begins with its own path.
pub(super) fn forget(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<Typed>(typed_id()));
}

pub(super) fn path_field_ui(ctx: &Context, model: &Model, field: &PathField, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let (title, confirm) = match (&field.purpose, field.needs_confirmation) {
        (PathPurpose::Open, _) => (text::OPEN_PATH, text::CONFIRM_OPEN),
        (PathPurpose::Save { .. }, false) => (text::SAVE_PATH, text::CONFIRM_SAVE),
        (PathPurpose::Save { .. }, true) => (text::SAVE_PATH, text::CONFIRM_REPLACE),
    };
    window("Path", ctx, 620.0).anchor(Align2::CENTER_TOP, vec2(0.0, TOP_BAR + 24.0)).show(ctx, |ui| {
        heading_ui(ui, theme, title, Intent::ClosePath, intents);
        let id = Id::new("path");
        let (mut path, is_new) = match ui.data(|data| data.get_temp::<Typed>(typed_id())) {
            Some(Typed(typed)) => (typed, false),
            None => (field.path.clone(), true),
        };
        // Tab completes, instead of going to the next control.
        let completes = ui.memory(|memory| memory.has_focus(id))
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Tab));
        if completes && let Some(completion) = common_completion(&path, &field.completions) {
            path = completion;
        }
        let edit = egui::TextEdit::singleline(&mut path)
            .id(id)
            .font(number_font(Theme::TYPE[1]))
            .text_color(colour(theme.text))
            .background_color(colour(theme.ground))
            .margin(vec2(8.0, 6.0))
            .lock_focus(true)
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(id, |node| node.set_label(text::PATH));
        let (enter, escape) = ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
        let mut confirms = response.lost_focus() && enter;
        if response.lost_focus() && escape {
            intents.push(Intent::ClosePath);
        }
        if is_new || confirms || completes {
            response.request_focus();
        }
        ui.add_space(Theme::STEP);
        let chosen = completions(ui, theme, field);
        let completed = is_new || completes || chosen.is_some();
        path = chosen.unwrap_or(path);
        if field.needs_confirmation && path == field.path {
            paragraph(ui, theme, text::EXISTS);
        }
        ui.horizontal(|ui| {
            let button = ui.button(confirm);
            named(&button, egui::WidgetType::Button, confirm, "");
            confirms |= button.clicked();
            ui.label(RichText::new(text::PATH_KEYS).small().color(colour(theme.soft)));
        });
        if completed {
            move_cursor_to_end(ui, id, &path);
        }
        if path != field.path {
            intents.push(Intent::TypePath(path.clone()));
        }
        if confirms {
            intents.push(Intent::ConfirmPath);
        }
        ui.data_mut(|data| data.insert_temp(typed_id(), Typed(path)));
    });
}

/// Folders and files. Returns the path of one that was clicked.
fn completions(ui: &mut Ui, theme: &Theme, field: &PathField) -> Option<String> {
    let shown = || field.completions.iter().filter(|completion| completion.path != field.path);
    shown().next()?;
    // As high as the entries, as far as they have room. Without a minimum, egui shrinks the list to nothing.
    let height = (shown().count() as f32 * ENTRY).min(room(ui.ctx()).min(LIST));
    let mut chosen = None;
    ui.spacing_mut().item_spacing.y = 1.0;
    ui.spacing_mut().interact_size.y = ENTRY - 1.0;
    ui.spacing_mut().button_padding.y = 1.0;
    egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
        ui.set_width(ui.available_width());
        for completion in shown() {
            let name = RichText::new(&completion.name).font(number_font(12.0)).color(colour(theme.soft));
            let entry = ui
                .add(egui::Button::new(name).frame(false).truncate().min_size(vec2(ui.available_width(), ENTRY - 1.0)));
            named(&entry, egui::WidgetType::Button, &completion.name, "");
            if entry.clicked() {
                chosen = Some(completion.path.clone());
                ui.memory_mut(|memory| memory.request_focus(Id::new("path")));
            }
        }
    });
    ui.add_space(Theme::STEP);
    chosen
}

fn move_cursor_to_end(ui: &Ui, id: Id, path: &str) {
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let end = egui::text::CCursor::new(path.chars().count());
    state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
    state.store(ui.ctx(), id);
}

/// The path as far as all completions agree; `None` if that is not longer than what is typed.
fn common_completion(path: &str, completions: &[Completion]) -> Option<String> {
    let (first, rest) = completions.split_first()?;
    let mut common = first.path.as_str();
    for other in rest {
        let same = common.char_indices().zip(other.path.chars()).find(|((_, a), b)| a != b);
        let end = same.map_or(common.len().min(other.path.len()), |((at, _), _)| at);
        common = &common[..end];
    }
    (common.len() > path.len()).then(|| common.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tab_completes_as_far_as_all_entries_agree() {
        let entry = |path: &str| Completion { path: path.to_owned(), name: String::new() };
        let common = |path: &str, entries: &[&str]| {
            common_completion(path, &entries.iter().map(|path| entry(path)).collect::<Vec<_>>())
        };
        assert_eq!(common("s", &["scenes/rack.ron", "scenes/ring.ron"]).as_deref(), Some("scenes/r"));
        assert_eq!(common("s", &["scenes/"]).as_deref(), Some("scenes/"));
        assert_eq!(common("scenes/r", &["scenes/rack.ron", "scenes/ring.ron"]), None);
        assert_eq!(common("é", &["école", "été"]), None);
        assert_eq!(common("x", &[]), None);
    }
}
