//! Training runs: window and instant of the run, and one collective of a step on the stage.

use crate::scene::check_document;
use crate::session::call_stage::CallStage;
use crate::session::intent::RunRow;
use crate::session::session::Session;
use crate::stage::StageCamera;
use crate::training::{Call, Calls, Lane, Moment, RunTime, TrainingRun};

/// A collective opens when it fills this share of the window and the user zooms in.
const OPENS_AT: f64 = 0.7;

impl Session {
    /// The training runs of the scene that have a result, with the numbers of their fabrics.
    pub fn training_runs(&self) -> impl Iterator<Item = (usize, &TrainingRun)> {
        let runs = self.training.iter().flat_map(|training| &training.runs);
        runs.enumerate().filter_map(|(index, run)| Some((index, run.as_ref().ok()?)))
    }

    /// Whether a training run is on the stage.
    pub fn shows_run(&self) -> bool {
        self.training_runs().next().is_some()
    }

    /// The length of the longest run.
    pub fn run_length(&self) -> RunTime {
        self.training_runs().map(|(_, run)| run.schedule.length()).max().unwrap_or_default()
    }

    /// The part of the run that is shown: start and length.
    pub fn run_window(&self) -> (RunTime, RunTime) {
        self.run_clock.window(self.run_length())
    }

    /// The collective that is on the stage, with the run that it was opened from.
    pub fn call_stage(&self) -> Option<&CallStage> {
        self.call_stage.as_ref().filter(|stage| stage.is(self.latest()))
    }

    /// Zooms the run. A collective that fills the window opens.
    pub(super) fn zoom_run(&mut self, factor: f64, around: RunTime, row: Option<RunRow>) {
        let opened = (factor > 1.0).then(|| self.call_at(around, row)).flatten();
        match opened {
            Some((fabric, call)) => self.open_call(fabric, call),
            None => self.run_clock.zoom(factor, around, self.run_length()),
        }
    }

    /// The collective at an instant that fills the window: of a row, or of the first row that has one.
    fn call_at(&self, at: RunTime, row: Option<RunRow>) -> Option<(usize, Call)> {
        let (_, length) = self.run_window();
        self.training_runs().filter(|(fabric, _)| row.is_none_or(|row| row.fabric == *fabric)).find_map(
            |(fabric, run)| {
                let Moment::Step { offset, .. } = run.schedule.at(at) else { return None };
                let stage = row.map_or(run.step.stage, |row| row.stage);
                let lanes: Vec<Lane> = row.map_or_else(|| run.picture.lanes(), |row| vec![row.lane]);
                lanes.into_iter().find_map(|lane| {
                    let doing = run.picture.doing(stage, lane, offset)?;
                    let fills = doing.end.since(doing.start).0 as f64 >= OPENS_AT * length.0 as f64;
                    doing.kind.call().filter(|_| fills).map(|call| (fabric, call))
                })
            },
        )
    }

