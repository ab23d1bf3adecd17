//! The learner's screen: from the list of lessons through a prediction to the task and the end.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use fabricscope::lesson::{Prediction, StepFile, Sure};
use fabricscope::session::{Intent, LessonIntent, OpenLesson, Session};
use fabricscope::ui::{Key, KeyContext, KeyPress, action_for};

use crate::screen::{Screen, screen, screen_of, type_over};
use crate::typography::{faults_of, painted_words};

pub fn open(harness: &Harness<'static, Screen>) -> OpenLesson {
    harness.state().session.lesson.clone().expect("an open lesson")
}

pub fn click(harness: &mut Harness<'static, Screen>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

pub fn course() -> Harness<'static, Screen> {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::ToggleCourse));
    harness.run();
    harness
}

#[test]
fn a_learner_predicts_sees_why_and_reaches_the_goal() {
    let mut harness = course();
    click(&mut harness, "Latency or bytes?");
    assert!(harness.query_by_label_contains("A ring of eight GPUs").is_some(), "{:?}", open(&harness).shown);
    click(&mut harness, "Next");
    assert_eq!(open(&harness).shown.options.len(), 4);
    click(&mut harness, "sure");
    click(&mut harness, "Half the time");
    let answer = open(&harness).answer.expect("an answer");
    assert!(!answer.right);
    assert!(harness.query_by_label_contains("The result").is_none(), "the result comes after the runs");
    click(&mut harness, "Run 2 of 2");
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("The result: hardly any less time").is_some());
    let refutation = answer.refutation.expect("a belief is refuted");
    assert!(harness.query_by_label_contains(&refutation).is_some(), "{refutation}");
    click(&mut harness, "Next");
    click(&mut harness, "Skip");
    click(&mut harness, "Try it");
    assert!(harness.query_by_label("Not yet").is_some());
    click(&mut harness, "Hint");
    assert_eq!(open(&harness).shown.hints.len(), 1);
    let set = fabricscope::scene::Setting { path: "workload.message".to_owned(), value: "3584KiB".to_owned() };
    harness.state_mut().session.apply(Intent::Set(vec![set]));
    harness.run();
    click(&mut harness, "Try it");
    assert!(harness.query_by_label("Goal reached").is_some());
    click(&mut harness, "Next");
    click(&mut harness, "Finish");
    assert!(harness.state().session.lesson.is_none());
    assert!(harness.state().session.course, "the list of lessons follows the last step");
}

#[test]
fn the_last_step_leads_to_the_next_lesson_and_finishes_its_own() {
    let mut harness = course();
    click(&mut harness, "Latency or bytes?");
    let last = open(&harness).file.steps.len() - 1;
    assert!(harness.query_by_label_contains("Next lesson").is_none());
    for _ in 0..last {
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
    }
    harness.run();
    harness.get_by_label_contains("Next lesson: ").click();
    harness.run();
    let session = &harness.state().session;
    assert_eq!(session.lesson.as_ref().map(|open| open.file.id.as_str()), Some("ring-steps"));
    assert!(session.progress.lessons["latency-or-bytes"].finished && !session.course);
}

#[test]
fn nothing_is_locked_and_leaving_returns_to_the_scene_before() {
    let mut harness = course();
    let title = harness.state().session.scene().title.clone();
    click(&mut harness, "Latency or bytes?");
    click(&mut harness, "Next");
    click(&mut harness, "Show me");
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("The result: ").is_some(), "what was skipped is shown all the same");
    click(&mut harness, "Leave");
    assert_eq!(harness.state().session.scene().title, title);
}

#[test]
fn the_task_of_a_log_is_solved_by_typing_what_the_model_assumes() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open("read-a-log".to_owned())));
    harness.run();
    while !matches!(open(&harness).step_file(), Some(StepFile::Task(_))) {
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
    }
    harness.run();
    type_over(&mut harness, "Type NICs per node in use: as given", "2");
    click(&mut harness, "Try it");
    assert!(harness.query_by_label("Goal reached").is_some(), "{:?}", open(&harness).shown);
}

