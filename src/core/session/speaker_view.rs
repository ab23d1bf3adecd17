//! What only the speaker sees during a talk: notes, the next beat, figures and time. A window shows it, and a page sends it
//! as JSON to another tab.

use serde::Serialize;

use super::blank_screen::BlankScreen;
use super::session::Session;
use crate::scene::letter;
use crate::solve::{FabricRun, RunFigures};
use crate::training::days_in_digits;
use crate::units::BytesPerSec;

/// Version of the JSON.
const VERSION: u32 = 1;
/// Seconds of the clock's own speed below which nothing is left to play.
const MIN_LEFT_S: f64 = 0.05;

/// A talk as the speaker sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpeakerView {
    /// Version of this format.
    pub version: u32,
    /// The title of the story.
    pub title: String,
    /// The number of the beat, from 1.
    pub beat: usize,
    /// The captions of all beats.
    pub captions: Vec<String>,
    /// The sentence on the stage.
    pub caption: String,
    /// The sentence of the next beat.
    pub next: Option<String>,
    /// The notes of the beat.
    pub notes: String,
    /// The large figure of the beat.
    pub hero: Option<String>,
    /// The figures of the fabrics on the stage.
    pub figures: Vec<SpeakerFigure>,
    /// Why the beat cannot be shown.
    pub fault: Option<String>,
    /// Whether all beats were shown.
    pub at_end: bool,
    /// Whether Esc was pressed once.
    pub leaving: bool,
    /// The number of a beat as typed so far.
    pub typed: Option<usize>,
    /// Whether the scene was changed live.
    pub is_changed: bool,
    /// What the stage shows in place of the picture.
    pub blank: Option<BlankScreen>,
    /// Whether the caption is hidden.
    pub hides_caption: bool,
    /// Whether the picture moves.
    pub plays: bool,
    /// How long and how long it should last.
    pub time: SpeakerTime,
    /// What the speaker should know.
    pub warnings: Vec<SpeakerWarning>,
}

/// The figures of a fabric with their units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpeakerFigure {
    /// Its letter.
    pub fabric: String,
    /// Its name.
    pub name: String,
    /// The time of its run, or the days of training.
    pub time: Option<String>,
    /// busbw.
    pub busbw: Option<String>,
    /// The fabric bound over the time.
    pub bound_share: Option<String>,
}

/// The times of a talk, seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct SpeakerTime {
    /// Since the talk began.
    pub elapsed_s: f64,
    /// When the beat is planned to begin.
    pub planned_start_s: u32,
    /// How long the talk is planned.
    pub planned_total_s: u32,
    /// Since the beat began.
    pub beat_s: f64,
    /// How long the beat is planned to stand.
    pub planned_beat_s: u32,
    /// How long the picture still plays.
    pub plays_more_s: f64,
}

/// What may go wrong on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeakerWarning {
    /// The stage does not fill its screen.
    NotFullScreen,
    /// The picture has fewer than 30 frames per second.
    SlowFrames,
    /// The stage is not visible: minimised, covered or in a hidden tab.
    Hidden,
}

impl SpeakerView {
    /// The talk of a session; `None` without one. `warnings` are those that only the window or the page knows.
    pub fn new(session: &Session, warnings: &[SpeakerWarning]) -> Option<SpeakerView> {
        let open = session.story.as_ref()?;
        let clock = &session.clock;
        let until = open.shown.play.map_or(clock.duration, |(_, until)| until).min(clock.duration);
        let left_s =
            if clock.playing { until.since(clock.at).secs() / clock.speed().max(f64::MIN_POSITIVE) } else { 0.0 };
        let mut all = Vec::new();
        if !session.full_screen {
            all.push(SpeakerWarning::NotFullScreen);
        }
        all.extend_from_slice(warnings);
        Some(SpeakerView {
            version: VERSION,
            title: open.file.title.clone(),
            beat: open.beat + 1,
            captions: open.captions.clone(),
            caption: open.shown.caption.clone(),
            next: open.next_caption().map(str::to_owned),
            notes: open.shown.notes.clone(),
            hero: open.shown.hero.clone(),
            figures: figures(session),
            fault: open.shown.fault.clone(),
            at_end: open.at_end,
            leaving: open.leaving,
            typed: open.typed,
            is_changed: session.is_changed(),
            blank: session.blank,
            hides_caption: open.hides_caption,
            plays: clock.playing,
            time: SpeakerTime {
                elapsed_s: open.time.elapsed_s(),
                planned_start_s: open.planned_start_s(),
                planned_total_s: open.planned_total_s(),
                beat_s: open.time.beat_s(),
                planned_beat_s: open.planned_s(),
                plays_more_s: if left_s > MIN_LEFT_S { left_s } else { 0.0 },
            },
            warnings: all,
        })
    }

