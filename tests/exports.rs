//! Exports: every file has all bytes of the run, its times, and says where its numbers come from.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use fabricscope::catalog::Catalog;
use fabricscope::compare::{ClusterFlags, report, report_table};
use fabricscope::export::{ExportError, ExportFormat, Exported, Options, Resolution, Source, export};
use fabricscope::nccl_log::read_log;
use fabricscope::scene::{SceneDocument, Setting, menu, parse_scene};
use fabricscope::session::link_to;
use fabricscope::solve::{FabricRun, solve};
use fabricscope::sweep::{Row, Sweep, SweepAxis};
use serde_json::Value;

/// A solved scene.
struct Solved {
    document: SceneDocument,
    runs: Vec<FabricRun>,
    catalog: Catalog,
    link: String,
    /// A few message sizes; empty for a sequence.
    rows: Vec<Row>,
}

impl Solved {
    fn new(name: &str, document: SceneDocument, catalog: Catalog) -> Solved {
        let runs = solve(&document.scene);
        let link = link_to(name, &document, &catalog);
        let axis = SweepAxis::parse("workload.message=1KiB,64KiB,1MiB,32MiB").unwrap();
        let rows = if document.scene.sequence().is_some() || document.scene.training.is_some() {
            Vec::new()
        } else {
            let mut sweep = Sweep::new(&document, &catalog, &[axis]).unwrap();
            while sweep.step() {}
            sweep.rows().to_vec()
        };
        Solved { document, runs, catalog, link, rows }
    }

    fn bundled(file: &str, settings: &[(&str, &str)]) -> Solved {
        let catalog = Catalog::bundled().unwrap();
        let scene = menu().find(|scene| scene.file == file).unwrap();
        let setting = |(path, value): &(&str, &str)| Setting { path: (*path).to_owned(), value: (*value).to_owned() };
        let settings: Vec<Setting> = settings.iter().map(setting).collect();
        let document = scene.load(&catalog).unwrap().with(&settings, &catalog).unwrap();
        Solved::new(file, document, catalog)
    }

    fn export(&self, format: ExportFormat, options: Options) -> Result<Exported, ExportError> {
        let Solved { document, runs, catalog, link, rows } = self;
        export(&Source { scene: &document.scene, runs, catalog, link, rows }, format, options)
    }

    fn text(&self, format: ExportFormat, resolution: Resolution) -> String {
        self.export(format, Options { resolution, ..Options::default() }).unwrap_or_else(|error| panic!("{error}")).text
    }

    /// The bytes that the plan sends over a link of a fabric.
    fn planned(&self, fabric: &str, link: &str) -> f64 {
        let run = &self.runs[usize::from(fabric.as_bytes()[0] - b'A')];
        let link = run.fabric.topology.find_link(link).expect("a link of the fabric");
        let of_transfer = |(_, transfer): (u32, fabricscope::collective::Transfer)| {
            let route = run.plan.route(&transfer);
            let weights = route.runs.iter().filter(|part| transfer.find(part, link).is_some()).map(|part| part.weight);
            transfer.bytes * weights.sum::<f64>()
        };
        run.plan.transfers().filter(|(_, transfer)| !transfer.background).map(of_transfer).sum()
    }
}

/// Scenes of every kind of fabric: a switch, a wafer, racks, a sequence, faults.
fn scenes() -> Vec<Solved> {
    let small = [("workload.message", "4MiB")];
    let mut all: Vec<Solved> = ["first-look.ron", "fsdp-layer.ron"]
        .into_iter()
        .filter(|file| menu().any(|scene| scene.file == *file))
        .map(|file| Solved::bundled(file, &[]))
        .collect();
    all.push(Solved::bundled("rack.ron", &small));
    assert!(all.len() > 1, "the names of the scenes");
    all
}

/// The rows of a CSV below its comments, by column.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().expect("a line of names").iter().map(str::to_owned).collect();
    let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    reader.records().map(|record| names.iter().cloned().zip(cells(record.unwrap())).collect()).collect()
}

/// Bytes by fabric and link, from the rates and spans of a CSV.
fn bytes_of_csv(text: &str) -> BTreeMap<(String, String), f64> {
    let mut bytes = BTreeMap::new();
    for row in rows(text) {
        let number = |name: &str| row[name].parse::<f64>().unwrap();
        let carried = number("rate_gb_s") * 1e9 * (number("end_us") - number("start_us")) * 1e-6;
        *bytes.entry((row["fabric"].clone(), row["link"].clone())).or_insert(0.0) += carried;
    }
    bytes
}

fn assert_same(found: &BTreeMap<(String, String), f64>, expected: &BTreeMap<(String, String), f64>) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (link, bytes) in found {
        assert!((bytes / expected[link] - 1.0).abs() < 1e-5, "{link:?}: {bytes} of {}", expected[link]);
    }
}