/// Windows with side panels, in stage mode, and too narrow for side panels.
const WINDOWS: [([f32; 2], bool); 3] = [([1280.0, 720.0], true), ([592.0, 333.0], false), ([640.0, 480.0], true)];

#[test]
fn every_task_shows_a_control_for_what_may_be_changed_and_none_for_the_rest() {
    for (size, panels) in WINDOWS {
        let mut session = Session::first_look().expect("the first look");
        if !panels {
            session.apply(Intent::TogglePanels);
        }
        check_controls_of_tasks(session, size);
    }
}

fn check_controls_of_tasks(session: Session, size: [f32; 2]) {
    let (lessons, panels) = (session.files.clone(), session.panels);
    let mut harness = screen_of(session, size);
    for lesson in &lessons.lessons {
        let Some(step) = lesson.steps.iter().position(|step| matches!(step, StepFile::Task(_))) else { continue };
        let StepFile::Task(task) = &lesson.steps[step] else { continue };
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open(lesson.id.clone())));
        for _ in 0..step {
            harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
        }
        harness.run();
        let may_change = |end: &str| task.may_change.iter().any(|path| path.ends_with(end));
        let count = |label: &str| harness.query_all_by_label_contains(label).count();
        let names = [
            ("workload.message", "Type Message size"),
            ("workload.replicas", "Type Replicas"),
            (".algorithm", "Algorithm: "),
            (".timing", "Timing: "),
            (".link_latency", "Type Link latency"),
            (".nic_capacity", "Type NIC capacity"),
            ("params.nics", "Type NICs per node:"),
            (".oversubscription", "Type Oversubscription"),
            (".first_partner", "Type First partner"),
            (".start_delay", "Type Start delay"),
        ];
        for (path, label) in names {
            let paths = task.may_change.iter().filter(|may_change| may_change.ends_with(path)).count();
            assert_eq!(count(label), paths, "{} at {size:?}: {label}", lesson.id);
        }
        for name in ["Try it", "Skip", "Leave"] {
            let rect = harness.get_by_label(name).rect();
            let is_in_view = rect.top() > 0.0 && rect.bottom() < size[1] && rect.right() < size[0];
            assert!(is_in_view, "{} at {size:?}: {name} at {rect:?}", lesson.id);
        }
        if may_change(".algorithm") && size[1] == 720.0 && panels {
            let rect = harness.query_all_by_label_contains("Algorithm: ").next().expect("a control").rect();
            assert!(rect.bottom() < 529.0, "{}: {rect:?} is in view", lesson.id);
        }
    }
}

/// A lesson without side panels, at the first step of a kind.
fn without_panels_at(lesson: &str, is_wanted: fn(&StepFile) -> bool) -> Harness<'static, Screen> {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::TogglePanels);
    let mut harness = screen_of(session, [592.0, 333.0]);
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open(lesson.to_owned())));
    while !open(&harness).step_file().is_some_and(is_wanted) {
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
    }
    harness.run_steps(10);
    harness
}

#[test]
fn a_task_is_solved_and_a_change_is_made_without_side_panels() {
    let mut harness = without_panels_at("ring-or-tree", |step| matches!(step, StepFile::Do(_)));
    // All parameters are more than the card has room for.
    harness.get_by_label("Type Message size: 256 MiB").scroll_to_me();
    harness.run_steps(30);
    type_over(&mut harness, "Type Message size: 256 MiB", "1 GiB");
    assert!(harness.state().session.is_step_done(), "{:?}", open(&harness).shown);
    click(&mut harness, "Next");
    type_over(&mut harness, "Type Message size: 256 MiB", "2 GiB");
    click(&mut harness, "Try it");
    let reached = harness.get_by_label("Goal reached").rect();
    assert!(reached.top() > 0.0 && reached.bottom() < 333.0, "{reached:?}: the outcome is in view");
    click(&mut harness, "YOU MAY CHANGE");
    harness.run_steps(20);
    assert!(harness.query_by_label("Type Message size: 2 GiB").is_none(), "the block folds");
    harness.state_mut().session.apply(Intent::TogglePanels);
    harness.set_size([1280.0, 720.0].into());
    harness.run();
    assert_eq!(harness.query_all_by_label("Type Message size: 2 GiB").count(), 1, "in the panel alone");
}

