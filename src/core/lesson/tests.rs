//! The bundled course, played headless; what a check refuses; expressions with their types and values.

use std::sync::Arc;

use super::*;
use crate::catalog::Catalog;
use crate::scene::Setting;

fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::bundled().expect("the catalog"))
}

fn lesson_text() -> &'static str {
    LESSONS.iter().find(|lesson| lesson.file.ends_with("latency-or-bytes.ron")).expect("the lesson").text
}

fn lab() -> Lab {
    read_lesson("a.ron", lesson_text()).expect("a lesson").lab(&catalog()).expect("a lab")
}

fn rejected(name: &str, text: &str, problems: Vec<Problem>) -> String {
    diagnostics(name, text, problems).to_string()
}

#[test]
fn every_bundled_lesson_and_story_passes_its_check() {
    let (course, catalog) = (Course::bundled(), catalog());
    assert!(course.rejected.is_empty(), "{:?}", course.rejected);
    assert_eq!((course.lessons.len(), course.stories.len()), (25, 4));
    let beliefs = course.beliefs.as_ref().expect("the beliefs");
    let ids: Vec<&str> = course.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
    let mut faults = Vec::new();
    for (lesson, bundled) in course.lessons.iter().zip(LESSONS) {
        if let Err(problems) = check_lesson(lesson, beliefs, &ids, &catalog) {
            faults.push(rejected(bundled.file, bundled.text, problems));
        }
    }
    for (story, bundled) in course.stories.iter().zip(STORIES) {
        if let Err(problems) = check_story(story, &catalog) {
            faults.push(rejected(bundled.file, bundled.text, problems));
        }
    }
    let text = include_str!("../../../scenes/lessons/template.ron");
    let template = read_lesson("template.ron", text).expect("the template");
    if let Err(problems) = check_lesson(&template, beliefs, &ids, &catalog) {
        faults.push(rejected("template.ron", text, problems));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn lessons_are_in_the_order_of_the_course_and_named_like_their_files() {
    let course = Course::bundled();
    for (place, (lesson, bundled)) in course.lessons.iter().zip(LESSONS).enumerate() {
        assert_eq!(lesson.order as usize, place + 1, "{}", lesson.id);
        assert!(bundled.file.ends_with(&format!("/{}.ron", lesson.id)), "{}", bundled.file);
        let known = |need: &String| course.lessons[..place].iter().any(|earlier| earlier.id == *need);
        assert!(lesson.needs.iter().all(known), "{} needs a later lesson", lesson.id);
    }
    let named: Vec<&str> = course.lessons.iter().flat_map(|lesson| &lesson.steps).flat_map(beliefs_of).collect();
    let unused: Vec<&String> = course
        .beliefs
        .iter()
        .flat_map(|file| file.beliefs.keys())
        .filter(|belief| !named.contains(&belief.as_str()))
        .collect();
    assert!(unused.is_empty(), "no option names {unused:?}");
}

fn beliefs_of(step: &StepFile) -> Vec<&str> {
    let StepFile::Predict(question) = step else { return Vec::new() };
    question.beliefs().into_iter().map(|(_, belief)| belief).collect()
}

#[test]
fn an_answer_or_a_trap_that_a_lesson_lacks_is_refused_with_what_it_has() {
    let (course, catalog) = (Course::bundled(), catalog());
    let refused = |lesson: &str, answer: Answer, tries: Try| {
        let lesson = course.lesson(lesson).expect("a lesson");
        let problems = play_lesson(lesson, course, &catalog, (&[answer], &tries)).expect_err("a refusal");
        (problems[0].path.clone(), problems[0].problem.clone())
    };
    let (path, problem) = refused("latency-or-bytes", Answer::Choice(9), Try::Skip);
    assert_eq!((path.as_str(), problem.as_str()), ("steps.1", "the answer is 9; use 1 to 4"));
    assert!(refused("latency-or-bytes", Answer::Typed("4us".to_owned()), Try::Skip).1.contains("use 1 to 4"));
    assert!(refused("row-patterns", Answer::Choice(5), Try::Skip).1.contains("use 1 to 4"));
    assert!(refused("late-rank", Answer::Typed("4MiB".to_owned()), Try::Skip).1.contains("Type a number in µs"));
    let (path, problem) = refused("late-rank", Answer::Skip, Try::Trap(6));
    assert!(path.starts_with("steps.") && problem == "the trap is 7; use trap:1 to trap:2", "{path}: {problem}");
}

#[test]
fn every_lesson_is_played_right_wrong_and_skipped_with_its_solution_and_its_traps() {
    let (course, catalog) = (Course::bundled(), catalog());
    for lesson in &course.lessons {
        let traps = lesson.steps.iter().map(|step| match step {
            StepFile::Task(task) => task.traps.len(),
            _ => 0,
        });
        let traps = traps.max().unwrap_or(0);
        let mut plays = vec![(Answer::Right, Try::Solution), (Answer::Skip, Try::Skip)];
        plays.extend((0..traps).map(|trap| (Answer::Wrong, Try::Trap(trap))));
        for (answer, tries) in plays {
            let played = play_lesson(lesson, course, &catalog, (std::slice::from_ref(&answer), &tries))
                .unwrap_or_else(|problems| panic!("{}: {problems:?}", lesson.id));
            for step in &played.steps {
                let what = format!("{} {answer:?} {tries:?}: {step:?}", lesson.id);
                if step.right.is_some() {
                    assert_eq!(step.chosen == step.right, answer == Answer::Right, "{what}");
                    assert_eq!(step.chosen.is_none(), answer == Answer::Skip, "{what}");
                }
                if !step.result.is_empty() {
                    assert_eq!(step.correct, (answer != Answer::Skip).then_some(answer == Answer::Right), "{what}");
                    assert_eq!(step.given.is_empty(), answer == Answer::Skip, "{what}");
                }
                assert_eq!(step.belief.is_some(), step.refutation.is_some(), "{what}");
                match tries {
                    Try::Solution => assert_ne!(step.reached, Some(false), "{what}"),
                    Try::Trap(_) => assert_ne!(step.reached, Some(true), "{what}"),
                    Try::Skip | Try::Settings(_) => assert_eq!(step.reached, None, "{what}"),
                }
            }
        }
    }
}

#[test]
fn faults_of_a_lesson_are_refused_with_their_line() {
    let cases = [
        ("Hardly any less time", "Hardly any of 7", "`7` is typed in"),
        ("It saves {saved:%}", "It saves {3:%}", "a bare number is not computed"),
        ("It saves {saved:%}", "It saves {safed:%}", "did you mean `saved`?"),
        ("It saves {saved:%}", "It saves {small.A.tme}", "did you mean `time`?"),
        ("rest > 0.4 && rest <= 0.75", "rest > 0.5 && rest <= 0.75", "no option holds at `rest`"),
        ("rest > 0.4 && rest <= 0.75", "rest > 0.4 && rest <= 1.0", "options hold"),
        ("when: \"rest > 0.75 && rest <= 1.05\"", "when: \"rest > 0.99 && rest <= 1.05\"", "no option holds at `rest`"),
        ("terms: [\"latency\"", "terms: [\"latenzy\"", "did you mean `latency`?"),
        ("belief: \"wide-is-fast\"", "belief: \"wide-is-quick\"", "unknown belief"),
        ("workload.message=3584KiB", "workload.message=16MiB", "does not reach the goal"),
        ("traps: [[\"workload.message=6MiB\"]", "traps: [[\"workload.message=3584KiB\"]", "reaches the goal"),
        ("share(A, latency) >= 0.45\"", "share(A, latency) >= 0ns\"", "do not go together"),
        (
            "share(A, latency) >= 0.45\", \"share(A, latency) <= 0.55",
            "A.time > 0us",
            "the start reaches the goal already",
        ),
        ("fabrics.0.params.link_latency=125ns", "fabrics.0.params.link_latenzy=125ns", "is rejected"),
        ("Bundled(\"first-look.ron\")", "Bundled(\"first-luk.ron\")", "unknown bundled scene"),
        ("run: \"small\",", "run: \"smal\",", "did you mean `small`?"),
        ("It takes {small.A.time}.\"", "It takes {rest:x} then.\"", "the text shows `rest`, which step 2 asks for"),
        ("All links become twice as wide.", "{rest:x} with", "the text shows `rest`, which step 2 asks for"),
        (
            "Hardly any less time",
            "Hardly any less time than it took before the links were wider, which surprises many",
            "gives it away",
        ),
    ];
    let (course, catalog) = (Course::bundled(), catalog());
    let beliefs = course.beliefs.as_ref().expect("the beliefs");
    for (good, bad, expected) in cases {
        assert!(lesson_text().contains(good), "{good}");
        let text = lesson_text().replacen(good, bad, 1);
        let lesson = read_lesson("a.ron", &text).unwrap_or_else(|rejected| panic!("{bad}: {rejected}"));
        let problems = check_lesson(&lesson, beliefs, &["latency-or-bytes"], &catalog).expect_err(bad);
        assert!(problems.len() <= 4, "{bad}: {problems:?}");
        let shown = rejected("a.ron", &text, problems);
        assert!(shown.contains(expected), "{bad}: {shown}");
        assert!(shown.contains("a.ron:"), "{bad}: {shown}");
    }
}

#[test]
fn a_question_whose_answer_is_never_told_is_refused() {
    let (course, catalog) = (Course::bundled(), catalog());
    let beliefs = course.beliefs.as_ref().expect("the beliefs");
    let lesson = course.lesson("latency-or-bytes").expect("the lesson");
    let place = lesson.steps.iter().position(|step| matches!(step, StepFile::Predict(_))).expect("a question");
    let mut twice = lesson.clone();
    twice.steps.insert(place, lesson.steps[place].clone());
    let mut late = lesson.clone();
    late.steps.push(lesson.steps[place].clone());
    for (lesson, place) in [(twice, place), (late.clone(), late.steps.len() - 1)] {
        let problems = check_lesson(&lesson, beliefs, &["latency-or-bytes"], &catalog).expect_err("a fault");
        let untold =
            |problem: &&Problem| problem.path == format!("steps.{place}") && problem.problem.contains("`Reveal`");
        assert_eq!(problems.iter().filter(untold).count(), 1, "{problems:?}");
    }
}

#[test]
fn faults_of_a_story_are_refused_with_their_line() {
    let (course, catalog) = (Course::bundled(), catalog());
    let text = STORIES.iter().find(|story| story.file.ends_with("the-claim.ron")).expect("the story").text;
    assert_eq!(parts_lost(text, text), None);
    let cases = [
        (
            "hero: \"{now.A.time / now.B.time:x}\"",
            "hero: \"now.A.time / now.B.time\"",
            "in braces, such as {now.A.time}",
        ),
        ("{now.A.message}.", "{now.A.mesage}.", "did you mean `message`?"),
        (
            "Same bytes. Same clock. Go.",
            "One two three four five six seven eight nine ten eleven twelve more",
            "at most 12",
        ),
        ("id: \"gradient\"", "id: \"title\"", "is given twice"),
    ];
    for (good, bad, expected) in cases {
        assert!(text.contains(good), "{good}");
        let text = text.replacen(good, bad, 1);
        let story = read_story("a.ron", &text).unwrap_or_else(|rejected| panic!("{bad}: {rejected}"));
        let shown = rejected("a.ron", &text, check_story(&story, &catalog).expect_err(bad));
        assert!(shown.contains(expected) && shown.contains("a.ron:"), "{bad}: {shown}");
    }
    // New beats have ids that others have, too: a beat counts as kept only with all that it says.
    let mut shorter = course.story("the-claim").expect("the story").clone();
    shorter.beats.retain(|beat| beat.id != "go");
    shorter.beats[0].caption = "Another".to_owned();
    assert_eq!(parts_lost(text, &shorter.to_ron()), Some(PartsLost::Beats(2)));
    assert_eq!(parts_lost("(version: 1)", text).or(parts_lost("no RON", text)), None);
    let lesson = course.lesson("latency-or-bytes").expect("the lesson");
    assert_eq!(parts_lost(lesson_text(), &OwnFile::Lesson(Box::new(lesson.clone())).to_ron()), None);
    assert_eq!(parts_lost(lesson_text(), text), Some(PartsLost::Steps(lesson.steps.len())));
}

#[test]
fn expressions_have_types_and_values() {
    let mut lab = lab();
    let holds = [
        "1 + 2 * 3 == 7",
        "-(2 - 5) == 3",
        "4KiB * 2 == 8KiB",
        "1GiB / 1s < 2GB/s",
        "1GB / 1GB/s == 1s",
        "50% == 0.5",
        "small.A.time > 1us && !(small.A.time > 1s)",
        "min(1us, 2us) == 1us && max(3, 4) == 4 && abs(-1) == 1",
        "small.A.algorithm == 'ring' || false_figure == 1",
        "share(small.A, latency) + share(small.A, serialization) <= 1.0001",
        "abs(part(big.A, serialization) / big.A.time - share(big.A, serialization)) < 0.0001",
        "what_if(big.A, capacity, NVLink) < 0.6 * big.A.time",
        "elasticity(big.A, capacity, NVLink) < -0.9",
        "capacity(small.A, NVLink) == 900GB/s && latency(small.A, NVLink) == 250ns",
        "small.A.ranks == 8 && small.A.message == 4KiB && small.B.runs",
    ];
    lab.add_figure("false_figure", Expression::parse("2").expect("a number"));
    for text in holds {
        let expression = Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(lab.names().type_of(&expression), Ok(ValueType::Truth), "{text}");
        let value = lab.value(&expression).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(value.holds(), "{text}");
    }
    let refused = [
        ("1 +", "a value is missing"),
        ("(1 + 2", "closing bracket"),
        ("1us + 1B", "do not go together"),
        ("small.A.time && true", "unknown named figure"),
        ("small.Z.time", "no fabric Z"),
        ("other.A.time", "unknown run"),
        ("A.time", "the learner's own"),
        ("share(small.A, latenzy)", "did you mean `latency`?"),
        ("shares(small.A, latency)", "did you mean `share`?"),
        ("small.log.error", "no log"),
        ("1 ~ 2", "not part of an expression"),
        ("3 parsec", "operator is missing"),
        ("3parsec", "not a number"),
        ("!small.A.time", "not a condition"),
    ];
    for (text, expected) in refused {
        let found = Expression::parse(text).and_then(|expression| lab.names().type_of(&expression));
        let error = found.expect_err(text);
        assert!(error.problem.contains(expected), "{text}: {error}");
    }
    let deep = format!("{}1{}", "(".repeat(200), ")".repeat(200));
    assert!(Expression::parse(&deep).is_err());
    assert!(Expression::parse(&"-".repeat(900)).is_err());
}

#[test]
fn a_figure_that_is_defined_by_itself_is_refused() {
    let mut lab = lab();
    lab.add_figure("one", Expression::parse("2 * other").expect("an expression"));
    lab.add_figure("other", Expression::parse("1 + one").expect("an expression"));
    let error = lab.names().type_of(&Expression::parse("one").expect("an expression")).expect_err("a circle");
    assert!(error.problem.contains("defined by itself"), "{error}");
}

#[test]
fn a_crossing_lies_where_the_order_changes() {
    let mut lab = lab();
    let text = "equal_at(workload.message, small.A.time, small.B.time, 4KiB, 1GiB)";
    let expression = Expression::parse(text).expect("an expression");
    let found = lab.value(&expression).expect("a crossing").number().expect("a size");
    let order = |lab: &mut Lab, bytes: f64| {
        let setting = Setting { path: "workload.message".to_owned(), value: format!("{}B", bytes.round() as u64) };
        lab.set_learner("small", &[setting]).expect("a run");
        let less = Expression::parse("A.time < B.time").expect("an expression");
        lab.value(&less).expect("two times").holds()
    };
    assert_ne!(order(&mut lab, found * 0.999), order(&mut lab, found * 1.001));
    let limit = lab.solves();
    assert!(limit < 60, "a bisection solved {limit} scenes");
}

#[test]
fn texts_show_figures_in_their_form() {
    let mut lab = lab();
    let cases = [
        ("{small.A.ranks:words} GPUs", "Eight GPUs"),
        ("{small.A.message}", "4 KiB"),
        ("{capacity(small.A, NVLink)}", "900 GB/s"),
        ("‹2 (n - 1)› and {small.A.algorithm}", "2 (n - 1) and ring"),
        ("{2 * small.A.ranks:n}", "16"),
        ("{small.A.ranks / 2:x}", "4.0x"),
        ("{small.A.ranks / 80:%}", "10 %"),
    ];
    for (text, expected) in cases {
        assert_eq!(filled(&mut lab, text).as_deref(), Ok(expected), "{text}");
    }
    for text in ["{small.A.time", "small}", "‹open", "{small.A.time:parsec}", "{small.A.ranks:us}"] {
        let found = Template::parse(text).and_then(|template| template.check(lab.names()));
        assert!(found.is_err(), "{text}");
    }
}

#[test]
fn results_are_judged_by_the_engine_and_not_by_their_file() {
    let (course, catalog) = (Course::bundled(), catalog());
    let text = r#"{"version": 1, "name": "=A", "lessons": {"latency-or-bytes": {"answers": [
        {"step": 1, "option": 0, "sure": "sure", "right": true}, {"step": 1, "option": 2}, {"step": 1, "option": null}],
        "tasks": [{"step": 5, "settings": ["workload.message=3584KiB"], "passed": false},
                  {"step": 5, "settings": ["workload.message=4KiB"], "passed": true}]}, "other": {}}}"#;
    let progress = Progress::read(text).expect("results");
    let mut grades = Grades::new();
    grades.add("a.json", &progress, course, &catalog, &mut Labs::new());
    let confirmed: Vec<Option<bool>> = grades.rows.iter().map(|row| row.confirmed).collect();
    assert_eq!(confirmed, [Some(false), Some(true), None, Some(true), Some(false), None]);
    assert_eq!(grades.beliefs["wide-is-fast"], BeliefCount { chosen: 1, sure: 1 });
    assert!(grades.csv().contains("a.json,'=A,latency-or-bytes,1,answer,"), "{}", grades.csv());
    assert_eq!(Progress::read(&progress.write()), Ok(progress));
    assert!(Progress::read("{\"version\": 2}").is_err_and(|problem| problem.contains("version 2")));
}

#[test]
fn exported_questions_mark_one_right_option() {
    let (course, catalog) = (Course::bundled(), catalog());
    let lesson = course.lesson("latency-or-bytes").expect("the lesson");
    let gift = gift(lesson, course, &catalog).expect("questions");
    assert_eq!(gift.lines().filter(|line| line.starts_with("  =")).count(), 1, "{gift}");
    assert_eq!(gift.lines().filter(|line| line.starts_with("  ~")).count(), 3, "{gift}");
    let sheet = worksheet(lesson, &catalog).expect("a worksheet");
    assert!(sheet.contains("<ol type=\"A\">"), "{sheet}");
}

#[test]
fn a_file_of_another_version_or_with_an_unknown_field_is_refused_with_its_line() {
    let other = lesson_text().replacen("version: 1", "version: 2", 1);
    assert!(read_lesson("a.ron", &other).is_err_and(|rejected| rejected.to_string().contains("version is 2")));
    let unknown = lesson_text().replacen("aim:", "goal:", 1);
    let shown = read_course_file("a.ron", &unknown).expect_err("an unknown field").to_string();
    assert!(shown.contains("a.ron:4:") && shown.contains("goal"), "{shown}");
}