#[test]
fn the_rates_of_a_csv_add_up_to_the_bytes_of_the_plan() {
    for solved in scenes() {
        let changes = bytes_of_csv(&solved.text(ExportFormat::LinksCsv, Resolution::Automatic));
        assert!(!changes.is_empty());
        for ((fabric, link), bytes) in &changes {
            let planned = solved.planned(fabric, link);
            assert!((bytes / planned - 1.0).abs() < 1e-5, "{fabric}, {link}: {bytes} of {planned}");
        }
        for bins in [1, 37, 400] {
            assert_same(&bytes_of_csv(&solved.text(ExportFormat::LinksCsv, Resolution::Bins(bins))), &changes);
        }
    }
}

#[test]
fn every_table_names_what_is_degraded() {
    let slow = [(
        "fabrics.0.faults",
        r#"[(link: "GPU 5 -> NVSwitch", capacity: 0.5), (link: "GPU 1 -> NVSwitch", capacity: 0.25)]"#,
    )];
    let solved = Solved::bundled("first-look.ron", &slow);
    for format in [ExportFormat::LinksCsv, ExportFormat::NcclTests] {
        let text = solved.text(format, Resolution::Automatic);
        let line = text.lines().find(|line| line.starts_with("# degraded in fabric A: ")).expect("the degradations");
        assert!(line.contains("GPU 5 → NVSwitch at 50 %") && line.contains("GPU 1 → NVSwitch at 25 %"), "{line}");
        assert!(!text.contains("degraded in fabric B"), "the wafer is whole");
    }
}

/// The events of a trace with this phase.
fn events<'a>(trace: &'a Value, ph: &str) -> Vec<&'a Value> {
    trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == ph).collect()
}