#[test]
fn a_card_over_the_stage_is_as_high_as_its_text_and_controls() {
    let harness = without_panels_at("two-n-minus-one", |step| matches!(step, StepFile::Task(_)));
    let control = harness.get_by_label_contains("Type Replicas").rect();
    let button = harness.get_by_label("Try it").rect();
    assert!(control.bottom() <= button.top(), "{control:?} is hidden below {button:?}");
}

#[test]
fn a_setting_without_a_slider_is_typed() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open("spine".to_owned())));
    while !matches!(open(&harness).step_file(), Some(StepFile::Task(_))) {
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
    }
    harness.run();
    type_over(&mut harness, "Type Oversubscription: as built", "32");
    click(&mut harness, "Try it");
    assert!(harness.query_by_label("Goal reached").is_some(), "{:?}", open(&harness).shown);
}

/// A key as the window handles it: what a control uses goes to the control.
fn press(harness: &mut Harness<'static, Screen>, key: Key, of_egui: egui::Key) {
    let focused = harness.ctx.memory(|memory| memory.focused().is_some());
    if focused && key.is_for_controls() {
        harness.key_press(of_egui);
    } else {
        let session = &mut harness.state_mut().session;
        let action = action_for(KeyPress::plain(key), session).expect("an action");
        let context = KeyContext { session, views: &[], frames: &[] };
        for intent in action.intents(&context) {
            session.apply(intent);
        }
    }
    harness.run();
}

/// Tab until a control has the focus.
fn tab_to(harness: &mut Harness<'static, Screen>, label: &str) {
    for _ in 0..200 {
        harness.key_press(egui::Key::Tab);
        harness.run();
        if harness.query_all_by_label(label).any(|node| node.is_focused()) {
            return;
        }
    }
    panic!("Tab does not reach `{label}`");
}

/// Esc takes the focus off a control.
fn leave_focus(harness: &mut Harness<'static, Screen>) {
    harness.key_press(egui::Key::Escape);
    harness.run();
    press(harness, Key::Escape, egui::Key::Escape);
}

fn enter(harness: &mut Harness<'static, Screen>) {
    leave_focus(harness);
    press(harness, Key::Enter, egui::Key::Enter);
}

#[test]
fn the_keyboard_alone_does_a_whole_lesson() {
    let mut harness = course();
    tab_to(&mut harness, "Latency or bytes?");
    press(&mut harness, Key::Enter, egui::Key::Enter);
    assert_eq!(open(&harness).step, 0);
    enter(&mut harness);
    tab_to(&mut harness, "sure");
    press(&mut harness, Key::Space, egui::Key::Space);
    assert_eq!(open(&harness).sure, Some(Sure::Sure));
    leave_focus(&mut harness);
    press(&mut harness, Key::Character('1'), egui::Key::Num1);
    assert_eq!(open(&harness).step, 2, "the question is answered");
    tab_to(&mut harness, "Run 2 of 2");
    press(&mut harness, Key::Enter, egui::Key::Enter);
    assert_eq!(open(&harness).run, 1);
    for step in 3..=5 {
        enter(&mut harness);
        assert_eq!(open(&harness).step, step);
    }
    enter(&mut harness);
    assert!(harness.query_by_label("Not yet").is_some(), "Enter tries the start of the task");
    tab_to(&mut harness, "Type Message size: 4 KiB");
    press(&mut harness, Key::Enter, egui::Key::Enter);
    harness.event(egui::Event::Text("3.5MiB".to_owned()));
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    enter(&mut harness);
    assert!(harness.query_by_label("Goal reached").is_some(), "{:?}", open(&harness).shown);
    enter(&mut harness);
    enter(&mut harness);
    let session = &harness.state().session;
    assert!(session.lesson.is_none() && session.course);
    let kept = &session.progress.lessons["latency-or-bytes"];
    assert!(kept.finished && kept.tasks[0].passed && kept.answers[0].sure == Some(Sure::Sure), "{kept:?}");
}

