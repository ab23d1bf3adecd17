//! Tests of the parser: every kind of row and header in logs, and every error with its line.

use crate::in_repository;
use crate::nccl::Collective;
use crate::nccl_log::*;

const H100: &str = include_str!("../../../tests/logs/h100-1x8.txt");
const NO_CHECK: &str = include_str!("../../../tests/logs/h100-2x8-no-check.txt");
const ONE_HALF: &str = include_str!("../../../tests/logs/b200-1x8-one-half.txt");
const OLD: &str = include_str!("../../../tests/logs/old-columns-mpi.txt");
const SPLIT: &str = include_str!("../../../tests/logs/split-rows-slurm.txt");
const JSON: &str = include_str!("../../../tests/logs/all-reduce.json");
pub(super) const ALL: [&str; 6] = [H100, NO_CHECK, ONE_HALF, OLD, SPLIT, JSON];

pub(super) const HEADER: &str = "# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n";
pub(super) const ROW: &str = "1048576 262144 float sum -1 50.00 20.97 36.70 0 48.00 21.85 38.23 0\n";

/// The only run of a log, with its notes.
struct Read {
    run: LogRun,
    notes: Vec<LogNote>,
}

impl std::ops::Deref for Read {
    type Target = LogRun;

    fn deref(&self) -> &LogRun {
        &self.run
    }
}