    /// Puts one collective of a step on the stage.
    pub(super) fn open_call(&mut self, fabric: usize, call: Call) {
        let latest = self.latest().clone();
        let Some(own) = latest.scene.training.as_ref().and_then(|training| training.fabrics.get(fabric)) else {
            return;
        };
        let mut file = Calls::new(&self.catalog, own.fabric.clone()).scene(call);
        file.title = format!("One collective of the step: {}", call.label());
        match check_document("a collective of the step", file, &self.catalog) {
            Ok(document) => {
                self.diagnostics = None;
                let (shown, clock) = (document.clone(), self.run_clock);
                self.call_stage = Some(CallStage { before: latest, shown, clock });
                self.replace_scene(document);
            }
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    /// Returns from a collective to the run.
    pub(super) fn leave_call(&mut self) {
        if self.call_stage().is_none() {
            return;
        }
        if let Some(stage) = self.call_stage.take() {
            self.returns_to = Some(stage.clock);
            self.replace_scene(stage.before);
        }
    }

    /// Whether zooming out leaves the collective: everything of it is visible.
    pub(super) fn leaves_call(&self, factor: f32) -> bool {
        let whole = self.view.span.is_none() && self.view.target_camera(self.view.active) == StageCamera::WHOLE;
        factor < 1.0 && whole && self.call_stage().is_some()
    }

    /// Moves the run to the next change of a stream, step or interruption, whichever the window shows.
    pub(super) fn step_run(&mut self, forwards: bool) {
        self.clock.playing = false;
        let (at, length) = (self.run_clock.at, self.run_length());
        let (_, window) = self.run_window();
        let mut nearest: Option<RunTime> = None;
        for (_, run) in self.training_runs() {
            let schedule = &run.schedule;
            let found = match schedule.at(at) {
                _ if window > RunTime::from(schedule.step).scaled(100.0) => interruption(run, at, forwards),
                Moment::Step { step, offset } => {
                    let edge = run.picture.next_edge(offset, forwards).filter(|edge| *edge <= schedule.step);
                    let start = schedule.start_of(step);
                    edge.map(|edge| start + edge.into())
                        .or_else(|| Some(if forwards { schedule.start_of(step + 1) } else { start.since(RunTime(1)) }))
                }
                Moment::Queued | Moment::Lost { .. } | Moment::Over => interruption(run, at, forwards),
            };
            let Some(found) = found.filter(|found| if forwards { *found > at } else { *found < at }) else { continue };
            nearest = Some(nearest.map_or(found, |best| if forwards { best.min(found) } else { best.max(found) }));
        }
        let end = if forwards { length } else { RunTime(0) };
        self.run_clock.seek(nearest.unwrap_or(end), length);
    }

    /// Plays the run, from its start if it is at its end.
    pub(super) fn play_run(&mut self, backwards: bool) {
        let length = self.run_length();
        let (end, start) = if backwards { (RunTime(0), length) } else { (length, RunTime(0)) };
        if self.run_clock.at == end {
            self.run_clock.seek(start, length);
        }
        self.clock.backwards = backwards;
        self.clock.playing = true;
    }

    /// Advances the run by seconds on the screen.
    pub(in crate::session) fn advance_run(&mut self, screen_s: f64) {
        let speed = self.clock.speed() / self.clock.automatic_speed().max(1e-30);
        let (backwards, length) = (self.clock.backwards, self.run_length());
        if self.clock.playing && self.run_clock.advance(screen_s, speed, backwards, length) {
            self.clock.playing = false;
        }
    }
}

/// The next start or end of the wait or of an interruption.
fn interruption(run: &TrainingRun, at: RunTime, forwards: bool) -> Option<RunTime> {
    let all = run.schedule.stretches(RunTime(0), run.schedule.length(), RunTime(0));
    let mut edges = all.iter().flat_map(|stretch| [stretch.start, stretch.end]);
    if forwards { edges.find(|edge| *edge > at) } else { edges.rfind(|edge| *edge < at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::intent::Intent;

    fn months() -> Session {
        let mut session =
            Session::from_text("months.ron", include_str!("../../../../scenes/months.ron")).expect("a scene");
        session.apply(Intent::Pause);
        session
    }

    #[test]
    fn zooming_in_leads_from_months_into_one_collective_and_zooming_out_back_to_the_same_window() {
        let mut session = months();
        let (_, run) = session.training_runs().next().expect("a run");
        let middle = run.schedule.start_of(run.schedule.steps / 3) + RunTime::from(run.schedule.step).scaled(0.4);
        let found = run.call_near(middle).expect("a collective");
        let inside = found.start + found.end.since(found.start).scaled(0.5);
        session.apply(Intent::SeekRun(inside));
        let mut last = session.run_window();
        let mut presses = 0;
        while session.shows_run() {
            let window = session.run_window();
            assert!(window.1 <= last.1 && window.0 <= inside && inside <= window.0 + window.1);
            last = window;
            session.apply(Intent::ZoomCamera(1.5));
            presses += 1;
            assert!(presses < 120, "nothing opened in a window of {} s", last.1.secs());
        }
        assert!(session.call_stage().is_some() && !session.is_edited());
        assert_eq!(session.runs.len(), 1);
        let played = session.runs[0].result().expect("a result").time;
        assert_eq!(played, found.end.since(found.start).femtos(), "the play that the step is made of");
        session.apply(Intent::ZoomCamera(0.5));
        assert!(session.shows_run() && session.call_stage().is_none());
        assert_eq!((session.run_window(), session.run_clock.at), (last, inside));
    }

    #[test]
    fn a_changed_collective_is_a_scene_of_its_own_and_undo_leads_back() {
        let mut session = months();
        let (_, run) = session.training_runs().next().expect("a run");
        let call = run.call_near(RunTime(0)).expect("a collective").call;
        session.apply(Intent::OpenCall { fabric: 0, call });
        assert!(session.call_stage().is_some_and(|stage| stage.title_before().starts_with("Months")));
        session.apply(Intent::Undo);
        assert!(session.shows_run() && session.call_stage().is_none());
        session.apply(Intent::LeaveCall);
        assert!(session.shows_run(), "there is nothing to leave");
    }

    #[test]
    fn playback_moves_the_run_and_ends_with_it() {
        let mut session = months();
        session.apply(Intent::TogglePlay);
        session.advance(3.0);
        let quarter = session.run_clock.at.secs() / session.run_length().secs();
        assert!((quarter - 0.25).abs() < 1e-6);
        session.advance(20.0);
        assert_eq!((session.run_clock.at, session.clock.playing), (session.run_length(), false));
        session.apply(Intent::Play);
        assert_eq!((session.run_clock.at, session.clock.playing), (RunTime(0), true));
        session.apply(Intent::Step(true));
        assert!(session.run_clock.at > RunTime(0) && !session.clock.playing);
    }

    #[test]
    fn every_step_of_the_playhead_reaches_another_instant_at_every_level() {
        let mut session = months();
        for window in [RunTime::from_secs(1e6), RunTime::from_secs(10.0), RunTime::from_secs(1e-3)] {
            session.apply(Intent::SetRunWindow(RunTime::from_secs(2e6), window));
            session.apply(Intent::SeekRun(RunTime::from_secs(2e6 + 1.0)));
            for forwards in [true, true, false] {
                let before = session.run_clock.at;
                session.apply(Intent::Step(forwards));
                assert!(if forwards { session.run_clock.at > before } else { session.run_clock.at < before });
            }
        }
    }
}
