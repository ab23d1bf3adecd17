//! Keeps the place in a talk, and goes on there.

use super::intent::Intent;
use super::open_story::StoryIntent;
use super::session::Session;
use super::stored_talk::StoredTalk;
use super::talk_time::TalkTime;

impl Session {
    /// The place in the open talk; `None` without one.
    pub fn stored_talk(&self) -> Option<StoredTalk> {
        self.story.as_ref().map(StoredTalk::from_story)
    }

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
        let talk = StoredTalk::read(&session.stored_talk().expect("a talk").to_json()).expect("a talk");
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