fn read_all(text: &str) -> NcclLog {
    read_log("log.txt", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn read(text: &str) -> Read {
    let NcclLog { mut runs, notes } = read_all(text);
    assert_eq!(runs.len(), 1, "{text}");
    Read { run: runs.remove(0), notes }
}

fn fails(text: &str) -> LogError {
    read_log("log.txt", text).expect_err(text)
}

fn sizes(log: &LogRun) -> Vec<u64> {
    log.rows.iter().map(|row| row.message_bytes).collect()
}

/// Sizes and times in µs.
fn times(log: &LogRun) -> Vec<(u64, Option<f64>, Option<f64>)> {
    let micros = |time: Option<f64>| time.map(|time| (time * 1e8).round() / 100.0);
    log.rows.iter().map(|row| (row.message_bytes, micros(row.out_of_place_s), micros(row.in_place_s))).collect()
}

#[test]
fn a_log_gives_its_rows_and_header() {
    let log = read(H100);
    assert_eq!(sizes(&log), [27, 28, 29, 30, 31, 32].map(|power| 1 << power));
    assert_eq!((log.ranks, log.ranks_from, log.nodes), (Some(8), Some(RanksFrom::Header), Some(1)));
    assert_eq!(log.notes, []);
    let row = &log.rows[3];
    assert_eq!((row.line, row.element.as_str(), row.reduction.as_str()), (17, "float", "sum"));
    assert_eq!(row.out_of_place_busbw_gb_s, Some(465.25));
    assert_eq!(row.measured_s(), row.out_of_place_s);
    assert_eq!(log.rows[4].measured_s(), log.rows[4].in_place_s);
}

#[test]
fn logs_without_checks_or_with_one_half_are_read() {
    let log = read(NO_CHECK);
    assert_eq!((log.rows.len(), log.ranks, log.nodes), (3, Some(16), Some(2)));
    let log = read(ONE_HALF);
    assert_eq!((log.rows.len(), log.nccl_version.as_deref()), (4, Some("2.27.7")));
    assert!(log.rows.iter().all(|row| row.in_place_s.is_none() && row.measured_s() == row.out_of_place_s));
}

#[test]
fn old_columns_and_tags_of_mpi_are_read() {
    let log = read(OLD);
    assert_eq!(times(&log)[1..], [(1 << 20, Some(420.0), Some(415.2)), (1 << 23, Some(1677.7), Some(1650.0))]);
    assert_eq!((log.ranks, log.ranks_from, log.nodes), (Some(4), Some(RanksFrom::Devices), Some(2)));
    assert_eq!(log.devices, ["Tesla V100-SXM2-16GB"]);
    assert_eq!(log.nccl_version.as_deref(), Some("2.4.8+cuda10.0"));
    assert!(log.notes.iter().any(|note| note.line == Some(14) && note.text.contains("0 bytes")), "{:?}", log.notes);
}

#[test]
fn rows_split_by_other_ranks_are_joined() {
    let log = read(SPLIT);
    assert_eq!(times(&log), [(4096, Some(75.38), Some(74.2)), (8 << 20, Some(400.0), Some(410.0))]);
    assert_eq!((log.rows[0].line, log.ranks, log.nodes), (8, Some(2), Some(2)));
}

#[test]
fn json_counts_ranks_that_its_list_omits() {
    let log = read(JSON);
    assert_eq!(times(&log), [(1 << 20, Some(50.0), Some(48.0)), (2 << 20, None, Some(80.0))]);
    // The JSON lists the first rank of each process alone; each has four GPUs.
    assert_eq!((log.ranks, log.ranks_from, log.nodes), (Some(8), Some(RanksFrom::Devices), Some(2)));
    assert_eq!((log.nccl_version.as_deref(), log.devices.len()), (Some("2.30.7"), 1));
}

#[test]
fn text_around_a_row_changes_nothing() {
    let expected = times(&read(&format!("{HEADER}{ROW}")));
    let row = ROW.trim_end();
    for tag in [
        "0: ",
        " 0: ",
        "[1,0]<stdout>:",
        "[1,0]<stdout>: ",
        "node01: ",
        "worker-1  | ",
        "2026-01-05T10:00:00Z ",
        "2026-01-05 10:00:00,123 ",
        "[12:30:45.678] 0: ",
        "\t",
    ] {
        let lines: Vec<String> = format!("{HEADER}{ROW}").lines().map(|line| format!("{tag}{line}")).collect();
        assert_eq!(times(&read(&lines.join("\n"))), expected, "{tag}");
    }
    let tabs = row.replace(' ', "\t");
    let grouped = row.replace("1048576", "1,048,576").replace("262144", "262,144");
    let bars = format!("| {} |", row.replace(' ', " | "));
    let colours = row.replace("20.97", "\u{1b}[1;32m20.97\u{1b}[0m");
    let suffix = row.replace("1048576", "1M");
    let timestamp = format!("{row} 2026-01-05 10:00:00");
    let wrapped = row.replace(" 48.00", "\n48.00");
    let no_reply = row.replace(" 0", " N/A");
    for row in [&tabs, &grouped, &bars, &colours, &suffix, &timestamp, &wrapped, &no_reply] {
        for header in [HEADER, ""] {
            assert_eq!(times(&read(&format!("{header}{row}\n"))), expected, "{row}");
        }
    }
    let crlf = format!("\u{feff}{HEADER}{ROW}").replace('\n', "\r\n");
    assert_eq!(times(&read(&crlf)), expected);
    assert_eq!(times(&read(&format!("{HEADER}{ROW}").replace('\n', "\r"))), expected);
    // Two rows whose line end was lost.
    assert_eq!(read(&format!("{HEADER}{row} {row}")).rows.len(), 2);
}

#[test]
fn an_empty_half_has_no_time() {
    let blank = format!("{HEADER}1048576 262144 float sum -1{}48.00  21.85  38.23   0\n", " ".repeat(36));
    assert_eq!(times(&read(&blank)), [(1 << 20, None, Some(48.0))]);
    let skipped = format!("{HEADER}1048576 262144 float sum -1 N/A N/A N/A N/A 48.00 21.85 38.23 0\n");
    assert_eq!(times(&read(&skipped)), [(1 << 20, None, Some(48.0))]);
    let alone = "#  in-place\n# size count type redop root time algbw busbw #wrong\n\
                 1048576 262144 float sum -1 48.00 21.85 38.23 0\n";
    assert_eq!(times(&read(alone)), [(1 << 20, None, Some(48.0))]);
    // The log ends in a row: the second time may lack digits.
    let cut = format!("{HEADER}1048576 262144 float sum -1 50.00 20.97 36.70 0 4");
    assert_eq!(times(&read(&cut)), [(1 << 20, Some(50.0), None)]);
    // A time that lost a digit contradicts its bandwidth.
    let torn = format!("{HEADER}1048576 262144 float sum -1 0.00001 20.97 36.70 0 48.00 21.85 38.23 0\n");
    assert_eq!(times(&read(&torn)), [(1 << 20, None, Some(48.0))]);
}

#[test]
fn cpu_times_are_not_times_of_the_collective() {
    let cpu = format!("{}{}", HEADER.replace("time", "cputime"), ROW.replace("50.00", "7.00").replace("48.00", "7.10"));
    assert_eq!(times(&read(&cpu)), [(1 << 20, Some(50.0), Some(47.99))]);
}

#[test]
fn repeated_sizes_keep_their_rows_and_order() {
    let log = read(&format!("{HEADER}{ROW}{}{ROW}", ROW.replace("sum", "max")));
    assert_eq!(log.rows.iter().map(|row| row.reduction.as_str()).collect::<Vec<_>>(), ["sum", "max", "sum"]);
}

#[test]
fn tables_of_several_operations_are_runs_of_their_own() {
    let gather = "1048576 32768 float none -1 50.00 20.97 18.35 0 48.00 21.85 19.12 0\n";
    let named = |name: &str, row: &str| format!("# Collective test starting: {name}_perf\n{HEADER}{row}");
    let text = named("all_gather", gather) + &named("all_reduce", ROW) + &named("hypercube", gather);
    let log = read_all(&text);
    let operations: Vec<_> = log.runs.iter().map(|run| run.operation).collect();
    assert_eq!(operations, [Collective::AllGather, Collective::AllReduce].map(Operation::Collective));
    assert_eq!(log.notes.len(), 1, "{:?}", log.notes);
    // Without a name: a reduce-scatter has busbw below algbw and a share per rank, a reduce has a root.
    let scatter = gather.replace("none", "sum");
    let reduce = ROW.replace("-1", "0").replace("36.70", "20.97").replace("38.23", "21.85");
    let of_root = gather.replace("-1", "0");
    for (row, operation) in [
        (gather, Operation::AllGatherOrAllToAll),
        (&scatter, Operation::Collective(Collective::ReduceScatter)),
        (&reduce, Operation::Collective(Collective::Reduce)),
        (&of_root, Operation::GatherOrScatter),
    ] {
        let log = read_all(&format!("{HEADER}{row}"));
        assert_eq!(log.runs[0].operation, operation, "{row}");
    }
    // busbw / algbw is 7/8.
    assert_eq!(read_all(&format!("{HEADER}{gather}")).runs[0].ranks, Some(8));
    let error = fails(&named("hypercube", gather));
    assert!(
        error.problem.contains("a hypercube exchange, for which there is no model") && error.line.is_some(),
        "{error}"
    );
}

#[test]
fn bandwidths_give_the_ranks_without_a_list() {
    let bare: String = H100.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let log = read(&bare);
    assert_eq!((log.ranks, log.ranks_from), (Some(8), Some(RanksFrom::Bandwidths)));
    // A list of ranks that was cut: the bandwidths count, and a note says so.
    let log = read(&H100.replace("# ranks: 8", "# ranks: 5"));
    assert_eq!((log.ranks, log.notes.len()), (Some(8), 1), "{:?}", log.notes);
    let slow = format!("{HEADER}8 2 float sum -1 50.00 0.00 0.00 0 48.00 0.00 0.00 0\n");
    assert_eq!(read(&slow).ranks, None);
}

#[test]
fn each_table_is_a_run() {
    let row_of_two = ROW.replace("36.70", "20.97").replace("38.23", "21.85");
    let log = read_all(&format!("{H100}# ranks: 2\n{HEADER}{row_of_two}"));
    assert_eq!(log.runs.iter().map(|run| (run.ranks, run.line)).collect::<Vec<_>>(), [(Some(8), 12), (Some(2), 24)]);
    assert_eq!(read_all(&format!("{H100}{H100}")).runs.len(), 2);
    // A header that is printed again in the middle of a run.
    let larger = ROW.replace("1048576 262144", "2097152 524288").replace("50.00", "100.0").replace("48.00", "96.00");
    assert_eq!(read(&format!("{HEADER}{ROW}{HEADER}{larger}")).rows.len(), 2);
}

#[test]
fn a_table_without_algorithm_bandwidths_is_read() {
    let text = "# size count type redop time busbw\n1048576 262144 float sum 50.00 36.70\n";
    assert_eq!(times(&read(text)), [(1 << 20, Some(50.0), None)]);
}

#[test]
fn errors_have_a_line_and_a_hint() {
    for (text, line, column, problem) in [
        (" \n\t\n".to_owned(), None, None, "is empty"),
        ("hello\nworld\n".to_owned(), None, None, "has no table"),
        (include_str!("../../../scenes/too-big.ron").to_owned(), None, None, "is a scene"),
        (format!("x\n{HEADER}# Out of bounds values : 0 OK\n"), Some(2), None, "has no rows"),
        (format!("{HEADER}0 0 float sum -1 0.1 0.00 0.00 0 0.1 0.00 0.00 0\n"), Some(2), None, "no row is usable"),
        (format!("{HEADER}1048576 262144 float sum -1 N/A N/A N/A N/A\n"), Some(2), None, "no row is usable"),
        (format!("{HEADER}{}", ROW.replace("262144", "262145")), Some(2), None, "no row is usable"),
        (
            format!("{HEADER}{}", ROW.replace("50.00", "0.00").replace("48.00", "nan")),
            Some(2),
            None,
            "a row without a time",
        ),
        ("{\"results\": []}".to_owned(), None, None, "no results"),
        ("{\"results\": [".to_owned(), Some(1), Some(13), "ends too early"),
        (JSON.replace("all_reduce", "hypercube"), None, None, "a hypercube exchange"),
        (JSON.replace("\"size\":1048576", "\"size\":-1"), Some(9), None, "of the wrong kind"),
    ] {
        let error = fails(&text);
        assert!(error.problem.contains(problem), "{error}\n{text}");
        assert_eq!(error.line, line, "{error}\n{text}");
        assert!(column.is_none() || error.column == column, "{error}\n{text}");
        assert!(!error.hint.is_empty() && error.to_string().starts_with("error: log.txt"));
    }
}

#[test]
fn an_implausible_cell_is_ignored_with_its_column() {
    let whole = (1 << 20, Some(50.0), Some(48.0));
    let (no_out, no_in) = ((1 << 20, None, Some(48.0)), (1 << 20, Some(50.0), None));
    for (from, to, column, what, left) in [
        ("50.00", "-50.00", 29, "implausible time -50", no_out),
        ("50.00", "nan", 29, "implausible time NaN", no_out),
        ("48.00", "inf", 49, "implausible time inf", no_in),
        ("48.00", "0.00", 49, "implausible time 0", no_in),
        ("20.97", "inf", 35, "implausible bandwidth inf", whole),
        ("36.70", "nan", 41, "implausible bandwidth NaN", whole),
        ("36.70", "-1.0", 41, "implausible bandwidth -1", whole),
    ] {
        let log = read(&format!("{HEADER}{ROW}{}", ROW.replace(from, to)));
        assert_eq!(times(&log), [whole, left], "{to}");
        let note = &log.notes[0];
        assert_eq!(note.line, Some(3), "{note:?}");
        assert!(note.text.contains(what) && note.text.contains(&format!("column {column}")), "{note:?}");
    }
    for (to, what) in
        [("-48.0", "in_place.time -48"), ("\"nan\"", "in_place.time nan"), ("[1]", "in_place.time of another type")]
    {
        let log = read(&JSON.replace("48.000000", to));
        assert_eq!(times(&log)[0], no_in, "{to}");
        assert!(log.notes.iter().any(|note| note.line == Some(2) && note.text.contains(what)), "{:?}", log.notes);
    }
}

#[test]
fn text_before_the_json_is_ignored() {
    for before in
        ["mpirun -np 8 all_reduce_perf -J out\n", "(base) user@host$ cat out.json\n\n", "Loading modules\r\nok\r\n"]
    {
        let log = read(&format!("{before}{JSON}"));
        assert_eq!(times(&log), times(&read(JSON)), "{before}");
        assert!(log.notes.iter().any(|note| note.text.contains("before the JSON")), "{:?}", log.notes);
    }
    // Places stay those of the file.
    let error = fails(&format!("words\n{}", JSON.replace("\"size\":1048576", "\"size\":-1")));
    assert_eq!(error.line, Some(10), "{error}");
}

#[test]
fn binary_and_large_files_are_refused() {
    let bad = decode_log("log.txt", b"# size\n# \xff\xfe\0\0\0\n".to_vec()).expect_err("binary");
    assert_eq!((bad.line, bad.problem.contains("not UTF-8")), (Some(2), true));
    // A name in Latin-1 in a comment.
    let latin = [b"# M\xfcller\n".as_slice(), HEADER.as_bytes(), ROW.as_bytes()].concat();
    assert_eq!(read(&decode_log("log.txt", latin).expect("a text")).rows.len(), 1);
    let wide = format!("{HEADER}{ROW}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let wide = decode_log("log.txt", [b"\xff\xfe".to_vec(), wide].concat()).expect("UTF-16");
    assert_eq!(wide, format!("{HEADER}{ROW}"));
    assert!(decode_log("log.txt", vec![b' '; MAX_LOG_BYTES + 1]).is_err());
    assert!(fails(&" ".repeat(MAX_LOG_BYTES + 1)).problem.contains("64 MiB"));
    let rows = fails(&format!("{HEADER}{}", ROW.repeat(MAX_LOG_ROWS + 1)));
    assert_eq!((rows.line, rows.problem.as_str()), (Some(MAX_LOG_ROWS + 2), "more than 100,000 rows"));
    assert!(load_log(&in_repository("tests/logs/none.txt")).expect_err("no file").problem.contains("cannot read"));
    assert!(load_log(&in_repository("tests/logs")).expect_err("a folder").problem.contains("directory"));
    assert_eq!(load_log(&in_repository("tests/logs/h100-1x8.txt")).map(|log| log.runs), Ok(vec![read(H100).run]));
}

#[test]
fn sizes_that_are_announced_and_missing_are_noted() {
    let announced = "# nThread 1 nGpus 8 minBytes 262144 maxBytes 1048576 step: 2(factor) warmup iters: 5\n";
    let missing = |text: &str| read(text).notes.iter().filter(|note| note.text.starts_with("announces")).count();
    let cut = format!("{announced}{HEADER}{ROW}");
    let notes = read(&cut).notes;
    assert_eq!(notes[0].text, "announces 3 sizes; 1 found, the others are missing or damaged");
    assert_eq!(notes[0].line, Some(1));
    let steps = announced.replace("2(factor)", "262144(bytes)");
    assert!(read(&format!("{steps}{HEADER}{ROW}")).notes[0].text.starts_with("announces 4 sizes; 1 "));
    let reduced = format!("{announced}# Reducing maxBytes to 1048576 due to memory limitation\n{HEADER}{ROW}");
    assert_eq!(missing(&reduced), 0);
    let one = announced.replace("262144", "1048576");
    assert_eq!((missing(&format!("{one}{HEADER}{ROW}")), missing(H100)), (0, 0));
}
