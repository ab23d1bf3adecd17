//! `lesson`: checks, plays, lists, grades and exports lessons and stories.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::CommandError;
use super::output::{note, print, print_json};
use super::scene_input::setting;
use super::waiting::Waiting;
use crate::catalog::Catalog;
use crate::lesson::{
    Answer, BELIEFS, Course, CourseFile, Grades, LESSONS, Labs, LessonFile, Problem, Progress, STORIES, Try,
    check_lesson, check_story, diagnostics, gift, is_texts, play_lesson, read_course_file, read_texts, worksheet,
};
use crate::scene::{Diagnostics, Setting, did_you_mean, read_text};
use crate::units::{one_line, quoted};

/// Arguments of `lesson`.
#[derive(Debug, clap::Args)]
pub struct LessonArguments {
    #[command(subcommand)]
    command: LessonCommand,
}

#[derive(Debug, clap::Subcommand)]
enum LessonCommand {
    /// List the lessons and stories of the course
    List {
        /// Print JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Evaluate everything in lessons and stories, and show every fault with its line; all bundled ones by default
    Check {
        /// Files of lessons, stories or texts in another language
        files: Vec<PathBuf>,
    },
    /// Play a lesson without a screen
    Run {
        /// Id of a lesson of the course, or a file
        lesson: String,
        /// How its questions are answered, one for all or one each: right, wrong, skip, the number of an option, or a number with its unit
        #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = answer, default_value = "right")]
        answers: Vec<Answer>,
        /// How its task is tried: solution, trap, trap:N or skip
        #[arg(long, value_name = "HOW", value_parser = task_try, default_value = "solution", conflicts_with = "settings")]
        task: Try,
        /// Try the task with this setting
        #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
        settings: Vec<Setting>,
        /// Texts of the course in another language
        #[arg(long, value_name = "FILE")]
        texts: Option<PathBuf>,
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Replay saved results of learners and print what this engine confirms
    Grade {
        /// Files of results
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// A lesson that does not belong to the course, as a file
        #[arg(long = "lesson", value_name = "FILE")]
        lessons: Vec<PathBuf>,
        /// Print the rows as CSV
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        /// Print the number of answers per belief instead, as CSV
        #[arg(long, conflicts_with = "json")]
        beliefs: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the texts of the course as a file to translate
    Texts {
        /// In a language with accents and longer words, to see what a translation would cut
        #[arg(long)]
        pseudo: bool,
    },
    /// Print questions with today's figures for other programs
    Export {
        /// Ids of lessons, or files; all of the course by default
        lessons: Vec<String>,
        /// For learning platforms such as Moodle
        #[arg(long, required_unless_present = "print")]
        gift: bool,
        /// As a worksheet (HTML)
        #[arg(long, conflicts_with = "gift")]
        print: bool,
    },
}

/// Words of `--answers`.
const ANSWERS: [(&str, Answer); 3] = [("right", Answer::Right), ("wrong", Answer::Wrong), ("skip", Answer::Skip)];

fn answer(text: &str) -> Result<Answer, &'static str> {
    let word = ANSWERS.iter().find(|(word, _)| *word == text).map(|(_, answer)| answer.clone());
    let number = || text.parse::<usize>().ok().filter(|number| *number > 0).map(Answer::Choice);
    let typed = || text.starts_with(|first: char| first.is_ascii_digit()).then(|| Answer::Typed(text.to_owned()));
    word.or_else(number)
        .or_else(typed)
        .ok_or("use right, wrong, skip, the number of an option, or a number such as 350us")
}

/// Tries by their words.
const TRIES: [(&str, Try); 3] = [("solution", Try::Solution), ("trap", Try::Trap(0)), ("skip", Try::Skip)];

fn task_try(text: &str) -> Result<Try, &'static str> {
    let word = TRIES.iter().find(|(word, _)| *word == text).map(|(_, tried)| tried.clone());
    let numbered = || {
        let (word, number) = text.split_once(':')?;
        let number = number.parse::<usize>().ok()?.checked_sub(1)?;
        (TRIES.iter().find(|(known, _)| *known == word)?.1 == Try::Trap(0)).then_some(Try::Trap(number))
    };
    word.or_else(numbered).ok_or("use solution, trap, trap:N or skip")
}

/// Runs a command about lessons.
///
/// # Errors
/// A file that is rejected, an unknown lesson, or results that cannot be read.
pub(super) fn lesson(arguments: &LessonArguments) -> Result<(), CommandError> {
    let catalog = Arc::new(Catalog::bundled()?);
    let course = Course::bundled();
    course.rejected.iter().for_each(|rejected| note(&rejected.to_string()));
    match &arguments.command {
        LessonCommand::List { json } => list(course, *json),
        LessonCommand::Check { files } => check(files, course, &catalog),
        LessonCommand::Texts { pseudo } => {
            let texts = course.texts();
            print(&if *pseudo { texts.pseudo() } else { texts }.to_ron())
        }
        LessonCommand::Run { lesson, answers, task, settings, texts, json } => {
            let translated = texts.as_deref().map(|path| translated(path, course)).transpose()?;
            let course = translated.as_ref().unwrap_or(course);
            let tries = if settings.is_empty() { task.clone() } else { Try::Settings(settings.clone()) };
            let Opened { name, text, file } = open(lesson, course)?;
            let waiting = Waiting::new("solving the runs of the lesson");
            let played = play_lesson(&file, course, &catalog, (answers, &tries));
            drop(waiting);
            let played = played.map_err(|problems| rejected(&name, &text, problems))?;
            if *json { print_json(&played) } else { print(&played.text()) }
        }
        LessonCommand::Grade { files, lessons, csv: _, beliefs, json } => {
            let mut course = course.clone();
            for path in lessons {
                course.lessons.push(open(&path.display().to_string(), &course)?.file);
            }
            grade(files, (*beliefs, *json), &course, &catalog)
        }
        LessonCommand::Export { lessons, gift: _, print: on_paper } => export(lessons, *on_paper, course, &catalog),
    }
}

/// The course with the texts of a file.
fn translated(path: &Path, course: &Course) -> Result<Course, CommandError> {
    let (name, text) = (path.display().to_string(), read_text(path)?);
    let texts = read_texts(&name, &text)?;
    match texts.check(course) {
        problems if problems.is_empty() => Ok(course.with_texts(&texts)),
        problems => Err(rejected(&name, &text, problems)),
    }
}

/// A lesson with its text, for errors.
pub(super) struct Opened {
    pub(super) name: String,
    pub(super) text: String,
    file: LessonFile,
}

fn rejected(name: &str, text: &str, problems: Vec<Problem>) -> CommandError {
    CommandError::Diagnostics(diagnostics(name, text, problems))
}

/// A lesson of the course by its id, or a file.
///
/// # Errors
/// An unknown lesson, or a file that is none.
pub(super) fn open(lesson: &str, course: &Course) -> Result<Opened, CommandError> {
    if let Some(file) = course.lesson(lesson) {
        let ends = format!("/{lesson}.ron");
        let bundled = LESSONS.iter().find(|bundled| bundled.file.ends_with(&ends));
        let (name, text) = bundled.map_or(("", ""), |bundled| (bundled.file, bundled.text));
        return Ok(Opened { name: name.to_owned(), text: text.to_owned(), file: file.clone() });
    }
    let path = Path::new(lesson);
    if !path.exists() {
        let ids = || course.lessons.iter().map(|lesson| lesson.id.as_str());
        let near = did_you_mean(lesson, ids()).map(|near| format!("did you mean `{near}`? "));
        let known: Vec<&str> = ids().collect();
        return Err(CommandError::Value(format!(
            "unknown lesson `{}`; {}accepted: a file, or {}",
            quoted(lesson),
            near.unwrap_or_default(),
            known.join(", ")
        )));
    }
    let (name, text) = (path.display().to_string(), read_text(path)?);
    match read_course_file(&name, &text)? {
        CourseFile::Lesson(file) => Ok(Opened { name, text, file: *file }),
        CourseFile::Story(_) => Err(CommandError::Value(format!("{} is a story, not a lesson", quoted(&name)))),
    }
}

#[derive(serde::Serialize)]
struct ListedLesson<'a> {
    id: &'a str,
    title: &'a str,
    module: u32,
    order: u32,
    minutes: u32,
    aim: &'a str,
}

