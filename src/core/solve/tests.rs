//! Tests of scenes: the figures of the bundled ones, and faults with their place.

use crate::catalog::{Catalog, Machine};
use crate::scene::*;
use crate::solve::*;

fn catalog() -> Catalog {
    Catalog::bundled().expect("the bundled catalog")
}

fn bundled(file: &str) -> SceneDocument {
    let scene = BUNDLED.iter().find(|scene| scene.file == file).expect("a bundled scene");
    scene.load(&catalog()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn with(document: &SceneDocument, settings: &[&str]) -> SceneDocument {
    let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
    document.with(&settings, &catalog()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn times_us(document: &SceneDocument) -> Vec<Option<f64>> {
    solve(&document.scene).iter().map(|run| run.result().map(|result| result.time.secs() * 1e6)).collect()
}

#[track_caller]
fn assert_us(got: Option<f64>, expected: f64) {
    let got = got.expect("a fabric that runs");
    assert!((got - expected).abs() < 6e-4, "expected {expected} µs, got {got} µs");
}

fn note(run: &FabricRun, code: &str) -> String {
    run.notes.iter().find(|note| note.code.as_str() == code).map(|note| note.text.clone()).unwrap_or_default()
}

#[test]
fn first_look_gives_its_figures() {
    let document = bundled("first-look.ron");
    let runs = solve(&document.scene);
    let times = times_us(&document);
    assert_us(times[0], 1343.177);
    assert_us(times[1], 271.087);
    assert!((runs[0].bound_s * 1e6 - 1193.046).abs() < 1e-3);
    // 262.208 µs of wavelets, less the one that is in the latency of a hop.
    assert!((runs[1].bound_s * 1e6 - 262.2069).abs() < 1e-4);
    let FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout, .. }, .. }) = &runs[1].scene.kind else {
        panic!("the second fabric is a wafer with strips");
    };
    assert_eq!((layout.strip_width, layout.idle_columns, layout.rounds()), (94, 3, 10));
    assert!(note(&runs[1], "colour-rounds").contains("(263.095 µs in one)"), "{}", note(&runs[1], "colour-rounds"));
    assert_eq!(note(&runs[1], "idle-columns"), "3 of 755 columns are idle");

    assert_us(times_us(&with(&document, &["fabrics.0.algorithm=ring"]))[0], 2094.831);
    assert_us(times_us(&with(&document, &["fabrics.1.params.classes_per_round=94"]))[1], 263.095);
}

#[test]
fn small_vector_gives_its_figures() {
    let document = bundled("small-vector.ron");
    let runs = solve(&document.scene);
    let times = times_us(&document);
    assert_us(times[0], 12.035);
    assert_us(times[1], 71.009);
    assert_us(times[2], 14.005);
    assert_eq!(runs[0].ranks, 512 * 512);
    let launch = note(&runs[2], "launch");
    assert!(launch.contains("without it NVLS would need 1.005 µs"), "{launch}");
    assert!(note(&runs[0], "ranks-differ").contains("262,144 ranks here, 72 on NVL72, ring"));
}

const PATTERNS_AT_1: [f64; 4] = [2061.0, 7161.0, 2141.0, 2471.0];
const PATTERNS_AT_256: [f64; 4] = [262_926.0, 7926.0, 5912.0, 3746.0];
const PATTERNS_AT_4096: [f64; 4] = [4_191_246.0, 19_446.0, 78_862.0, 22_946.0];

#[test]
fn row_patterns_change_places_with_the_length_of_the_vector() {
    // 512 x 512 PEs at 0.85 GHz, all-reduce: stars win at one wavelet, chains at thousands (HPDC 2024).
    let document = bundled("row-patterns.ron");
    let fastest = |message: &str| {
        let times = times_us(&with(&document, &[&format!("workload.message={message}")]));
        let best = times.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        times.iter().position(|time| *time == Some(best)).map(|place| document.file.fabrics[place].name.clone())
    };
    assert_eq!(fastest("4B").as_deref(), Some("Star"));
    assert_eq!(fastest("1KiB").as_deref(), Some("Two phases"));
    assert_eq!(fastest("16KiB").as_deref(), Some("Chain"));
    // Cycles at 0.85 GHz, of star, chain, tree and two phases: at 1, 256 and 4,096 wavelets. 7,926 is oracle 17.
    for (message, cycles) in [("4B", PATTERNS_AT_1), ("1KiB", PATTERNS_AT_256), ("16KiB", PATTERNS_AT_4096)] {
        let times = times_us(&with(&document, &[&format!("workload.message={message}")]));
        for (time, cycles) in times.into_iter().zip(cycles) {
            assert_us(time, cycles / 850.0);
        }
    }
}

#[test]
fn without_addition_in_the_switch_the_bound_is_that_of_a_ring() {
    let document = with(&bundled("first-look.ron"), &["fabrics.0.machine=dgx-a100", "fabrics.0.algorithm=auto"]);
    let runs = solve(&document.scene);
    assert_ne!(runs[0].algorithm, "nvls");
    let bound = 2.0 * 7.0 / 8.0 * f64::from(1 << 30) / 300e9;
    assert!((runs[0].bound_s / bound - 1.0).abs() < 1e-12);
}

#[test]
fn too_big_runs_on_the_box_and_not_on_the_wafer() {
    let runs = solve(&bundled("too-big.ron").scene);
    assert!(runs[0].result().is_some());
    assert_eq!(runs[1].outcome, Outcome::CannotRun);
    assert!(note(&runs[1], "does-not-fit").contains("137.4 GB"), "{}", note(&runs[1], "does-not-fit"));
}

#[test]
fn every_bundled_scene_obeys_its_bounds_and_loads_back_to_the_same_trace() {
    for scene in BUNDLED.iter().chain(&CLAIMS) {
        let document = scene.load(&catalog()).unwrap_or_else(|faults| panic!("{faults}"));
        let again = parse_scene("again", &document.to_ron(), &catalog()).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(document, again);
        for run in solve(&document.scene) {
            let Some(result) = run.result() else {
                assert_eq!(run.outcome, Outcome::CannotRun, "{}", scene.file);
                continue;
            };
            assert!(run.bound_s <= result.plan_bound_s, "{}", scene.file);
            assert!(result.plan_bound_s <= result.time.secs(), "{}", scene.file);
        }
    }
}

/// Loads a text that must fail and gives its faults.
#[track_caller]
fn faults(text: &str) -> Diagnostics {
    match parse_scene("bad.ron", text, &catalog()) {
        Ok(_) => panic!("this scene should have been refused:\n{text}"),
        Err(faults) => faults,
    }
}

const GOOD: &str = r#"(
  version: 1,
  title: "t",
  workload: (message: "1MiB", replicas: 8),
  fabrics: [
    (name: "a", machine: "hgx-b200", algorithm: "ring"),
    (name: "b", machine: "wse-3", algorithm: "strips-middle", params: (hop_cycles: 1)),
  ],
)"#;

