//! Texts of the course in another language: a file that replaces English texts by key. What it leaves out stays English.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bundled::Course;
use super::expression::unknown;
use super::parse::{of_version, options, read};
use super::problem::Problem;
use super::question_file::{AnswerFile, QuestionFile};
use super::schema::{LESSON_VERSION, LessonFile, StepFile, StoryFile};
use super::text::Template;
use crate::scene::Diagnostics;

/// Texts by their keys, such as `steps.1.options.0.text`.
pub type Texts = BTreeMap<String, String>;

/// The texts of the course in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextsFile {
    /// Version of the schema.
    pub version: u32,
    /// The language, such as `de`.
    pub language: String,
    /// Of lessons, by their ids.
    #[serde(default)]
    pub lessons: BTreeMap<String, Texts>,
    /// Of stories, by their ids.
    #[serde(default)]
    pub stories: BTreeMap<String, Texts>,
    /// Of beliefs, by their ids: `claim` and `refutation`.
    #[serde(default)]
    pub beliefs: BTreeMap<String, Texts>,
}

/// Whether a text is a file of texts.
pub fn is_texts(text: &str) -> bool {
    let has = |fields: &[&str]| fields.iter().all(|field| text.contains(field));
    has(&["language:", "lessons:"]) && !has(&["for_whom:"])
}

/// Reads a file of texts.
///
/// # Errors
/// The first fault of syntax or type, with its line; or another version.
pub fn read_texts(name: &str, text: &str) -> Result<TextsFile, Diagnostics> {
    let texts: TextsFile = read(name, text)?;
    of_version(name, texts.version)?;
    Ok(texts)
}

impl LessonFile {
    /// Visits all texts that a reader sees, with their keys.
    fn visit_texts(&mut self, visit: &mut impl FnMut(String, &mut String)) {
        visit("title".to_owned(), &mut self.title);
        visit("aim".to_owned(), &mut self.aim);
        for (index, step) in self.steps.iter_mut().enumerate() {
            let key = |end: &str| format!("steps.{index}.{end}");
            match step {
                StepFile::Say(own) | StepFile::Reveal(own) => visit(key("text"), &mut own.text),
                StepFile::Predict(question) => visit_question(question, index, visit),
                StepFile::Play(_) => {}
                StepFile::Do(action) => {
                    visit(key("text"), &mut action.text);
                    visit(key("hint"), &mut action.hint);
                }
                StepFile::Task(task) => {
                    visit(key("text"), &mut task.text);
                    for (place, hint) in task.hints.iter_mut().enumerate() {
                        visit(key(&format!("hints.{place}")), hint);
                    }
                    visit(key("done"), &mut task.done);
                }
                StepFile::Keep(text) => visit(format!("steps.{index}"), text),
            }
        }
    }
}

fn visit_question(question: &mut QuestionFile, index: usize, visit: &mut impl FnMut(String, &mut String)) {
    visit(format!("steps.{index}.text"), &mut question.text);
    for (place, option) in question.options.iter_mut().enumerate() {
        visit(format!("steps.{index}.options.{place}.text"), &mut option.text);
    }
    if let Some(AnswerFile::Order(order)) = &mut question.answer {
        for (place, item) in order.items.iter_mut().enumerate() {
            visit(format!("steps.{index}.answer.items.{place}.text"), &mut item.text);
        }
    }
}

impl StoryFile {
    /// Visits all texts that an audience or a speaker sees, with their keys.
    fn visit_texts(&mut self, visit: &mut impl FnMut(String, &mut String)) {
        visit("title".to_owned(), &mut self.title);
        for beat in &mut self.beats {
            visit(format!("beats.{}.caption", beat.id), &mut beat.caption);
            if let Some(hero) = &mut beat.hero {
                visit(format!("beats.{}.hero", beat.id), hero);
            }
            if !beat.notes.is_empty() {
                visit(format!("beats.{}.notes", beat.id), &mut beat.notes);
            }
        }
    }
}

impl Course {
    /// Visits all texts: the part of the file, the id, the key, the text.
    fn visit_texts(&mut self, visit: &mut impl FnMut(TextsOf, &str, String, &mut String)) {
        for lesson in &mut self.lessons {
            let id = lesson.id.clone();
            lesson.visit_texts(&mut |key, text| visit(TextsOf::Lessons, &id, key, text));
        }
        for story in &mut self.stories {
            let id = story.id.clone();
            story.visit_texts(&mut |key, text| visit(TextsOf::Stories, &id, key, text));
        }
        for (id, belief) in self.beliefs.iter_mut().flat_map(|file| &mut file.beliefs) {
            visit(TextsOf::Beliefs, id, "claim".to_owned(), &mut belief.claim);
            visit(TextsOf::Beliefs, id, "refutation".to_owned(), &mut belief.refutation);
        }
    }