#[derive(serde::Serialize)]
struct ListedStory<'a> {
    id: &'a str,
    title: &'a str,
    minutes: u32,
    beats: usize,
}

#[derive(serde::Serialize)]
struct Listed<'a> {
    version: u32,
    lessons: Vec<ListedLesson<'a>>,
    stories: Vec<ListedStory<'a>>,
}

fn list(course: &Course, json: bool) -> Result<(), CommandError> {
    if json {
        let lessons = course.lessons.iter().map(|lesson| ListedLesson {
            id: &lesson.id,
            title: &lesson.title,
            module: lesson.module,
            order: lesson.order,
            minutes: lesson.minutes,
            aim: &lesson.aim,
        });
        let stories = course.stories.iter().map(|story| ListedStory {
            id: &story.id,
            title: &story.title,
            minutes: story.minutes,
            beats: story.beats.len(),
        });
        return print_json(&Listed { version: 1, lessons: lessons.collect(), stories: stories.collect() });
    }
    let mut out = String::new();
    for lesson in &course.lessons {
        out.push_str(&format!("{:>2}  {:<20}  {:>2} min  {}\n", lesson.order, lesson.id, lesson.minutes, lesson.title));
    }
    for story in &course.stories {
        out.push_str(&format!(" s  {:<20}  {:>2} min  {}\n", story.id, story.minutes, story.title));
    }
    print(&out)
}

