//! Terms: their tooltips with the figures of the run, and the glossary.

use egui_kittest::kittest::Queryable;
use fabricscope::explain::glossary::{Term, groups};
use fabricscope::session::Intent;

use crate::screen::screen;

#[test]
fn a_click_on_a_term_opens_its_entry_and_links_lead_to_others() {
    let mut harness = screen();
    harness.get_all_by_label("busbw").next().expect("a figure").click();
    harness.run();
    assert_eq!(harness.state().session.glossary, Some(Term::Busbw));
    assert!(harness.query_all_by_label("Glossary").count() > 0);
    let link = egui::accesskit::Role::Link;
    harness.get_all_by_role_and_label(link, "wire rate").next().expect("a link").click();
    harness.run();
    assert_eq!(harness.state().session.glossary, Some(Term::WireRate));
    harness.get_by_label("Close").click();
    harness.run();
    assert_eq!(harness.state().session.glossary, None);
}

#[test]
fn the_glossary_lists_every_term() {
    let mut harness = crate::screen::screen_of(
        fabricscope::session::Session::first_look().expect("the first look"),
        [1440.0, 6000.0],
    );
    harness.state_mut().session.apply(Intent::ShowGlossary(Some(Term::AllReduce)));
    harness.run();
    let first = groups().first().and_then(|group| group.entries.first()).expect("an entry");
    assert!(harness.query_all_by_label(&first.meaning).count() > 0, "{}", first.term);
}

#[test]
fn the_keyboard_shows_the_tooltip_of_a_figure_with_the_numbers_of_the_run() {
    let mut harness = screen();
    harness.get_all_by_label("1.399 TB/s").next().expect("busbw").focus();
    harness.run();
    let formula = "= 799.4 GB/s x 2 (8 - 1)/8 = 1.399 TB/s";
    assert!(harness.query_all_by_label(formula).count() > 0, "the formula with numbers");
    assert!(harness.query_all_by_label_contains("scaled to what a ring sends").count() > 0, "the meaning");
    harness.get_by_label("Message size: 1 GiB").focus();
    harness.run();
    assert!(harness.query_all_by_label(formula).count() == 0, "it goes with the keyboard");
    assert!(harness.query_all_by_label_contains("Bytes per rank").count() > 0, "the next tooltip");
}
