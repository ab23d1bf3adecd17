//! The checker itself, on small sources held in memory.

use super::circles::circles;
use super::imports::{LinkKind, Usage, usage};
use super::source::parse;

fn usage_of(files: &[(&str, &str)]) -> Usage {
    let files: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    usage(&parse(&files))
}

/// `from -> to` for each use of an item.
fn uses(files: &[(&str, &str)]) -> Vec<String> {
    let short = |path: &str| path.trim_start_matches("src/").trim_end_matches(".rs").to_owned();
    let mut uses: Vec<String> = usage_of(files)
        .links
        .iter()
        .filter(|link| link.kind == LinkKind::Uses)
        .map(|link| format!("{} -> {}", short(&link.from), short(&link.to)))
        .collect();
    uses.sort();
    uses.dedup();
    uses
}

fn circle_texts(files: &[(&str, &str)]) -> Vec<String> {
    circles(&usage_of(files).links).into_values().flatten().map(|circle| circle.to_string()).collect()
}

const LIB: (&str, &str) = ("src/lib.rs", "pub mod lowest;\npub mod low;\npub mod high;");

#[test]
fn brace_imports_renames_and_nested_braces_are_followed() {
    let files = [
        LIB,
        ("src/low.rs", "pub struct A; pub struct B; pub mod inner { pub struct C; }"),
        ("src/high.rs", "use crate::{low::{A, B as Renamed, inner::{self, C}}};"),
    ];
    let links = usage_of(&files).links;
    let texts: Vec<&str> = links.iter().map(|link| link.text.as_str()).collect();
    assert_eq!(
        texts,
        ["use crate::low::A", "use crate::low::B as Renamed", "use crate::low::inner", "use crate::low::inner::C"]
    );
    assert!(links.iter().all(|link| link.from == "src/high.rs" && link.to == "src/low.rs" && link.line == 1));
}

#[test]
fn an_import_after_the_first_test_module_is_seen_with_its_line() {
    let files = [
        LIB,
        ("src/low/mod.rs", "#[cfg(test)]\nmod tests;\n\nuse crate::high;\nfn f() { high::g() }"),
        ("src/low/tests.rs", "use crate::high::g;"),
        ("src/high.rs", "pub fn g() {}"),
    ];
    let links = usage_of(&files).links;
    let seen: Vec<(&str, usize)> = links.iter().map(|link| (link.text.as_str(), link.line)).collect();
    assert_eq!(seen, [("use crate::high", 4), ("high::g", 5)]);
    assert_eq!(links[0].kind, LinkKind::NamesModule);
}

#[test]
fn imports_of_tests_are_allowed() {
    let files = [
        LIB,
        ("src/low.rs", "#[cfg(test)] mod tests { use crate::high::g; }\n#[cfg(test)]\nuse crate::high::g;"),
        ("src/high.rs", "pub fn g() {}"),
    ];
    assert!(usage_of(&files).links.is_empty());
    let only_linux = ("src/low.rs", "#[cfg(all(target_os = \"linux\", test))]\nuse crate::high::g;");
    assert!(usage_of(&[LIB, only_linux, ("src/high.rs", "pub fn g() {}")]).links.is_empty());
}

