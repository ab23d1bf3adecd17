//! Numbers and orders: judged, checked, exported and graded; progress beside that of another window.

use std::sync::Arc;

use super::prediction::right_order;
use super::*;
use crate::catalog::Catalog;

fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::bundled().expect("the catalog"))
}

fn rejected(name: &str, text: &str, problems: Vec<Problem>) -> String {
    diagnostics(name, text, problems).to_string()
}

#[test]
fn progress_of_two_tabs_is_kept_and_that_of_another_version_is_not_replaced() {
    let with = |lesson: &str, prediction: Prediction| {
        let mut progress = Progress::default();
        progress.keep_answer(lesson, StoredAnswer::new(1, Some(&prediction)));
        progress
    };
    let one = with("late-rank", Prediction::Number(1e-4));
    let other = with("row-patterns", Prediction::Order(vec![2, 3, 0, 1]));
    let stored = one.beside(None).expect("a file");
    let both = Progress::read(&other.beside(Some(&stored)).expect("a file")).expect("both");
    let prediction = |lesson: &str| both.lessons[lesson].answers[0].prediction();
    assert_eq!(prediction("late-rank"), Some(Prediction::Number(1e-4)));
    assert_eq!(prediction("row-patterns"), Some(Prediction::Order(vec![2, 3, 0, 1])));
    assert_eq!(Progress::read(&both.write()), Ok(both.clone()));
    for foreign in ["{\"version\": 2, \"lessons\": {}}", "{\"version\": 1, \"les", "", "[]"] {
        assert!(one.beside(Some(foreign)).is_err(), "{foreign}: what is not understood is not replaced");
    }
}

fn question_of(lesson: &str) -> (Lab, QuestionFile) {
    let lesson = Course::bundled().lesson(lesson).expect("a lesson");
    let question = lesson.steps.iter().find_map(|step| match step {
        StepFile::Predict(question) => Some(question.clone()),
        _ => None,
    });
    (lesson.lab(&catalog()).expect("a lab"), question.expect("a question"))
}

#[test]
fn a_number_is_right_within_its_share_and_its_wrong_ranges_have_beliefs() {
    let (mut lab, question) = question_of("late-rank");
    let Some(AnswerFile::Number(number)) = &question.answer else { panic!("it asks for a number") };
    let mut judged = |typed: &str| {
        let typed = number.typed(typed).unwrap_or_else(|problem| panic!("{typed}: {problem}"));
        judge(&mut lab, &question, Some(&Prediction::Number(typed))).expect("a judgement")
    };
    for right in ["100", "100.0 us", "0.1ms", "95"] {
        assert!(judged(right).right, "{right}: {:?}", judged(right));
    }
    for (wrong, belief) in [("0", "slack"), ("1.4", "average"), ("1,400", "n-times"), ("0.0014 s", "n-times")] {
        let found = judged(wrong);
        assert!(!found.right && found.belief.as_deref() == Some(belief), "{wrong}: {found:?}");
    }
    assert_eq!(judged("150").belief, None);
    for none in ["", "soon", "100 MiB", "-3", "1e999", "100 parsec", "1 + 1", "NaN"] {
        assert!(number.typed(none).is_err(), "{none}");
    }
    assert_eq!(number.typed("3,5"), number.typed("3.5"), "a comma before a fraction");
    assert_eq!(number.typed("1,343"), number.typed("1343"));
}

#[test]
fn an_order_is_right_as_a_whole_and_judged_only_if_it_names_everything_once() {
    let (mut lab, question) = question_of("row-patterns");
    let Some(AnswerFile::Order(order)) = &question.answer else { panic!("it asks for an order") };
    let right = right_order(&mut lab, order).expect("an order");
    let mut judged = |places: &[usize]| judge(&mut lab, &question, Some(&Prediction::Order(places.to_vec())));
    assert!(judged(&right).is_ok_and(|found| found.right && found.belief.is_none()));
    let mut last_two = right.clone();
    last_two.swap(2, 3);
    assert!(judged(&last_two).is_ok_and(|found| !found.right && found.belief.is_none()));
    let reversed: Vec<usize> = right.iter().rev().copied().collect();
    assert!(judged(&reversed).is_ok_and(|found| !found.right && found.belief.is_some()));
    for faulty in [&right[..3], &[0, 0, 1, 2], &[0, 1, 2, 9], &[]] {
        assert!(judged(faulty).is_err(), "{faulty:?}");
    }
    assert!(judge(&mut lab, &question, Some(&Prediction::Number(1.0))).is_err());
}