    /// The course with other texts. What a file leaves out stays as it is.
    pub fn with_texts(&self, texts: &TextsFile) -> Course {
        let mut course = self.clone();
        course.visit_texts(&mut |part, id, key, text| {
            if let Some(other) = texts.part(part).get(id).and_then(|own| own.get(&key)) {
                text.clone_from(other);
            }
        });
        course
    }

    /// All of its texts, to be translated.
    pub fn texts(&self) -> TextsFile {
        let mut texts = TextsFile { version: LESSON_VERSION, language: "en".to_owned(), ..TextsFile::default() };
        self.clone().visit_texts(&mut |part, id, key, text| {
            texts.part_mut(part).entry(id.to_owned()).or_default().insert(key, text.clone());
        });
        texts
    }
}

/// The parts of a file of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextsOf {
    Lessons,
    Stories,
    Beliefs,
}

impl TextsOf {
    const ALL: [TextsOf; 3] = [TextsOf::Lessons, TextsOf::Stories, TextsOf::Beliefs];

    /// Its name in the file, and what its ids are.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            TextsOf::Lessons => ("lessons", "lesson"),
            TextsOf::Stories => ("stories", "story"),
            TextsOf::Beliefs => ("beliefs", "belief"),
        }
    }
}

impl TextsFile {
    fn part(&self, part: TextsOf) -> &BTreeMap<String, Texts> {
        match part {
            TextsOf::Lessons => &self.lessons,
            TextsOf::Stories => &self.stories,
            TextsOf::Beliefs => &self.beliefs,
        }
    }

    fn part_mut(&mut self, part: TextsOf) -> &mut BTreeMap<String, Texts> {
        match part {
            TextsOf::Lessons => &mut self.lessons,
            TextsOf::Stories => &mut self.stories,
            TextsOf::Beliefs => &mut self.beliefs,
        }
    }

    /// Its faults: ids and keys that the course does not have, and texts with other figures than the English ones.
    pub fn check(&self, course: &Course) -> Vec<Problem> {
        let english = course.texts();
        let mut problems = Vec::new();
        for part in TextsOf::ALL {
            let (name, kind) = part.names();
            for (id, texts) in self.part(part) {
                let Some(known) = english.part(part).get(id) else {
                    let ids = english.part(part).keys().map(String::as_str);
                    problems.push(Problem::new(format!("{name}.{id}"), unknown(kind, id, ids)));
                    continue;
                };
                for (key, text) in texts {
                    let problem = match known.get(key) {
                        None => Some(unknown("text", key, known.keys().map(String::as_str))),
                        Some(english) => difference(english, text),
                    };
                    problems.extend(
                        problem.map(|problem| Problem::new(format!("{name}.{id}"), format!("`{key}`: {problem}"))),
                    );
                }
            }
        }
        problems
    }

    /// How many texts of the course it has, and how many there are.
    pub fn coverage(&self, course: &Course) -> (usize, usize) {
        let english = course.texts();
        let count =
            |texts: &TextsFile| TextsOf::ALL.iter().flat_map(|part| texts.part(*part).values()).map(Texts::len).sum();
        (count(self), count(&english))
    }

    /// A language that nobody speaks, made from these texts: accents, and four tenths longer. A text that it cuts would
    /// be cut in a translation.
    pub fn pseudo(mut self) -> TextsFile {
        self.language = "pseudo".to_owned();
        for part in TextsOf::ALL {
            for text in self.part_mut(part).values_mut().flat_map(BTreeMap::values_mut) {
                *text = pseudo(text);
            }
        }
        self
    }

    /// The text of the file.
    pub fn to_ron(&self) -> String {
        let pretty = ron::ser::PrettyConfig::new().indentor("  ").struct_names(false);
        // Strings and maps: there is nothing that RON could not write.
        let text = options().to_string_pretty(self, pretty).unwrap_or_default();
        format!(
            "// Texts of the course. Expressions in {{}} stay as they are. Without an entry a text stays English.\n{text}\n"
        )
    }
}

