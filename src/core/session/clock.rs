//! The clock: one time for all fabrics, or normalised so that every fabric ends with the slowest one.

use crate::sample::Playback;
use crate::scene::ClockMode;
use crate::units::Femtos;

/// Duration of the slowest fabric on the screen at the automatic speed, seconds.
pub const AUTOMATIC_DURATION_S: f64 = 12.0;

/// Limits of the speed, simulated seconds per second on the screen.
const MIN_SPEED: f64 = 1e-15;
const MAX_SPEED: f64 = 1e3;

/// The state of playback.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The current instant on the time axis of the slowest fabric.
    pub at: Femtos,
    /// The time of the slowest fabric.
    pub duration: Femtos,
    /// The speed that the user has chosen, simulated seconds per second on the screen; `None` for the automatic one.
    chosen_speed: Option<f64>,
    /// Whether time advances.
    pub playing: bool,
    /// Whether time runs backwards.
    pub backwards: bool,
    /// The repeated time span.
    pub looped: Option<(Femtos, Femtos)>,
    /// Same clock or normalised.
    pub mode: ClockMode,
    /// The position before the run's length last changed.
    before_change: Option<Position>,
}

/// A position whose share of the run was kept.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Position {
    at: Femtos,
    duration: Femtos,
    /// The instant that it became. As long as the clock stands there, further changes count from this position.
    shown: Femtos,
}

impl Clock {
    /// A clock at zero that plays the slowest fabric in 12 seconds.
    pub fn new(duration: Femtos, mode: ClockMode) -> Clock {
        Clock {
            at: Femtos(0),
            duration,
            chosen_speed: None,
            playing: true,
            backwards: false,
            looped: None,
            mode,
            before_change: None,
        }
    }

    /// Simulated seconds per second on the screen: as chosen, else such that the slowest fabric plays in 12 seconds.
    pub fn speed(&self) -> f64 {
        self.chosen_speed.unwrap_or_else(|| self.automatic_speed())
    }

    /// The speed at which the slowest fabric plays in 12 seconds.
    pub fn automatic_speed(&self) -> f64 {
        self.duration.secs() / AUTOMATIC_DURATION_S
    }

    /// Whether the speed follows the length of the run.
    pub fn has_automatic_speed(&self) -> bool {
        self.chosen_speed.is_none()
    }

    /// Start and end of playback.
    fn span(&self) -> (Femtos, Femtos) {
        self.looped.unwrap_or((Femtos(0), self.duration))
    }

    /// Advances by seconds on the screen. A loop repeats; otherwise the clock stops at the end of the run, or backwards at its
    /// start.
    pub fn advance(&mut self, screen_s: f64) {
        if !self.playing {
            return;
        }
        let (from, to) = self.span();
        let step = Femtos::from_secs(screen_s.max(0.0) * self.speed());
        let length = to.since(from).0.max(1);
        // Outside the loop, playback enters it at the nearer end.
        let at = self.at.max(from).min(to);
        self.at = match (self.looped.is_some(), self.backwards) {
            (true, false) => from + Femtos((at.since(from).0.saturating_add(step.0)) % length),
            (true, true) => from + Femtos((at.since(from).0 + length - step.0 % length) % length),
            (false, false) => Femtos(at.0.saturating_add(step.0)).min(to),
            (false, true) => at.since(step),
        };
        let end = if self.backwards { from } else { to };
        if self.looped.is_none() && self.at == end {
            self.playing = false;
        }
    }

    /// Plays; starts again if the clock is at the end.
    pub fn play(&mut self) {
        self.backwards = false;
        let (from, to) = self.span();
        if self.at >= to {
            self.seek(from);
        }
        self.playing = true;
    }

    /// Plays backwards; starts at the end if the clock is at the start.
    pub fn play_backwards(&mut self) {
        self.backwards = true;
        let (from, to) = self.span();
        if self.at <= from {
            self.seek(to);
        }
        self.playing = true;
    }

    /// Sets the repeated time span; an empty span plays the whole run once.
    pub fn set_loop(&mut self, span: Option<(Femtos, Femtos)>) {
        let ordered = span.map(|(a, b)| (a.min(b).min(self.duration), a.max(b).min(self.duration)));
        self.looped = ordered.filter(|(from, to)| from < to);
    }

    /// Moves to an instant, at most to the end of the run.
    pub fn seek(&mut self, at: Femtos) {
        self.at = at.min(self.duration);
        self.before_change = self.before_change.filter(|before| before.shown == self.at);
    }

    /// Sets the simulated seconds per second on the screen; values that are not finite are ignored. `None` follows the
    /// length of the run.
    pub fn set_speed(&mut self, speed: Option<f64>) {
        if speed.is_none_or(f64::is_finite) {
            self.chosen_speed = speed.map(|speed| speed.clamp(MIN_SPEED, MAX_SPEED));
        }
    }

