//! Playback: the clock mode, reduced motion and steps from event to event.

use crate::scene::ClockMode;
use crate::session::session::Session;
use crate::units::Femtos;

impl Session {
    pub(super) fn set_clock_mode(&mut self, mode: ClockMode) {
        self.clock.mode = mode;
        let id = match mode {
            ClockMode::Same => "same",
            ClockMode::Normalised => "normalised",
        };
        for document in self.changes.documents_mut().chain([&mut self.document]) {
            document.file.view.clock = id.to_owned();
            document.scene.clock = mode;
        }
    }

    pub(super) fn reduce_motion(&mut self, reduced: bool) {
        self.view.reduced_motion = reduced;
        self.clock.playing &= !reduced;
    }

    /// Moves the clock to the next or the previous instant at which a stream of any fabric starts, arrives or ends.
    pub(super) fn step_to_event(&mut self, forwards: bool) {
        self.clock.playing = false;
        let mut nearest: Option<Femtos> = None;
        for run in &self.runs {
            let Some(result) = run.result() else { continue };
            let own = result.time;
            // On the same clock, the events of a completed fabric are before the clock, not at the fabric's own end.
            let now = match self.clock.mode {
                ClockMode::Same => self.clock.at,
                ClockMode::Normalised => self.clock.local(own),
            };
            let Some(event) = result.played.trace.next_event(now, forwards) else { continue };
            let event = event.min(own);
            // The event on the axis of the slowest fabric.
            let at = match self.clock.mode {
                ClockMode::Same => event,
                ClockMode::Normalised => {
                    let share = event.0 as f64 / own.0.max(1) as f64;
                    Femtos((share * self.clock.duration.0 as f64).round_ties_even() as u64)
                }
            };
            let ahead = if forwards { at > self.clock.at } else { at < self.clock.at };
            if ahead {
                nearest = Some(nearest.map_or(at, |best| if forwards { best.min(at) } else { best.max(at) }));
            }
        }
        let end = if forwards { self.clock.duration } else { Femtos(0) };
        self.clock.seek(nearest.unwrap_or(end));
    }
}