/// (what to replace, by what, path of the fault, a part of problem or hint)
const FAULTS: &[(&str, &str, &str, &str)] = &[
    (
        "algorithm: \"ring\"",
        "algorithm: \"ring\", params: (link_latency: \"101s\")",
        "fabrics.0.params.link_latency",
        "0 to 100 s",
    ),
    (
        "algorithm: \"ring\"",
        "algorithm: \"ring\", params: (link_capacity: \"9999TB/s\")",
        "fabrics.0.params.link_capacity",
        "1 KB/s to",
    ),
    ("hop_cycles: 1", "turn_cycles: 1", "fabrics.1.params.turn_cycles", "no effect"),
    ("algorithm: \"ring\"", "algorithm: \"ring\", faults: [(jitter: \"2\")]", "fabrics.0.faults.0.jitter", "a time"),
    (
        "algorithm: \"ring\"",
        "algorithm: \"ring\", faults: [(link: \"GPU 8 -> NVSwitch\", down: true)]",
        "fabrics.0.faults.0.link",
        "\"GPU 0 -> NVSwitch\"",
    ),
    (
        "algorithm: \"ring\"",
        "algorithm: \"ring\", faults: [(link: \"GPU 1 -> NVSwitch\", capacity: 1.5)]",
        "fabrics.0.faults.0.capacity",
        "above 0, at most 1",
    ),
    (
        "algorithm: \"ring\"",
        "algorithm: \"ring\", faults: [(chip: \"GPU 8\", slow: 0.5)]",
        "fabrics.0.faults.0.chip",
        "names such as \"GPU 0\"",
    ),
    ("algorithm: \"ring\"", "algorithm: \"ring\", nodes: 2", "fabrics.0.network", "ib-ndr"),
    ("hgx-b200", "ib-ndr", "fabrics.0.machine", "is a network"),
    ("hgx-b200", "mesh", "fabrics.0.region", "COLUMNSxROWS"),
    ("hgx-b200", "graph", "fabrics.0.graph", "needs its links"),
    ("version: 1", "version: 2", "version", "accepted: 1"),
    ("\"1MiB\"", "\"1MB/s\"", "workload.message", "a size of at least 1 B"),
    ("\"1MiB\"", "\"0MiB\"", "workload.message", "a size of at least 1 B"),
    ("\"1MiB\"", "\"-1MiB\"", "workload.message", "a size of at least 1 B"),
    ("\"1MiB\"", "\"NaNMiB\"", "workload.message", "a size of at least 1 B"),
    ("\"1MiB\"", "\"infMiB\"", "workload.message", "a size of at least 1 B"),
    ("replicas: 8", "replicas: 1", "workload.replicas", "at least 2"),
    ("replicas: 8", "replicas: 0", "workload.replicas", "at least 2"),
    ("replicas: 8", "replicas: 10000000", "workload.replicas", "the limit is 4,194,304"),
    ("replicas: 8", "replicas: 9", "workload.replicas", "HGX B200 has 8 GPUs"),
    ("hgx-b200", "hgx-b20", "fabrics.0.machine", "did you mean `hgx-b200`?"),
    ("hgx-b200", "tpu", "fabrics.0.machine", "accepted: dgx-a100, dgx-h100, dgx-h200, hgx-b200"),
    ("\"ring\"", "\"rng\"", "fabrics.0.algorithm", "did you mean `ring`?"),
    (
        "\"strips-middle\"",
        "\"ring\"",
        "fabrics.1.algorithm",
        "accepted: auto, strips-middle, strips-end, strips-two-roots",
    ),
    ("hop_cycles: 1", "hop_cycles: -1", "fabrics.1.params.hop_cycles", "accepted: 0 to"),
    ("hop_cycles: 1", "hop_cycles: NaN", "fabrics.1.params.hop_cycles", "accepted: 0 to"),
    ("hop_cycles: 1", "hop_cycles: inf", "fabrics.1.params.hop_cycles", "accepted: 0 to"),
    ("hop_cycles: 1", "clock_ghz: 0", "fabrics.1.params.clock_ghz", "accepted: 0.001 to"),
    ("hop_cycles: 1", "launch: \"1us\"", "fabrics.1.params.launch", "launch has no effect on WSE-3"),
    ("hop_cycles: 1", "classes_per_round: 0", "fabrics.1.params.classes_per_round", "accepted: 1 and up"),
    (
        "algorithm: \"strips-middle\"",
        "algorithm: \"strips-end\", region: \"9999x2\"",
        "fabrics.1.region",
        "2x1 or 1x2 to 755x1170",
    ),
    ("algorithm: \"ring\"", "algorithm: \"ring\", nodes: 1250000", "fabrics.0.nodes", "accepted: 1 to 8"),
    ("algorithm: \"ring\"", "algorithm: \"ring\", timing: \"real\"", "fabrics.0.timing", "accepted: ideal, measured"),
    ("algorithm: \"ring\"", "algorithm: \"ring\", faults: [(down: true)]", "fabrics.0.faults.0", "exactly one of"),
    (
        "algorithm: \"ring\"",
        "algorithm: \"ring\", params: (link_capacity: \"0GB/s\")",
        "fabrics.0.params.link_capacity",
        "above 0",
    ),
    (
        "algorithm: \"ring\"",
        "algorithm: \"ring\", params: (link_latency: \"9\")",
        "fabrics.0.params.link_latency",
        "a time",
    ),
];

