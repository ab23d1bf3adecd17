//! Retired names, each with the name that replaced it.

use super::facts::{Definition, Kind};
use super::source::room;

/// How a retired name is recognised.
#[derive(Clone, Copy, Debug)]
pub enum Old {
    /// A word of any identifier, or of a file's or folder's name: `card` finds `CardRow` and `card.rs`.
    Word(&'static str),
    /// The same, in one room only.
    WordIn(&'static str, &'static str),
    /// A whole identifier.
    Name(&'static str),
    /// A file (or folder) by its name without `.rs`, or by the end of its path.
    File(&'static str),
    /// A type that the package defines.
    Type(&'static str),
    /// A type that one room defines.
    TypeIn(&'static str, &'static str),
    /// A function or method that the package defines.
    Function(&'static str),
    /// A function whose last word this is: `figure_words`.
    FunctionEnding(&'static str),
    /// A word of any name that the package defines; those of other crates may have it.
    Defined(&'static str),
    /// A variant of an enum, or a field of a struct.
    Member(&'static str, &'static str),
    /// The first word of a constant.
    Constant(&'static str),
}

/// A thing that was renamed: its retired names, and its names now.
pub struct Rename {
    pub old: &'static [Old],
    pub instead: &'static str,
}

const fn rename(old: &'static [Old], instead: &'static str) -> Rename {
    Rename { old, instead }
}

use Old::{Constant, Defined, File, Function, FunctionEnding, Member, Name, Type, TypeIn, Word, WordIn};

pub const RENAMES: [Rename; 25] = [
    rename(
        &[TypeIn("scene", "Fault"), TypeIn("scene", "Faults"), Type("RenderFault"), Member("Session", "faults")],
        "Diagnostic(s) for an error in a file; `fault` for broken hardware only",
    ),
    rename(&[Word("trouble"), Word("troubles")], "Degradation"),
    rename(&[Type("WhatIf"), Type("Part")], "Upgrade, LinkEdit; TimeShare, MessageSlice, Piece"),
    rename(&[Type("Shape"), Name("FabricShape")], "Topology; Quad"),
    rename(&[Type("Stage"), Name("StageId")], "ViewState; PlanPhase for the plan's"),
    rename(&[File("simulate/sweep"), File("simulate/sweep_tests")], "ring_fast_path.rs"),
    rename(&[Word("alike"), Defined("fold"), Defined("folded")], "symmetric, Representative…"),
    rename(
        &[Word("uneven"), Type("Fitting"), Type("Taken"), Name("stands_for")],
        "with_faults.rs, FaultAdapter, representative",
    ),
    rename(&[Word("way"), Word("ways")], "path, routing.rs; error.rs"),
    rename(&[File("pairs")], "one file per algorithm"),
    rename(&[File("places")], "layout"),
    rename(
        &[Word("look"), Word("looks"), Word("looked"), File("flight"), Type("Flight"), Name("FlyTo"), Name("fly_to")],
        "Camera, zoom, CameraMove",
    ),
    rename(&[Word("asked"), Word("ask"), Word("asks")], "LinkSampler, MAX_SAMPLED, sample()"),
    rename(&[Word("flood")], "broadcast.rs"),
    rename(
        &[Member("Phase", "Sum"), Member("Phase", "Copy"), Member("RingPhase", "back")],
        "Reduce, Broadcast; ReduceScatter, AllGather",
    ),
    rename(
        &[
            WordIn("plan", "lane"),
            WordIn("plan", "lanes"),
            WordIn("collective", "lane"),
            WordIn("collective", "lanes"),
            WordIn("trace", "lane"),
            WordIn("trace", "lanes"),
            WordIn("simulate", "lane"),
            WordIn("simulate", "lanes"),
        ],
        "slot; `lane` for the lanes of a link only",
    ),
    rename(&[Word("leg"), Word("legs"), Type("Run")], "LinkRun; FabricRun"),
    rename(
        &[Type("Private"), Type("Held"), Function("hold"), Function("held"), Name("held_words")],
        "RateCap, LogComparison",
    ),
    rename(
        &[
            Word("suspect"),
            Word("suspects"),
            File("compare/verdict"),
            File("binding"),
            File("pes"),
            Defined("suspicion"),
        ],
        "root_cause, diagnosis, bottleneck, router_…",
    ),
    rename(
        &[File("paused"), File("walk"), File("words"), Type("What"), Type("Kind"), Type("Of"), Type("Over")],
        "instant_text, critical_path, labels, CostSource, CostKind, Parameter, SweepAxis",
    ),
    rename(
        &[Word("carpet"), Word("carpets"), File("areas"), Defined("areas"), Word("card"), Word("cards")],
        "link_heatmap, class_utilisation, inspector",
    ),
    rename(
        &[
            Type("Open"),
            Type("Wanted"),
            Type("Left"),
            Word("attend"),
            Function("follow"),
            Member("FrameSystems", "Want"),
            Member("FrameSystems", "Tell"),
        ],
        "OpenSession, PendingCommands, PanelOutput, update_selection, sync_entities, Input, Publish",
    ),
    rename(
        &[Name("layout_word"), Name("timing_word"), Function("said"), FunctionEnding("word"), FunctionEnding("words")],
        "layout_id, as_str, label, paragraph",
    ),
    rename(&[Function("of"), Constant("MOST"), Constant("LEAST")], "new, from_…; MAX_, MIN_"),
    rename(
        &[File("damage"), Name("fill_first"), Name("led_round"), Word("twin"), Word("twins"), Word("beforehand")],
        "fuzz_tests.rs, delay_all, reroute, representative_link, startup_state",
    ),
];

/// The words of an identifier in lower case: `MOST_LISTED` and `MostListed` are `most`, `listed`.
pub fn words(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before_lower = false;
    for c in identifier.chars() {
        if c == '_' || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        before_lower = c.is_lowercase() || c.is_ascii_digit();
        if c != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Names of more words are sentences, as those of tests: they may use verbs such as "looks".
const MAX_WORDS: usize = 4;

/// "First look" is the title of the scene that the app opens with.
const TITLE: &str = "first_look";

fn has_word(identifier: &str, word: &str) -> bool {
    let words = words(identifier);
    words.len() <= MAX_WORDS
        && words.iter().any(|part| part == word)
        && !identifier.to_ascii_lowercase().contains(TITLE)
}

impl Old {
    /// Whether an identifier of a room is this old name.
    pub fn is_identifier(&self, room: Option<&str>, identifier: &str) -> bool {
        match self {
            Word(word) => has_word(identifier, word),
            WordIn(only, word) => room == Some(only) && has_word(identifier, word),
            Name(name) => identifier == *name,
            File(_) | Type(_) | TypeIn(..) | Function(_) | FunctionEnding(_) | Defined(_) | Member(..)
            | Constant(_) => false,
        }
    }

    /// Whether a definition has this old name, if its identifier alone does not say so.
    pub fn is_definition(&self, definition: &Definition) -> bool {
        let Definition { kind, name, owner, .. } = definition;
        match self {
            Type(old) => *kind == Kind::Type && name == old,
            TypeIn(only, old) => *kind == Kind::Type && name == old && room(&definition.file) == Some(only),
            Function(old) => *kind == Kind::Function && name == old,
            FunctionEnding(word) => *kind == Kind::Function && words(name).last().is_some_and(|last| last == word),
            Defined(word) => has_word(name, word),
            Member(of, old) => owner == of && name == old && matches!(kind, Kind::Variant | Kind::Field),
            Constant(first) => {
                *kind == Kind::Constant && name.strip_prefix(first).is_some_and(|rest| rest.starts_with('_'))
            }
            Word(_) | WordIn(..) | Name(_) | File(_) => false,
        }
    }

    /// Whether a file or one of its folders has this old name.
    pub fn is_path(&self, path: &str) -> bool {
        let path = path.trim_end_matches(".rs");
        match self {
            Word(word) => path.split('/').any(|part| has_word(part, word)),
            File(old) if old.contains('/') => path.ends_with(&format!("/{old}")),
            File(old) => path.split('/').any(|part| part == *old),
            WordIn(..) | Name(_) | Type(_) | TypeIn(..) | Function(_) | FunctionEnding(_) | Defined(_) | Member(..)
            | Constant(_) => false,
        }
    }

    /// The name as the message shows it.
    pub fn name(&self) -> String {
        match self {
            Word(name)
            | Name(name)
            | Type(name)
            | Function(name)
            | Defined(name)
            | WordIn(_, name)
            | TypeIn(_, name) => (*name).to_owned(),
            FunctionEnding(word) => format!("…_{word}()"),
            File(name) => format!("{name}.rs"),
            Member(of, name) => format!("{of}::{name}"),
            Constant(first) => format!("{first}_…"),
        }
    }
}

#[test]
fn identifiers_fall_into_words() {
    assert_eq!(words("MOST_LISTED"), ["most", "listed"]);
    assert_eq!(words("CardRow2"), ["card", "row2"]);
    assert!(Word("way").is_identifier(None, "check_way"));
    assert!(!Word("way").is_identifier(None, "halfway"));
    assert!(!Word("look").is_identifier(None, "first_look"));
    assert!(!Word("looks").is_identifier(None, "the_theme_looks_the_same_everywhere"));
    assert!(Word("card").is_path("src/ui/card.rs"));
    assert!(File("simulate/sweep").is_path("src/simulate/sweep.rs"));
    assert!(!File("simulate/sweep").is_path("src/sweep/mod.rs"));
}
