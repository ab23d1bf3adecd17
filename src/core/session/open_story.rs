//! An open story: its beat filled with the figures of this engine, and where the talk is.

use std::sync::Arc;

use super::change::SetAside;
use super::shown_lesson::is_lesson;
use super::talk_time::TalkTime;
use crate::catalog::Catalog;
use crate::lesson::{Lab, Problem, ShownBeat, Solved, StoryFile};

/// A request to the open story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoryIntent {
    /// Open a bundled story by its id, at its first beat.
    Open(String),
    /// What plays goes to its end; else the next beat. After the last one the end of the story is shown.
    Next,
    /// The beat before, as it stands at its end.
    Previous,
    /// Play a beat, counted from 0; beyond the last one, the last.
    GoTo(usize),
    /// Go to the last beat.
    GoToLast,
    /// Play the open beat again. Changes of the scene are gone.
    PlayAgain,
    /// Show the open beat as it stands at its end. Changes of the scene are gone.
    BackToBeat,
    /// One more digit of the number of a beat.
    TypeDigit(u8),
    /// Go to the beat whose number was typed, counted from 1; without a number as [`StoryIntent::Next`].
    GoToTyped,
    /// Show or hide a part of the stage.
    Toggle(TalkPart),
    /// Circle a place of the window until the next beat, in thousandths of its width and its height.
    Circle([u16; 2]),
    /// Open or close the view of the speaker beside the stage.
    ToggleSpeaker,
    /// Take note that the view of the speaker is open, or no longer.
    NoteSpeaker(bool),
    /// Count the time of the talk from now.
    RestartTime,
    /// Save the view as the next beat of the user's own story.
    SaveBeat,
    /// Go on with the talk that a crash has ended.
    GoOn,
    /// Do not offer it any more.
    ForgetUnfinished,
    /// Ask to leave; the second time in a row the story is left, and the scene from before it returns.
    Leave,
}

/// What a speaker switches on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TalkPart {
    /// The notes, on the stage.
    Notes,
    /// The caption.
    Caption,
    /// The surroundings of the pointer alone are lit.
    Spotlight,
    /// A dot in the place of the pointer.
    Dot,
    /// The list of all beats.
    Overview,
}

/// Where a story comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorySource {
    /// It comes with the program.
    Bundled,
    /// A file of the user: name or path, and text.
    File {
        /// Name or path.
        name: String,
        /// Text.
        text: String,
    },
}

/// Whether a text is a story.
pub(super) fn is_story(text: &str) -> bool {
    ["beats:", "caption:", "runs:"].iter().all(|field| text.contains(field))
}

/// Whether a text is a lesson or a story.
pub fn is_teaching_material(text: &str) -> bool {
    is_story(text) || is_lesson(text)
}

/// An open story.
#[derive(Clone, Debug)]
pub struct OpenStory {
    /// The story.
    pub file: Arc<StoryFile>,
    /// Where it comes from.
    pub source: StorySource,
    /// Whether it is the user's own story, to which views are added.
    pub(super) is_own: bool,
    /// The open beat, from 0.
    pub beat: usize,
    /// The beat as it is shown.
    pub shown: ShownBeat,
    /// The captions of all beats, filled.
    pub captions: Vec<String>,
    /// Whether all beats were shown.
    pub at_end: bool,
    /// The number of a beat as typed so far.
    pub typed: Option<usize>,
    /// Whether leaving was asked for once.
    pub leaving: bool,
    /// Whether the speaker wants the notes on the stage.
    pub notes: bool,
    /// Whether the view of the speaker is open beside the stage.
    pub speaker: bool,
    /// Whether the caption is hidden.
    pub hides_caption: bool,
    /// Whether only the surroundings of the pointer are lit.
    pub spotlight: bool,
    /// Whether a dot stands in the place of the pointer. It stays from beat to beat: a clicker cannot bring it back.
    pub dot: bool,
    /// The place of the window that is circled, in thousandths of its width and its height.
    pub circle: Option<[u16; 2]>,
    /// Whether the list of all beats is visible.
    pub overview: bool,
    /// How long the talk and the beat have lasted.
    pub time: TalkTime,
    /// Whether the beat still plays, or will when it goes on.
    pub(super) plays: bool,
    /// Whether the panels were visible before.
    pub(super) panels_before: bool,
    /// The scene from before the story.
    pub(super) before: SetAside,
    lab: Lab,
}

