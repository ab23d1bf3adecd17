//! `catalog`: machines and constants.

use crate::support::{fabricscope, fails, json, stdout};

#[test]
fn the_catalog_shows_figures_with_source_and_grade() {
    let list = stdout(&fabricscope(&["catalog"]));
    for id in ["dgx-a100", "dgx-h100", "hgx-b200", "gb200-nvl72", "vera-rubin-nvl72", "wse-2", "wse-3"] {
        assert!(list.contains(id), "{list}");
        let machine = json(&["catalog", id, "--json"]);
        let figures = machine.as_object().and_then(|kind| kind.values().next()).expect("a machine");
        assert_eq!(figures["id"], id);
    }
    let wafer = stdout(&fabricscope(&["catalog", "wse-3"]));
    assert!(wafer.contains("0.875 GHz  [derived]"), "{wafer}");
    let errors = fails(&["catalog", "wse3"], 1);
    assert!(errors.contains("did you mean `wse-3`?"), "{errors}");
}

#[test]
fn the_catalog_has_the_constants_of_the_measured_timing() {
    let text = stdout(&fabricscope(&["catalog", "nccl"]));
    let marked = text.lines().find(|line| line.starts_with("t0_ll128_us")).expect("a constant");
    assert!(marked.contains("[fitted] *") && text.contains("not facts about hardware"), "{marked}");
    assert!(text.contains("[estimate]") && text.contains("[published]"));
    let all = json(&["catalog", "nccl", "--json"]);
    let generations = all["generations"].as_array().expect("generations");
    let graded = |grade: &str| generations.iter().filter(|one| one["ring_gb_s"]["grade"] == grade).count();
    // Three are fitted; the constants of all others are theirs, scaled.
    assert_eq!((graded("fitted"), graded("fitted") + graded("estimate")), (3, generations.len()));
    assert!(generations.iter().any(|one| one["id"] == "h800"));
    assert_eq!(all["networks"].as_array().map(Vec::len), Some(9));
}
