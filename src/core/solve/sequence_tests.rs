//! Sequences: what operations take together, against the same operations alone and closed forms.

use crate::catalog::Catalog;
use crate::scene::parse_scene;
use crate::solve::{FabricRun, OperationRun, solve};
use crate::units::Femtos;

/// A scene of 16 GPUs in two nodes with a sequence.
fn scene(sequence: &str, algorithm: &str) -> String {
    format!(
        "(version: 1, title: \"t\", workload: (message: \"64MiB\", replicas: 16, sequence: [{sequence}]), fabrics: \
         [(name: \"A\", machine: \"dgx-h100\", nodes: 2, network: \"ib-ndr\", algorithm: \"{algorithm}\")])"
    )
}

fn solve_text(text: &str) -> Vec<FabricRun> {
    let catalog = Catalog::bundled().expect("the catalog");
    let document = parse_scene("t", text, &catalog).unwrap_or_else(|found| panic!("{found}"));
    solve(&document.scene)
}

fn run(sequence: &str, algorithm: &str) -> FabricRun {
    solve_text(&scene(sequence, algorithm)).remove(0)
}

fn time(run: &FabricRun) -> Femtos {
    run.result().unwrap_or_else(|| panic!("{:?}", run.outcome)).time
}

fn named(run: &FabricRun, name: &str) -> OperationRun {
    run.operations().into_iter().find(|one| one.name == name).expect(name)
}

fn duration(run: &FabricRun, name: &str) -> Femtos {
    let OperationRun { start, end, .. } = named(run, name);
    end.since(start)
}

#[test]
fn an_operation_takes_as_long_in_a_sequence_as_alone() {
    for (collective, algorithm) in [
        ("all-reduce", "ring"),
        ("all-reduce", "hierarchical"),
        ("all-gather", "ring"),
        ("reduce-scatter", "direct"),
        ("all-to-all", "direct"),
        ("broadcast", "chain"),
        ("send-recv", "shift"),
    ] {
        let sequence = format!("(name: \"only\", collective: \"{collective}\", algorithm: \"{algorithm}\")");
        let in_sequence = run(&sequence, "auto");
        let text = scene("", algorithm).replace(", sequence: []", &format!(", collective: \"{collective}\""));
        let alone = solve_text(&text).remove(0);
        assert_eq!(time(&in_sequence), time(&alone), "{collective} {algorithm}");
        assert_eq!(named(&in_sequence, "only").end, time(&alone));
    }
}

#[test]
fn operations_of_the_same_ranks_follow_each_other_and_computations_add_their_time() {
    let one = time(&run("(name: \"a\")", "ring"));
    let both = run("(name: \"a\"), (name: \"c\", compute: \"1ms\"), (name: \"b\")", "ring");
    assert_eq!(time(&both), one + one + Femtos(1_000_000_000_000));
    assert_eq!(duration(&both, "c"), Femtos(1_000_000_000_000));
    // Said in words, and in another order of the list.
    let named =
        "(name: \"b\", after: [\"c\"]), (name: \"a\", after: []), (name: \"c\", compute: \"1ms\", after: [\"a\"])";
    assert_eq!(time(&run(named, "ring")), time(&both));
}

#[test]
fn groups_on_links_of_their_own_take_the_time_of_one() {
    let one = run("(name: \"a\", collective: \"all-gather\", ranks: \"0..8\")", "ring");
    let both = run("(name: \"a\", collective: \"all-gather\", ranks: \"groups of 8\")", "ring");
    assert_eq!(time(&one), time(&both));
    // Rails between the nodes have a NIC each.
    let one = run("(name: \"a\", ranks: \"0, 8\")", "ring");
    let all = run("(name: \"a\", ranks: \"groups of 2 by 8\")", "ring");
    assert_eq!(time(&one), time(&all));
}

#[test]
fn two_groups_on_one_link_share_it_evenly() {
    // Both pairs of nodes' ranks cross the NICs of ranks 0 and 8 at once: each gets half of them.
    let exchange = |after: &str| {
        let one = "collective: \"send-recv\", ranks: \"0, 8\", message: \"1GiB\"";
        run(&format!("(name: \"a\", {one}), (name: \"b\", {one}{after})"), "auto")
    };
    let (together, apart) = (exchange(", after: []"), exchange(""));
    let (together, apart) = (time(&together).secs(), time(&apart).secs());
    // Apart, the latency is paid twice; the bytes take the same time.
    assert!(together < apart && together > 0.999 * apart, "{together} {apart}");
    let shared = exchange(", after: []");
    assert_eq!(named(&shared, "a").end, named(&shared, "b").end);
    // 2 GiB over a NIC of 50 GB/s.
    assert!((together - 2.0 * 1_073_741_824.0 / 50e9).abs() < 20e-6, "{together}");
}

