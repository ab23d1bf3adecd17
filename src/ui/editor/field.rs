//! A text of a part or of the whole file, with its name above and its fault below.

use egui::{RichText, TextEdit, Ui};

use crate::lesson::{BeatField, Field, StepField};
use crate::session::{EditorIntent, Intent, OpenEditor};
use crate::style::Theme;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::editor as text;
use crate::ui::widgets::paragraph;

/// The part whose field is shown, with the faults of its fields.
#[derive(Clone, Copy)]
pub(super) struct FieldTarget<'a> {
    pub(super) open: &'a OpenEditor,
    pub(super) part: usize,
}

pub(super) fn name_ui(ui: &mut Ui, theme: &Theme, name: &str) {
    ui.label(RichText::new(name).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)));
}

/// A text over the whole width, with its fault below. Every keystroke changes the file.
pub(super) fn field_ui(
    ui: &mut Ui,
    theme: &Theme,
    FieldTarget { open, part }: FieldTarget,
    (field, mut value): (Field, String),
    intents: &mut Vec<Intent>,
) {
    let name = text::field(field);
    name_ui(ui, theme, &name);
    let is_long = matches!(field, Field::Step(StepField::Text) | Field::Beat(BeatField::Notes));
    let is_expression = matches!(
        field,
        Field::Step(StepField::Figure | StepField::OptionWhen(_) | StepField::Unit | StepField::Goal(_))
    );
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
    let fault = open.notes.faults.iter().find(|(at, _)| Field::Step(*at) == field);
    if let Some((_, problem)) = fault {
        paragraph(ui, theme, &text::field_fault(problem));
    }
}
