//! What the view of the speaker asks of a page, as words that a script can send.

use super::blank_screen::BlankScreen;
use super::intent::Intent;
use super::open_story::{StoryIntent, TalkPart};
use super::session::Session;
use crate::units::quoted;

/// A request of the view of the speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeakerCommand {
    /// `next`.
    Next,
    /// `previous`.
    Previous,
    /// `again`: play the beat again.
    Again,
    /// `back`: the beat without live changes.
    Back,
    /// `hold`: hold the picture, or go on.
    Hold,
    /// `black`, `white`: a screen without a picture, or the picture again.
    Blank(BlankScreen),
    /// `caption`: show or hide the caption.
    Caption,
    /// `restart-time`: count the time from now.
    RestartTime,
    /// `go-to:6`: a beat by its number.
    GoTo(usize),
    /// `go-to:last`.
    GoToLast,
    /// `leave`: the second one leaves.
    Leave,
    /// `speaker:true`, `speaker:false`: the view is open, or no longer.
    Speaker(bool),
}

impl SpeakerCommand {
    /// Reads a request.
    ///
    /// # Errors
    /// An unknown request, with those that are accepted.
    pub fn parse(text: &str) -> Result<SpeakerCommand, String> {
        let beat = text.strip_prefix("go-to:").and_then(|number| number.parse::<usize>().ok());
        Ok(match text {
            "next" => SpeakerCommand::Next,
            "previous" => SpeakerCommand::Previous,
            "again" => SpeakerCommand::Again,
            "back" => SpeakerCommand::Back,
            "hold" => SpeakerCommand::Hold,
            "black" => SpeakerCommand::Blank(BlankScreen::Black),
            "white" => SpeakerCommand::Blank(BlankScreen::White),
            "caption" => SpeakerCommand::Caption,
            "restart-time" => SpeakerCommand::RestartTime,
            "go-to:last" => SpeakerCommand::GoToLast,
            "leave" => SpeakerCommand::Leave,
            "speaker:true" => SpeakerCommand::Speaker(true),
            "speaker:false" => SpeakerCommand::Speaker(false),
            _ => match beat {
                Some(number) => SpeakerCommand::GoTo(number),
                None => {
                    return Err(format!(
                        "unknown request `{}`; accepted: next, previous, again, back, hold, black, white, caption, \
                         restart-time, go-to:NUMBER, go-to:last, leave, speaker:true, speaker:false",
                        quoted(text)
                    ));
                }
            },
        })
    }

    /// The intent of a request; in the dark, whatever is asked for brings the picture back, as keys do.
    pub fn intent(self, session: &Session) -> Intent {
        if let (Some(screen), false) = (session.blank, matches!(self, SpeakerCommand::Speaker(_))) {
            return Intent::ToggleBlank(screen);
        }
        let story = match self {
            SpeakerCommand::Hold => return Intent::TogglePlay,
            SpeakerCommand::Blank(screen) => return Intent::ToggleBlank(screen),
            SpeakerCommand::Next => StoryIntent::Next,
            SpeakerCommand::Previous => StoryIntent::Previous,
            SpeakerCommand::Again => StoryIntent::PlayAgain,
            SpeakerCommand::Back => StoryIntent::BackToBeat,
            SpeakerCommand::Caption => StoryIntent::Toggle(TalkPart::Caption),
            SpeakerCommand::RestartTime => StoryIntent::RestartTime,
            SpeakerCommand::GoTo(number) => StoryIntent::GoTo(number.saturating_sub(1)),
            SpeakerCommand::GoToLast => StoryIntent::GoToLast,
            SpeakerCommand::Leave => StoryIntent::Leave,
            SpeakerCommand::Speaker(is_open) => StoryIntent::NoteSpeaker(is_open),
        };
        Intent::Story(story)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_tab_leads_a_talk_as_keys_do() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
        let send = |session: &mut Session, text: &str| {
            let intent = SpeakerCommand::parse(text).expect(text).intent(session);
            session.apply(intent);
        };
        let beat = |session: &Session| session.story.as_ref().expect("a talk").beat;
        send(&mut session, "go-to:6");
        assert_eq!(beat(&session), 5);
        send(&mut session, "previous");
        assert_eq!(beat(&session), 4);
        send(&mut session, "white");
        assert_eq!(session.blank, Some(BlankScreen::White));
        send(&mut session, "next");
        assert_eq!((session.blank, beat(&session)), (None, 4), "nothing moves in the dark");
        send(&mut session, "speaker:true");
        assert!(session.story.as_ref().is_some_and(|open| open.speaker));
        send(&mut session, "go-to:999");
        let last = session.story.as_ref().map_or(0, |open| open.captions.len()) - 1;
        assert_eq!(beat(&session), last);
        send(&mut session, "leave");
        send(&mut session, "leave");
        assert!(session.story.is_none());
        send(&mut session, "next");
        assert!(session.story.is_none(), "a late request does nothing");
    }

    #[test]
    fn an_unknown_request_is_refused_with_those_that_exist() {
        for wrong in ["", "go-to:", "go-to:-1", "Next", "speaker", "quit"] {
            let problem = SpeakerCommand::parse(wrong).expect_err(wrong);
            assert!(problem.contains("accepted: next"), "{problem}");
        }
    }
}
