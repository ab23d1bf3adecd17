//! Texts of the view of the speaker.

use super::story::minutes;
use crate::session::{SpeakerFigure, SpeakerTime, SpeakerWarning};
use crate::ui::key_action::KeyAction;
use crate::ui::presenter_keys::talk_key_of;

pub(in crate::ui) const NOW: &str = "NOW";
pub(in crate::ui) const NEXT: &str = "NEXT";
pub(in crate::ui) const STILL_NOW: &str = "Picture of this beat at its end";
pub(in crate::ui) const STILL_NEXT: &str = "Picture of the next beat at its end";
pub(in crate::ui) const NOTES: &str = "NOTES";
pub(in crate::ui) const FIGURES: &str = "FIGURES ON THE STAGE";
pub(in crate::ui) const BEATS: &str = "BEATS";
pub(in crate::ui) const ELAPSED: &str = "elapsed";
pub(in crate::ui) const PLANNED: &str = "planned";
pub(in crate::ui) const BLACK: &str = "The stage is black";
pub(in crate::ui) const WHITE: &str = "The stage is white";
pub(in crate::ui) const NO_CAPTION: &str = "The caption is hidden";

/// A button, with the action whose key does the same.
#[derive(Clone, Copy)]
pub(in crate::ui) struct ButtonText {
    pub(in crate::ui) name: &'static str,
    action: Option<KeyAction>,
}

impl ButtonText {
    /// The key; empty without one.
    pub(in crate::ui) fn key(self) -> String {
        self.action.map_or_else(String::new, talk_key_of)
    }
}

const fn button(name: &'static str, action: KeyAction) -> ButtonText {
    ButtonText { name, action: Some(action) }
}

pub(in crate::ui) const NEXT_BEAT: ButtonText = button("Next", KeyAction::NextBeat);
pub(in crate::ui) const PREVIOUS_BEAT: ButtonText = button("Previous", KeyAction::PreviousBeat);
pub(in crate::ui) const AGAIN: ButtonText = button("Again", KeyAction::PlayBeat);
pub(in crate::ui) const BACK: ButtonText = button("Back to the beat", KeyAction::BackToBeat);
pub(in crate::ui) const HOLD: ButtonText = button("Hold", KeyAction::TogglePlay);
pub(in crate::ui) const GO_ON: ButtonText = button("Go on", KeyAction::TogglePlay);
pub(in crate::ui) const SHOW_BLACK: ButtonText = button("Black", KeyAction::ToggleBlank);
pub(in crate::ui) const SHOW_WHITE: ButtonText = button("White", KeyAction::ToggleWhite);
pub(in crate::ui) const PICTURE: ButtonText = button("Show the picture", KeyAction::ToggleBlank);
pub(in crate::ui) const CAPTION: ButtonText = button("Caption", KeyAction::ToggleCaption);
pub(in crate::ui) const FULL_SCREEN: ButtonText = button("Full screen", KeyAction::ToggleFullScreen);
pub(in crate::ui) const RESTART: ButtonText = ButtonText { name: "Time from 0", action: None };
pub(in crate::ui) const CLOSE: ButtonText = button("Close this view", KeyAction::ToggleSpeaker);
pub(in crate::ui) const LEAVE: ButtonText = button("Leave", KeyAction::Close);
pub(in crate::ui) const LEAVE_NOW: ButtonText = button("Leave now", KeyAction::Close);

/// What may go wrong on the stage.
pub(in crate::ui) fn warning(warning: SpeakerWarning) -> &'static str {
    match warning {
        SpeakerWarning::NotFullScreen => "The stage is not full screen",
        SpeakerWarning::SlowFrames => "The stage draws fewer than 30 frames per second",
        SpeakerWarning::Hidden => "The stage is not visible",
    }
}

/// A fabric: `A  HGX B200`.
pub(in crate::ui) fn fabric(figure: &SpeakerFigure) -> String {
    format!("{}  {}", figure.fabric, figure.name)
}

/// Bandwidth and bound of a fabric.
pub(in crate::ui) fn rates(figure: &SpeakerFigure) -> String {
    let busbw = figure.busbw.as_ref().map(|busbw| format!("busbw {busbw}"));
    let bound = figure.bound_share.as_ref().map(|share| format!("{share} of the fabric bound"));
    busbw.into_iter().chain(bound).collect::<Vec<_>>().join(" · ")
}

/// The place in the talk: `Beat 6 of 10`.
pub(in crate::ui) fn place(beat: usize, of: usize) -> String {
    format!("Beat {beat} of {of}")
}

/// The number that is being typed.
pub(in crate::ui) fn typed(number: usize) -> String {
    format!("Go to {number}: Enter")
}

/// The time since the talk began.
pub(in crate::ui) fn elapsed(time: SpeakerTime) -> String {
    minutes(time.elapsed_s as u32)
}

/// When the beat is planned.
pub(in crate::ui) fn planned(time: SpeakerTime) -> String {
    let end_s = time.planned_start_s + time.planned_beat_s;
    format!("{} to {} of {}", minutes(time.planned_start_s), minutes(end_s), minutes(time.planned_total_s))
}

/// How long the beat stands, and how long its picture still moves.
pub(in crate::ui) fn beat(time: SpeakerTime) -> String {
    let stands = format!("this beat {} of {} s", time.beat_s as u32, time.planned_beat_s);
    if time.plays_more_s > 0.0 { format!("{stands} · plays {:.1} s more", time.plays_more_s) } else { stands }
}
