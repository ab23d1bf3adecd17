//! The view of a user as a beat: a story that grows by what is on the stage.

use std::collections::BTreeMap;

use super::parse::options;
use super::schema::{BeatFile, LESSON_VERSION, RunFile, SceneSource, StoryFile};
use crate::scene::SceneFile;
use crate::units::Femtos;

/// The most words of a caption.
const MAX_WORDS: usize = 12;
/// How long a new beat stands, seconds.
const SECONDS: u32 = 30;

/// The stage at an instant.
#[derive(Clone, Copy, Debug)]
pub struct StageView<'a> {
    /// The scene with all changes.
    pub scene: &'a SceneFile,
    /// The clock.
    pub at: Femtos,
}

impl StoryFile {
    /// A story whose first beat is a view.
    pub fn from_view(view: StageView) -> StoryFile {
        let mut story = StoryFile {
            version: LESSON_VERSION,
            id: "my-story".to_owned(),
            title: view.scene.title.clone(),
            minutes: 1,
            scene: SceneSource::Inline(Box::new(view.scene.clone())),
            runs: BTreeMap::from([(run_name(0), RunFile::default())]),
            figures: BTreeMap::new(),
            beats: Vec::new(),
        };
        story.add_view(view, 0);
        story
    }

    /// Adds a view as the beat at a place. The caption is the title of the scene, quoted: its digits are a name.
    pub fn add_view(&mut self, view: StageView, place: usize) {
        let run = run_of_scene(&self.scene, &mut self.runs, view.scene);
        let number =
            (1..).find(|number| self.beats.iter().all(|beat| beat.id != format!("view-{number}"))).unwrap_or(0);
        let beat = BeatFile {
            id: format!("view-{number}"),
            run: Some(run),
            caption: quoted_title(view.scene),
            hero: None,
            seconds: SECONDS,
            play: vec![view.at.to_field()],
            light: Vec::new(),
            notes: String::new(),
        };
        self.beats.insert(place.min(self.beats.len()), beat);
        self.minutes = self.minutes_of_beats();
    }

    /// The minutes that its beats take.
    pub(super) fn minutes_of_beats(&self) -> u32 {
        let total: u32 = self.beats.iter().map(|beat| beat.seconds).sum();
        total.div_ceil(60).max(1)
    }

    /// The text of the story.
    pub fn to_ron(&self) -> String {
        let pretty = ron::ser::PrettyConfig::new().depth_limit(3).indentor("  ").struct_names(false);
        // Strings, numbers and lists: there is nothing that RON could not write.
        let text = options().to_string_pretty(self, pretty).unwrap_or_default();
        format!(
            "// A story for `fabricscope present`. Captions have at most twelve words; figures stand in {{}}.\n{text}\n"
        )
    }
}

/// The title of a scene as a name, in as many words as a hall reads.
pub(super) fn quoted_title(scene: &SceneFile) -> String {
    let title: String = scene.title.chars().filter(|one| !matches!(one, '‹' | '›')).collect();
    let words: Vec<&str> = title.split_whitespace().collect();
    let is_too_long = words.len() > MAX_WORDS;
    let words = words.get(..MAX_WORDS).unwrap_or(&words);
    // A clause of a long title, if it has any within the limit.
    let clause = words.iter().rposition(|word| word.ends_with([',', ':', ';', '.'])).filter(|_| is_too_long);
    let words = clause.and_then(|end| words.get(..=end)).unwrap_or(words);
    let title = words.join(" ");
    format!("‹{}›", if clause.is_some() { title.trim_end_matches([',', ':', ';', '.']) } else { &title })
}

/// The run of a scene; a new one if there is none yet.
pub(super) fn run_of_scene(source: &SceneSource, runs: &mut BTreeMap<String, RunFile>, scene: &SceneFile) -> String {
    let is_base = matches!(source, SceneSource::Inline(base) if **base == *scene);
    let is_same = |run: &RunFile| match &run.inline {
        Some(own) => **own == *scene,
        None => is_base && *run == RunFile::default(),
    };
    if let Some((name, _)) = runs.iter().find(|(_, run)| is_same(run)) {
        return name.clone();
    }
    let name = (0..).map(run_name).find(|name| !runs.contains_key(name)).unwrap_or_default();
    let run = RunFile { inline: Some(Box::new(scene.clone())), ..RunFile::default() };
    runs.insert(name.clone(), run);
    name
}

/// Names of runs that expressions can use: `a`, `b`, …, `z`, `aa`.
pub(super) fn run_name(index: usize) -> String {
    let letter = char::from(b'a' + (index % 26) as u8);
    letter.to_string().repeat(index / 26 + 1)
}
