//! A text that is edited in place: a value beside a slider, a name, a path.

use egui::{Color32, FontId, Id, Key, TextEdit, Ui};

use super::controls::named;
use super::tip::Tip;
use super::window::TARGET;
use crate::style::Theme;
use crate::ui::style::colour;
use crate::ui::text as texts;

/// How the editing of a text ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum TextEntry {
    /// With Enter, or with a click elsewhere.
    Confirmed(String),
    /// With Esc.
    Cancelled,
}

/// The text that is being edited under an id. The panels see a session of the last frame, so it waits here.
#[derive(Clone)]
struct Buffer {
    text: String,
    /// The entry has not been shown yet.
    is_new: bool,
    /// The text is to be selected as soon as the entry has the keyboard.
    selects: bool,
}

/// Whether the text of this id is being edited.
pub(in crate::ui) fn is_editing(context: &egui::Context, id: Id) -> bool {
    context.data(|data| data.get_temp::<Buffer>(id).is_some())
}

/// Begins to edit a text. The next [`text_entry`] of this id takes the keyboard.
pub(in crate::ui) fn begin_editing(context: &egui::Context, id: Id, text: &str) {
    let buffer = Buffer { text: text.to_owned(), is_new: true, selects: true };
    context.data_mut(|data| data.insert_temp(id, buffer));
    context.request_repaint();
}

/// Selects the whole text, so that typing replaces it.
fn select_all(context: &egui::Context, id: Id, text: &str) {
    let mut state = egui::text_edit::TextEditState::default();
    let (start, end) = (egui::text::CCursor::new(0), egui::text::CCursor::new(text.chars().count()));
    state.cursor.set_char_range(Some(egui::text::CCursorRange::two(start, end)));
    state.store(context, id);
}

/// How a text entry looks.
#[derive(Clone, Debug)]
pub(in crate::ui) struct EntryStyle {
    /// The font of the text.
    pub(in crate::ui) font: FontId,
    /// Width, points.
    pub(in crate::ui) width: f32,
    /// Where a short text stands.
    pub(in crate::ui) align: egui::Align,
}

/// The entry of a text that [`begin_editing`] has begun. Returns how it ended, once.
pub(in crate::ui) fn text_entry(
    ui: &mut Ui,
    theme: &Theme,
    id: Id,
    name: &str,
    style: EntryStyle,
) -> Option<TextEntry> {
    let Buffer { mut text, is_new, selects } = ui.data(|data| data.get_temp::<Buffer>(id))?;
    let edit = TextEdit::singleline(&mut text)
        .id(id)
        .font(style.font)
        .text_color(colour(theme.text))
        .background_color(colour(theme.ground))
        .horizontal_align(style.align)
        .margin(egui::Margin::symmetric(4, 1))
        .desired_width(style.width - 8.0);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(id, |node| node.set_label(name.to_owned()));
    if is_new {
        response.request_focus();
    }
    // egui puts the cursor at the end when the entry gets the keyboard.
    let selects_now = selects && response.has_focus() && !is_new;
    if selects_now {
        select_all(ui.ctx(), id, &text);
    }
    if selects {
        ui.ctx().request_repaint();
    }
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    let ended = if response.lost_focus() {
        Some(if escaped { TextEntry::Cancelled } else { TextEntry::Confirmed(text.clone()) })
    } else {
        // An entry that was hidden for a while has lost the keyboard.
        (!response.has_focus() && !is_new).then_some(TextEntry::Cancelled)
    };
    ui.data_mut(|data| {
        if ended.is_some() {
            data.remove::<Buffer>(id);
        } else {
            data.insert_temp(id, Buffer { text, is_new: false, selects: selects && !selects_now });
        }
    });
    ended
}

/// A text that becomes an entry when it is clicked, with a frame where nothing else shows that it can be changed. `name` is what
/// screen readers call it. Returns what was typed.
pub(in crate::ui) fn editable_text(
    ui: &mut Ui,
    theme: &Theme,
    (name, text, ink): (&str, &str, Color32),
    style: EntryStyle,
    has_frame: bool,
) -> Option<String> {
    let id = ui.make_persistent_id(("edited", name));
    if is_editing(ui.ctx(), id) {
        return match text_entry(ui, theme, id, name, style)? {
            TextEntry::Confirmed(typed) => (typed.trim() != text).then(|| typed.trim().to_owned()),
            TextEntry::Cancelled => None,
        };
    }
    let label = egui::RichText::new(text).font(style.font).color(ink);
    let width = if has_frame { style.width } else { TARGET };
    let button = egui::Button::new(label).frame_when_inactive(has_frame).min_size(egui::vec2(width, TARGET)).truncate();
    let button = ui.scope(|ui| {
        ui.spacing_mut().button_padding = egui::vec2(4.0, 1.0);
        ui.spacing_mut().interact_size.y = TARGET;
        ui.add(button)
    });
    let response = button.inner;
    named(&response, egui::WidgetType::Button, &texts::common::type_value(name), text);
    let response = response.tip(texts::common::TYPE_VALUE).on_hover_cursor(egui::CursorIcon::Text);
    if response.clicked() {
        begin_editing(ui.ctx(), id, text);
    }
    None
}
