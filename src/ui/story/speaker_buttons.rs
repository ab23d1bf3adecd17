//! The buttons of the speaker: what keys and clickers do, and a list of all beats.

use egui::{Align, Button, FontId, Id, RichText, Ui, WidgetType, vec2};

use crate::session::{BlankScreen, Intent, SpeakerView, StoryIntent, TalkPart};
use crate::style::Theme;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::speaker as text;
use crate::ui::text::speaker::ButtonText;
use crate::ui::text::story;
use crate::ui::widgets::{TOUCH, named};

/// Size of the names of buttons, points.
const NAME: f32 = 18.0;
/// Size of keys and of the beats in the list, points.
const SMALL: f32 = 14.0;
/// Width of the buttons that change the beat, points.
const WIDE: f32 = 150.0;
/// Height of a beat in the list, points.
const BEAT: f32 = 30.0;

/// A button with its key; its intent if it is clicked.
pub(super) fn click(ui: &mut Ui, theme: &Theme, button: ButtonText, intent: Intent, intents: &mut Vec<Intent>) {
    click_wide(ui, theme, (button, 0.0), intent, intents);
}

fn click_wide(
    ui: &mut Ui,
    theme: &Theme,
    (button, width): (ButtonText, f32),
    intent: Intent,
    intents: &mut Vec<Intent>,
) {
    let mut job = egui::text::LayoutJob::default();
    let mut add = |text: &str, font: FontId, ink| {
        job.append(text, 0.0, egui::TextFormat { font_id: font, color: colour(ink), ..Default::default() });
    };
    add(button.name, heading_font(NAME), theme.text);
    let key = button.key();
    if !key.is_empty() {
        add(&format!("  {key}"), text_font(SMALL), theme.soft);
    }
    let response = ui.add(Button::new(job).min_size(vec2(width, TOUCH)));
    named(&response, WidgetType::Button, button.name, "");
    if response.clicked() {
        intents.push(intent);
    }
}

/// Everything that a clicker or a key can do, for a mouse or a finger.
pub(super) fn buttons_ui(ui: &mut Ui, theme: &Theme, view: &SpeakerView, intents: &mut Vec<Intent>) {
    let story = Intent::Story;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
        click_wide(ui, theme, (text::PREVIOUS_BEAT, WIDE), story(StoryIntent::Previous), intents);
        click_wide(ui, theme, (text::NEXT_BEAT, WIDE), story(StoryIntent::Next), intents);
        click(ui, theme, text::AGAIN, story(StoryIntent::PlayAgain), intents);
        click(ui, theme, if view.plays { text::HOLD } else { text::GO_ON }, Intent::TogglePlay, intents);
        click(ui, theme, text::BACK, story(StoryIntent::BackToBeat), intents);
        match view.blank {
            Some(screen) => click(ui, theme, text::PICTURE, Intent::ToggleBlank(screen), intents),
            None => {
                click(ui, theme, text::SHOW_BLACK, Intent::ToggleBlank(BlankScreen::Black), intents);
                click(ui, theme, text::SHOW_WHITE, Intent::ToggleBlank(BlankScreen::White), intents);
            }
        }
        click(ui, theme, text::CAPTION, story(StoryIntent::Toggle(TalkPart::Caption)), intents);
        click(ui, theme, text::RESTART, story(StoryIntent::RestartTime), intents);
        click(ui, theme, text::CLOSE, story(StoryIntent::ToggleSpeaker), intents);
        let leave = if view.leaving { text::LEAVE_NOW } else { text::LEAVE };
        click(ui, theme, leave, story(StoryIntent::Leave), intents);
    });
}

/// All beats; a click goes to one.
pub(super) fn beats_ui(ui: &mut Ui, theme: &Theme, view: &SpeakerView, intents: &mut Vec<Intent>) {
    // The list follows the talk, and stays where the speaker scrolls it until the next beat.
    let id = Id::new("beat in view");
    let shown = ui.data(|data| data.get_temp::<usize>(id));
    for (index, caption) in view.captions.iter().enumerate() {
        let name = story::beat(index + 1, caption);
        let is_open = index + 1 == view.beat;
        let font = if is_open { heading_font(SMALL) } else { text_font(SMALL) };
        let label = RichText::new(&name).font(font).color(colour(theme.text));
        let width = ui.available_width();
        let response = ui.add(Button::new(label).selected(is_open).truncate().min_size(vec2(width, BEAT)));
        named(&response, WidgetType::Button, &name, "");
        if response.clicked() {
            intents.push(Intent::Story(StoryIntent::GoTo(index)));
        }
        if is_open && shown != Some(view.beat) {
            response.scroll_to_me(Some(Align::Center));
        }
    }
    ui.data_mut(|data| data.insert_temp(id, view.beat));
}
