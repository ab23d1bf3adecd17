//! The clock of the stage: one time for all fabrics, or each fabric from start to end in step with the slowest.

use crate::scene::ClockMode;
use crate::units::Femtos;

/// Seconds on the screen that the slowest fabric takes at the first speed.
pub const FIRST_PASS_S: f64 = 12.0;

/// Where playback stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Now, on the axis of the slowest fabric.
    pub at: Femtos,
    /// When the slowest fabric is done.
    pub duration: Femtos,
    /// Simulated seconds per second on the screen.
    pub speed: f64,
    /// Time passes.
    pub playing: bool,
    /// How the fabrics' times relate.
    pub mode: ClockMode,
}

impl Clock {
    /// A clock at zero that will take 12 seconds.
    pub fn new(duration: Femtos, mode: ClockMode) -> Clock {
        Clock { at: Femtos(0), duration, speed: duration.secs() / FIRST_PASS_S, playing: true, mode }
    }

    /// Lets time pass; stops at the end.
    pub fn advance(&mut self, screen_s: f64) {
        if !self.playing {
            return;
        }
        self.at = Femtos(self.at.0.saturating_add(Femtos::from_secs(screen_s.max(0.0) * self.speed).0));
        if self.at >= self.duration {
            self.at = self.duration;
            self.playing = false;
        }
    }

    /// Plays, from the start again if it stood at the end.
    pub fn play(&mut self) {
        if self.at >= self.duration {
            self.at = Femtos(0);
        }
        self.playing = true;
    }

    /// Goes to an instant, or as near as the run reaches.
    pub fn seek(&mut self, at: Femtos) {
        self.at = at.min(self.duration);
    }

    /// Takes over another duration and keeps the instant and the speed.
    pub fn set_duration(&mut self, duration: Femtos) {
        self.duration = duration;
        // A clock that stood because nothing ran has no speed of its own yet.
        if self.speed <= 0.0 {
            self.speed = duration.secs() / FIRST_PASS_S;
        }
        self.seek(self.at);
    }

    /// The time of a fabric that takes `own` in all.
    pub fn local(&self, own: Femtos) -> Femtos {
        match self.mode {
            ClockMode::Same => self.at.min(own),
            ClockMode::Normalised if self.duration.0 == 0 => Femtos(0),
            ClockMode::Normalised => {
                let share = self.at.0 as f64 / self.duration.0 as f64;
                Femtos((own.0 as f64 * share).round_ties_even() as u64).min(own)
            }
        }
    }

    /// How fast a fabric that takes `own` in all is shown: simulated seconds per second on the screen.
    pub fn local_speed(&self, own: Femtos) -> f64 {
        match self.mode {
            ClockMode::Normalised if self.duration.0 > 0 => self.speed * own.secs() / self.duration.secs(),
            _ => self.speed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_fabric_takes_twelve_seconds_and_then_the_clock_stops() {
        let mut clock = Clock::new(Femtos::from_secs(1.2e-3), ClockMode::Same);
        clock.advance(6.0);
        assert_eq!(clock.at, Femtos::from_secs(0.6e-3));
        clock.advance(7.0);
        assert_eq!((clock.at, clock.playing), (clock.duration, false));
        clock.play();
        assert_eq!((clock.at, clock.playing), (Femtos(0), true));
    }

    #[test]
    fn the_normalised_clock_brings_all_fabrics_home_together() {
        let mut clock = Clock::new(Femtos(1000), ClockMode::Normalised);
        clock.seek(Femtos(500));
        assert_eq!(clock.local(Femtos(100)), Femtos(50));
        assert_eq!(clock.local(Femtos(1000)), Femtos(500));
        clock.mode = ClockMode::Same;
        assert_eq!(clock.local(Femtos(100)), Femtos(100));
    }
}
