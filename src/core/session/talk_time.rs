//! How long a talk has lasted, by the time that the window or the page reports.

/// The time of a talk, seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TalkTime {
    /// The last reported time, from any origin.
    reported_s: Option<f64>,
    /// Since the talk began.
    elapsed_s: f64,
    /// Since the beat began.
    beat_s: f64,
}

impl TalkTime {
    /// A talk that has already lasted for some time.
    pub(super) fn after(elapsed_s: f64) -> TalkTime {
        TalkTime { elapsed_s, ..TalkTime::default() }
    }

    /// Takes the present time. The first one sets the origin.
    pub(super) fn report(&mut self, now_s: f64) {
        let passed_s = self.reported_s.map_or(0.0, |before_s| (now_s - before_s).max(0.0));
        self.elapsed_s += passed_s;
        self.beat_s += passed_s;
        self.reported_s = Some(now_s);
    }

    /// Counts from now.
    pub(super) fn restart(&mut self) {
        (self.elapsed_s, self.beat_s) = (0.0, 0.0);
    }

    /// Another beat begins.
    pub(super) fn begin_beat(&mut self) {
        self.beat_s = 0.0;
    }

    /// Seconds since the talk began.
    pub fn elapsed_s(&self) -> f64 {
        self.elapsed_s
    }

    /// Seconds since the beat began.
    pub fn beat_s(&self) -> f64 {
        self.beat_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_talk_lasts_as_long_as_is_reported_wherever_the_time_begins() {
        let mut time = TalkTime::default();
        for now_s in [100.0, 130.0] {
            time.report(now_s);
        }
        time.begin_beat();
        time.report(142.0);
        assert_eq!((time.elapsed_s(), time.beat_s()), (42.0, 12.0));
        time.report(10.0);
        assert_eq!(time.elapsed_s(), 42.0, "a clock that was set back adds nothing");
        time.restart();
        time.report(11.0);
        assert_eq!((time.elapsed_s(), time.beat_s()), (1.0, 1.0));
    }
}
