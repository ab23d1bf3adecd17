//! House rules that a reader of one file cannot see broken: no decisions on text, plain English, retired names, sizes
//! of files.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use support::facts::{Decision, Facts, comments, facts, identifiers};
use support::old_names::{Old, RENAMES};
use support::phrases::{PHRASES, Scope};
use support::source::{parse, room, rust_files};

mod support {
    pub mod facts;
    pub mod old_names;
    pub mod phrases;
    pub mod source;
}

/// The most lines of a file.
const MAX_LINES: usize = 500;

/// A place that may compare text with literals, because the text is input.
struct Parser {
    /// Files or folders; more than one while files move.
    paths: &'static [&'static str],
    /// The texts; empty for all of the file.
    texts: &'static [&'static str],
    reason: &'static str,
}

const PARSERS: [Parser; 22] = [
    Parser {
        paths: &["src/core/scene/resolve/rank_text.rs"],
        texts: &[],
        reason: "groups of ranks as written in a scene",
    },
    Parser { paths: &["src/core/compare/settings.rs"], texts: &[], reason: "the lists of NCCL_ALGO and NCCL_PROTO" },
    Parser { paths: &["src/core/sample/item_name.rs"], texts: &["PE"], reason: "names of PEs as typed after --select" },
    Parser { paths: &["src/core/nccl_log/"], texts: &[], reason: "the words of the files that nccl-tests writes" },
    Parser { paths: &["src/core/import/"], texts: &[], reason: "the words of the files that other tools write" },
    Parser { paths: &["src/core/units"], texts: &[], reason: "units of quantities" },
    Parser {
        paths: &["src/core/fabric/names.rs", "src/core/fabric/names/"],
        texts: &[],
        reason: "names of links and ranks, written and parsed in one place",
    },
    Parser {
        paths: &["src/core/scene/syntax_error.rs"],
        texts: &[],
        reason: "marks of RON and JSON in the text of a scene",
    },
    Parser { paths: &["src/core/scene/spans.rs"], texts: &[], reason: "marks of RON: comments, attributes, `Some`" },
    Parser {
        paths: &["src/core/scene/edit.rs", "src/core/scene/edit/"],
        texts: &["fabrics", "faults", "true", "false", "None"],
        reason: "paths and values of settings",
    },
    Parser { paths: &["src/core/session/link.rs"], texts: &[], reason: "the keys and words of a link" },
    Parser {
        paths: &["src/core/session/speaker_command.rs"],
        texts: &[],
        reason: "requests of the view of the speaker",
    },
    Parser { paths: &["src/core/lesson/light.rs"], texts: &[], reason: "lit parts as written in a story" },
    Parser { paths: &["src/core/lesson/setting_place.rs"], texts: &[], reason: "paths of settings in tasks" },
    Parser {
        paths: &["src/core/scene/text_update.rs"],
        texts: &[],
        reason: "numbers, units and algorithms in titles as their authors write them",
    },
    Parser { paths: &["src/core/sweep/sweep_axis.rs"], texts: &[".."], reason: "ranges of sweeps" },
    Parser { paths: &["src/core/sweep/row.rs"], texts: &["fabrics."], reason: "paths of settings" },
    Parser {
        paths: &["src/core/nccl/inputs.rs"],
        texts: &["a100", "h100", "b200", "efa"],
        reason: "ids of constants in the catalog",
    },
    Parser {
        paths: &["src/core/session/open_log.rs"],
        texts: &["//", "#!", "/*", "*/"],
        reason: "whether a dropped file is a scene or a log",
    },
    Parser { paths: &["src/app/web.rs", "src/app/web/"], texts: &[], reason: "commands of the page" },
    Parser {
        paths: &["src/app/render.rs", "src/app/headless/", "src/cli/render.rs"],
        texts: &["dark", "light", "bright-room", "png", "binding"],
        reason: "values of flags",
    },
    Parser {
        paths: &["src/app/files.rs", "src/app/desktop/"],
        texts: &["ron", "~/"],
        reason: "the ending of a file's name, and the beginning of a typed path",
    },
];

static SOURCES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let files = rust_files("src");
    assert!(files.len() > 20, "the test runs in the package's folder");
    files
});

static FACTS: LazyLock<Facts> = LazyLock::new(|| facts(&parse(&SOURCES)));

/// All Rust files of the package but those that hold the lists of what is refused.
static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut files = SOURCES.clone();
    for folder in ["tests", "benches", "examples"] {
        files.extend(rust_files(folder));
    }
    files.retain(|(path, _)| !path.starts_with("tests/support/") && path != "tests/house_rules.rs");
    files
});

fn fail_with(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}\n{}\n{} found", complaints.join("\n"), complaints.len());
}

fn excepts(parser: &Parser, decision: &Decision) -> bool {
    parser.paths.iter().any(|path| decision.file.starts_with(path))
        && (parser.texts.is_empty() || parser.texts.contains(&decision.text.as_str()))
}

#[test]
fn no_decision_rests_on_the_text_of_a_label_or_an_error() {
    let complaints: Vec<String> = FACTS
        .decisions
        .iter()
        .filter(|decision| !PARSERS.iter().any(|parser| excepts(parser, decision)))
        .map(|Decision { file, line, how, text }| format!("{file}:{line}: {how} {text:?}"))
        .collect();
    fail_with(
        "Let an enum carry the meaning and make the text last. If the text is input, add the place to PARSERS.",
        &complaints,
    );
}

