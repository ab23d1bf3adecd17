//! `lesson`: the course for scripts.

use crate::support::{fails, json};

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
