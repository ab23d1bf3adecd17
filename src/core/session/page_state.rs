//! The state of a session as JSON, as a page publishes it in each frame.

use super::session::Session;
use crate::scene::ClockMode;

/// Writes the state. The report is long and seldom changes: its text is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageState {
    revision: u64,
    /// The members of the report, each with a comma behind it.
    members: String,
}

impl PageState {
    /// The JSON of `run --json` with two more members: the clock, and `drawing`, which is JSON itself.
    pub fn json(&mut self, session: &Session, drawing: &str) -> String {
        if self.revision != session.revision {
            self.revision = session.revision;
            let report = serde_json::to_string(&session.report()).unwrap_or_default();
            let members = report.strip_prefix('{').and_then(|report| report.strip_suffix('}')).unwrap_or_default();
            self.members = if members.is_empty() { String::new() } else { format!("{members},") };
        }
        let clock = &session.clock;
        let clock = serde_json::json!({
            "time_s": clock.at.secs(),
            "duration_s": clock.duration.secs(),
            "playing": clock.playing,
            "speed": clock.speed(),
            "mode": if clock.mode == ClockMode::Same { "same" } else { "normalised" },
        });
        let drawing = if drawing.is_empty() { "null" } else { drawing };
        format!("{{{}\"clock\":{clock},\"drawing\":{drawing}}}", self.members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::intent::Intent;

    #[test]
    fn the_state_is_the_report_with_the_clock_and_the_cost_of_drawing() {
        let mut session = Session::first_look().expect("the first look");
        let mut state = PageState::default();
        for (scene, drawing) in [(0, r#"{"frames":3}"#), (1, "")] {
            session.apply(Intent::OpenBundled(scene));
            let text = state.json(&session, drawing);
            let mut read: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|found| panic!("{found}"));
            let members = read.as_object_mut().expect("an object");
            let clock = members.remove("clock").expect("a clock");
            assert_eq!(clock["duration_s"].as_f64(), Some(session.clock.duration.secs()));
            let drawing = serde_json::from_str(drawing).unwrap_or(serde_json::Value::Null);
            assert_eq!(members.remove("drawing"), Some(drawing));
            let report = serde_json::to_string(&session.report()).expect("JSON");
            assert_eq!(read, serde_json::from_str::<serde_json::Value>(&report).expect("JSON"));
        }
    }

    #[test]
    fn a_report_that_cannot_be_written_leaves_an_object() {
        let session = Session::first_look().expect("the first look");
        let mut state = PageState { revision: session.revision, members: String::new() };
        let read: Result<serde_json::Value, _> = serde_json::from_str(&state.json(&session, ""));
        assert!(read.is_ok_and(|state| state["clock"].is_object()));
    }
}