#[test]
fn each_fault_of_meaning_has_its_path_its_place_and_a_hint() {
    assert!(parse_scene("good.ron", GOOD, &catalog()).is_ok());
    for (find, replace, path, words) in FAULTS {
        let text = GOOD.replacen(find, replace, 1);
        assert_ne!(&text, GOOD, "{find} is not in the scene");
        let faults = faults(&text);
        let fault = faults.faults.iter().find(|fault| fault.path == *path);
        let fault = fault.unwrap_or_else(|| panic!("{replace}: no fault at {path}, but:\n{faults}"));
        let (line, column) = fault.place.expect("a place");
        let offending = text.lines().nth(line - 1).expect("the line").chars().skip(column - 1).collect::<String>();
        let value = replace.rsplit(": ").next().unwrap_or("").trim_end_matches([')', ']']);
        assert!(offending.contains(value), "{replace}: the place {line}:{column} shows {offending}");
        let said = format!("{} {}", fault.problem, fault.hint.clone().unwrap_or_default());
        assert!(said.contains(words), "{replace}: {said}");
    }
}

#[test]
fn all_faults_of_meaning_are_told_at_once() {
    let text = GOOD.replace("1MiB", "x").replace("hgx-b200", "y").replace("strips-middle", "z");
    let paths: Vec<String> = faults(&text).faults.into_iter().map(|fault| fault.path).collect();
    assert_eq!(paths, ["workload.message", "fabrics.0.machine", "fabrics.1.algorithm"]);
}