    /// Sets another duration; keeps the share of the run, and a chosen speed. A change and its undo restore the exact instant.
    pub fn set_duration(&mut self, duration: Femtos) {
        let here = Position { at: self.at, duration: self.duration, shown: self.at };
        let from = self.before_change.filter(|before| before.shown == self.at).unwrap_or(here);
        let scaled = u128::from(from.at.0) * u128::from(duration.0) / u128::from(from.duration.0.max(1));
        let shown = Femtos(u64::try_from(scaled).unwrap_or(u64::MAX)).min(duration);
        self.before_change = Some(Position { shown, ..from });
        self.at = shown;
        self.duration = duration;
        self.set_loop(self.looped);
    }

    /// The current time of a fabric whose own time is `own`.
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

    /// The speed of a fabric whose own time is `own`: simulated seconds per second on the screen.
    pub fn local_speed(&self, own: Femtos) -> f64 {
        match self.mode {
            ClockMode::Normalised if self.duration.0 > 0 => self.speed() * own.secs() / self.duration.secs(),
            ClockMode::Same | ClockMode::Normalised => self.speed(),
        }
    }

    /// How the clock of a fabric moves, whose own time is `own`.
    pub fn playback(&self, own: Femtos) -> Playback {
        Playback { speed: self.local_speed(own), playing: self.playing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_fabric_plays_in_twelve_seconds_then_the_clock_stops() {
        let mut clock = Clock::new(Femtos::from_secs(1.2e-3), ClockMode::Same);
        clock.advance(6.0);
        assert_eq!(clock.at, Femtos::from_secs(0.6e-3));
        clock.advance(7.0);
        assert_eq!((clock.at, clock.playing), (clock.duration, false));
        clock.play();
        assert_eq!((clock.at, clock.playing), (Femtos(0), true));
    }

    #[test]
    fn a_run_of_any_length_plays_in_twelve_seconds_unless_a_speed_is_chosen() {
        let mut clock = Clock::new(Femtos::from_secs(1.2e-3), ClockMode::Same);
        for duration in [12e-6, 1.2] {
            clock.set_duration(Femtos::from_secs(duration));
            clock.seek(Femtos(0));
            clock.advance(6.0);
            assert_eq!(clock.at, Femtos::from_secs(duration / 2.0));
        }
        clock.set_speed(Some(1e-6));
        clock.set_duration(Femtos::from_secs(12e-6));
        assert_eq!((clock.speed(), clock.has_automatic_speed()), (1e-6, false));
        clock.set_speed(None);
        assert_eq!(clock.speed(), clock.automatic_speed());
    }

    #[test]
    fn a_loop_repeats_in_both_directions() {
        let mut clock = Clock::new(Femtos(1000), ClockMode::Same);
        clock.set_speed(Some(1e-15));
        clock.set_loop(Some((Femtos(400), Femtos(200))));
        assert_eq!(clock.looped, Some((Femtos(200), Femtos(400))));
        for expected in [280, 360, 240, 320] {
            clock.advance(80.0);
            assert_eq!((clock.at, clock.playing), (Femtos(expected), true));
        }
        clock.play_backwards();
        for expected in [240, 360, 280] {
            clock.advance(80.0);
            assert_eq!((clock.at, clock.playing), (Femtos(expected), true));
        }
        clock.set_loop(Some((Femtos(300), Femtos(300))));
        assert_eq!(clock.looped, None);
        clock.advance(1000.0);
        assert_eq!((clock.at, clock.playing), (Femtos(0), false), "backwards, it stops at the start");
        clock.play_backwards();
        assert_eq!(clock.at, Femtos(1000));
        clock.play();
        assert_eq!((clock.at, clock.backwards), (Femtos(0), false));
    }

    #[test]
    fn another_duration_keeps_the_share_and_its_undo_the_instant() {
        let mut clock = Clock::new(Femtos::from_secs(1.343e-3), ClockMode::Same);
        clock.seek(Femtos(727_321_987_654));
        let (at, duration) = (clock.at, clock.duration);
        for shorter in [Femtos(9_100_000_003), Femtos(17), Femtos(0), Femtos(1_000_000)] {
            clock.set_duration(shorter);
            let share = clock.at.0 as f64 / shorter.0.max(1) as f64;
            assert!(shorter.0 < 1_000 || (share - 0.5415).abs() < 1e-3, "{share}");
        }
        clock.set_duration(duration);
        assert_eq!(clock.at, at, "the way back is exact");
        clock.set_duration(Femtos(1_000_000));
        clock.seek(Femtos(250_000));
        clock.set_duration(duration);
        assert_eq!(clock.at.0, duration.0 / 4, "a move in between counts");
    }

    #[test]
    fn on_the_normalised_clock_all_fabrics_end_together() {
        let mut clock = Clock::new(Femtos(1000), ClockMode::Normalised);
        clock.seek(Femtos(500));
        assert_eq!(clock.local(Femtos(100)), Femtos(50));
        assert_eq!(clock.local(Femtos(1000)), Femtos(500));
        clock.mode = ClockMode::Same;
        assert_eq!(clock.local(Femtos(100)), Femtos(100));
    }
}
