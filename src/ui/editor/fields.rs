//! The texts of the whole file and of the part that is edited.

use egui::{RichText, TextEdit, Ui};

use super::button::small_button;
use crate::lesson::{Course, Field, NewPart, OwnFile, PartKind};
use crate::session::{EditorIntent, Intent, OpenEditor};
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::editor as text;
use crate::ui::widgets::{choice, paragraph, section};

pub(super) fn fields_ui(ui: &mut Ui, theme: &Theme, (open, file): (&OpenEditor, &OwnFile), intents: &mut Vec<Intent>) {
    let Some((kind, _)) = file.part(open.part) else {
        file.head().into_iter().for_each(|field| field_ui(ui, theme, 0, field, intents));
        return;
    };
    section(ui, theme, text::part(kind));
    let mut options = 0;
    for (field, value) in file.fields(open.part) {
        match field {
            Field::OptionBelief(index) => {
                options += 1;
                belief_ui(ui, theme, (index, &value), intents);
                if small_button(ui, text::DELETE_OPTION, true) {
                    intents.push(Intent::Editor(EditorIntent::DeleteOption(index)));
                }
                ui.add_space(2.0 * Theme::STEP);
            }
            Field::Within | Field::Seconds => number_ui(ui, theme, (field, &value), intents),
            Field::Id
            | Field::Title
            | Field::Aim
            | Field::Text
            | Field::Hint
            | Field::Figure
            | Field::Unit
            | Field::OptionText(_)
            | Field::OptionWhen(_)
            | Field::Caption
            | Field::Hero
            | Field::Notes => field_ui(ui, theme, open.part, (field, value), intents),
        }
    }
    if options > 0 && small_button(ui, text::ADD_OPTION, true) {
        intents.push(Intent::Editor(EditorIntent::Add(NewPart::Option)));
    }
    if matches!(kind, PartKind::Task | PartKind::Play) {
        paragraph(ui, theme, text::IN_FILE);
    }
    paragraph(ui, theme, text::FIGURES);
    ui.separator();
    file.head().into_iter().for_each(|field| field_ui(ui, theme, 0, field, intents));
}

fn name_ui(ui: &mut Ui, theme: &Theme, name: &str) {
    ui.label(RichText::new(name).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)));
}

/// A text over the whole width. Every keystroke changes the file.
fn field_ui(ui: &mut Ui, theme: &Theme, part: usize, (field, mut value): (Field, String), intents: &mut Vec<Intent>) {
    let name = text::field(field);
    name_ui(ui, theme, &name);
    let is_long = matches!(field, Field::Text | Field::Notes);
    let is_expression = matches!(field, Field::Figure | Field::OptionWhen(_) | Field::Unit);
    let edit = if is_long { TextEdit::multiline(&mut value).desired_rows(3) } else { TextEdit::singleline(&mut value) };
    let edit = edit
        .id(egui::Id::new(("editor", part, &name)))
        .font(if is_expression { number_font(Theme::TYPE[1]) } else { text_font(Theme::TYPE[1]) })
        .text_color(colour(theme.text))
        .background_color(colour(theme.ground))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    if response.changed() {
        // A line break has no meaning in a text of a lesson.
        intents.push(Intent::Editor(EditorIntent::SetField(field, value.replace('\n', " "))));
    }
}

/// A whole number.
fn number_ui(ui: &mut Ui, theme: &Theme, (field, value): (Field, &str), intents: &mut Vec<Intent>) {
    let name = text::field(field);
    name_ui(ui, theme, &name);
    let mut number: u32 = value.parse().unwrap_or(0);
    let range = if field == Field::Within { 3..=50 } else { 1..=600 };
    let response = ui.add(egui::DragValue::new(&mut number).range(range));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    if response.changed() {
        intents.push(Intent::Editor(EditorIntent::SetField(field, number.to_string())));
    }
}

/// The belief behind an option, of those that the course knows.
fn belief_ui(ui: &mut Ui, theme: &Theme, (index, current): (usize, &str), intents: &mut Vec<Intent>) {
    let name = text::field(Field::OptionBelief(index));
    name_ui(ui, theme, &name);
    let beliefs = Course::bundled().beliefs.iter().flat_map(|file| &file.beliefs);
    let known = beliefs.map(|(id, belief)| (id.as_str(), belief.claim.clone()));
    let choices: Vec<(&str, String)> = std::iter::once(("", text::NO_BELIEF.to_owned())).chain(known).collect();
    let id = format!("belief {index}");
    if let Some(chosen) = choice(ui, &id, Label::new(&name, ""), current, &choices) {
        let set = EditorIntent::SetField(Field::OptionBelief(index), chosen.to_owned());
        intents.push(Intent::Editor(set));
    }
}