#[test]
fn faults_of_syntax_and_type_have_their_place() {
    for (text, place, words) in [
        (GOOD.replace("version: 1,", "version: 1"), (3, 3), ""),
        (GOOD.replace("replicas: 8", "replicas: \"8\""), (4, 40), ""),
        (GOOD.replace("replicas: 8", "replicas: -8"), (4, 40), ""),
        (GOOD.replace("replicas: 8", "replica: 8"), (4, 30), "did you mean `replicas`?"),
        (GOOD.replace("title: \"t\"", "title: \"t\", colour: 3"), (3, 15), "accepted: version, title"),
        (GOOD.replace("\"1MiB\"", "1MiB"), (4, 23), "quotation marks"),
    ] {
        let faults = faults(&text);
        assert_eq!(faults.faults.len(), 1);
        let fault = &faults.faults[0];
        assert_eq!(fault.place.expect("a place").0, place.0, "{text}\n{faults}");
        let said = faults.to_string();
        assert!(said.contains(words) && said.contains("bad.ron"), "{said}");
    }
}

#[test]
fn hostile_input_is_refused_within_limits() {
    assert!(faults("").to_string().contains("is empty"));
    assert!(faults(" \n ").to_string().contains("is empty"));
    assert!(faults(&"(".repeat(200_000)).to_string().contains("deeper than 64"));
    assert!(faults(&" ".repeat(2 << 20)).to_string().contains("1 MiB"));
    assert!(faults("(broken").faults[0].place.is_some());
    assert!(faults("(version: 1,").to_string().contains("not closed"));
    assert!(decode("binary", vec![0xff, 0xfe, 0]).expect_err("no text").to_string().contains("UTF-8"));
    let missing = read_text(&crate::in_repository("scenes/nothing.ron")).expect_err("no file");
    assert!(missing.to_string().contains("failed to read"), "{missing}");
    let folder = read_text(&crate::in_repository("scenes")).expect_err("a folder");
    assert!(folder.to_string().contains("is a directory"), "{folder}");
}

#[test]
fn settings_at_fault_are_named_and_change_nothing() {
    let document = bundled("first-look.ron");
    for (setting, words) in [
        ("fabrics.7.name=x", "accepted: 0 to 1"),
        ("fabrics.0.colour=red", "unknown field `colour`"),
        ("workload.mesage=1MiB", "did you mean `message`?"),
        ("workload.replicas=many", "replicas"),
        ("workload.message.size=1", "`workload.message` has no fields"),
        ("fabrics.0.algorithm=rng", "did you mean `ring`?"),
        ("fabrics.1.params.hop_cycles=-2", "accepted: 0 to"),
        ("fabrics.1.params.hop_cycles=NaN", "a number"),
        ("fabrics.1.params.hop_cycles=inf", "a number"),
        ("workload.replicas=-1", "a whole number"),
    ] {
        let parsed = Setting::parse(setting).expect("a setting");
        let faults = document.with(&[parsed], &catalog()).expect_err(setting);
        let said = faults.to_string();
        assert!(said.contains(setting), "{said}");
        assert!(said.contains(words) || setting.contains("many"), "{setting}: {said}");
    }
    for malformed in ["", "=", "=1", "workload.message"] {
        assert!(Setting::parse(malformed).is_err(), "{malformed}");
    }
}