/// In what the figures of a text differ from those of the English one.
fn difference(english: &str, text: &str) -> Option<String> {
    let figures = |text: &str| {
        let mut found: Vec<String> =
            text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect();
        found.sort();
        found
    };
    let template = match Template::parse(text) {
        Ok(template) => template,
        Err(error) => return Some(error.problem),
    };
    let (wanted, found) = (figures(english), figures(text));
    if let Some(missing) = wanted.iter().find(|figure| !found.contains(figure)) {
        return Some(format!("the figure {{{missing}}} of the English text is missing"));
    }
    if let Some(other) = found.iter().find(|figure| !wanted.contains(figure)) {
        return Some(format!("the English text has no figure {{{other}}}"));
    }
    if wanted.len() != found.len() {
        return Some(format!("{} figures; the English text has {}", found.len(), wanted.len()));
    }
    let typed = |text: &str| Template::parse(text).ok().and_then(|template| template.typed_digits());
    match (template.typed_digits(), typed(english)) {
        (Some(digits), None) => Some(format!("`{digits}` is typed in; the English text has no such number")),
        (Some(_), Some(_)) | (None, _) => None,
    }
}

/// A text with accents that is four tenths longer. Figures and quoted names stay.
fn pseudo(text: &str) -> String {
    const LONGER: f64 = 0.4;
    let mut out = String::with_capacity(text.len() * 2);
    let (mut owed, mut verbatim) = (0.0, false);
    for character in text.chars() {
        verbatim |= matches!(character, '{' | '‹');
        let accented = match character {
            _ if verbatim => character,
            'a' => 'á',
            'e' => 'é',
            'i' => 'í',
            'o' => 'ó',
            'u' => 'ü',
            other => other,
        };
        out.push(accented);
        if character.is_alphabetic() && !verbatim {
            owed += LONGER;
            if owed >= 1.0 {
                out.push(accented.to_lowercase().next().unwrap_or(accented));
                owed -= 1.0;
            }
        }
        verbatim &= !matches!(character, '}' | '›');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_texts_change_nothing_and_a_part_of_another_language_leaves_the_rest() {
        let course = Course::bundled();
        let english = course.texts();
        assert_eq!(english.check(course), Vec::new());
        let same = course.with_texts(&english);
        assert_eq!((&same.lessons, &same.stories, &same.beliefs), (&course.lessons, &course.stories, &course.beliefs));
        let again = read_texts("en.ron", &english.to_ron()).expect("a file of texts");
        assert_eq!(again, english);
        let text = r#"(version: 1, language: "de", lessons: {"latency-or-bytes": {"title": "Latenz oder Bytes?"}})"#;
        assert!(is_texts(text));
        let german = read_texts("de.ron", text).expect("a file of texts");
        assert_eq!((german.check(course), german.coverage(course).0), (Vec::new(), 1));
        let course_de = course.with_texts(&german);
        let lesson = course_de.lesson("latency-or-bytes").expect("a lesson");
        assert_eq!(lesson.title, "Latenz oder Bytes?");
        assert_eq!(Some(&lesson.aim), course.lesson("latency-or-bytes").map(|english| &english.aim));
    }

    #[test]
    fn unknown_keys_and_other_figures_are_refused() {
        let cases = [
            (r#""latency-or-bites": {}"#, "did you mean `latency-or-bytes`?"),
            (r#""latency-or-bytes": {"titel": "x"}"#, "did you mean `title`?"),
            (r#""latency-or-bytes": {"steps.5.done": "Mit {A.message}."}"#, "is missing"),
            (r#""latency-or-bytes": {"title": "Latenz {A.time}"}"#, "has no figure"),
            (r#""latency-or-bytes": {"title": "Latenz {A.time"}"#, "no partner"),
            (r#""latency-or-bytes": {"title": "4 Latenzen"}"#, "is typed in"),
        ];
        for (lessons, expected) in cases {
            let text = format!("(version: 1, language: \"de\", lessons: {{{lessons}}})");
            let texts = read_texts("de.ron", &text).expect("a file of texts");
            let problems = texts.check(Course::bundled());
            assert!(problems.iter().any(|problem| problem.problem.contains(expected)), "{lessons}: {problems:?}");
        }
    }

    #[test]
    fn the_pseudo_language_is_four_tenths_longer_and_keeps_every_figure() {
        let course = Course::bundled();
        let (english, pseudo) = (course.texts(), course.texts().pseudo());
        assert_eq!(pseudo.check(course), Vec::new());
        let letters = |texts: &TextsFile| {
            let all = texts.lessons.values().flat_map(BTreeMap::values);
            all.map(|text| text.chars().filter(|one| one.is_alphabetic()).count()).sum::<usize>() as f64
        };
        let longer = letters(&pseudo) / letters(&english);
        assert!((1.25..1.45).contains(&longer), "{longer}: names of figures do not grow");
    }
}