#[test]
fn a_group_waits_for_the_groups_that_share_its_ranks_only() {
    let sequence = "(name: \"slow\", ranks: \"0..8\", message: \"1GiB\"), (name: \"fast\", ranks: \"8..16\", message: \"1MiB\"), \
                    (name: \"next\", ranks: \"groups of 8\", message: \"1MiB\")";
    let run = run(sequence, "ring");
    let (slow, fast, next) = (named(&run, "slow"), named(&run, "fast"), named(&run, "next"));
    assert_eq!(next.start, fast.end);
    assert!(next.end > slow.end && slow.end > fast.end);
}

#[test]
fn auto_takes_for_every_operation_what_is_the_fastest_alone() {
    let run = run("(name: \"in\", ranks: \"groups of 8\"), (name: \"x\", collective: \"all-to-all\")", "auto");
    let ids: Vec<_> = run.plan.operations().iter().map(|one| one.algorithm.expect("an algorithm")).collect();
    assert_eq!(ids, ["nvls", "direct"]);
}

#[test]
fn every_kind_of_group_runs_on_every_fabric_of_chips() {
    for (fabric, replicas) in [
        ("machine: \"dgx-h100\", nodes: 4, network: \"ib-ndr\"", 32),
        ("machine: \"switch\", params: (link_capacity: \"100GB/s\")", 32),
        ("machine: \"torus\", region: \"8x4\"", 32),
        ("machine: \"mesh\", region: \"8x4\"", 32),
    ] {
        for ranks in ["all", "groups of 8", "groups of 4 by 8", "0, 3, 17, 31", "1..9"] {
            for collective in ["all-reduce", "all-gather", "reduce-scatter", "all-to-all", "send-recv"] {
                let text = format!(
                    "(version: 1, title: \"t\", workload: (message: \"8MiB\", replicas: {replicas}, sequence: [(name: \"a\", \
                     collective: \"{collective}\", ranks: \"{ranks}\"), (name: \"b\", collective: \"{collective}\", ranks: \
                     \"{ranks}\", after: [])]), fabrics: [(name: \"A\", {fabric}, algorithm: \"auto\")])"
                );
                let run = solve_text(&text).remove(0);
                let (a, b) = (named(&run, "a"), named(&run, "b"));
                assert!(a.end > a.start && a.end == b.end, "{fabric} {ranks} {collective}");
            }
        }
    }
}

#[test]
fn wrong_sequences_are_refused_where_they_are_wrong() {
    let catalog = Catalog::bundled().expect("the catalog");
    let many =
        (0..10_000).map(|number| format!("(name: \"{number}\", compute: \"1us\")")).collect::<Vec<_>>().join(", ");
    for (sequence, problem) in [
        ("(name: \"a\"), (name: \"a\")", "two operations are called `a`"),
        ("(name: \"\")", "a name of 0 characters"),
        ("(name: \"a\", after: [\"b\"])", "unknown operation `b`"),
        ("(name: \"a\", after: [\"a\"])", "`a` waits for itself"),
        ("(name: \"a\", after: [\"b\"]), (name: \"b\", after: [\"a\"])", "wait for each other"),
        ("(name: \"a\", ranks: \"0..17\")", "there is no rank 16"),
        ("(name: \"a\", ranks: \"1, 1\")", "names a rank twice"),
        ("(name: \"a\", ranks: \"groups of 5\")", "16 ranks are not groups of 5"),
        ("(name: \"a\", ranks: \"3\")", "a group of 1 rank"),
        ("(name: \"a\", ranks: \"groups of 1\")", "a group of 1 rank"),
        ("(name: \"a\", collective: \"gather\")", "unknown collective `gather`"),
        ("(name: \"a\", algorithm: \"rings\")", "unknown algorithm `rings`"),
        ("(name: \"a\", collective: \"broadcast\", ranks: \"0, 9\")", "no algorithm for a broadcast"),
        ("(name: \"a\", collective: \"all-to-all\", algorithm: \"ring\")", "`ring` does not run an all-to-all"),
        ("(name: \"a\", compute: \"1ms\", message: \"1MiB\")", "a computation has no"),
        ("(name: \"a\", compute: \"long\")", "is not a quantity"),
        (many.as_str(), "a sequence of 10,000 operations"),
    ] {
        let found = parse_scene("t", &scene(sequence, "auto"), &catalog).expect_err(problem).to_string();
        assert!(found.contains(problem) && found.contains(":1:"), "{problem}: {found}");
    }
    let measured = scene("(name: \"a\")", "auto").replace("algorithm:", "timing: \"measured\", algorithm:");
    let found = parse_scene("t", &measured, &catalog).expect_err("measured").to_string();
    assert!(found.contains("a sequence has no measured timing"), "{found}");
    let found = parse_scene("t", &on_wafer("(name: \"a\", ranks: \"groups of 8\")", "strips"), &catalog);
    let found = found.expect_err("groups on a wafer").to_string();
    assert!(found.contains("`a` is an operation of groups of ranks; on wafers") && found.contains(":1:"), "{found}");
    let named = on_wafer("(name: \"a\", algorithm: \"hierarchical\")", "strips");
    let found = parse_scene("t", &named, &catalog).expect_err("an algorithm among GPUs").to_string();
    assert!(found.contains("`hierarchical` does not run an all-reduce"), "{found}");
}