#[test]
fn a_setting_may_be_a_group_written_in_ron() {
    let document = with(&bundled("first-look.ron"), &["fabrics.0.params=(launch: \"13us\")"]);
    assert_eq!(document.file.fabrics[0].params.launch.as_deref(), Some("13us"));
}

#[test]
fn auto_plays_the_fastest_and_says_so() {
    let document = with(&bundled("rack.ron"), &["fabrics.0.algorithm=auto", "fabrics.1.algorithm=ring"]);
    let runs = solve(&document.scene);
    assert_eq!((runs[0].scene.algorithm.as_str(), runs[0].algorithm.as_str()), ("auto", "nvls"));
    assert!(note(&runs[0], "auto").contains("nvls is the fastest of ring, nvls"));
}

#[test]
fn on_a_wafer_the_shape_and_the_length_of_the_vector_decide() {
    for (region, message, fastest) in [
        // One scalar, as CS-1 sums it; of 16 wavelets a star's root takes 16 from every PE.
        ("600x595", "4B", "centre-rooted"),
        ("512x512", "64B", "tree-xy"),
        ("512x512", "4KiB", "auto-gen-xy"),
        // A tree for this vector is a chain: the first of equals is named.
        ("512x512", "16KiB", "chain-xy"),
        // Rings win over chain and broadcast from 3.5 P^2 - 7 P wavelets on: on small rectangles.
        ("8x8", "2KiB", "wafer-ring"),
    ] {
        let settings = [format!("fabrics.0.region={region}"), format!("workload.message={message}")];
        let [region_set, message_set] = &settings;
        let document = with(&bundled("small-vector.ron"), &[region_set, message_set, "fabrics.0.algorithm=auto"]);
        assert_eq!(solve(&document.scene)[0].algorithm, fastest, "{message} on {region}");
    }
}

/// The snake takes the vector once, rows and column one after the other twice: it wins from 6 (M-1)(N-1) wavelets on,
/// here 294.
#[test]
fn a_snake_wins_over_rows_and_columns_where_the_vector_is_long() {
    for (message, snake_wins) in [("1KiB", false), ("2KiB", true)] {
        let time = |algorithm: &str| {
            let settings = [
                "fabrics.0.region=8x8".to_owned(),
                format!("workload.message={message}"),
                format!("fabrics.0.algorithm={algorithm}"),
            ];
            let document = with(&bundled("small-vector.ron"), &settings.each_ref().map(String::as_str));
            solve(&document.scene)[0].result().map(|result| result.time).expect("a run")
        };
        assert_eq!(time("snake") < time("chain-xy"), snake_wins, "{message}");
    }
}

#[test]
fn a_line_of_pes_has_no_centre_to_sum_into() {
    let document = with(&bundled("small-vector.ron"), &["fabrics.0.region=512x1", "fabrics.0.algorithm=auto"]);
    let ids: Vec<&str> = choices(&document.scene.fabrics[0]).into_iter().map(|(id, _)| id).collect();
    assert!(ids.contains(&"snake") && !ids.contains(&"centre-rooted"), "{ids:?}");
    let centre = Setting::parse("fabrics.0.algorithm=centre-rooted").expect("a setting");
    assert!(document.with(&[centre], &catalog()).is_err());
}

