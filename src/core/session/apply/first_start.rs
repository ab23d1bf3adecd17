//! The first start: its steps, and the intents that end it.

use crate::scene::SceneDocument;
use crate::session::change::Opened;
use crate::session::first_start::{FirstStart, FirstStep};
use crate::session::intent::Intent;
use crate::session::session::Session;
use crate::solve::FabricRun;
use crate::units::Femtos;

/// Seconds on the screen until the first fabric is done.
const PLAYS_S: f64 = 6.0;

impl Session {
    /// Begins the first start: the stage alone, still at 0.
    pub fn begin_first_start(&mut self) {
        self.first_start = Some(FirstStart { step: FirstStep::Question, guess: None });
        self.panels = false;
        self.clock.playing = false;
        self.clock.seek(Femtos(0));
    }

    /// Takes the answer and plays; with reduced motion the end is shown at once.
    pub(super) fn answer_first_start(&mut self, guess: Option<usize>) {
        let Some(first) = &mut self.first_start else { return };
        (first.guess, first.step) = (guess, FirstStep::Plays);
        let end = shortest_time(&self.runs);
        self.clock.set_speed(Some(end.secs() / PLAYS_S));
        if self.view.reduced_motion {
            self.clock.seek(end);
            self.end_first_play();
        } else {
            self.clock.seek(Femtos(0));
            self.clock.play();
        }
    }

    /// Holds the clock when the first fabric is done.
    pub(in crate::session) fn end_first_play(&mut self) {
        let end = shortest_time(&self.runs);
        let Some(first) = self.first_start.as_mut().filter(|first| first.step == FirstStep::Plays) else { return };
        if self.clock.at >= end {
            first.step = FirstStep::Outcome;
            self.clock.playing = false;
            self.clock.seek(end);
        }
    }

    pub(super) fn continue_first_start(&mut self) {
        let Some(first) = &mut self.first_start else { return };
        first.step = first.step.next().unwrap_or(first.step);
        // What changes from here on is the result, not an instant.
        if first.step == FirstStep::Message {
            self.clock.seek(self.clock.duration);
        }
    }

    /// Shows the panels, and the first look from its beginning.
    pub(super) fn end_first_start(&mut self) {
        if self.first_start.take().is_none() {
            return;
        }
        self.panels = true;
        self.clock.set_speed(None);
        if *self.latest() != *self.opened {
            // As if nothing had been tried: nothing to undo, and no run to compare with.
            let first = SceneDocument::clone(&self.opened);
            let opened = Opened::new(&self.name, &first);
            self.stage_document(first, opened);
        }
        self.clock.seek(Femtos(0));
        if !self.view.reduced_motion {
            self.clock.play();
        }
    }
}

/// Whether an intent belongs to the first start. Every other one ends it.
pub(super) fn belongs_to_first_start(intent: &Intent) -> bool {
    matches!(
        intent,
        Intent::AnswerFirstStart(_)
            | Intent::ContinueFirstStart
            | Intent::Set(_)
            | Intent::Drag(_)
            | Intent::EndDrag
            | Intent::SetTheme(_)
            | Intent::ToggleTheme
            | Intent::SetInterfaceScale(_)
            | Intent::NoteFullScreen(_)
            | Intent::ReduceMotion(_)
            | Intent::ShowGlossary(_)
    )
}

/// The time of the fastest run.
fn shortest_time(runs: &[FabricRun]) -> Femtos {
    runs.iter().filter_map(FabricRun::result).map(|result| result.time).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Setting;

    fn started() -> Session {
        let mut session = Session::first_look().expect("the first look");
        session.begin_first_start();
        session
    }

    #[test]
    fn an_answer_plays_until_the_first_fabric_is_done() {
        let mut session = started();
        assert!(!session.panels && !session.clock.playing);
        session.apply(Intent::AnswerFirstStart(Some(0)));
        assert!(session.clock.playing);
        for _ in 0..61 {
            session.advance(0.1);
        }
        let first = session.first_start.expect("it goes on");
        assert_eq!((first.step, first.guess), (FirstStep::Outcome, Some(0)));
        assert!(!session.clock.playing);
        assert_eq!(session.clock.at, session.runs[1].result().expect("a result").time);
    }

    #[test]
    fn with_reduced_motion_nothing_plays() {
        let mut session = started();
        session.apply(Intent::ReduceMotion(true));
        session.apply(Intent::AnswerFirstStart(None));
        assert_eq!(session.first_start.map(|first| first.step), Some(FirstStep::Outcome));
        assert!(!session.clock.playing);
        session.apply(Intent::EndFirstStart);
        assert!(!session.clock.playing && session.panels);
    }

    #[test]
    fn what_does_not_belong_to_it_ends_it_with_the_scene_as_it_was() {
        let mut session = started();
        let setting = Setting::parse("workload.message=1MiB").expect("a setting");
        session.apply(Intent::Set(vec![setting]));
        assert!(session.first_start.is_some() && session.is_changed());
        session.apply(Intent::TogglePlay);
        assert!(session.first_start.is_none() && session.panels && !session.is_changed());
        assert!(
            !session.undo.can_undo() && session.undo.before(0).is_none(),
            "nothing is compared with what was tried"
        );
    }

    #[test]
    fn the_last_step_stays_until_a_door_is_taken() {
        let mut session = started();
        for _ in 0..20 {
            session.apply(Intent::ContinueFirstStart);
        }
        assert_eq!(session.first_start.map(|first| first.step), Some(FirstStep::Doors));
        session.apply(Intent::ToggleScenes);
        assert!(session.first_start.is_none() && session.scenes);
    }
}
