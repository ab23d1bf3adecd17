//! The place in a talk, as it is kept over a reload of a page or a crash of a window.

use serde::{Deserialize, Serialize};

use super::intent::Intent;
use super::open_story::{StoryIntent, StorySource};
use super::session::Session;
use super::talk_time::TalkTime;

/// The place in a talk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTalk {
    id: String,
    /// The title of the story.
    #[serde(default)]
    pub title: String,
    /// Name and text of a story that does not come with the program.
    file: Option<(String, String)>,
    /// The open beat, from 0.
    pub beat: usize,
    /// The number of beats.
    #[serde(default)]
    pub beats: usize,
    at_end: bool,
    /// How long the talk has lasted, seconds.
    #[serde(default)]
    elapsed_s: f64,
}

impl StoredTalk {
    /// The talk of a session; `None` without one.
    pub fn new(session: &Session) -> Option<StoredTalk> {
        let open = session.story.as_ref()?;
        let file = match &open.source {
            StorySource::Bundled => None,
            StorySource::File { name, text } => Some((name.clone(), text.clone())),
        };
        Some(StoredTalk {
            id: open.file.id.clone(),
            title: open.file.title.clone(),
            file,
            beat: open.beat,
            beats: open.file.beats.len(),
            at_end: open.at_end,
            elapsed_s: open.time.elapsed_s(),
        })
    }

    /// A kept talk.
    ///
    /// # Errors
    /// A text of another form.
    pub fn read(text: &str) -> Result<StoredTalk, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// As text for storing.
    pub fn to_json(&self) -> String {
        // Strings and finite numbers always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether another one is at the same place: only time has passed.
    pub fn is_same_place(&self, other: &StoredTalk) -> bool {
        (&self.id, &self.file, self.beat, self.at_end) == (&other.id, &other.file, other.beat, other.at_end)
    }
}

impl Session {
    /// Opens a talk at its place. A story that does not exist any more leaves the session as it is, with the reason.
    pub(super) fn open_stored_talk(&mut self, talk: StoredTalk) {
        let StoredTalk { id, file, beat, at_end, elapsed_s, .. } = talk;
        match file {
            Some((name, text)) => self.open_story_text(&name, &text),
            None => drop(self.apply(Intent::Story(StoryIntent::Open(id)))),
        }
        self.go_to_beat(beat, false);
        if let Some(open) = &mut self.story {
            open.at_end = at_end;
            open.time = TalkTime::after(elapsed_s);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_crash_the_talk_goes_on_at_its_beat_if_it_is_wanted() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
        session.apply(Intent::Story(StoryIntent::GoTo(5)));
        let talk = StoredTalk::read(&StoredTalk::new(&session).expect("a talk").to_json()).expect("a talk");
        assert_eq!((talk.beat, talk.beats), (5, 10));
        let start = || {
            let mut session = Session::first_look().expect("the first look");
            session.unfinished_talk = Some(talk.clone());
            session
        };
        let mut again = start();
        again.apply(Intent::Story(StoryIntent::GoOn));
        let open = again.story.as_ref().expect("a talk");
        assert_eq!((open.beat, again.unfinished_talk.as_ref()), (5, None));
        assert_eq!(open.shown, session.story.as_ref().expect("a talk").shown);
        let mut other = start();
        other.apply(Intent::Story(StoryIntent::Open("anatomy".to_owned())));
        assert_eq!((other.story.as_ref().map(|open| open.beat), other.unfinished_talk), (Some(0), Some(talk.clone())));
        let mut without = start();
        without.apply(Intent::Story(StoryIntent::ForgetUnfinished));
        assert!(without.story.is_none() && without.unfinished_talk.is_none());
        assert!(StoredTalk::read("{}").is_err());
    }
}