/// The scene of [`scene`] on a wafer.
fn on_wafer(sequence: &str, layout: &str) -> String {
    let wafer = format!("\"wse-3\", layout: \"{layout}\"");
    scene(sequence, "auto").replace("\"dgx-h100\", nodes: 2, network: \"ib-ndr\"", &wafer)
}

#[test]
fn operations_on_wafers_take_as_long_as_alone() {
    for (layout, machine) in [("strips", "wse-3"), ("per-pe", "wse-3"), ("", "cs-3-cluster")] {
        for collective in ["all-reduce", "broadcast", "reduce"] {
            let of = |sequence: &str, message: &str| {
                let wafer = on_wafer(sequence, layout).replace("64MiB", message).replace("wse-3", machine);
                solve_text(&wafer.replace("layout: \"\"", "faults: []")).remove(0)
            };
            let one = format!("(name: \"a\", collective: \"{collective}\")");
            let both = format!("{one}, (name: \"c\", compute: \"1ms\"), {}", one.replace("\"a\"", "\"b\""));
            let alone = solve_text(
                &on_wafer("", layout)
                    .replace(", sequence: []", &format!(", collective: \"{collective}\""))
                    .replace("64MiB", "8KiB")
                    .replace("wse-3", machine)
                    .replace("layout: \"\"", "faults: []"),
            )
            .remove(0);
            let both = of(&both, "8KiB");
            let expected = time(&alone) + time(&alone) + Femtos(1_000_000_000_000);
            // The last wavelet of a wafer is not part of its time, but it ends before the next operation begins.
            let wavelet = Femtos(1_142_858);
            let near = |found: Femtos, expected: Femtos| expected <= found && found <= expected + wavelet;
            assert!(near(time(&both), expected), "{collective} on {layout} {machine}: {} {expected}", time(&both));
            assert!(near(duration(&both, "b"), time(&alone)), "{collective} on {layout} {machine}");
            assert!(both.bound_s > 0.0, "the bound of its largest operation");
        }
    }
}

#[test]
fn groups_on_links_of_different_kinds_choose_their_own_algorithm() {
    let text = r#"(version: 1, title: "t", teaches: "", workload: (message: "1MiB", replicas: 32, sequence: [
        (name: "a", ranks: "0..4"), (name: "b", ranks: "0, 3, 17, 31")]),
        fabrics: [(name: "A", machine: "dgx-h100", nodes: 4, network: "ib-ndr", algorithm: "auto")])"#;
    let catalog = Catalog::bundled().expect("the bundled catalog");
    let document = parse_scene("test.ron", text, &catalog).unwrap_or_else(|faults| panic!("{faults}"));
    let run = solve(&document.scene).remove(0);
    assert!(run.result().is_some(), "{:?}", run.outcome);
}

#[test]
fn a_sequence_that_is_too_long_with_the_fastest_algorithms_takes_shorter_ones() {
    let operations: Vec<String> = (0..120).map(|number| format!("(name: \"{number}\")")).collect();
    let long = scene(&operations.join(", "), "auto")
        .replace("replicas: 16", "replicas: 64")
        .replace("nodes: 2", "nodes: 8")
        .replace("64MiB", "1GiB");
    let catalog = Catalog::bundled().expect("the catalog");
    let document = parse_scene("t", &long, &catalog).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(crate::solve::obstacles(&document.scene), [None], "what runs is accepted");
    let run = solve(&document.scene).remove(0);
    let transfers = run.plan.transfer_count();
    assert!(run.result().is_some() && transfers < 2_200_000, "{:?}", run.outcome);
    assert!(run.notes.iter().any(|note| note.text.contains("too long to write out")), "{:?}", run.notes);
    // A named algorithm is taken as it is.
    let named = parse_scene("t", &long.replace("\"auto\"", "\"ring\""), &catalog).expect("a scene");
    assert!(solve(&named.scene)[0].result().is_none());
}
