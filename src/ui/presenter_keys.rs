//! The keys of a talk. They come before those of the key table while a story is presented.

use super::key_action::KeyAction;
use super::key_table::{KeyGroup, KeyLine, LineSummary, Shortcut, key_of, letter, line, plain, shortcut, shortcut_for};
use super::keys::{Key, KeyPress, Modifier};

const GROUP: KeyGroup = KeyGroup::Presenting;

const fn digit(number: u8, keys: &'static [KeyPress]) -> Shortcut {
    shortcut(KeyAction::BeatDigit(number), keys, "a digit of the number of a beat")
}

/// The keys of a talk, with those that clickers send.
pub const PRESENTING: &[KeyLine] = &[
    line(
        GROUP,
        &[shortcut(
            KeyAction::NextBeat,
            &[plain(Key::PageDown), plain(Key::Right), plain(Key::Down), letter('n')],
            "what plays to its end, then the next beat",
        )],
    ),
    line(
        GROUP,
        &[shortcut(
            KeyAction::PreviousBeat,
            &[plain(Key::PageUp), plain(Key::Left), plain(Key::Up), letter('p'), plain(Key::Backspace)],
            "the beat before, as it stood at its end",
        )],
    ),
    line(GROUP, &[shortcut(KeyAction::TogglePlay, &[plain(Key::Space)], "hold the picture, and go on")]),
    line(
        GROUP,
        &[
            shortcut(KeyAction::ToggleBlank, &[letter('.'), letter('b')], "black screen"),
            shortcut(KeyAction::ToggleWhite, &[letter('w'), letter(',')], "white screen; any key ends it"),
        ],
    ),
    line(
        GROUP,
        &[
            shortcut(KeyAction::FirstBeat, &[plain(Key::F5), plain(Key::Home)], "start from the first beat"),
            shortcut(KeyAction::LastBeat, &[plain(Key::End)], "the last beat"),
        ],
    ),
    line(
        GROUP,
        &[
            shortcut(KeyAction::PlayBeat, &[letter('r'), KeyPress::shift(Key::F5)], "play this beat again"),
            shortcut(KeyAction::BackToBeat, &[letter('z')], "back to the beat, without live changes"),
        ],
    ),
    KeyLine {
        group: GROUP,
        shortcuts: &[
            digit(0, &[letter('0')]),
            digit(1, &[letter('1')]),
            digit(2, &[letter('2')]),
            digit(3, &[letter('3')]),
            digit(4, &[letter('4')]),
            digit(5, &[letter('5')]),
            digit(6, &[letter('6')]),
            digit(7, &[letter('7')]),
            digit(8, &[letter('8')]),
            digit(9, &[letter('9')]),
            shortcut(KeyAction::GoToTypedBeat, &[plain(Key::Enter)], "go to that beat"),
        ],
        summary: Some(LineSummary { keys: "digits Enter", label: "go to the beat of this number" }),
    },
    line(GROUP, &[shortcut(KeyAction::ToggleOverview, &[letter('o')], "list of all beats")]),
    line(
        GROUP,
        &[
            shortcut(KeyAction::ToggleSpeaker, &[letter('v')], "speaker view in a window of its own"),
            shortcut(KeyAction::ToggleNotes, &[letter('s')], "notes on the stage"),
        ],
    ),
    line(
        GROUP,
        &[
            shortcut(KeyAction::ToggleSpotlight, &[letter('l')], "spotlight at the pointer"),
            shortcut(KeyAction::ToggleDot, &[KeyPress::shift(Key::Character('l'))], "dot at the pointer"),
        ],
    ),
    line(GROUP, &[shortcut(KeyAction::ToggleCaption, &[letter('c')], "caption")]),
    line(GROUP, &[shortcut(KeyAction::TogglePanels, &[letter('h')], "panels, to change something live")]),
    line(GROUP, &[shortcut(KeyAction::Close, &[plain(Key::Escape)], "twice: leave; the scene from before returns")]),
];

/// The first key of an action during a talk.
pub(super) fn talk_key_of(action: KeyAction) -> String {
    let mut of_talk = PRESENTING.iter().flat_map(|line| line.shortcuts);
    let found = of_talk.find(|shortcut| shortcut.action == action).and_then(|shortcut| shortcut.keys.first());
    found.map_or_else(|| key_of(action), ToString::to_string)
}

/// Whether a key does something during a talk.
pub fn is_talk_key(press: KeyPress) -> bool {
    presenter_action(press).is_some()
}

/// The action of a key during a talk.
pub(super) fn presenter_action(press: KeyPress) -> Option<KeyAction> {
    let find = |press: KeyPress| {
        let mut all = PRESENTING.iter().flat_map(|line| line.shortcuts);
        all.find(|shortcut| shortcut.keys.contains(&press)).map(|shortcut| shortcut.action)
    };
    let of_workbench = || shortcut_for(press).map(|shortcut| shortcut.action).filter(|action| action.is_for_stage());
    // With Shift, arrows pan and capital letters act like small ones.
    let small = (press.modifier == Modifier::Shift).then(|| KeyPress::plain(press.key));
    find(press).or_else(of_workbench).or_else(|| find(small?))
}