#[test]
fn numbers_and_orders_reach_learning_platforms_paper_and_grades() {
    let (course, catalog) = (Course::bundled(), catalog());
    let lesson = |id: &str| course.lesson(id).expect("a lesson");
    let number = gift(lesson("late-rank"), course, &catalog).expect("questions");
    let (head, rest) = number.split_once("{#").expect("a numerical question");
    let (value, within) = rest.split_once('}').and_then(|(value, _)| value.split_once(':')).expect("a tolerance");
    let (value, within): (f64, f64) = (value.parse().expect("a number"), within.parse().expect("a number"));
    assert!(head.contains("(µs)") && (within / value - 0.1).abs() < 1e-3, "{number}");
    let order = gift(lesson("row-patterns"), course, &catalog).expect("questions");
    assert_eq!(order.lines().filter(|line| line.starts_with("  =") && line.contains(" -> ")).count(), 4, "{order}");
    let sheet = worksheet(lesson("row-patterns"), &catalog).expect("a worksheet");
    assert_eq!(sheet.matches("<li>____ ").count(), 4, "{sheet}");
    assert!(worksheet(lesson("late-rank"), &catalog).expect("a worksheet").contains("______________ µs"));
    let text = r#"{"version": 1, "lessons": {
        "late-rank": {"answers": [{"step": 1, "option": null, "number": 1.4e-6, "sure": "sure", "right": true}]},
        "row-patterns": {"answers": [{"step": 1, "option": null, "order": [7, 7]}, {"step": 1, "option": null}]}}}"#;
    let mut grades = Grades::new();
    grades.add("a.json", &Progress::read(text).expect("results"), course, &catalog, &mut Labs::new());
    let confirmed: Vec<Option<bool>> = grades.rows.iter().map(|row| row.confirmed).collect();
    assert_eq!(confirmed, [Some(false), None, None], "{:?}", grades.rows);
    assert_eq!(grades.beliefs["average"], BeliefCount { chosen: 1, sure: 1 });
}

#[test]
fn numbers_and_orders_at_fault_are_refused_with_their_line() {
    let text =
        |id: &str| LESSONS.iter().find(|lesson| lesson.file.ends_with(&format!("/{id}.ron"))).expect("a lesson").text;
    let cases = [
        ("late-rank", "within: 0.1", "within: 0.01", "use 0.03 to 0.5"),
        ("late-rank", "within: 0.1", "within: 0.9", "use 0.03 to 0.5"),
        ("late-rank", "unit: \"us\"", "unit: \"uz\"", "unknown unit"),
        ("late-rank", "unit: \"us\"", "unit: \"MiB\"", "is not a unit of it"),
        ("late-rank", "added >= 300us", "added >= 105us", "has this belief"),
        ("late-rank", "How much longer does", "It is {added:us}. How much longer does", "away"),
        ("late-rank", "of: \"added\",\n", "", "needs the figure"),
        ("row-patterns", "by: \"now.B.time\"", "by: \"1.001 * now.A.time\"", "nearer than 3 %"),
        ("row-patterns", "by: \"now.B.time\"", "by: \"now.B.ranks\"", "different units"),
        ("row-patterns", "by: \"now.C.time\"", "by: \"now.C.time\", belief: \"slack\"", "names the belief"),
    ];
    let (course, catalog) = (Course::bundled(), catalog());
    let ids: Vec<&str> = course.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
    for (id, good, bad, expected) in cases {
        assert!(text(id).contains(good), "{good}");
        let changed = text(id).replacen(good, bad, 1);
        let lesson = read_lesson("a.ron", &changed).unwrap_or_else(|rejected| panic!("{bad}: {rejected}"));
        let problems = check_lesson(&lesson, course.beliefs.as_ref().expect("beliefs"), &ids, &catalog).expect_err(bad);
        let shown = rejected("a.ron", &changed, problems);
        assert!(shown.contains(expected) && shown.contains("a.ron:"), "{bad}: {shown}");
    }
}