fn at_question(id: &str) -> Harness<'static, Screen> {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open(id.to_owned())));
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
    harness.run();
    harness
}

/// What the panels tell a reader, line by line.
fn readable(harness: &Harness<'static, Screen>) -> Vec<String> {
    let mut found = Vec::new();
    for node in harness.root().children_recursive() {
        found.extend(node.accesskit_node().label());
        found.extend(node.accesskit_node().value());
    }
    found.extend(painted_words(harness));
    found
}

#[test]
fn no_question_has_its_answer_beside_it() {
    let mut session = Session::first_look().expect("the first look");
    let lessons = session.files.clone();
    session.apply(Intent::Pause);
    let mut harness = screen_of(session, [1280.0, 720.0]);
    for lesson in &lessons.lessons {
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open(lesson.id.clone())));
        harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
        for size in [[1280.0, 720.0], [640.0, 360.0]] {
            harness.set_size(size.into());
            harness.run();
            let told = told_beside_the_question(&harness);
            assert!(told.is_empty(), "{} at {size:?}: {told:?}", lesson.id);
        }
    }
}

/// The lines that tell a time of a run, or who is faster, and are not of the question itself.
fn told_beside_the_question(harness: &Harness<'static, Screen>) -> Vec<String> {
    let open = open(harness);
    let runs = harness.state().session.runs.iter();
    let mut words: Vec<String> = runs.filter_map(|run| Some(run.result()?.time.to_string())).collect();
    words.extend(["faster", "fastest", "busbw", "bottleneck", " of 1"].map(str::to_owned));
    let is_of_question = |line: &String| {
        let options = open.shown.options.iter().map(|option| &option.text);
        options.chain([&open.shown.text]).any(|text| text.contains(line.replace('\u{a0}', " ").as_str()))
    };
    let tells = |line: &String| words.iter().any(|word| line.contains(word.as_str())) && !is_of_question(line);
    readable(harness).into_iter().filter(tells).collect()
}

fn type_number(harness: &mut Harness<'static, Screen>, field: &str, text: &str) {
    harness.get_by_label(field).click();
    harness.run();
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
}

#[test]
fn a_number_is_typed_with_or_without_a_unit_and_shown_beside_the_result() {
    let mut harness = at_question("late-rank");
    type_number(&mut harness, "Your number, µs", "soon");
    assert!(harness.query_by_label_contains("Type a number").is_some());
    let mut harness = at_question("late-rank");
    type_number(&mut harness, "Your number, µs", "0.1 ms");
    assert_eq!(open(&harness).answer.expect("an answer").prediction, Some(Prediction::Number(1e-4)));
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("Your prediction is right: 100").is_some());
    let mut harness = at_question("late-rank");
    type_number(&mut harness, "Your number, µs", "1.4");
    let answer = open(&harness).answer.expect("an answer");
    assert!(!answer.right && answer.refutation.is_some(), "one late of many: {answer:?}");
}

#[test]
fn an_order_is_clicked_thing_after_thing() {
    let mut harness = at_question("row-patterns");
    let texts: Vec<String> = open(&harness).shown.options.iter().map(|option| option.text.clone()).collect();
    for text in &texts {
        assert!(open(&harness).order().is_none());
        click(&mut harness, text);
    }
    assert_eq!(open(&harness).placed.len(), texts.len());
    click(&mut harness, "Predict");
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("1. The tree").is_some(), "a list, not a sentence");
    assert!(harness.query_by_label_contains("4. The star").is_some());
}