    /// Whether this is what an earlier view becomes as time passes, with nothing new to see.
    #[must_use]
    pub fn continues(&self, earlier: &SpeakerView) -> bool {
        let time = self.time;
        let is_later = time.elapsed_s >= earlier.time.elapsed_s && time.beat_s >= earlier.time.beat_s;
        let same_time = SpeakerView { time: earlier.time, ..self.clone() };
        let planned = |time: SpeakerTime| (time.planned_start_s, time.planned_beat_s, time.planned_total_s);
        is_later && planned(time) == planned(earlier.time) && same_time == *earlier
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        // Strings and finite numbers always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn figures(session: &Session) -> Vec<SpeakerFigure> {
    match &session.training {
        Some(training) => {
            let names = session.scene().fabrics.iter().map(|fabric| fabric.name.clone());
            let runs = training.runs.iter().zip(names).enumerate();
            let figure = |(index, (run, name)): (usize, (&Result<_, _>, String))| {
                let days = run.as_ref().ok().map(|run: &crate::training::TrainingRun| run.figures.days.usual);
                let time = days.map(|days| format!("{} days", days_in_digits(days)));
                SpeakerFigure { fabric: letter(index), name, time, busbw: None, bound_share: None }
            };
            runs.map(figure).collect()
        }
        None => session.runs.iter().enumerate().map(|(index, run)| of_run(index, run)).collect(),
    }
}

fn of_run(index: usize, run: &FabricRun) -> SpeakerFigure {
    let figures = RunFigures::new(run);
    let share = figures.bound_share().filter(|share| share.is_finite());
    SpeakerFigure {
        fabric: letter(index),
        name: run.scene.name.clone(),
        time: run.result().map(|result| result.time.to_string()),
        busbw: figures.busbw_gb_s.map(|gb_s| BytesPerSec(gb_s * 1e9).to_string()),
        bound_share: share.map(|share| format!("{:.0} %", share * 100.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Intent, StoryIntent};

    #[test]
    fn the_speaker_sees_notes_next_beat_figures_and_times() {
        let mut session = Session::first_look().expect("the first look");
        assert_eq!(SpeakerView::new(&session, &[]), None);
        session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
        session.report_time(5.0);
        session.apply(Intent::Story(StoryIntent::GoTo(5)));
        session.report_time(12.5);
        let view = SpeakerView::new(&session, &[SpeakerWarning::SlowFrames]).expect("a talk");
        let open = session.story.as_ref().expect("a story");
        assert_eq!((view.beat, view.captions.len()), (6, open.file.beats.len()));
        assert_eq!(view.next.as_deref(), Some(view.captions[6].as_str()));
        assert!(!view.notes.is_empty() && view.hero.is_some());
        assert_eq!((view.time.elapsed_s, view.time.beat_s), (7.5, 7.5));
        let planned: u32 = open.file.beats[..5].iter().map(|beat| beat.seconds).sum();
        assert_eq!(view.time.planned_start_s, planned);
        assert_eq!(view.warnings, [SpeakerWarning::NotFullScreen, SpeakerWarning::SlowFrames]);
        for (figure, run) in view.figures.iter().zip(&session.runs) {
            assert_eq!(figure.time, run.result().map(|result| result.time.to_string()));
        }
        let json: serde_json::Value = serde_json::from_str(&view.to_json()).expect("JSON");
        assert_eq!(json["warnings"], serde_json::json!(["not-full-screen", "slow-frames"]));
        assert_eq!(json["blank"], serde_json::Value::Null);
    }

    #[test]
    fn the_beat_plays_as_long_as_is_left() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Story(StoryIntent::Open("the-claim".to_owned())));
        let open = session.story.as_ref().expect("a story");
        let go = open.file.beats.iter().position(|beat| beat.id == "go").expect("a beat");
        session.apply(Intent::Story(StoryIntent::GoTo(go)));
        let left = |session: &Session| SpeakerView::new(session, &[]).expect("a talk").time.plays_more_s;
        let before = left(&session);
        session.advance(1.0);
        assert!((before - left(&session) - 1.0).abs() < 1e-6, "{before}");
        session.apply(Intent::Story(StoryIntent::Next));
        assert_eq!(left(&session), 0.0);
    }

    #[test]
    fn a_talk_on_training_has_days() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Story(StoryIntent::Open("months".to_owned())));
        let view = SpeakerView::new(&session, &[]).expect("a talk");
        assert!(view.figures[0].time.as_ref().is_some_and(|time| time.ends_with(" days")), "{:?}", view.figures);
    }
}
