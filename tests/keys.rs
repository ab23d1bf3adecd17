//! The table of keys: every key leads to its intent, and README shows the table as it is.
#![cfg(feature = "ui")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use fabricscope::lesson::Course;
use fabricscope::scene::ClockMode;
use fabricscope::session::{
    BlankScreen, Effect, Intent, LessonIntent, OpenStory, PathPurpose, PollIntent, Session, StoryIntent,
};
use fabricscope::ui::{
    KEYS, Key, KeyAction, KeyContext, KeyLine, KeyPress, LEARNING, PRESENTING, PanDirection, action_for, shortcut_for,
    shortcuts,
};
use fabricscope::units::Femtos;
use glam::vec2;

/// The intents of a press on the default scene, as the window asks for them.
fn intents(session: &Session, press: KeyPress) -> Vec<Intent> {
    let context = KeyContext { session, views: &[], frames: &[] };
    action_for(press, session).map_or(Vec::new(), |action| action.intents(&context))
}

fn first_look() -> Session {
    Session::first_look().expect("the default scene")
}

/// Every press of the table with the intents that it must have; written out, so that the table cannot change unnoticed.
fn expected(session: &Session) -> Vec<(KeyPress, Vec<Intent>)> {
    let clock = &session.clock;
    let plain = |key: Key, intent: Intent| (KeyPress::plain(key), vec![intent]);
    let typed = |character: char, intent: Intent| (KeyPress::plain(Key::Character(character)), vec![intent]);
    let pan = |key: Key, x: f32, y: f32| (KeyPress::shift(key), vec![Intent::PanCamera(vec2(x, y))]);
    vec![
        plain(Key::Space, Intent::TogglePlay),
        plain(Key::Right, Intent::Step(true)),
        typed('n', Intent::Step(true)),
        plain(Key::PageDown, Intent::Step(true)),
        plain(Key::Left, Intent::Step(false)),
        typed('p', Intent::Step(false)),
        plain(Key::PageUp, Intent::Step(false)),
        plain(Key::Home, Intent::Seek(Femtos(0))),
        plain(Key::End, Intent::Seek(clock.duration)),
        plain(Key::Up, Intent::SetSpeed(Some(clock.speed() * 1.5))),
        plain(Key::Down, Intent::SetSpeed(Some(clock.speed() / 1.5))),
        typed('d', Intent::SetSpeed(None)),
        typed('j', Intent::PlayBackwards),
        typed('l', Intent::Play),
        typed('[', Intent::SetLoop(Some((clock.at, clock.duration)))),
        typed(']', Intent::SetLoop(Some((Femtos(0), clock.at)))),
        typed('\\', Intent::SetLoop(None)),
        typed('c', Intent::SetClockMode(ClockMode::Normalised)),
        typed('z', Intent::ZoomCamera(1.5)),
        typed('x', Intent::ZoomCamera(1.0 / 1.5)),
        typed('v', Intent::ShowWholeFabric),
        pan(Key::Left, -0.25, 0.0),
        pan(Key::Right, 0.25, 0.0),
        pan(Key::Up, 0.0, -0.25),
        pan(Key::Down, 0.0, 0.25),
        // The bottleneck needs a prepared view, which the tests of the panels have.
        (KeyPress::plain(Key::Character('b')), vec![]),
        typed('1', Intent::Activate(0)),
        typed('2', Intent::Activate(1)),
        // The scene has two fabrics.
        (KeyPress::plain(Key::Character('3')), vec![]),
        (KeyPress::plain(Key::Character('4')), vec![]),
        (KeyPress::plain(Key::Character('5')), vec![]),
        (KeyPress::plain(Key::Character('6')), vec![]),
        (KeyPress::plain(Key::Character('7')), vec![]),
        (KeyPress::plain(Key::Character('8')), vec![]),
        (KeyPress::plain(Key::Character('9')), vec![]),
        typed('m', Intent::ShowMatrix(true)),
        typed('a', Intent::Accumulate(true)),
        typed('k', Intent::ShowPath(true)),
        typed('g', Intent::ReduceMotion(true)),
        typed('u', Intent::Undo),
        (KeyPress::control(Key::Character('z')), vec![Intent::Undo]),
        (KeyPress::control_shift(Key::Character('z')), vec![Intent::Redo]),
        (KeyPress::control(Key::Character('y')), vec![Intent::Redo]),
        (KeyPress::control(Key::Character('o')), vec![Intent::OpenDialog]),
        (KeyPress::control(Key::Character('s')), vec![Intent::SaveScene]),
        plain(Key::F11, Intent::ToggleFullScreen),
        (KeyPress::shift(Key::Character('u')), vec![Intent::Redo]),
        typed('w', Intent::ToggleSweep),
        typed('s', Intent::ToggleScenes),
        typed('o', Intent::OpenDialog),
        typed('r', Intent::Reset),
        typed('h', Intent::TogglePanels),
        typed('t', Intent::ToggleTheme),
        typed('f', Intent::ToggleFullScreen),
        typed('+', Intent::SetInterfaceScale(1.1)),
        typed('=', Intent::SetInterfaceScale(1.1)),
        typed('-', Intent::SetInterfaceScale(1.0 / 1.1)),
        typed('0', Intent::SetInterfaceScale(1.0)),
        typed('?', Intent::ToggleHelp),
        plain(Key::F1, Intent::ToggleHelp),
        typed('i', Intent::ShowGlossary(Some(fabricscope::explain::glossary::Term::AllReduce))),
        (KeyPress::control(Key::Character('k')), vec![Intent::TogglePalette]),
        // For an audience only.
        (KeyPress::plain(Key::Character('.')), vec![]),
        (
            KeyPress::plain(Key::F5),
            vec![Intent::ToggleFullScreen, Intent::TogglePanels, Intent::Pause, Intent::Seek(Femtos(0))],
        ),
        // Nothing is open that could be closed.
        plain(Key::Escape, Intent::LeaveFullScreen),
    ]
}

