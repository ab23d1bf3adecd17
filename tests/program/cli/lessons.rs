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
