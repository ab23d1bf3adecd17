//! The editor of the user's own lesson or story: its parts at the left, the texts of one of them at the right.
//!
//! | file | holds |
//! |---|---|
//! | `button` | a small button |
//! | `parts` | the list of parts, their order, new ones |
//! | `field` | one text, with its name and its fault |
//! | `fields` | the texts of the whole and of the part |
//! | `play`, `task` | the runs of a step; what a task permits, asks for and takes as its solution |

mod button;
mod field;
mod fields;
mod parts;
mod play;
mod task;

use egui::{Align2, Context, RichText, Ui, vec2};

use button::small_button;

use crate::lesson::OwnFile;
use crate::session::{EditorIntent, Intent, OpenEditor};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::editor as text;
use crate::ui::widgets::{SCROLL_BAR, TARGET, TOP_BAR, heading_ui, named, room, scroll_area, window};

/// Width of the window, points.
const WIDTH: f32 = 820.0;
/// Width of the list of parts, points.
const LIST: f32 = 300.0;
/// Height of the faults, points.
const FAULTS: f32 = 72.0;

pub(in crate::ui) fn editor_ui(
    ctx: &Context,
    model: &Model,
    (open, file): (&OpenEditor, &OwnFile),
    intents: &mut Vec<Intent>,
) {
    let theme = model.theme();
    window("Editor", ctx, WIDTH).anchor(Align2::CENTER_TOP, vec2(0.0, TOP_BAR + 8.0)).show(ctx, |ui| {
        let close = Intent::Editor(EditorIntent::Close);
        heading_ui(ui, theme, &text::heading(file.title()), close, intents);
        let height = (room(ctx) - FAULTS - 70.0).max(120.0);
        let list = LIST.min(ui.available_width() * 0.4);
        ui.horizontal_top(|ui| {
            ui.allocate_ui(vec2(list, height), |ui| {
                ui.set_min_size(vec2(list, height));
                ui.set_max_width(list);
                ui.vertical(|ui| parts::parts_ui(ui, theme, (open, file), height, intents));
            });
            ui.add_space(2.0 * Theme::STEP);
            ui.vertical(|ui| {
                scroll_area(height).id_salt("fields").show(ui, |ui| {
                    ui.set_max_width(ui.available_width() - SCROLL_BAR);
                    fields::fields_ui(ui, theme, (open, file), intents);
                });
            });
        });
        ui.add_space(Theme::STEP);
        faults_ui(ui, theme, open, intents);
        ui.horizontal_wrapped(|ui| {
            let buttons =
                [(text::CHECK, EditorIntent::Check), (text::TRY, EditorIntent::Try), (text::SAVE, EditorIntent::Save)];
            for (name, intent) in buttons {
                if small_button(ui, name, true) {
                    intents.push(Intent::Editor(intent));
                }
            }
        });
    });
}

/// What the last check found. A click on a fault goes to its part.
fn faults_ui(ui: &mut Ui, theme: &Theme, open: &OpenEditor, intents: &mut Vec<Intent>) {
    let Some(faults) = &open.faults else { return };
    let line = |text: &str| RichText::new(text).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
    if faults.is_empty() {
        ui.add(egui::Label::new(line(text::PASSES)).wrap());
        return;
    }
    egui::ScrollArea::vertical().id_salt("faults").max_height(FAULTS).min_scrolled_height(FAULTS).show(ui, |ui| {
        for fault in faults {
            let part = OwnFile::part_of(fault);
            let name = text::fault(part, &fault.problem);
            let button =
                egui::Button::new(line(&name)).wrap().frame(false).min_size(vec2(ui.available_width(), TARGET));
            let response = ui.add(button);
            named(&response, egui::WidgetType::Button, &name, "");
            if let Some(part) = part.filter(|_| response.clicked()) {
                intents.push(Intent::Editor(EditorIntent::Select(part)));
            }
        }
    });
}