fn check(files: &[PathBuf], course: &Course, catalog: &Arc<Catalog>) -> Result<(), CommandError> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut faulty = 0;
    if files.is_empty() {
        faulty += course.rejected.len();
        texts.extend(LESSONS.iter().chain(STORIES).map(|one| (format!("scenes/{}", one.file), one.text.to_owned())));
    }
    for path in files {
        texts.push((path.display().to_string(), read_text(path)?));
    }
    let Some(beliefs) = &course.beliefs else {
        return Err(CommandError::Value(format!("{} is rejected", BELIEFS.file)));
    };
    let ids: Vec<&str> = course.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
    let waiting = Waiting::new("solving the runs of lessons");
    for (name, text) in &texts {
        if is_texts(text) {
            match check_texts(name, text, course) {
                Ok(line) => print(&line)?,
                Err(rejected) => {
                    note(&format!("{rejected}\n"));
                    faulty += 1;
                }
            }
            continue;
        }
        let found = match read_course_file(name, text) {
            Err(rejected) => Err(rejected),
            Ok(CourseFile::Lesson(lesson)) => check_lesson(&lesson, beliefs, &ids, catalog)
                .map(|solved| (lesson.title.clone(), solved))
                .map_err(|problems| diagnostics(name, text, problems)),
            Ok(CourseFile::Story(story)) => check_story(&story, catalog)
                .map(|solved| (story.title.clone(), solved))
                .map_err(|problems| diagnostics(name, text, problems)),
        };
        match found {
            Ok((title, solved)) => print(&format!("{}: ok, {title} ({solved} scenes solved)\n", one_line(name)))?,
            Err(rejected) => {
                note(&format!("{rejected}\n"));
                faulty += 1;
            }
        }
    }
    drop(waiting);
    match faulty {
        0 => Ok(()),
        count => Err(CommandError::Value(format!("{count} of {} files rejected", texts.len()))),
    }
}

/// Checks texts in another language. Returns what to say of them.
fn check_texts(name: &str, text: &str, course: &Course) -> Result<String, Diagnostics> {
    let texts = read_texts(name, text)?;
    let problems = texts.check(course);
    if !problems.is_empty() {
        return Err(diagnostics(name, text, problems));
    }
    let (own, all) = texts.coverage(course);
    Ok(format!("{}: ok, {own} of {all} texts in `{}`\n", one_line(name), quoted(&texts.language)))
}

fn grade(
    files: &[PathBuf],
    (beliefs, json): (bool, bool),
    course: &Course,
    catalog: &Arc<Catalog>,
) -> Result<(), CommandError> {
    let (mut grades, mut labs) = (Grades::new(), Labs::new());
    let waiting = Waiting::new("replaying results");
    let mut unreadable = 0;
    for path in files {
        let name = path.display().to_string();
        match Progress::read(&read_text(path)?) {
            Ok(progress) => grades.add(&name, &progress, course, catalog, &mut labs),
            Err(problem) => {
                note(&format!("error: {}: {problem}", one_line(&name)));
                unreadable += 1;
            }
        }
    }
    drop(waiting);
    if json {
        print_json(&grades)?;
    } else if beliefs {
        print(&grades.beliefs_csv())?;
    } else {
        print(&grades.csv())?;
    }
    match unreadable {
        0 => Ok(()),
        count => Err(CommandError::Value(format!("failed to read {count} of {} files", files.len()))),
    }
}

fn export(lessons: &[String], on_paper: bool, course: &Course, catalog: &Arc<Catalog>) -> Result<(), CommandError> {
    let ids: Vec<String> = match lessons.is_empty() {
        true => course.lessons.iter().map(|lesson| lesson.id.clone()).collect(),
        false => lessons.to_vec(),
    };
    for id in ids {
        let Opened { name, text, file } = open(&id, course)?;
        let out = if on_paper { worksheet(&file, catalog) } else { gift(&file, course, catalog) };
        print(&out.map_err(|problems| rejected(&name, &text, problems))?)?;
    }
    Ok(())
}