#[test]
fn paths_in_code_in_types_and_in_macros_are_seen() {
    let high = "
fn calls() -> crate::low::A { crate::low::f() }
fn formats() { println!(\"{}\", crate::low::f()) }
fn matches(a: u8) -> bool { matches!(a, crate::low::LIMIT) }
impl crate::low::Trait for u8 {}
macro_rules! each { ($a:expr) => { crate::low::f($a) }; }";
    let low = "pub struct A; pub fn f() {} pub const LIMIT: u8 = 1; pub trait Trait {}";
    let links = usage_of(&[LIB, ("src/low.rs", low), ("src/high.rs", high)]).links;
    let mut lines: Vec<usize> = links.iter().map(|link| link.line).collect();
    lines.dedup();
    assert_eq!(lines, [2, 3, 4, 5, 6]);
}

#[test]
fn a_module_imported_by_name_leads_to_what_is_used_of_it() {
    let files = [
        LIB,
        ("src/low/mod.rs", "mod a;\npub use a::f;"),
        ("src/low/a.rs", "pub fn f() {}"),
        ("src/high.rs", "use crate::low;\nfn g() { low::f() }"),
    ];
    assert_eq!(uses(&files), ["high -> low/a"]);
}

#[test]
fn two_files_that_use_each_other_are_a_circle_and_both_imports_are_named() {
    let files = [
        LIB,
        ("src/low/mod.rs", "mod a;\nmod b;"),
        ("src/low/a.rs", "use super::b::B;\npub struct A;"),
        ("src/low/b.rs", "\npub struct B(super::a::A);"),
    ];
    let expected = "  src/low/a.rs:1: `use super::b::B` uses src/low/b.rs\n  \
                    src/low/b.rs:2: `super::a::A` uses src/low/a.rs\n";
    assert_eq!(circle_texts(&files), [expected]);
}

#[test]
fn a_circle_of_three_is_found_too() {
    let files = [
        ("src/low/a.rs", "use super::b::B;\npub struct A;"),
        ("src/low/b.rs", "use super::c::C;\npub struct B;"),
        ("src/low/c.rs", "use super::a::A;\npub struct C;"),
        ("src/low/mod.rs", "mod a;\nmod b;\nmod c;"),
    ];
    let circles = circle_texts(&files);
    assert_eq!(circles.len(), 1);
    assert_eq!(circles[0].lines().count(), 3);
}

#[test]
fn a_circle_through_a_reexport_leads_to_the_file_that_defines() {
    let files = [
        LIB,
        ("src/low/a.rs", "use super::B;\npub struct A;"),
        ("src/low/b.rs", "use crate::low::A;\npub struct B;"),
        ("src/low/mod.rs", "mod a;\nmod b;\npub use a::A;\npub use b::*;"),
    ];
    assert_eq!(uses(&files), ["low/a -> low/b", "low/b -> low/a"]);
    assert_eq!(circle_texts(&files).len(), 1);
}

#[test]
fn reexports_alone_are_no_circle_with_a_child_that_uses_its_parent() {
    let files = [
        ("src/low/mod.rs", "mod a;\npub use a::A;\npub struct Shared;"),
        ("src/low/a.rs", "use super::Shared;\npub struct A(Shared);"),
    ];
    assert!(circle_texts(&files).is_empty());
    // The parent's own code uses what it re-exports.
    let files = [("src/low/mod.rs", "mod a;\npub use a::A;\npub struct Shared(Option<Box<A>>);"), files[1]];
    assert_eq!(circle_texts(&files).len(), 1);
    // Or calls into the child.
    let files = [("src/low/mod.rs", "mod a;\npub struct Shared;\nfn f() { a::g() }"), files[1]];
    assert_eq!(circle_texts(&files).len(), 1);
}

#[test]
fn globs_lead_to_what_is_used_of_them() {
    let files = [
        ("src/low/mod.rs", "mod a;\nmod b;\nmod c;"),
        ("src/low/a.rs", "use super::b::*;\npub fn f(_: B) {}"),
        ("src/low/b.rs", "pub use super::c::C;\npub struct B;"),
        ("src/low/c.rs", "pub struct C;"),
    ];
    assert_eq!(uses(&files), ["low/a -> low/b", "low/b -> low/c"]);
}

#[test]
fn a_module_and_a_function_of_one_name_are_told_apart() {
    let files = [
        ("src/low/mod.rs", "mod walk;\nmod b;\npub use walk::{Step, walk};"),
        ("src/low/walk.rs", "pub struct Step;\npub fn walk() {}"),
        ("src/low/b.rs", "use super::walk;\nfn f() { walk() }"),
    ];
    assert_eq!(uses(&files), ["low/b -> low/walk"]);
}

#[test]
fn a_variable_is_not_the_function_of_its_name() {
    let files = [
        ("src/low/mod.rs", "mod a;\npub use a::part;\npub struct Shared;\nfn f() { let part = 1; g(part) }"),
        ("src/low/a.rs", "use super::Shared;\npub fn part(_: Shared) {}"),
    ];
    assert!(circle_texts(&files).is_empty());
}

#[test]
fn visibility_names_no_module_and_other_crates_are_listed() {
    let usage = usage_of(&[
        ("src/low/mod.rs", "mod a;"),
        ("src/low/a.rs", "use egui::{self, Ui};\npub(super) struct A;\npub(in crate::low) fn f(_: ::bevy::Vec2) {}"),
    ]);
    assert!(usage.links.is_empty());
    let names: Vec<(&str, usize)> = usage.externals.iter().map(|one| (one.name.as_str(), one.line)).collect();
    assert_eq!(names, [("egui", 1), ("egui", 1), ("bevy", 3)]);
}

#[test]
fn rooms_on_the_way_of_a_path_are_named() {
    let files = [
        LIB,
        ("src/low.rs", "pub use crate::lowest::A;"),
        ("src/lowest.rs", "pub struct A;"),
        ("src/high.rs", "use crate::low::A;"),
    ];
    let links = usage_of(&files).links;
    let link = links.iter().find(|link| link.from == "src/high.rs").expect("an import");
    assert_eq!(link.to, "src/lowest.rs");
    assert_eq!(link.rooms.iter().map(String::as_str).collect::<Vec<_>>(), ["low", "lowest"]);
}
