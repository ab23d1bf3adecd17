//! A talk with a story: one caption, one figure, one lit side at a time.
//!
//! | file | holds |
//! |---|---|
//! | `stage` | caption, clock and place above the stage, the hero figure below it |
//! | `dim`, `veil` | what a beat does not speak of, dimmed |
//! | `bar` | the same beside panels, while something is changed live |
//! | `notes` | notes, next beat and time on the stage, where there is no second screen |
//! | `speaker`, `speaker_time`, `speaker_buttons` | the view of the speaker in a window of its own |
//! | `overview`, `spotlight` | the list of all beats; what points at the stage: spotlight, dot, circle |

mod bar;
mod dim;
mod notes;
mod overview;
mod speaker;
mod speaker_buttons;
mod speaker_time;
mod spotlight;
mod stage;
mod veil;

pub(super) use bar::{HEIGHT as BAR, story_bar_ui};
pub(super) use dim::dim_others;
pub(super) use notes::notes_ui;
pub(super) use overview::overview_ui;
pub use speaker::{SpeakerStills, speaker_ui};
pub(super) use spotlight::{click_intent, pointing_ui};
pub(super) use stage::{hero_frame_ui, title_frame_ui};

use super::hero::Outcome;
use super::text::story as text;
use crate::session::{OpenStory, Session};

/// The sentence of the beat, or what is wrong with it. A change made live may make the sentence false: then the outcome of the
/// changed runs takes its place.
fn caption(session: &Session, open: &OpenStory) -> String {
    match &open.shown.fault {
        _ if open.hides_caption => String::new(),
        _ if open.at_end && !is_changed_live(session) => text::END.to_owned(),
        _ if is_changed_live(session) => text::changed(live_outcome(session).map(|outcome| outcome.sentence)),
        Some(problem) => text::fault(problem),
        None => open.shown.caption.clone(),
    }
}

/// Whether the runs on the stage are not those of the beat. While those of the next beat are being solved, nothing is.
fn is_changed_live(session: &Session) -> bool {
    session.is_changed() && session.solve_progress().is_none()
}

/// What came out after a change made live; `None` without one, and while the talk must not tell it yet.
fn live_outcome(session: &Session) -> Option<Outcome> {
    if !is_changed_live(session) || session.hides_times_of_talk() {
        return None;
    }
    Outcome::new(session)
}

/// The place in the story, or what the speaker is about to do.
fn place(open: &OpenStory) -> String {
    if open.leaving {
        return text::LEAVE_AGAIN.to_owned();
    }
    open.typed.map_or_else(|| text::place(open.beat + 1, open.file.beats.len()), text::typed)
}