impl OpenStory {
    /// Opens a story at its first beat, and solves all of its runs: no beat waits for one.
    ///
    /// # Errors
    /// The story is at fault.
    pub(super) fn new(
        file: StoryFile,
        source: StorySource,
        catalog: &Arc<Catalog>,
        (before, panels_before): (SetAside, bool),
    ) -> Result<OpenStory, Vec<Problem>> {
        let mut lab = file.lab(catalog)?;
        for run in file.runs.keys() {
            lab.solved(Some(run)).map_err(|problem| vec![Problem::new(format!("runs.{run}"), problem)])?;
        }
        let captions = (0..file.beats.len()).map(|beat| file.shown_beat(&mut lab, beat).caption).collect();
        let mut open = OpenStory {
            file: Arc::new(file),
            source,
            is_own: false,
            beat: 0,
            shown: ShownBeat::default(),
            captions,
            at_end: false,
            typed: None,
            leaving: false,
            notes: false,
            speaker: false,
            hides_caption: false,
            spotlight: false,
            dot: false,
            circle: None,
            overview: false,
            time: TalkTime::default(),
            plays: true,
            panels_before,
            before,
            lab,
        };
        open.go_to(0);
        Ok(open)
    }

    /// Goes to a beat and fills it.
    pub(super) fn go_to(&mut self, beat: usize) {
        self.beat = beat.min(self.file.beats.len().saturating_sub(1));
        self.at_end = false;
        (self.spotlight, self.overview, self.circle) = (false, false, None);
        self.time.begin_beat();
        let file = self.file.clone();
        self.shown = file.shown_beat(&mut self.lab, self.beat);
    }

    /// The caption of the next beat.
    pub fn next_caption(&self) -> Option<&str> {
        self.captions.get(self.beat + 1).map(String::as_str)
    }

    /// Whether the stage shows the notes: never while the speaker has a view of their own.
    pub fn shows_notes(&self) -> bool {
        self.notes && !self.speaker
    }

    /// Whether the pointer points at something: it carries a light, a dot, or has drawn a circle.
    pub fn points(&self) -> bool {
        self.spotlight || self.dot || self.circle.is_some()
    }

    /// Whether this is the last beat.
    pub fn is_last(&self) -> bool {
        self.beat + 1 >= self.file.beats.len()
    }

    /// Switches a part of the stage on or off; the beat stays as it is.
    pub(super) fn toggle(&mut self, part: TalkPart) {
        let shown = match part {
            TalkPart::Notes => &mut self.notes,
            TalkPart::Caption => &mut self.hides_caption,
            TalkPart::Spotlight => &mut self.spotlight,
            TalkPart::Dot => &mut self.dot,
            TalkPart::Overview => &mut self.overview,
        };
        *shown = !*shown;
        // One light at a time.
        match part {
            TalkPart::Spotlight => self.dot = false,
            TalkPart::Dot => self.spotlight = false,
            TalkPart::Notes | TalkPart::Caption | TalkPart::Overview => {}
        }
    }

    /// How long the beat is planned to stand, seconds.
    pub fn planned_s(&self) -> u32 {
        self.file.beats.get(self.beat).map_or(0, |beat| beat.seconds)
    }

    /// When the beat is planned to begin, seconds after the first one.
    pub fn planned_start_s(&self) -> u32 {
        self.file.beats.iter().take(self.beat).map(|beat| beat.seconds).sum()
    }

    /// How long the talk is planned, seconds.
    pub fn planned_total_s(&self) -> u32 {
        self.file.beats.iter().map(|beat| beat.seconds).sum()
    }

    /// The solved run of the open beat.
    pub(super) fn run(&mut self) -> Option<Arc<Solved>> {
        let file = self.file.clone();
        self.lab.solved(Some(file.run_of(self.beat)?)).ok()
    }
}
