//! The parts of the file in their order, and new ones.

use egui::{RichText, Ui, vec2};

use super::button::small_button;
use crate::lesson::OwnFile;
use crate::session::{EditorIntent, Intent, OpenEditor};
use crate::style::Theme;
use crate::ui::style::{colour, text_font};
use crate::ui::text::editor as text;
use crate::ui::widgets::{TARGET, named_choice, paragraph};

/// Height of what stands below the list, points.
const BELOW: f32 = 190.0;

pub(super) fn parts_ui(
    ui: &mut Ui,
    theme: &Theme,
    (open, file): (&OpenEditor, &OwnFile),
    height: f32,
    intents: &mut Vec<Intent>,
) {
    let mut send = |intent: EditorIntent| intents.push(Intent::Editor(intent));
    let list = (height - BELOW).max(80.0);
    egui::ScrollArea::vertical().id_salt("parts").max_height(list).min_scrolled_height(list).show(ui, |ui| {
        for index in 0..file.len() {
            let Some((kind, words)) = file.part(index) else { continue };
            let name = text::entry(index + 1, kind, &words);
            let chosen = index == open.part;
            let label = RichText::new(&name).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
            let button =
                egui::Button::selectable(chosen, label).truncate().min_size(vec2(ui.available_width(), TARGET));
            let response = ui.add(button);
            named_choice(&response, egui::WidgetType::SelectableLabel, &name, chosen);
            if response.clicked() {
                send(EditorIntent::Select(index));
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        if small_button(ui, text::UP, open.part > 0) {
            send(EditorIntent::Move { up: true });
        }
        if small_button(ui, text::DOWN, open.part + 1 < file.len()) {
            send(EditorIntent::Move { up: false });
        }
        if small_button(ui, text::DELETE, !file.is_empty()) {
            send(EditorIntent::Delete);
        }
    });
    if matches!(file, OwnFile::Lesson(_)) {
        paragraph(ui, theme, text::ADD);
        ui.horizontal_wrapped(|ui| {
            for (part, name) in text::PARTS {
                if small_button(ui, name, true) {
                    send(EditorIntent::Add(part));
                }
            }
        });
    }
    paragraph(ui, theme, text::BY_VIEW);
}
