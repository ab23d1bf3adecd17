//! The errors of public logs against the targets, and the diagnoses of healthy and degraded clusters.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../examples/validation/list.rs"]
#[allow(dead_code, reason = "shared with the example")]
mod list;

use fabricscope::catalog::Catalog;
use fabricscope::compare::{Comparison, LogCluster, VerdictState, cluster, compare};
use fabricscope::nccl_log::{LogRow, LogRun};
use list::{ValidationList, ValidationLog};

/// Sizes and times of all logs of the list.
const MEASURED: &str = include_str!("logs/measured.csv");

/// Logs that are healthy from 32 MiB on and slow below, for reasons that the model has no term for: jobs on part of a
/// node, and the plateau of a plugin.
const SLOW_BELOW_32_MIB: [&str; 3] = ["h100-2x2of8-ib", "h100-2x4of8-dgx-ib", "h100-16x4-slingshot-kestrel"];

/// Sizes and times of the tables of other operations.
const OPERATIONS: &str = include_str!("logs/operations.csv");

/// A log of the list, from its figures alone.
fn log_of(name: &str, measured: &str) -> LogRun {
    let row = |line: &str| {
        let (bytes, micros) = line.strip_prefix(name)?.strip_prefix(',')?.split_once(',')?;
        let (bytes, micros): (u64, f64) = (bytes.parse().ok()?, micros.parse().ok()?);
        Some(LogRow {
            line: 1,
            message_bytes: bytes,
            element: "float".to_owned(),
            reduction: "sum".to_owned(),
            out_of_place_s: Some(micros * 1e-6),
            in_place_s: None,
            out_of_place_busbw_gb_s: None,
            in_place_busbw_gb_s: None,
            wrong: None,
        })
    };
    let rows: Vec<LogRow> = measured.lines().filter_map(row).collect();
    assert!(!rows.is_empty(), "{name}");
    LogRun { rows, ..LogRun::default() }
}

fn compared(entry: &ValidationLog, catalog: &Catalog) -> Comparison {
    let flags = entry.flags();
    let of_log =
        cluster(&flags, &LogCluster::default(), catalog).unwrap_or_else(|error| panic!("{}: {error}", entry.log));
    compare(&log_of(&entry.log, MEASURED), &of_log, catalog)
}

/// Median and geometric mean (of 1 + error), in percent.
fn summary(mut percents: Vec<f64>) -> (f64, f64) {
    percents.sort_by(f64::total_cmp);
    let mean = percents.iter().map(|percent| (percent / 100.0).ln_1p()).sum::<f64>() / percents.len() as f64;
    (percents[percents.len() / 2], 100.0 * mean.exp_m1())
}

#[test]
fn the_logs_meet_the_error_targets() {
    let list = ValidationList::bundled().expect("the list");
    assert_eq!(list.logs.len(), 39);
    let catalog = Catalog::bundled().expect("the catalog");
    let (mut large, mut all) = (Vec::new(), Vec::new());
    for entry in &list.logs {
        let comparison = compared(entry, &catalog);
        let error = 100.0 * comparison.error_1mib_up.expect("large rows");
        let specified = entry.specified_percent.expect("a figure");
        println!("{:40} {error:>6.1} % (specification {specified})", entry.log);
        assert!(error <= specified + 2.0, "{}: {error} % against {specified} %", entry.log);
        large.push(error);
        all.push(100.0 * comparison.error_all.expect("rows"));
    }
    let (median, mean) = summary(large);
    let (_, mean_of_all) = summary(all);
    println!("from 1 MiB on: median {median:.1} %, geometric mean {mean:.1} %; all sizes {mean_of_all:.1} %");
    assert!(median <= 7.0 && mean <= 10.0 && mean_of_all <= 11.0);
}

#[test]
fn healthy_clusters_are_diagnosed_as_healthy() {
    let list = ValidationList::bundled().expect("the list");
    let catalog = Catalog::bundled().expect("the catalog");
    for entry in &list.logs {
        let verdict = compared(entry, &catalog).verdict;
        let expected = if SLOW_BELOW_32_MIB.contains(&entry.log.as_str()) {
            VerdictState::SlowBelow32Mib
        } else {
            VerdictState::Healthy
        };
        assert_eq!(verdict.state, expected, "{}: {}", entry.log, verdict.text);
    }
}

