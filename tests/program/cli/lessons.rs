//! `lesson`: the course for scripts.

use crate::support::{fabricscope, fails, json, stderr, stdout};

#[test]
fn the_course_is_listed_and_a_lesson_is_played_as_json() {
    let list = json(&["lesson", "list", "--json"]);
    assert_eq!(list["lessons"].as_array().map(Vec::len), Some(25));
    let played = json(&["lesson", "run", "ring-steps", "--answers", "wrong", "--task", "trap", "--json"]);
    let steps = played["steps"].as_array().expect("steps");
    let question = steps.iter().find(|step| step["kind"] == "predict").expect("a question");
    assert_ne!(question["chosen"], question["right"]);
    let task = steps.iter().find(|step| step["kind"] == "task").expect("a task");
    assert_eq!(task["reached"], false);
}

#[test]
fn a_lesson_at_fault_is_refused_with_file_line_figure_and_value() {
    let text = include_str!("../../../scenes/lessons/template.ron");
    let path = std::env::temp_dir().join(format!("fabricscope-lesson-{}.ron", std::process::id()));
    std::fs::write(&path, text.replace("factor >= 0.9 && factor < 1.1", "factor >= 0.6 && factor < 1.1"))
        .expect("a file");
    let shown = fails(&["lesson", "check", &path.display().to_string()], 1);
    std::fs::remove_file(&path).expect("the file");
    assert!(shown.contains(".ron:22:") && shown.contains("`factor`"), "{shown}");
    assert!(fails(&["lesson", "run", "ring-stepz"], 1).contains("did you mean `ring-steps`?"));
}

#[test]
fn a_number_is_answered_with_its_unit_and_an_order_by_its_first_thing() {
    let question = |arguments: &[&str]| {
        let played = json(&[&["lesson", "run"], arguments, &["--json"]].concat());
        let steps = played["steps"].as_array().expect("steps").clone();
        steps.into_iter().find(|step| step["kind"] == "predict").expect("a question")
    };
    assert_eq!(question(&["late-rank", "--answers", "0.1ms"])["correct"], true);
    assert_eq!(question(&["late-rank", "--answers", "100"])["correct"], true, "in the unit of the question");
    let wrong = question(&["late-rank", "--answers", "1.4us"]);
    assert_eq!((&wrong["correct"], &wrong["belief"]), (&false.into(), &"average".into()));
    assert!(wrong["result"].as_str().is_some_and(|result| result.ends_with(" µs")), "{wrong}");
    let order = question(&["row-patterns", "--answers", "1"]);
    let first = order["options"][0].as_str().expect("a thing");
    assert!(order["given"].as_str().is_some_and(|given| given.starts_with(first)), "{order}");
    let refused = fails(&["lesson", "run", "latency-or-bytes", "--answers", "9"], 1);
    assert!(refused.contains("latency-or-bytes.ron:") && refused.contains("use 1 to 4"), "{refused}");
    assert!(fails(&["lesson", "run", "late-rank", "--answers", "4MiB"], 1).contains("Type a number in µs"));
}

#[test]
fn texts_are_written_checked_and_played_in_another_language() {
    let path = std::env::temp_dir().join(format!("fabricscope-texts-{}.ron", std::process::id()));
    let file = path.display().to_string();
    std::fs::write(&path, succeeds(&["lesson", "texts", "--pseudo"])).expect("a file");
    let checked = succeeds(&["lesson", "check", &file]);
    let (own, all) = checked.split_once("ok, ").and_then(|(_, rest)| rest.split_once(" of ")).expect("a count");
    assert!(all.starts_with(&format!("{own} texts in `pseudo`")), "{checked}");
    let played = succeeds(&["lesson", "run", "latency-or-bytes", "--texts", &file]);
    let english = succeeds(&["lesson", "run", "latency-or-bytes"]);
    assert!(played.contains("á") && !english.contains("á"), "{played}");
    let figures = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(figures(&played), figures(&english), "the same numbers in every language");
    let wrong = std::fs::read_to_string(&path).expect("the file").replace("{small.A.ranks:words}", "{small.A.time}");
    std::fs::write(&path, wrong).expect("a file");
    let refused = fails(&["lesson", "check", &file], 1);
    std::fs::remove_file(&path).expect("the file");
    assert!(refused.contains(".ron:") && refused.contains("is missing"), "{refused}");
}

#[test]
fn results_of_a_lesson_outside_the_course_are_judged_with_its_file() {
    let folder = std::env::temp_dir().join(format!("fabricscope-own-lesson-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (lesson, results) = (folder.join("mine.ron"), folder.join("results.json"));
    let text = include_str!("../../../scenes/lessons/template.ron").replace("id: \"template\"", "id: \"mine\"");
    std::fs::write(&lesson, text).expect("a file");
    let done = r#"{"version": 1, "lessons": {"mine": {"answers": [{"step": 1, "option": 2}]}}}"#;
    std::fs::write(&results, done).expect("a file");
    let (lesson, results) = (lesson.display().to_string(), results.display().to_string());
    assert!(succeeds(&["lesson", "grade", &results]).contains("unknown lesson"));
    let graded = json(&["lesson", "grade", &results, "--lesson", &lesson, "--json"]);
    std::fs::remove_dir_all(&folder).expect("the folder");
    assert!(graded["rows"][0]["confirmed"].is_boolean(), "{graded}");
}

/// What a command prints that must succeed.
fn succeeds(arguments: &[&str]) -> String {
    let output = fabricscope(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn a_rehearsal_tells_when_each_beat_begins_and_what_it_says() {
    let shown = succeeds(&["present", "the-claim", "--rehearse"]);
    let beats: Vec<&str> = shown.lines().filter(|line| line.contains(" s  ")).collect();
    assert_eq!(beats.len(), 10, "{shown}");
    assert!(beats[0].contains("0:00") && beats[1].contains("0:20"), "{shown}");
    assert!(beats.iter().all(|line| !line.contains('{')), "figures are filled: {shown}");
    assert!(fails(&["present", "the-claims"], 1).contains("did you mean `the-claim`?"));
}

#[test]
fn a_handout_has_every_beat() {
    let folder = std::env::temp_dir().join(format!("fabricscope-deck-{}", std::process::id()));
    succeeds(&["present", "anatomy", "--export", &folder.display().to_string()]);
    let page = std::fs::read_to_string(folder.join("index.html")).expect("a page");
    std::fs::remove_dir_all(&folder).expect("the folder");
    assert_eq!(page.matches("<section>").count(), 11, "{page}");
}