#[test]
fn every_key_leads_to_its_intent() {
    let session = first_look();
    let expected = expected(&session);
    for (press, intent) in &expected {
        assert_eq!(&intents(&session, *press), intent, "{press}");
    }
    let in_table = shortcuts().map(|shortcut| shortcut.keys.len()).sum::<usize>();
    assert_eq!(in_table, expected.len(), "each key of the table stands in this test, once");
}

#[test]
fn the_screen_goes_black_before_an_audience_only() {
    let point = KeyPress::plain(Key::Character('.'));
    let black = vec![Intent::ToggleBlank(BlankScreen::Black)];
    let mut session = first_look();
    assert_eq!(intents(&session, point), [], "someone works in the window");
    session.apply(Intent::ToggleFullScreen);
    assert_eq!(intents(&session, point), black);
    session.apply(Intent::ToggleFullScreen);
    session.apply(Intent::TogglePanels);
    assert_eq!(intents(&session, point), black);
}

#[test]
fn letters_are_no_shortcuts_where_somebody_types() {
    let letters = [Key::Character('u'), Key::Space, Key::Character('h')].map(KeyPress::plain);
    let mut session = first_look();
    assert!(letters.iter().all(|press| !intents(&session, *press).is_empty()));
    session.apply(Intent::ShowPathField(PathPurpose::Open, String::new()));
    for press in letters {
        assert_eq!(intents(&session, press), [], "{press}");
    }
    assert_eq!(intents(&session, KeyPress::plain(Key::Escape)), [Intent::ClosePath]);
    assert_eq!(intents(&session, KeyPress::control(Key::Character('z'))), [Intent::Undo]);
}

#[test]
fn no_key_and_no_action_stands_twice() {
    let presses: Vec<KeyPress> = shortcuts().flat_map(|shortcut| shortcut.keys).copied().collect();
    for (index, press) in presses.iter().enumerate() {
        assert!(!presses[..index].contains(press), "{press} stands twice");
    }
    let actions: Vec<KeyAction> = shortcuts().map(|shortcut| shortcut.action).collect();
    for (index, action) in actions.iter().enumerate() {
        assert!(!actions[..index].contains(action), "{action:?} stands twice");
    }
}

#[test]
fn nine_digits_activate_nine_fabrics() {
    for (fabric, digit) in ('1'..='9').enumerate() {
        let found = shortcut_for(KeyPress::plain(Key::Character(digit))).expect("a shortcut");
        assert_eq!(found.action, KeyAction::ActivateFabric(fabric as u8));
    }
}