#[test]
fn a_class_votes_discusses_and_votes_again_without_seeing_the_right_answer() {
    let mut harness = at_question("latency-or-bytes");
    click(&mut harness, "Ask the class…");
    assert!(harness.get_by_label("Votes for A").is_focused(), "the teacher types at once");
    for _ in 0..30 {
        harness.key_press(egui::Key::Tab);
        harness.run();
        let top_bar = ["View", "Sweep", "Scenes", "Leave"]
            .into_iter()
            .find(|name| harness.query_all_by_label(name).any(|node| node.is_focused()));
        assert_eq!(top_bar, None, "Tab stays inside");
    }
    let session = &harness.state().session;
    let behind = [Key::Character('2'), Key::Character('m'), Key::Space, Key::Enter];
    assert!(behind.into_iter().all(|key| action_for(KeyPress::plain(key), session).is_none()), "keys stay inside");
    let right = open(&harness).shown.options.iter().position(|option| option.text == "Hardly any less time");
    let letters = ["A", "B", "C", "D"];
    let right = letters[right.expect("the right option")];
    let wrong = letters.into_iter().find(|letter| *letter != right).expect("a wrong option");
    let vote = |harness: &mut Harness<'static, Screen>, letter: &str, votes: &str| {
        harness.get_by_label(&format!("Votes for {letter}")).focus();
        harness.run();
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.event(egui::Event::Text(votes.to_owned()));
        harness.run();
        harness.key_press(egui::Key::Enter);
        harness.run();
    };
    vote(&mut harness, right, "12");
    vote(&mut harness, wrong, "12");
    click(&mut harness, "Show the votes");
    assert!(harness.query_by_label_contains("Discuss it").is_some(), "half are right");
    assert_eq!(
        harness.query_all_by_label_contains("12 (50").count(),
        4,
        "both bars, drawn alike, each with its number"
    );
    click(&mut harness, "Ask again");
    vote(&mut harness, right, "24");
    click(&mut harness, "Show the votes");
    assert!(harness.query_by_label_contains("Go on").is_some());
    click(&mut harness, "Back to the lesson");
    click(&mut harness, "Show me");
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("were right at first").is_some());
    assert!(harness.state().session.progress.lessons["latency-or-bytes"].answers[0].prediction().is_none());
}

#[test]
fn a_class_votes_for_ranges_of_a_number_without_seeing_it() {
    let mut harness = at_question("late-rank");
    click(&mut harness, "Ask the class…");
    let poll = open(&harness).poll.expect("a poll");
    assert!((4..=6).contains(&poll.options.len()), "{:?}", poll.options);
    let right = poll.options.iter().position(|range| range == "80 to 120 µs").expect("100 µs within a tenth");
    let told = told_beside_the_question(&harness);
    assert!(told.is_empty(), "{told:?}");
    for range in &poll.options {
        let shown = range.replace(' ', "\u{a0}");
        let is_shown = readable(&harness).iter().any(|line| line.replace(' ', "\u{a0}") == shown);
        assert!(is_shown, "{range}");
    }
    let letter = ["A", "B", "C", "D", "E", "F"][right];
    harness.get_by_label(&format!("Votes for {letter}")).focus();
    harness.run();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.event(egui::Event::Text("20".to_owned()));
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    click(&mut harness, "Show the votes");
    assert!(harness.query_by_label_contains("Go on").is_some(), "all are right");
    click(&mut harness, "Back to the lesson");
    click(&mut harness, "Show me");
    click(&mut harness, "Next");
    assert!(harness.query_by_label_contains("chose the right range").is_some());
}

#[test]
fn an_order_is_not_put_to_a_class() {
    let harness = at_question("row-patterns");
    assert!(harness.query_by_label("Ask the class…").is_none());
}

#[test]
fn no_text_of_a_lesson_is_cut_or_covered_in_a_language_four_tenths_longer() {
    let mut wrong = Vec::new();
    for size in [[1440.0, 900.0], [1280.0, 720.0]] {
        let mut session = Session::first_look().expect("the first look");
        session.files = Arc::new(session.files.with_texts(&session.files.texts().pseudo()));
        let lessons = session.files.clone();
        let mut harness = screen_of(session, size);
        for lesson in &lessons.lessons {
            harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open(lesson.id.clone())));
            for (step, _) in lesson.steps.iter().enumerate() {
                harness.state_mut().session.apply(Intent::Pause);
                harness.run_steps(3);
                wrong.extend(faults_of(&harness, &format!("{} {step}", lesson.id), size));
                harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Next));
            }
            assert!(harness.state().session.lesson.is_none());
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
