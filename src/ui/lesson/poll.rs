//! The question in large type for a class: options or ranges with letters, without the right answer; votes that the teacher
//! types; bars of the spread.

use egui::{Align2, Color32, Context, Id, Modal, RichText, Ui, vec2};

use crate::session::{ClassPoll, Intent, LessonIntent, NextOfPoll, OpenLesson, PollIntent};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::{common, labels, lesson as text};
use crate::ui::widgets::{SCROLL_BAR, TOUCH, named, room, scroll_area, unbroken};

/// Size of the question, points.
const QUESTION: f32 = 30.0;
/// Size of the options, points.
const OPTION: f32 = 24.0;
/// Width of the letter before an option, points.
const LETTER: f32 = 44.0;
/// Height of a bar, points.
const BAR: f32 = 16.0;
/// Width of the votes beside a bar, points.
const VOTES: f32 = 130.0;
/// Height of the advice and the buttons below, points.
const BUTTONS: f32 = 96.0;
/// How dark the app behind is, of 255: no answer in it can be read.
const DIMMED: u8 = 225;
/// Rounds that are drawn: before and after the discussion.
const ROUNDS: usize = 2;

/// The poll over the stage.
pub(in crate::ui) fn poll_ui(ctx: &Context, model: &Model, open: &OpenLesson, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let width = (ctx.content_rect().width() * 0.8).clamp(320.0, 1100.0);
    // A modal window: the app behind it is dimmed, and clicks, keys and Tab stay inside.
    let frame = egui::Frame::window(&ctx.global_style()).inner_margin(20.0);
    let modal = Modal::new(Id::new("Poll")).frame(frame).backdrop_color(Color32::from_black_alpha(DIMMED));
    modal.show(ctx, |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 2.0 * Theme::STEP;
        let height = (room(ctx) - BUTTONS).max(BUTTONS);
        scroll_area(height).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            question_ui(ui, model, open);
            options_ui(ui, theme, open, intents);
        });
        ui.add_space(Theme::STEP);
        buttons_ui(ui, theme, open.poll.as_ref(), intents);
    });
}

/// The step and the round whose first field has had the focus.
fn focus_id() -> Id {
    Id::new("votes in focus")
}

/// The next poll begins with its first field.
pub(in crate::ui) fn forget_poll(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<(usize, usize)>(focus_id()));
}

fn send(intents: &mut Vec<Intent>, intent: PollIntent) {
    intents.push(Intent::Lesson(LessonIntent::Poll(intent)));
}

/// The question, and what it is about: the stage behind is dark.
fn question_ui(ui: &mut Ui, model: &Model, open: &OpenLesson) {
    let theme = model.theme();
    let question = RichText::new(unbroken(&open.shown.text)).font(heading_font(QUESTION)).color(colour(theme.text));
    ui.add(egui::Label::new(question).wrap());
    for (index, run) in model.session.runs.iter().enumerate().filter(|_| !model.session.shows_run()) {
        let message = match &run.scene.sequence {
            Some(_) => String::new(),
            None => format!(" · {}", run.message),
        };
        let about = format!("{}: {}{message}", common::fabric(index, &run.scene.name), labels::subtitle(run));
        let about = RichText::new(about).font(text_font(Theme::TYPE[2])).color(colour(theme.soft));
        ui.add(egui::Label::new(about).wrap());
    }
    ui.add_space(2.0 * Theme::STEP);
}

fn options_ui(ui: &mut Ui, theme: &Theme, open: &OpenLesson, intents: &mut Vec<Intent>) {
    let Some(poll) = &open.poll else { return };
    for (place, option) in poll.options.iter().enumerate() {
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(LETTER, OPTION * 1.4), egui::Sense::hover());
            let letter = text::letter(place);
            ui.painter().text(
                rect.left_center(),
                Align2::LEFT_CENTER,
                &letter,
                heading_font(OPTION),
                colour(theme.soft),
            );
            ui.vertical(|ui| {
                let shown = RichText::new(unbroken(option)).font(text_font(OPTION)).color(colour(theme.text));
                ui.add(egui::Label::new(shown).wrap());
                votes_ui(ui, theme, (poll, place, &letter), intents);
            });
        });
    }
}

/// The votes for an option: bars of the rounds that are counted, and a field for the one that is being counted.
fn votes_ui(ui: &mut Ui, theme: &Theme, (poll, place, letter): (&ClassPoll, usize, &str), intents: &mut Vec<Intent>) {
    let first = poll.rounds.len().saturating_sub(ROUNDS);
    for (round, votes) in poll.rounds.iter().enumerate().skip(first) {
        let share = poll.share(round, place);
        let votes = votes.get(place).copied().unwrap_or(0);
        let is_last = round + 1 == poll.rounds.len();
        let label = text::votes(votes, share);
        ui.horizontal(|ui| {
            let width = (ui.available_width() - VOTES).max(40.0);
            let (rect, response) = ui.allocate_exact_size(vec2(width, BAR), egui::Sense::hover());
            named(&response, egui::WidgetType::ProgressIndicator, &text::round_of(letter, round + 1), &label);
            let mut bar = rect;
            bar.set_width((rect.width() * share as f32).max(2.0));
            let ink = if is_last { theme.selection } else { theme.muted };
            ui.painter().rect_filled(rect, 2.0, colour(theme.ground));
            ui.painter().rect_filled(bar, 2.0, colour(ink));
            ui.label(RichText::new(label).font(number_font(Theme::TYPE[3])).color(colour(theme.text)));
        });
    }
    if let Some(mut votes) = poll.counting.as_ref().and_then(|round| round.get(place)).copied() {
        ui.scope(|ui| {
            ui.style_mut().drag_value_text_style = egui::TextStyle::Heading;
            ui.spacing_mut().interact_size = vec2(80.0, TOUCH * 0.7);
            let response = ui.add(egui::DragValue::new(&mut votes).range(0..=9_999));
            let name = text::votes_for(letter);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
            // The teacher types at once, in each round.
            let counted = (poll.step, poll.rounds.len());
            if place == 0 && ui.data(|data| data.get_temp(focus_id())) != Some(counted) {
                response.request_focus();
                ui.data_mut(|data| data.insert_temp(focus_id(), counted));
            }
            if response.changed() {
                send(intents, PollIntent::SetVotes(place, votes));
            }
        });
    }
}

fn buttons_ui(ui: &mut Ui, theme: &Theme, poll: Option<&ClassPoll>, intents: &mut Vec<Intent>) {
    let counting = poll.is_some_and(|poll| poll.counting.is_some());
    let advice = match poll.and_then(ClassPoll::next) {
        _ if counting => text::VOTE,
        Some(NextOfPoll::Discuss) => text::DISCUSS,
        Some(NextOfPoll::Play) | None => text::GO_ON,
    };
    ui.label(RichText::new(advice).font(text_font(Theme::TYPE[3])).color(colour(theme.soft)));
    ui.horizontal_wrapped(|ui| {
        let mut button = |ui: &mut Ui, name: &str, intent: PollIntent| {
            let label = RichText::new(name).font(text_font(Theme::TYPE[3]));
            let response = ui.add(egui::Button::new(label).min_size(vec2(0.0, TOUCH)));
            named(&response, egui::WidgetType::Button, name, "");
            if response.clicked() {
                send(intents, intent);
            }
        };
        match counting {
            true => button(ui, text::SHOW_VOTES, PollIntent::ShowVotes),
            false => button(ui, text::VOTE_AGAIN, PollIntent::VoteAgain),
        }
        button(ui, text::END_POLL, PollIntent::Toggle);
    });
}