#[test]
fn every_exception_for_parsers_is_needed() {
    let stale: Vec<String> = PARSERS
        .iter()
        .filter(|parser| !["src/core/units", "src/core/fabric/names.rs"].contains(&parser.paths[0]))
        .filter(|parser| !FACTS.decisions.iter().any(|decision| excepts(parser, decision)))
        .map(|parser| format!("{} ({})", parser.paths.join(", "), parser.reason))
        .collect();
    fail_with("These places of PARSERS compare no text: take them out.", &stale);
}

#[test]
fn texts_for_users_are_plain_english() {
    let mut complaints = Vec::new();
    for literal in &FACTS.literals {
        let texts = PHRASES.iter().filter(|phrase| phrase.scope != Scope::Comments);
        for phrase in texts.filter(|phrase| !phrase.hits(&literal.text).is_empty()) {
            let (words, instead) = (phrase.words(), phrase.instead);
            complaints.push(format!("{}:{}: \"{words}\" in {:?}: {instead}", literal.file, literal.line, literal.text));
        }
    }
    fail_with("Say it as a technical writer would.", &complaints);
}

#[test]
fn comments_are_plain_english() {
    let mut complaints = Vec::new();
    for (path, text) in SOURCES.iter() {
        for comment in comments(text) {
            for phrase in PHRASES.iter().filter(|phrase| phrase.scope != Scope::Texts) {
                for at in phrase.hits(&comment.text) {
                    let (start, end) = (floor(&comment.text, at, 30), ceil(&comment.text, at, 50));
                    complaints.push(format!(
                        "{path}:{}: \"{}\" in …{}…: {}",
                        comment.line(at),
                        phrase.words(),
                        &comment.text[start..end],
                        phrase.instead
                    ));
                }
            }
        }
    }
    fail_with("Say it as a technical writer would.", &complaints);
}

/// A place up to `most` bytes before another one that does not cut a character.
fn floor(text: &str, at: usize, most: usize) -> usize {
    (at.saturating_sub(most)..=at).find(|place| text.is_char_boundary(*place)).unwrap_or(at)
}

fn ceil(text: &str, at: usize, most: usize) -> usize {
    (at..=(at + most).min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(at)
}

#[test]
fn retired_names_do_not_come_back() {
    let mut places: BTreeMap<(usize, String), BTreeMap<String, Vec<usize>>> = BTreeMap::new();
    let mut add = |row: usize, old: &Old, file: &str, line: usize| {
        let lines = places.entry((row, old.name())).or_default().entry(file.to_owned()).or_default();
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    let all: Vec<(usize, &Old)> =
        RENAMES.iter().enumerate().flat_map(|(row, rename)| rename.old.iter().map(move |old| (row, old))).collect();
    for (path, text) in FILES.iter() {
        for (row, old) in all.iter().filter(|(_, old)| old.is_path(path)) {
            add(*row, old, path, 0);
        }
        for found in identifiers(path, text) {
            for (row, old) in all.iter().filter(|(_, old)| old.is_identifier(room(path), &found.text)) {
                add(*row, old, path, found.line);
            }
        }
    }
    for definition in &FACTS.definitions {
        for (row, old) in all.iter().filter(|(_, old)| old.is_definition(definition)) {
            add(*row, old, &definition.file, definition.line);
        }
    }
    let complaints: Vec<String> = places
        .into_iter()
        .map(|((row, name), files)| {
            let files: Vec<String> =
                files.into_iter().map(|(file, lines)| format!("    {file}: {}", places_of(&lines))).collect();
            format!("{}. `{name}`: {}\n{}", row + 1, RENAMES[row].instead, files.join("\n"))
        })
        .collect();
    fail_with("Use the field's terms.", &complaints);
}

/// The lines of a file in words; line 0 stands for its name.
fn places_of(lines: &[usize]) -> String {
    const MAX_SHOWN: usize = 10;
    let numbers: Vec<String> = lines.iter().filter(|line| **line > 0).map(usize::to_string).collect();
    let mut parts = Vec::new();
    if lines.contains(&0) {
        parts.push("the file's name".to_owned());
    }
    if !numbers.is_empty() {
        let more = if numbers.len() > MAX_SHOWN { format!(", … ({} lines)", numbers.len()) } else { String::new() };
        parts.push(format!("line {}{more}", numbers[..numbers.len().min(MAX_SHOWN)].join(", ")));
    }
    parts.join("; ")
}

#[test]
fn no_file_is_longer_than_it_may_be_and_each_opens_by_saying_what_it_is_for() {
    let mut complaints = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        for (path, text) in rust_files(folder) {
            let lines = text.lines().count();
            if lines > MAX_LINES {
                complaints.push(format!("{path} has {lines} lines: at most {MAX_LINES}"));
            }
            if !text.starts_with("//!") {
                complaints.push(format!("{path} does not begin with `//!`"));
            }
        }
    }
    fail_with("Files are short and say what they are for.", &complaints);
}