#[test]
fn shift_is_ignored_unless_it_changes_the_action() {
    let action = |press| shortcut_for(press).map(|shortcut| shortcut.action);
    assert_eq!(action(KeyPress::shift(Key::Character('n'))), Some(KeyAction::NextEvent));
    assert_eq!(action(KeyPress::shift(Key::PageDown)), Some(KeyAction::NextEvent));
    assert_eq!(action(KeyPress::shift(Key::Right)), Some(KeyAction::Pan(PanDirection::Right)));
    assert_eq!(action(KeyPress::shift(Key::Character('u'))), Some(KeyAction::Redo));
    assert_eq!(action(KeyPress::control(Key::Character('n'))), None, "Control + N belongs to the window system");
}

#[test]
fn held_keys_repeat_steps_but_no_toggles() {
    let repeats = |press| shortcut_for(press).is_some_and(|shortcut| shortcut.action.repeats());
    for key in [Key::Right, Key::Left, Key::Up, Key::Down, Key::Character('z'), Key::Character('+')] {
        assert!(repeats(KeyPress::plain(key)), "{key}");
    }
    for key in [Key::Space, Key::Character('m'), Key::Character('u'), Key::Character('h'), Key::Escape] {
        assert!(!repeats(KeyPress::plain(key)), "{key}");
    }
}

#[test]
fn escape_closes_the_window_on_top_first() {
    let mut session = first_look();
    let escape = KeyPress::plain(Key::Escape);
    session.apply(Intent::ToggleSweep);
    assert_eq!(intents(&session, escape), vec![Intent::ToggleSweep]);
    session.apply(Intent::ToggleScenes);
    assert_eq!(intents(&session, escape), vec![Intent::ToggleScenes]);
    session.apply(Intent::ShowSources(Some(0)));
    assert_eq!(intents(&session, escape), vec![Intent::ShowSources(None)]);
    session.apply(Intent::ToggleHelp);
    assert_eq!(intents(&session, escape), vec![Intent::ToggleHelp]);
    session.apply(Intent::TogglePalette);
    assert_eq!(intents(&session, escape), vec![Intent::TogglePalette]);
    session.apply(Intent::ShowPathField(PathPurpose::Open, String::new()));
    assert_eq!(intents(&session, escape), vec![Intent::ClosePath]);
    session.apply(Intent::Load { name: "x".to_owned(), text: "(".to_owned() });
    assert_eq!(intents(&session, escape), vec![Intent::DismissDiagnostics]);
}

#[test]
fn loops_keep_the_end_that_is_not_set() {
    let mut session = first_look();
    let (early, late) = (Femtos(100_000_000_000), Femtos(200_000_000_000));
    session.apply(Intent::SetLoop(Some((early, late))));
    session.apply(Intent::Seek(Femtos(150_000_000_000)));
    let now = session.clock.at;
    let press = |key| intents(&session, KeyPress::plain(Key::Character(key)));
    assert_eq!(press('['), vec![Intent::SetLoop(Some((now, late)))]);
    assert_eq!(press(']'), vec![Intent::SetLoop(Some((early, now)))]);
}

const BEGIN: &str = "<!-- keys:begin -->\n";
const END: &str = "<!-- keys:end -->";

/// The table of a list of keys. A backslash is written twice in Markdown.
fn key_table(lines: &[KeyLine]) -> String {
    let row = |keys: String, label: String| format!("| {} | {label} |\n", keys.replace('\\', "\\\\"));
    let rows: String =
        lines.iter().filter(|line| !line.keys().is_empty()).map(|line| row(line.keys(), line.label())).collect();
    format!("| key | action |\n|---|---|\n{rows}")
}