#[test]
fn degraded_clusters_are_explained_by_a_change() {
    let list = ValidationList::bundled().expect("the list");
    assert_eq!(list.degraded.len(), 8);
    let catalog = Catalog::bundled().expect("the catalog");
    for entry in &list.degraded {
        let verdict = compared(entry, &catalog).verdict;
        println!("{}: {}", entry.log, verdict.text);
        assert_eq!(verdict.state, VerdictState::Below, "{}: {}", entry.log, verdict.text);
        let change = verdict.change.unwrap_or_else(|| panic!("{}: {}", entry.log, verdict.text));
        let (parameter, explains) = (entry.parameter.as_deref(), entry.explains.expect("a value"));
        assert_eq!(Some(change.parameter.as_str()), parameter, "{}: {}", entry.log, verdict.text);
        // The specification scans all rows from 1 MiB on, the diagnosis only those that show rates.
        assert!((change.explains / explains).ln().abs() < 0.25, "{}: {} not {explains}", entry.log, change.explains);
    }
    // A healthy cluster whose switches add gets a caveat.
    let sharp = list.degraded.iter().find(|entry| entry.log.contains("sharp")).expect("the log");
    assert!(compared(sharp, &catalog).verdict.text.contains("SHARP"));
}

/// The only table of another operation that is not healthy: it has half of the NIC rate of its twin, as its source states.
const HALF_OF_THE_NICS: &str = "h100-2x8-ag-dstack-a3high";

/// A table of another operation, compared as its list says.
fn compared_operation(entry: &ValidationLog, catalog: &Catalog) -> Comparison {
    let minor = entry.nccl.as_ref().and_then(|release| release.strip_prefix("2.")?.parse().ok());
    let log = LogCluster { nccl_minor: minor, ..LogCluster::default() };
    let of_log = cluster(&entry.flags(), &log, catalog).unwrap_or_else(|error| panic!("{}: {error}", entry.log));
    compare(&log_of(&entry.log, OPERATIONS), &of_log, catalog)
}

#[test]
fn healthy_tables_of_other_operations_are_not_called_bad() {
    let list = ValidationList::bundled().expect("the list");
    let catalog = Catalog::bundled().expect("the catalog");
    for entry in &list.operations {
        let verdict = compared_operation(entry, &catalog).verdict;
        if entry.log == HALF_OF_THE_NICS {
            assert_eq!(verdict.state, VerdictState::Below, "{}", verdict.text);
            assert!(verdict.text.contains("as if 2 of 4 NICs"), "{}", verdict.text);
        } else {
            assert_eq!(verdict.state, VerdictState::Healthy, "{}: {}", entry.log, verdict.text);
        }
    }
}

/// All 60 tables: 19 all-gathers, 12 reduce-scatters, 17 all-to-alls, 8 send-recvs, 2 one-way sends, a reduce and a scatter.
#[test]
fn the_sixty_tables_of_other_operations_meet_the_error_target() {
    let list = ValidationList::bundled().expect("the list");
    assert_eq!(list.operations.len(), 60);
    let catalog = Catalog::bundled().expect("the catalog");
    let (mut large, mut all) = (Vec::new(), Vec::new());
    for entry in &list.operations {
        let comparison = compared_operation(entry, &catalog);
        let error = 100.0 * comparison.error_1mib_up.expect("large rows");
        println!("{:36} {:14} {error:>5.1} %", entry.log, comparison.collective);
        // An error below one percent counts as one: the figures are not better.
        large.push(error.max(1.0));
        all.push((100.0 * comparison.error_all.expect("rows")).max(1.0));
    }
    let mean =
        |percents: &[f64]| (percents.iter().map(|percent| percent.ln()).sum::<f64>() / percents.len() as f64).exp();
    let (large, all) = (mean(&large), mean(&all));
    println!("geometric mean from 1 MiB on {large:.1} %, over all sizes {all:.1} %");
    assert!(large <= 7.0 && all <= 8.0);
}
