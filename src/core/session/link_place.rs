//! The place in a lesson or a story that a link leads to: `lesson=latency-or-bytes&step=3`, `story=the-claim&beat=done`.

use super::link_error::LinkError;
use crate::lesson::Course;
use crate::scene::did_you_mean;

/// A step of a lesson or a beat of a story that comes with the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkPlace {
    /// A step.
    Step {
        /// Id of the lesson.
        lesson: String,
        /// The step, from 0; beyond the last one, the last.
        step: usize,
    },
    /// A beat.
    Beat {
        /// Id of the story.
        story: String,
        /// The beat, from 0.
        beat: usize,
    },
}

/// The values of the keys that name a place.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceKeys {
    pub(super) lesson: Option<String>,
    /// The number of the step, from 1.
    pub(super) step: Option<String>,
    pub(super) story: Option<String>,
    /// The id of the beat, or its number from 1.
    pub(super) beat: Option<String>,
}

impl PlaceKeys {
    /// The place that they name, if any. A lesson without a step is its first one, a story without a beat likewise.
    pub(super) fn place(self) -> Result<Option<LinkPlace>, LinkError> {
        let course = Course::bundled();
        if let Some(id) = self.lesson {
            let ids = course.lessons.iter().map(|lesson| lesson.id.as_str());
            course.lesson(&id).ok_or_else(|| LinkError::unknown_lesson(&id, did_you_mean(&id, ids)))?;
            let step =
                self.step.map_or(Ok(1), |number| number.parse::<usize>().map_err(|_| LinkError::step(&number)))?;
            return Ok(Some(LinkPlace::Step { lesson: id, step: step.saturating_sub(1) }));
        }
        let Some(id) = self.story else { return Ok(None) };
        let ids = course.stories.iter().map(|story| story.id.as_str());
        let story = course.story(&id).ok_or_else(|| LinkError::unknown_story(&id, did_you_mean(&id, ids)))?;
        let Some(name) = self.beat else { return Ok(Some(LinkPlace::Beat { story: id, beat: 0 })) };
        let number = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let of_id = story.beats.iter().position(|beat| beat.id == name);
        let beat = of_id.or(number.filter(|beat| *beat < story.beats.len()));
        let ids = story.beats.iter().map(|beat| beat.id.as_str());
        let beat = beat.ok_or_else(|| LinkError::unknown_beat(&name, &ids.collect::<Vec<_>>()))?;
        Ok(Some(LinkPlace::Beat { story: id, beat }))
    }
}

impl LinkPlace {
    /// The keys of a link, in the order in which they are written.
    pub(super) fn write(&self) -> String {
        match self {
            LinkPlace::Step { lesson, step } => format!("lesson={lesson}&step={}", step + 1),
            LinkPlace::Beat { story, beat } => {
                let id = Course::bundled().story(story).and_then(|story| story.beats.get(*beat)).map(|beat| &beat.id);
                format!("story={story}&beat={}", id.cloned().unwrap_or_else(|| (beat + 1).to_string()))
            }
        }
    }
}