/// Compares the table of a document with the keys, or writes it.
fn check_table(document: &str, table: &str) {
    let path = format!("{}/{document}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(document);
    let start = text.find(BEGIN).expect("the beginning of the table") + BEGIN.len();
    let end = text.find(END).expect("the end of the table");
    if std::env::var_os("FABRICSCOPE_UPDATE_README").is_some() {
        std::fs::write(path, format!("{}{table}{}", &text[..start], &text[end..])).expect("the document is written");
        return;
    }
    assert_eq!(
        &text[start..end],
        table,
        "the keys in {document} are not those of the program; this writes them: FABRICSCOPE_UPDATE_README=1 cargo test \
         --no-default-features --features ui --test keys"
    );
}

#[test]
fn documents_show_the_tables_of_keys() {
    check_table("README.md", &key_table(KEYS));
    check_table("docs/presenting.md", &key_table(PRESENTING));
    check_table("docs/teaching.md", &key_table(LEARNING));
}

/// A press as the window handles it.
fn press(session: &mut Session, press: KeyPress) {
    let Some(action) = action_for(press, session) else { return };
    for intent in action.intents(&KeyContext { session, views: &[], frames: &[] }) {
        session.apply(intent);
    }
}

fn talk(story: &str) -> Session {
    let mut session = first_look();
    session.apply(Intent::Story(StoryIntent::Open(story.to_owned())));
    session
}

#[test]
fn a_clicker_gives_every_talk_from_start_to_end() {
    let beat = |session: &Session| session.story.as_ref().expect("a story").beat;
    for story in &Course::bundled().stories {
        let mut session = talk(&story.id);
        press(&mut session, KeyPress::plain(Key::F5));
        let mut presses = 0;
        while !session.story.as_ref().expect("a story").at_end {
            press(&mut session, KeyPress::plain(Key::PageDown));
            // A picture that plays takes two presses.
            presses += 1;
            assert!(presses <= 2 * story.beats.len(), "{}: stuck at beat {}", story.id, beat(&session));
        }
        assert_eq!(beat(&session) + 1, story.beats.len());
        for black in ['.', 'b'] {
            press(&mut session, KeyPress::plain(Key::Character(black)));
            assert_eq!(session.blank, Some(BlankScreen::Black), "{black}");
            press(&mut session, KeyPress::plain(Key::PageUp));
            assert!(
                session.blank.is_none() && session.story.as_ref().expect("a story").at_end,
                "nothing moves in the dark"
            );
        }
        press(&mut session, KeyPress::plain(Key::Character('3')));
        press(&mut session, KeyPress::plain(Key::Enter));
        assert_eq!(beat(&session), 2);
        press(&mut session, KeyPress::plain(Key::PageUp));
        press(&mut session, KeyPress::shift(Key::F5));
        assert_eq!(beat(&session), 1, "from this beat");
        press(&mut session, KeyPress::plain(Key::Escape));
        press(&mut session, KeyPress::plain(Key::F5));
        assert_eq!(beat(&session), 0, "F5 and Esc on one button");
        press(&mut session, KeyPress::plain(Key::Escape));
        press(&mut session, KeyPress::plain(Key::Escape));
        assert!(session.story.is_none());
    }
}

#[test]
fn no_key_takes_the_picture_of_a_talk_away() {
    let mut session = talk("the-claim");
    session.apply(Intent::Story(StoryIntent::GoTo(5)));
    session.apply(Intent::Story(StoryIntent::BackToBeat));
    let (document, caption) =
        (session.document.clone(), session.story.as_ref().expect("a story").shown.caption.clone());
    for character in "acdegijklmnopqstuvwxyz\\[]o".chars().filter(|one| !matches!(one, 'n' | 'p')) {
        press(&mut session, KeyPress::plain(Key::Character(character)));
        let open = session.story.as_ref().expect("the talk goes on");
        assert_eq!((&session.document, &open.shown.caption), (&document, &caption), "{character}");
        assert!(!session.scenes && session.sweep_job.is_none() && session.path_field.is_none(), "{character}");
    }
}

fn lesson(id: &str) -> Session {
    let mut session = first_look();
    session.apply(Intent::Lesson(LessonIntent::Open(id.to_owned())));
    session
}

#[test]
fn digits_choose_options_and_enter_goes_on_but_never_skips_a_question() {
    let digit = |character| KeyPress::plain(Key::Character(character));
    let enter = KeyPress::plain(Key::Enter);
    let mut session = lesson("latency-or-bytes");
    let step = |session: &Session| session.lesson.as_ref().expect("a lesson").step;
    press(&mut session, digit('2'));
    assert_eq!((step(&session), session.view.active), (0, 1), "without a question, digits choose fabrics");
    press(&mut session, enter);
    press(&mut session, enter);
    assert_eq!(step(&session), 1, "Enter skips no question");
    press(&mut session, digit('7'));
    assert_eq!(step(&session), 1);
    let second = session.lesson.as_ref().expect("a lesson").shown.options[1].text.clone();
    session.apply(Intent::Lesson(LessonIntent::Poll(PollIntent::Toggle)));
    press(&mut session, digit('2'));
    assert_eq!(step(&session), 1, "a class does not answer by its teacher's keys");
    press(&mut session, KeyPress::plain(Key::Escape));
    press(&mut session, digit('2'));
    assert_eq!(step(&session), 2);
    assert_eq!(session.lesson.as_ref().expect("a lesson").answer.as_ref().expect("an answer").chosen, second);
}

#[test]
fn an_order_is_given_by_digits_and_confirmed_with_enter() {
    let digit = |character| KeyPress::plain(Key::Character(character));
    let enter = KeyPress::plain(Key::Enter);
    let mut session = lesson("row-patterns");
    press(&mut session, enter);
    for character in ['1', '2', '3'] {
        press(&mut session, digit(character));
    }
    press(&mut session, enter);
    let placed = |session: &Session| session.lesson.as_ref().expect("a lesson").placed.len();
    assert_eq!(placed(&session), 3, "one of them has no place yet");
    press(&mut session, digit('1'));
    assert_eq!(placed(&session), 2, "the same digit takes it out");
    press(&mut session, digit('4'));
    press(&mut session, digit('1'));
    press(&mut session, enter);
    let answer = session.lesson.as_ref().expect("a lesson").answer.clone().expect("an answer");
    assert_eq!(answer.chosen.split("; ").count(), answer.holds.split("; ").count());
    assert!(session.progress.lessons["row-patterns"].answers[0].prediction().is_some());
}

#[test]
fn every_switch_of_a_talk_is_one_key_and_the_same_key_takes_it_back() {
    let mut session = talk("the-claim");
    let open = |session: &Session| session.story.as_ref().expect("a story").clone();
    let letter = |character| KeyPress::plain(Key::Character(character));
    for (key, is_on) in [
        ('c', (|open: &OpenStory| open.hides_caption) as fn(&OpenStory) -> bool),
        ('l', |open: &OpenStory| open.spotlight),
        ('o', |open: &OpenStory| open.overview),
        ('s', |open: &OpenStory| open.notes),
    ] {
        assert!(!is_on(&open(&session)), "{key}");
        press(&mut session, letter(key));
        assert!(is_on(&open(&session)), "{key}");
        press(&mut session, letter(key));
        assert!(!is_on(&open(&session)), "{key}");
    }
    for white in [',', 'w'] {
        press(&mut session, letter(white));
        assert_eq!(session.blank, Some(BlankScreen::White), "{white}");
        press(&mut session, KeyPress::plain(Key::PageDown));
        assert_eq!((session.blank, open(&session).beat), (None, 0), "nothing moves behind it");
    }
    press(&mut session, letter('o'));
    press(&mut session, KeyPress::plain(Key::Escape));
    assert!(!open(&session).overview && !open(&session).leaving, "Esc closes the list first");
    press(&mut session, letter('l'));
    press(&mut session, KeyPress::plain(Key::PageDown));
    assert!(!open(&session).spotlight, "the next beat has its own light");
    let dot = KeyPress::shift(Key::Character('l'));
    press(&mut session, letter('l'));
    press(&mut session, dot);
    assert!(open(&session).dot && !open(&session).spotlight, "one light at a time");
    press(&mut session, KeyPress::plain(Key::PageUp));
    press(&mut session, KeyPress::plain(Key::PageDown));
    assert!(open(&session).dot, "a clicker cannot bring it back");
    press(&mut session, letter('l'));
    assert!(open(&session).spotlight && !open(&session).dot);
    press(&mut session, letter('l'));
    press(&mut session, KeyPress::plain(Key::Backspace));
    assert_eq!(open(&session).beat, 0);
    let context = KeyContext { session: &session, views: &[], frames: &[] };
    let speaker = action_for(letter('v'), &session).expect("an action").intents(&context);
    assert_eq!(speaker, [Intent::Story(StoryIntent::ToggleSpeaker)]);
    let opened = session.apply(Intent::Story(StoryIntent::ToggleSpeaker));
    assert_eq!(opened, Some(Effect::OpenSpeaker));
    session.apply(Intent::Story(StoryIntent::NoteSpeaker(true)));
    let closed = session.apply(Intent::Story(StoryIntent::ToggleSpeaker));
    assert_eq!(closed, Some(Effect::CloseSpeaker));
}