/// Names of tracks by process and track.
fn names(trace: &Value, of: &str) -> BTreeMap<(u64, u64), String> {
    let named = events(trace, "M").into_iter().filter(|event| event["name"] == of);
    let key = |event: &Value| (event["pid"].as_u64().unwrap(), event["tid"].as_u64().unwrap());
    named.map(|event| (key(event), event["args"]["name"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn a_trace_has_the_bytes_of_the_csv_and_the_time_of_the_run() {
    for solved in scenes() {
        let text = solved.text(ExportFormat::ChromeTrace, Resolution::Automatic);
        let trace: Value = serde_json::from_str(&text).unwrap();
        let tracks = names(&trace, "thread_name");
        let mut bytes = BTreeMap::new();
        let mut run_times = BTreeMap::new();
        for event in events(&trace, "X") {
            let (pid, tid) = (event["pid"].as_u64().unwrap(), event["tid"].as_u64().unwrap());
            let fabric = char::from(b'A' + pid as u8 - 1).to_string();
            match event["cat"].as_str().unwrap() {
                "link" => {
                    let link = tracks[&(pid, tid)].clone();
                    *bytes.entry((fabric, link)).or_insert(0.0) += event["args"]["bytes"].as_f64().unwrap();
                }
                "run" => {
                    run_times.insert(pid, event["args"]["duration_ps"].as_str().unwrap().parse::<f64>().unwrap());
                }
                _ => {}
            }
        }
        assert_same(&bytes, &bytes_of_csv(&solved.text(ExportFormat::LinksCsv, Resolution::Automatic)));
        for (index, run) in solved.runs.iter().enumerate() {
            let time = run.result().expect("a result").time;
            assert_eq!(run_times[&(index as u64 + 1)], time.0 as f64 / 1e3);
        }
    }
}

/// Microseconds of three decimals as whole nanoseconds.
fn nanos(value: &Value) -> u64 {
    (value.as_f64().unwrap() * 1e3).round() as u64
}

#[test]
fn spans_of_a_track_follow_each_other_and_counters_end_at_zero() {
    for solved in scenes() {
        let trace: Value =
            serde_json::from_str(&solved.text(ExportFormat::ChromeTrace, Resolution::Automatic)).unwrap();
        let mut ends: BTreeMap<(u64, u64), u64> = BTreeMap::new();
        let mut last = 0;
        for event in events(&trace, "X") {
            let (from, lasts) = (nanos(&event["ts"]), nanos(&event["dur"]));
            assert!(from >= last, "events are in the order of time");
            last = from;
            let end = ends.entry((event["pid"].as_u64().unwrap(), event["tid"].as_u64().unwrap())).or_default();
            assert!(*end <= from, "{event} begins before {end}");
            *end = from + lasts;
        }
        let mut values: BTreeMap<(u64, String), f64> = BTreeMap::new();
        for event in events(&trace, "C") {
            let (_, value) = event["args"].as_object().unwrap().iter().next().unwrap();
            let value = value.as_f64().unwrap();
            // Streams that overlap by the latency of a link can exceed its capacity for that long.
            assert!((0.0..=200.0).contains(&value), "{event}");
            values.insert((event["pid"].as_u64().unwrap(), event["name"].as_str().unwrap().to_owned()), value);
        }
        assert!(!values.is_empty());
        assert!(values.values().all(|value| *value == 0.0), "{values:?}");
    }
}

#[test]
fn short_runs_show_picoseconds_and_say_so() {
    let solved = Solved::bundled("first-look.ron", &[("workload.message", "1KiB")]);
    let trace: Value = serde_json::from_str(&solved.text(ExportFormat::ChromeTrace, Resolution::Automatic)).unwrap();
    let longest = solved.runs.iter().filter_map(FabricRun::result).map(|result| result.time.secs()).fold(0.0, f64::max);
    let shown = trace["otherData"]["seconds_per_shown_ns"].as_f64().unwrap();
    assert_eq!(shown, if longest < 10e-6 { 1e-12 } else { 1e-9 });
    let says = names(&trace, "process_name").values().all(|name| name.contains("1 ns shown = 1 ps"));
    assert_eq!(says, longest < 10e-6);
}

#[test]
fn every_file_carries_link_version_and_grades() {
    for solved in scenes() {
        for format in ExportFormat::ALL {
            let file = match solved.export(format, Options::default()) {
                Ok(file) => file,
                // A sequence has neither a size nor a bandwidth.
                Err(ExportError::NoSweep | ExportError::NoBandwidth) if solved.rows.is_empty() => continue,
                Err(error) => panic!("{error}"),
            };
            let link = format!("#{}", solved.link);
            assert!(file.text.contains(&link), "{format:?} has the link");
            assert!(
                file.text.contains(concat!("fabricscope ", env!("CARGO_PKG_VERSION"))),
                "{format:?} has the version"
            );
            assert!(file.text.contains("simulated"), "{format:?} says that it is simulated");
            assert!(file.text.contains("published"), "{format:?} has the grades");
            assert!(file.rows > 0);
        }
    }
}

#[test]
fn files_name_nobody() {
    let catalog = Catalog::bundled().unwrap();
    let first = menu().next().unwrap();
    let text = format!("// from /home/planted-user on planted-host, token planted-token\n{}", first.text);
    let document = parse_scene("/home/planted-user/scene.ron", &text, &catalog).unwrap();
    let solved = Solved::new("/home/planted-user/scene.ron", document, catalog);
    for format in ExportFormat::ALL {
        let file = solved.export(format, Options::default()).unwrap();
        assert!(!file.text.contains("planted") && !file.file_name.contains("planted"), "{format:?}");
    }
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let [first, second] = [0, 1].map(|_| Solved::bundled("first-look.ron", &[]));
    for format in ExportFormat::ALL {
        assert_eq!(first.export(format, Options::default()), second.export(format, Options::default()));
    }
}

#[test]
fn a_training_run_is_refused_and_not_exported_as_one_of_its_collectives() {
    let solved = Solved::bundled("claims/months-70b.ron", &[]);
    for format in ExportFormat::ALL {
        assert_eq!(solved.export(format, Options::default()), Err(ExportError::TrainingRun), "{format:?}");
    }
}

#[test]
fn options_that_do_not_fit_are_refused_with_the_limit() {
    let solved = Solved::bundled("first-look.ron", &[]);
    let with = |options| solved.export(ExportFormat::LinksCsv, options).expect_err("refused");
    let no_fabric = with(Options { fabric: Some(9), ..Options::default() });
    assert_eq!(no_fabric, ExportError::NoFabric { number: 9, count: solved.runs.len() });
    let no_bins = with(Options { resolution: Resolution::Bins(0), ..Options::default() });
    assert_eq!(no_bins, ExportError::Bins { bins: 0 });
}

#[test]
fn the_table_is_read_back_as_simulated_with_the_sizes_and_times_of_the_sweep() {
    let gpus = [("fabrics.0.timing", "measured")];
    let solved = Solved::bundled("first-look.ron", &gpus);
    let text = solved.text(ExportFormat::NcclTests, Resolution::Automatic);
    assert!(text.starts_with("# simulated by fabricscope"), "the first line marks it");
    let log = read_log("table.txt", &text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(log.runs.len(), solved.runs.len());
    assert!(log.notes.iter().any(|note| note.text.contains("simulated")), "{:?}", log.notes);
    for (run, (index, solved_run)) in log.runs.iter().zip(solved.runs.iter().enumerate()) {
        let cluster = run.simulated.as_ref().expect("the mark");
        assert_eq!(cluster.machine.as_deref(), Some(solved_run.machine_id()));
        assert_eq!(run.ranks.map(u64::from), Some(solved_run.ranks));
        let id = ["A", "B"][index];
        let rows: Vec<&Row> =
            solved.rows.iter().filter(|row| row.fabric_id == id && row.figures.time_s.is_some()).collect();
        assert_eq!(run.rows.len(), rows.len());
        for (read, row) in run.rows.iter().zip(rows) {
            assert_eq!(read.message_bytes, row.figures.message_bytes);
            let (read_s, time_s) = (read.measured_s().unwrap(), row.figures.time_s.unwrap());
            // The columns have two decimals, or four digits.
            assert!((read_s - time_s).abs() <= 0.006e-6 + 6e-5 * time_s, "{read_s} of {time_s}");
            assert_eq!(read.wrong, None, "nothing was checked");
        }
    }
}

#[test]
fn a_comparison_of_a_simulated_table_says_so_and_agrees_with_the_model() {
    let solved =
        Solved::bundled("first-look.ron", &[("fabrics.0.timing", "measured"), ("fabrics.0.algorithm", "auto")]);
    let only = Options { fabric: Some(0), ..Options::default() };
    let text = solved.export(ExportFormat::NcclTests, only).unwrap().text;
    let log = read_log("table.txt", &text).unwrap();
    let report = report(&log.runs, &ClusterFlags::default(), Vec::new(), &solved.catalog).unwrap();
    assert!(report.first.simulated);
    assert!(report_table(&report).starts_with("Simulated by fabricscope"));
    assert_eq!(serde_json::to_value(&report).unwrap()["simulated"], Value::Bool(true));
    let error = report.first.error_all.expect("rows");
    assert!(error < 0.05, "the table is the model's own: {error}");
}

/// Elements by name, texts, and the title of an SVG, as an XML reader finds them.
fn read_svg(text: &str) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut texts, mut depth) = (BTreeMap::<String, usize>::new(), Vec::new(), 0);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}")) {
            quick_xml::events::Event::Start(start) => {
                depth += 1;
                *elements.entry(String::from_utf8_lossy(start.name().as_ref()).into_owned()).or_default() += 1;
            }
            quick_xml::events::Event::Empty(start) => {
                *elements.entry(String::from_utf8_lossy(start.name().as_ref()).into_owned()).or_default() += 1;
            }
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Text(text) => texts.push(String::from_utf8_lossy(&text).into_owned()),
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every element ends");
    (elements, texts)
}

#[test]
fn figures_are_xml_with_text_as_text_and_without_scripts() {
    for solved in scenes() {
        for format in [ExportFormat::TimelineSvg, ExportFormat::MachineSvg, ExportFormat::CurveSvg] {
            let Ok(file) = solved.export(format, Options::default()) else {
                assert!(solved.rows.is_empty() && format == ExportFormat::CurveSvg);
                continue;
            };
            let (elements, texts) = read_svg(&file.text);
            assert!(!elements.contains_key("script") && !elements.contains_key("image"), "{elements:?}");
            assert!(elements["text"] > 3, "{elements:?}");
            for run in &solved.runs {
                let name = run.scene.name.split(' ').next().unwrap().replace('&', "&amp;");
                assert!(texts.iter().any(|text| text.contains(&name)), "{format:?} names {name}");
            }
        }
    }
}

#[test]
fn a_curve_has_a_point_for_each_size_that_ran() {
    let solved = Solved::bundled("first-look.ron", &[]);
    let (elements, _) = read_svg(&solved.text(ExportFormat::CurveSvg, Resolution::Automatic));
    let ran = solved.rows.iter().filter(|row| row.figures.busbw_gb_s.is_some()).count();
    assert_eq!(elements["circle"], ran);
}

#[test]
fn titles_with_marks_of_xml_and_csv_stay_text() {
    let catalog = Catalog::bundled().unwrap();
    let first = menu().next().unwrap();
    let mut document = first.load(&catalog).unwrap();
    document.file.title = "a < b & \"c\", =d\n# e".to_owned();
    let document = parse_scene("marks.ron", &document.to_ron(), &catalog).unwrap();
    let solved = Solved::new("marks.ron", document, catalog);
    for format in ExportFormat::ALL {
        let text = solved.export(format, Options::default()).unwrap().text;
        match format {
            ExportFormat::LinksCsv => assert!(!rows(&text).is_empty()),
            ExportFormat::ChromeTrace => {
                serde_json::from_str::<Value>(&text).unwrap();
            }
            ExportFormat::NcclTests => {
                read_log("marks.txt", &text).unwrap();
            }
            ExportFormat::TimelineSvg | ExportFormat::MachineSvg | ExportFormat::CurveSvg => {
                read_svg(&text);
            }
        }
    }
}
