//! The lessons, stories, beliefs and logs that come with the program, built in so that the browser has them too.

use std::sync::{Arc, OnceLock};

use super::parse::{read_beliefs, read_lesson, read_story};
use super::schema::{BeliefsFile, LessonFile, StoryFile};
use crate::scene::Diagnostics;

/// A file that is built in.
#[derive(Clone, Copy, Debug)]
pub struct BundledText {
    /// Its name under `scenes/`.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! texts {
    ($($file:literal),* $(,)?) => {
        &[$(BundledText { file: $file, text: include_str!(concat!("../../../scenes/", $file)) }),*]
    };
}

/// All lessons, in the order of the course.
pub const LESSONS: &[BundledText] = texts![
    "lessons/bytes-and-steps/latency-or-bytes.ron",
    "lessons/bytes-and-steps/ring-steps.ron",
    "lessons/bytes-and-steps/two-n-minus-one.ron",
    "lessons/bytes-and-steps/three-bandwidths.ron",
    "lessons/bytes-and-steps/in-switch.ron",
    "lessons/bytes-and-steps/the-bound.ron",
    "lessons/algorithms/ring-or-tree.ron",
    "lessons/algorithms/out-of-the-box.ron",
    "lessons/algorithms/rails.ron",
    "lessons/algorithms/half-nodes.ron",
    "lessons/algorithms/spine.ron",
    "lessons/algorithms/one-scalar.ron",
    "lessons/degradations/slow-nic.ron",
    "lessons/degradations/late-rank.ron",
    "lessons/degradations/contention.ron",
    "lessons/degradations/twice-of-what.ron",
    "lessons/degradations/ideal-measured.ron",
    "lessons/degradations/read-a-log.ron",
    "lessons/wafers/row-patterns.ron",
    "lessons/wafers/wafer-ring.ron",
    "lessons/wafers/strips.ron",
    "lessons/wafers/one-link.ron",
    "lessons/wafers/narrow-cut.ron",
    "lessons/wafers/fits-and-door.ron",
    "lessons/wafers/the-claim-lesson.ron",
];

/// All stories.
pub const STORIES: &[BundledText] =
    texts!["stories/the-claim.ron", "stories/anatomy.ron", "stories/where-it-loses.ron", "stories/months.ron",];

/// The beliefs that lessons name.
pub const BELIEFS: BundledText =
    BundledText { file: "lessons/beliefs.ron", text: include_str!("../../../scenes/lessons/beliefs.ron") };

/// Logs that lessons read.
const LOGS: &[BundledText] = texts!["lessons/logs/h100-1x8.txt", "lessons/logs/h100-2x8-degraded.txt"];

/// The names of the logs.
pub(super) fn bundled_logs() -> impl Iterator<Item = &'static str> {
    LOGS.iter().map(|log| log.file)
}

/// A log by its file name.
pub fn bundled_log(file: &str) -> Option<&'static str> {
    LOGS.iter().find(|log| log.file == file).map(|log| log.text)
}

/// What comes with the program. A file at fault is left out, and its faults are kept; the others stay usable.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The lessons, in order.
    pub lessons: Vec<LessonFile>,
    /// The stories.
    pub stories: Vec<StoryFile>,
    /// The beliefs.
    pub beliefs: Option<BeliefsFile>,
    /// Files at fault.
    pub rejected: Vec<Diagnostics>,
}

impl Course {
    /// All bundled files, read once.
    pub fn bundled() -> &'static Course {
        Course::shared()
    }

    /// The same, for those who may have it in another language later.
    pub fn shared() -> &'static Arc<Course> {
        static BUNDLED: OnceLock<Arc<Course>> = OnceLock::new();
        BUNDLED.get_or_init(|| Arc::new(Course::read()))
    }

    fn read() -> Course {
        let mut course = Course::default();
        for lesson in LESSONS {
            match read_lesson(lesson.file, lesson.text) {
                Ok(file) => course.lessons.push(file),
                Err(rejected) => course.rejected.push(rejected),
            }
        }
        for story in STORIES {
            match read_story(story.file, story.text) {
                Ok(file) => course.stories.push(file),
                Err(rejected) => course.rejected.push(rejected),
            }
        }
        match read_beliefs(BELIEFS.file, BELIEFS.text) {
            Ok(file) => course.beliefs = Some(file),
            Err(rejected) => course.rejected.push(rejected),
        }
        course
    }

    /// A lesson by its id.
    pub fn lesson(&self, id: &str) -> Option<&LessonFile> {
        self.lessons.iter().find(|lesson| lesson.id == id)
    }

    /// A story by its id.
    pub fn story(&self, id: &str) -> Option<&StoryFile> {
        self.stories.iter().find(|story| story.id == id)
    }

    /// Why a belief is wrong.
    pub fn refutation(&self, belief: &str) -> Option<&str> {
        let found = self.beliefs.as_ref()?.beliefs.get(belief)?;
        Some(&found.refutation)
    }
}
