//! A step that plays runs: which ones, and in which order.

use egui::Ui;

use crate::lesson::{LessonFile, PlayFile};
use crate::session::{EditorIntent, Intent};
use crate::style::Theme;
use crate::ui::text::editor as text;
use crate::ui::widgets::{TARGET, named_choice, paragraph};

/// A check box for each run of the lesson. Runs play in the order in which they were checked.
pub(super) fn play_ui(ui: &mut Ui, theme: &Theme, (lesson, play): (&LessonFile, &PlayFile), intents: &mut Vec<Intent>) {
    paragraph(ui, theme, text::PLAYED);
    ui.spacing_mut().interact_size.y = TARGET;
    // A run that the lesson lacks is listed too, so that it can be taken out.
    let unknown = play.runs.iter().filter(|run| !lesson.runs.contains_key(*run));
    for name in lesson.runs.keys().chain(unknown) {
        let place = play.runs.iter().position(|played| played == name);
        let label = text::played(name, lesson.runs.get(name), place);
        let mut checked = place.is_some();
        let response = ui.checkbox(&mut checked, &label);
        named_choice(&response, egui::WidgetType::Checkbox, &label, checked);
        if response.changed() {
            intents.push(Intent::Editor(EditorIntent::SetPlayed(name.clone(), checked)));
        }
    }
}
