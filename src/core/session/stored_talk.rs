//! The place in a talk, as it is kept over a reload of a page or a crash of a window.

use serde::{Deserialize, Serialize};

use super::open_story::{OpenStory, StorySource};

/// The place in a talk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTalk {
    pub(super) id: String,
    /// The title of the story.
    #[serde(default)]
    pub title: String,
    /// Name and text of a story that does not come with the program.
    pub(super) file: Option<(String, String)>,
    /// The open beat, from 0.
    pub beat: usize,
    /// The number of beats.
    #[serde(default)]
    pub beats: usize,
    pub(super) at_end: bool,
    /// How long the talk has lasted, seconds.
    #[serde(default)]
    pub(super) elapsed_s: f64,
}

impl StoredTalk {
    /// The place in an open story.
    pub(super) fn from_story(open: &OpenStory) -> StoredTalk {
        let file = match &open.source {
            StorySource::Bundled => None,
            StorySource::File { name, text } => Some((name.clone(), text.clone())),
        };
        StoredTalk {
            id: open.file.id.clone(),
            title: open.file.title.clone(),
            file,
            beat: open.beat,
            beats: open.file.beats.len(),
            at_end: open.at_end,
            elapsed_s: open.time.elapsed_s(),
        }
    }

    /// A kept talk.
    ///
    /// # Errors
    /// A text of another form.
    pub fn read(text: &str) -> Result<StoredTalk, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// As text for storing.
    pub fn to_json(&self) -> String {
        // Strings and finite numbers always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether another one is at the same place: only time has passed.
    pub fn is_same_place(&self, other: &StoredTalk) -> bool {
        (&self.id, &self.file, self.beat, self.at_end) == (&other.id, &other.file, other.beat, other.at_end)
    }
}