#[test]
fn every_algorithm_obeys_its_bounds_on_every_machine() {
    let catalog = catalog();
    for machine in catalog.machine_ids().filter(|&machine| machine != "graph") {
        for (layout, message) in [("strips", "3MiB"), ("per-pe", "1KiB")] {
            let nvlink = !machine.starts_with("wse");
            if nvlink && layout == "per-pe" {
                continue;
            }
            let replicas = match machine {
                "h100-nvl-2" | "dgx-spark-2" => 2,
                "cs-4" => 3,
                _ => 8,
            };
            let sized = match catalog.get(machine) {
                Some(Machine::Free(free)) => free.region.as_str(),
                _ => "",
            };
            let place = match machine {
                "mesh" | "torus" => "region: \"8x4\",".to_owned(),
                _ if sized == "16x16" => "region: \"8x4\",".to_owned(),
                _ if !sized.is_empty() => format!("region: \"{sized}\","),
                _ if nvlink => String::new(),
                _ => format!("layout: \"{layout}\", region: \"96x40\","),
            };
            let text = format!(
                "(version: 1, title: \"t\", workload: (message: \"{message}\", replicas: {replicas}),
                  fabrics: [(name: \"f\", machine: \"{machine}\", {place} algorithm: \"auto\")])"
            );
            let document = parse_scene("t", &text, &catalog).unwrap_or_else(|faults| panic!("{faults}"));
            for (id, _) in choices(&document.scene.fabrics[0]) {
                let run = &solve(&with(&document, &[&format!("fabrics.0.algorithm={id}")]).scene)[0];
                let result = run.result().unwrap_or_else(|| panic!("{machine} {id}: {:?}", run.outcome));
                assert!(run.bound_s <= result.plan_bound_s, "{machine} {id}");
                assert!(result.plan_bound_s <= result.time.secs(), "{machine} {id}");
            }
        }
    }
}

#[test]
fn extreme_values_end_in_words_never_in_overflow() {
    let document = bundled("first-look.ron");
    for settings in [
        &["fabrics.0.algorithm=ring", "fabrics.0.params.launch=100s", "fabrics.0.params.step_delay=100s"][..],
        &["fabrics.0.algorithm=double-binary-tree", "fabrics.0.params.link_latency=100s"],
        &["fabrics.0.params.link_capacity=1KB/s"],
        &["fabrics.0.params.link_capacity=1000TB/s", "fabrics.0.params.link_latency=0ns", "workload.message=1B"],
        &["fabrics.1.params.clock_ghz=0.001", "fabrics.1.params.hop_cycles=1000000"],
        &["fabrics.1.params.clock_ghz=100", "fabrics.1.params.hop_cycles=0", "fabrics.1.params.ramp_cycles=0"],
    ] {
        solves_in_words(&with(&document, settings).scene, settings);
    }
    let document = with(&bundled("small-vector.ron"), &["fabrics.0.region=64x48"]);
    for (id, _) in choices(&document.scene.fabrics[0]) {
        let algorithm = format!("fabrics.0.algorithm={id}");
        for settings in [
            &[&algorithm, "fabrics.0.params.clock_ghz=0.001", "fabrics.0.params.hop_cycles=1000000"][..],
            &[&algorithm, "fabrics.0.params.clock_ghz=0.001", "fabrics.0.params.ramp_cycles=1000000"],
            &[&algorithm, "fabrics.0.params.clock_ghz=0.001", "fabrics.0.params.turn_cycles=1000000"],
            &[&algorithm, "fabrics.0.params.hop_cycles=0", "fabrics.0.params.ramp_cycles=0", "workload.message=1B"],
        ] {
            solves_in_words(&with(&document, settings).scene, settings);
        }
    }
}

fn solves_in_words(scene: &Scene, settings: &[&str]) {
    for run in solve(scene) {
        match &run.outcome {
            Outcome::Ran(result) => assert!(result.algbw(run.message).is_finite() && result.time.0 > 0),
            Outcome::CannotRun => {}
            Outcome::Failed(error) => assert_eq!(*error, crate::simulate::SimulateError::TooLong, "{settings:?}"),
        }
    }
}

#[test]
fn long_words_give_short_faults() {
    let text = GOOD.replace("hgx-b200", &"x".repeat(100_000));
    let said = faults(&text).to_string();
    assert!(said.len() < 2000 && said.contains("bad.ron:6:"), "{} bytes", said.len());
}

#[test]
fn settings_reach_optional_fields_and_numbers_that_look_like_text() {
    let document = bundled("first-look.ron");
    let changed =
        with(&document, &["fabrics.0.params.link_latency=500ns", "fabrics.0.name=8", "view.clock=normalised"]);
    assert_eq!(changed.file.fabrics[0].name, "8");
    assert_eq!(changed.scene.clock, ClockMode::Normalised);
    let FabricKind::Chips(fabric) = &changed.scene.fabrics[0].kind else { panic!("a box") };
    let crate::fabric::Topology::Switch(switch) = &fabric.topology else { panic!("a switch") };
    assert_eq!(switch.latency, crate::units::Femtos(500_000_000));
    assert_ne!(changed.scene.hash, document.scene.hash);
    let back = with(&changed, &["fabrics.0.params.link_latency=None", "fabrics.0.name=HGX B200", "view.clock=same"]);
    assert_eq!(back.scene.hash, document.scene.hash);
}
