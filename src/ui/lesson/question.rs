//! The open question: options, a number to type, or things to put into order, and how sure the learner is.

use egui::{Id, Key, RichText, TextEdit, Ui, vec2};

use super::sentence::{TEXT, note, sentence};
use crate::lesson::{AnswerFile, NumberFile, Sure};
use crate::session::{Intent, LessonIntent, OpenLesson, PollIntent, ShownOption};
use crate::style::Theme;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::lesson as text;
use crate::ui::widgets::{TARGET, TOUCH, Tip, named, named_choice, unbroken};

/// Width of the key or the place beside an option, points.
const SIDE: f32 = 26.0;
/// Width of the field for a number, points.
const FIELD: f32 = 120.0;

/// The question with the ways to answer it.
pub(super) fn question_ui(ui: &mut Ui, theme: &Theme, open: &OpenLesson, intents: &mut Vec<Intent>) {
    sentence(ui, theme, &open.shown.text);
    note(ui, theme, text::HOW_SURE);
    ui.horizontal_wrapped(|ui| {
        for sure in Sure::ALL {
            let chosen = open.sure == Some(sure);
            let response = ui.add(egui::Button::new(sure.label()).selected(chosen).min_size(vec2(0.0, TARGET)));
            named_choice(&response, egui::WidgetType::RadioButton, sure.label(), chosen);
            if response.clicked() {
                intents.push(Intent::Lesson(LessonIntent::SetSure(sure)));
            }
        }
    });
    match open.answer_form() {
        None => options_ui(ui, theme, open, intents),
        Some(AnswerFile::Number(number)) => number_ui(ui, theme, (open, number), intents),
        Some(AnswerFile::Order(_)) => order_ui(ui, theme, open, intents),
    }
    if open.can_poll() {
        let poll = ui.add(egui::Button::new(text::POLL).min_size(vec2(0.0, TARGET)));
        named(&poll, egui::WidgetType::Button, text::POLL, "");
        let tooltip = if open.answer_form().is_some() { text::POLL_OF_RANGES } else { text::POLL_TOOLTIP };
        if poll.tip(tooltip).clicked() {
            intents.push(Intent::Lesson(LessonIntent::Poll(PollIntent::Toggle)));
        }
    }
}

/// The options, each a button over the whole width with its key.
fn options_ui(ui: &mut Ui, theme: &Theme, open: &OpenLesson, intents: &mut Vec<Intent>) {
    for (place, option) in open.shown.options.iter().enumerate() {
        if choice_ui(ui, theme, &(place + 1).to_string(), (option, false)) {
            intents.push(Intent::Lesson(LessonIntent::Answer(option.option)));
        }
    }
}

/// One option or thing, with its key or its place before it. Returns whether it was clicked.
fn choice_ui(ui: &mut Ui, theme: &Theme, side: &str, (option, chosen): (&ShownOption, bool)) -> bool {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(SIDE, TOUCH), egui::Sense::hover());
        let ink = if chosen { theme.selection } else { theme.soft };
        let font = number_font(Theme::TYPE[1]);
        ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, side, font, colour(ink));
        let label = RichText::new(unbroken(&option.text)).font(text_font(TEXT)).color(colour(theme.text));
        let fill = colour(if chosen { theme.chosen } else { theme.raised });
        let button = egui::Button::new(label).wrap().fill(fill).min_size(vec2(ui.available_width(), TOUCH));
        let response = ui.add(button);
        named_choice(&response, egui::WidgetType::Button, &option.text, chosen);
        response.clicked()
    })
    .inner
}

/// The field for a number, with its unit.
fn number_ui(ui: &mut Ui, theme: &Theme, (open, number): (&OpenLesson, &NumberFile), intents: &mut Vec<Intent>) {
    let id = Id::new(("predicted number", &open.file.id, open.step));
    let mut typed = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
    let unit = number.unit_name();
    ui.horizontal_wrapped(|ui| {
        let edit = TextEdit::singleline(&mut typed)
            .id(id.with("field"))
            .font(number_font(Theme::TYPE[4]))
            .text_color(colour(theme.text))
            .background_color(colour(theme.ground))
            .desired_width(FIELD);
        let field = ui.add(edit);
        let name = text::number(unit);
        ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(name));
        ui.label(RichText::new(unit).font(text_font(TEXT)).color(colour(theme.text)));
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        // A rejected answer is typed anew: those keys are not shortcuts.
        if entered {
            field.request_focus();
        }
        let height = field.rect.height().max(TARGET);
        let button = ui.add(egui::Button::new(text::PREDICT).min_size(vec2(0.0, height)));
        named(&button, egui::WidgetType::Button, text::PREDICT, "");
        if entered || button.clicked() {
            intents.push(Intent::Lesson(LessonIntent::TypeNumber(typed.clone())));
        }
    });
    ui.data_mut(|data| data.insert_temp(id, typed));
    if let Some(fault) = &open.shown.typing_fault {
        sentence(ui, theme, fault);
    }
    note(ui, theme, &text::tolerance(number.within));
}

/// The things, clicked one after the other.
fn order_ui(ui: &mut Ui, theme: &Theme, open: &OpenLesson, intents: &mut Vec<Intent>) {
    note(ui, theme, text::ORDER);
    for (key, item) in open.shown.options.iter().enumerate() {
        let place = open.placed.iter().position(|placed| *placed == item.option);
        let side = place.map_or_else(|| (key + 1).to_string(), |place| text::place(place + 1));
        if choice_ui(ui, theme, &side, (item, place.is_some())) {
            intents.push(Intent::Lesson(LessonIntent::Answer(item.option)));
        }
    }
    let button = egui::Button::new(text::PREDICT).min_size(vec2(0.0, TARGET));
    let button = ui.add_enabled(open.order().is_some(), button);
    named(&button, egui::WidgetType::Button, text::PREDICT, "");
    if button.clicked() {
        intents.push(Intent::Lesson(LessonIntent::ConfirmOrder));
    }
}
