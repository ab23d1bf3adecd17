//! Tests of the forms in which people keep and post logs.

use super::log_tests::{HEADER, ROW};
use super::*;
use crate::nccl::Collective;

macro_rules! question {
    ($file:literal) => {
        include_str!(concat!("../../../tests/logs/questions/", $file))
    };
}

pub(super) const GLUED: &str = question!("min-glued-tags.txt");
pub(super) const RECORDS: &str = question!("33-rccl-json-records.json");
pub(super) const BUSBW_ONLY: &str = question!("28-b300-1x4-markdown-busbw-only.txt");
pub(super) const COPIES: &str = question!("30-h20-two-copies-no-mpi.txt");
/// A CSV of RCCL, a log of Docker, and a table in a language with decimal commas.
pub(super) const CSV: &str = "name,ranks,size,type,redop,inPlace,time,algBw,busBw,wrong\n\
    AllReduce,8,1048576,float,sum,0,50.00,20.97,36.70,0\nAllReduce,8,1048576,float,sum,1,48.00,21.85,38.23,0\n";
pub(super) const DOCKER: &str = concat!(
    r##"{"log":"# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n","stream":"stdout"}"##,
    "\n",
    r#"{"log":"1048576 262144 float sum -1 50.00 20.97 36.70 0 48.00 21.85 38.23 0\n","stream":"stdout"}"#,
    "\n"
);
pub(super) const COMMAS: &str = "| size | count | type | redop | root | time | algbw | busbw | #wrong |\n\
    |---|---|---|---|---|---|---|---|---|\n|1048576|262144|float|sum|-1|50,00|20,97|36,70|0|\n";

fn read(text: &str) -> NcclLog {
    read_log("log.txt", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Sizes and times in µs of the first run.
fn times(log: &NcclLog) -> Vec<(u64, Option<f64>, Option<f64>)> {
    let micros = |time: Option<f64>| time.map(|time| (time * 1e8).round() / 100.0);
    let rows = log.runs.first().expect("a run").rows.iter();
    rows.map(|row| (row.message_bytes, micros(row.out_of_place_s), micros(row.in_place_s))).collect()
}

#[test]
fn tags_between_cells_change_nothing() {
    assert_eq!(times(&read(GLUED)), [(8 << 30, Some(31_356.0), Some(31_308.0))]);
    // Numbers in the text of another line after a cell are not cells.
    let torn = format!("{HEADER}1048576 262144 float sum -1[0] host:12 [0] NCCL INFO comm 0x5 3 4 5\n{ROW}");
    assert_eq!(times(&read(&torn)), [(1 << 20, Some(50.0), Some(48.0))]);
}

#[test]
fn tables_of_other_tools_give_the_same_rows() {
    let both = [(1 << 20, Some(50.0), Some(48.0))];
    assert_eq!(times(&read(CSV)), both);
    assert_eq!(times(&read(DOCKER)), both);
    assert_eq!(times(&read(COMMAS)), [(1 << 20, Some(50.0), None)]);
    let nccl_csv = format!("{HEADER}{ROW}").replace("# ", "").replace(' ', ",");
    assert_eq!(times(&read(&nccl_csv)), both);
    let semicolons = format!("{HEADER}{ROW}").replace("# ", "").replace('.', ",").replace(' ', ";");
    assert_eq!(times(&read(&semicolons)), both);
}

#[test]
fn records_of_rccl_join_their_halves() {
    let log = read(RECORDS);
    assert_eq!(times(&log), [(1 << 20, Some(28.39), Some(28.04)), (1 << 30, Some(5_990.7), None)]);
    let run = &log.runs[0];
    assert_eq!((run.ranks, run.nodes, run.rows[0].wrong), (Some(8), Some(1), Some(0)));
    // One record per line, with other names and numbers as texts.
    let lines = "{\"#wrong\":\"0\",\"busBw\":\"36.70\",\"gpus\":8,\"inPlace\":0,\"name\":\"AllReduce\",\"size\":1048576,\"time\":50.0}\n";
    assert_eq!(times(&read(lines)), [(1 << 20, Some(50.0), None)]);
    let gather = lines.replace("AllReduce", "AllGather");
    assert_eq!(read(&gather).runs[0].operation, Operation::Collective(Collective::AllGather));
}

#[test]
fn sizes_and_busbw_alone_give_times_for_a_number_of_ranks() {
    let log = read(BUSBW_ONLY);
    let names: Vec<_> = log.runs.iter().map(|run| run.name.as_deref()).collect();
    assert_eq!(names, [Some("Baseline"), Some("Mem-stress")]);
    let first = &log.runs[0];
    assert_eq!((first.ranks, first.rows.len()), (Some(4), 6));
    // 4 MiB x 2 x 3/4 / 150.41 GB/s.
    let time_s = first.rows[0].time_s(first.operation, 4).expect("a busbw");
    assert!((time_s * 1e6 - 41.83).abs() < 0.01, "{time_s}");
}

#[test]
fn the_operation_is_known_without_its_name() {
    for (text, operation) in [
        (question!("08-a100-1x8-alltoall-no-redop.txt"), Collective::AllToAll),
        (question!("10-a100-1x8-all-gather-old.txt"), Collective::AllGather),
        (question!("19-a100-1x8-sendrecv.txt"), Collective::SendRecv),
    ] {
        assert_eq!(read(text).runs[0].operation, Operation::Collective(operation));
    }
    let nameless: String =
        question!("19-a100-1x8-sendrecv.txt").lines().skip(1).map(|line| format!("{line}\n")).collect();
    // "sum" and a ratio of 1 are those of an all-reduce of two ranks, unless more are listed.
    assert_eq!(read(&nameless).runs[0].ranks, Some(2));
    let listed = read(&format!("# ranks: 8\n{nameless}"));
    let run = &listed.runs[0];
    assert_eq!((run.operation, run.ranks), (Operation::Collective(Collective::SendRecv), Some(8)));
}

#[test]
fn a_busbw_below_algbw_is_named_with_its_line() {
    let error = read_log("log.txt", question!("26-gb300-18x4-doc-sample-impossible.txt")).expect_err("impossible");
    assert_eq!(error.line, Some(6));
    assert!(error.problem.contains("936.93") && error.problem.contains("939.58"), "{error}");
}

#[test]
fn tables_that_lack_columns_say_which() {
    let odd = read_log("log.txt", question!("38-gb200-3-partitions-odd-columns.txt")).expect_err("odd columns");
    assert_eq!((odd.line, odd.problem.as_str()), (Some(1), "the table lacks the columns count, type, redop"));
    let none = read_log("log.txt", "| test | result |\n|---|---|\n| all_reduce_perf | fast |\n").expect_err("no table");
    assert!(none.hint.contains("a column of sizes and one of times or busbw"), "{none}");
}

#[test]
fn results_in_words_are_sizes_with_their_busbw() {
    let log = read_log("log.txt", question!("27-h100-2x8-roce-markdown-summary.txt")).unwrap_or_else(|e| panic!("{e}"));
    let run = log.runs.first().expect("a run");
    let rows: Vec<_> = run.rows.iter().map(|row| (row.message_bytes, row.out_of_place_busbw_gb_s)).collect();
    // The rate per rail beside the first, and the sendrecv below, are not busbw of an all-reduce.
    assert_eq!((run.ranks, rows), (Some(16), vec![(1 << 30, Some(216.5)), (8 << 30, Some(231.0))]));
}

#[test]
fn copies_without_mpi_are_runs_of_their_own() {
    let log = read(COPIES);
    let runs: Vec<_> = log.runs.iter().map(|run| (run.ranks, run.nodes, run.rows.len())).collect();
    assert_eq!(runs, [(Some(8), Some(1), 12), (Some(8), Some(1), 9)]);
    assert!(log.notes.iter().any(|note| note.text.contains("without MPI")), "{:?}", log.notes);
    // Both headers first, then the rows in turn.
    let turns = format!("{HEADER}{HEADER}{ROW}{}", ROW.replace("50.00", "51.00"));
    let runs = read(&turns).runs;
    let out_of_place = |run: usize| runs[run].rows[0].out_of_place_s.expect("a time");
    assert_eq!(runs.len(), 2);
    assert!(out_of_place(0) < 50.5e-6 && out_of_place(1) > 50.5e-6);
}

#[test]
fn headings_name_the_runs() {
    let names = |text: &str| -> Vec<Option<String>> { read(text).runs.into_iter().map(|run| run.name).collect() };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(names(question!("min-two-runs.txt")), [some("BAD"), some("GOOD")]);
    let two = names(question!("29-h100nvl-2x2-slingshot-before-after.txt"));
    assert_eq!(two, [some("BAD RESULTS"), some("GOOD RESULTS")]);
    assert_eq!(names(question!("36-h100-8x8-efa-nccl-2.19.3.txt")), [some("before")]);
    // The name of a host is nobody's heading.
    assert_eq!(names(&format!("node-17:\n{HEADER}{ROW}")), [None]);
}

#[test]
fn no_text_of_a_log_that_may_name_a_host_is_kept() {
    const SECRET: [&str; 5] = ["node17", "alice", "10.0.0.17", "/home/alice", "cluster.example.com"];
    let devices = "# Using devices\n#  Rank  0 Group  0 Pid 1 on node17 device 0 [0x07] NVIDIA H100 80GB HBM3 node17\n\
                   #  Rank  1 Group  0 Pid 2 on alice device 0 [0x07] 10.0.0.17 9000\n# nccl: 2.26.2+alice@node17\n";
    for heading in
        ["## node17", "**alice**", "## 10.0.0.17", "## cluster.example.com", "#  BAD node17", "**/home/alice**"]
    {
        for tail in
            ["", "0 262144 float sum -1\n", "10.0.0.17 262144 float sum -1\n", "1048576 1 alice sum -1 50 1 1 0\n"]
        {
            let log = read(&format!("{devices}{heading}\n{HEADER}{ROW}{tail}"));
            let kept = format!("{log:?}");
            assert!(SECRET.iter().all(|secret| !kept.contains(secret)), "{heading} {tail}: {kept}");
            assert_eq!(log.runs[0].nodes, Some(2));
        }
    }
    let columns =
        "| size | node17 busbw | alice busbw |\n|---|---|---|\n| 1 GiB | 300 | 200 |\n| 2 GiB | 310 | 210 |\n4 GPUs\n";
    let runs = read(columns).runs;
    let rates: Vec<_> = runs.iter().map(|run| (run.name.clone(), run.rows[0].out_of_place_busbw_gb_s)).collect();
    assert_eq!(rates, [(None, Some(300.0)), (None, Some(200.0))]);
    let json = "{\"results\": [{\"size\": 1048576, \"count\": 262144, \"type\": \"alice\", \"redop\": \"sum\", \"out_of_place\": \
                {\"time\": 50.0, \"alg_bw\": \"node17\"}}]}";
    let kept = format!("{:?}", read(json));
    assert!(SECRET.iter().all(|secret| !kept.contains(secret)), "{kept}");
}

#[test]
fn lines_that_docker_split_are_joined() {
    let text = format!("{HEADER}{ROW}");
    let part = |text: &str| format!("{}\n", serde_json::json!({ "log": text }));
    let split: String = text
        .split_inclusive('\n')
        .flat_map(|line| {
            let (first, rest) = line.split_at(line.len() / 2);
            [part(first), part(rest)]
        })
        .collect();
    let without_breaks: String = text.lines().map(part).collect();
    assert_eq!(times(&read(&split)), times(&read(&text)));
    assert_eq!(times(&read(&without_breaks)), times(&read(&text)));
}

#[test]
fn wrong_sums_are_counted() {
    let log = read(question!("min-wrong-sums.txt"));
    assert_eq!(log.runs[0].rows[0].wrong, Some(24));
    assert!(log.runs[0].is_wrong());
    assert!(!read(GLUED).runs[0].is_wrong());
}

#[test]
fn settings_come_from_the_command_and_the_environment() {
    let settings = |text: &str| read(text).runs[0].settings.clone();
    let tree = settings(question!("14-h100-2x1-tree-4-nics.txt"));
    assert_eq!((tree.algorithms.as_deref(), tree.nics, tree.gpus_per_process), (Some("Tree"), Some(4), Some(1)));
    let roce = settings(question!("12-l40s-2x2-roce.txt"));
    assert_eq!((roce.nics, roce.gpus_per_process, roce.rdma_off), (Some(2), Some(2), false));
    let lines = "host:1 [0] NCCL INFO NCCL_PROTO set by environment to Simple.\nexport NCCL_NVLS_ENABLE=0\n\
                 NCCL_IB_DISABLE=1 NCCL_P2P_LEVEL=LOC NCCL_MIN_NCHANNELS=16 ./all_reduce_perf -g 4\n";
    let found = settings(&format!("{lines}{HEADER}{ROW}"));
    let expected = Settings {
        protocols: Some("Simple".to_owned()),
        nvls: Some(false),
        rdma_off: true,
        p2p_off: true,
        least_channels: Some(16),
        gpus_per_process: Some(4),
        ..Settings::default()
    };
    assert_eq!(found, expected);
    // A list of what to leave out, or of prefixes, has no number.
    assert_eq!(settings(&format!("NCCL_IB_HCA=^mlx5_2\n{HEADER}{ROW}")).nics, None);
    // The next command starts anew.
    let two = read(&format!("NCCL_ALGO=Ring ./all_reduce_perf\n{HEADER}{ROW}./all_reduce_perf\n{HEADER}{ROW}"));
    let algorithms: Vec<_> = two.runs.iter().map(|run| run.settings.algorithms.as_deref()).collect();
    assert_eq!(algorithms, [Some("Ring"), None]);
}

#[test]
fn a_record_that_the_end_of_the_file_cuts_leaves_the_others() {
    let line = |size: u64| {
        let rest = "\"inPlace\":0,\"name\":\"AllReduce\",\"gpus\":8,\"busBw\":\"36.70\",\"time\":50.0";
        format!("{{\"size\":{size},{rest}}}\n")
    };
    let whole = [line(1 << 20), line(1 << 21)];
    let expected = [(1 << 20, Some(50.0), None), (1 << 21, Some(50.0), None)];
    let third = line(1 << 22);
    for cut in [third.trim_end().len() - 1, third.len() / 2, 5, 1] {
        let lines = format!("{}{}", whole.concat(), &third[..cut]);
        let list = format!("[{},{}", whole.join(","), &third[..cut]);
        for text in [lines, list] {
            let log = read(&text);
            assert_eq!(times(&log), expected, "{text}");
            assert!(
                log.notes.iter().any(|note| note.line == Some(3) && note.text.contains("end of the file")),
                "{text}"
            );
        }
    }
    // Only the closing bracket is missing: no record is.
    let open = read(&format!("[{}", whole.join(",")));
    assert_eq!((times(&open), open.notes.len()), (expected.to_vec(), 0));
    // A fault in the middle is not the end, and a cut line alone is not a log.
    let damaged = format!("{}{}{}", whole[0], &third[..third.len() / 2], "\n") + &whole[1];
    assert!(read_log("log.txt", &damaged).is_err());
    assert!(read_log("log.txt", &third[..third.len() / 2]).is_err());
}

#[test]
fn the_benchmarks_of_frameworks_are_read_with_their_units() {
    let table = "Environment:\n- hardware: _CudaDeviceProperties(name='NVIDIA H100 80GB HBM3', major=9)\n\n\
                 The average bandwidth of all_reduce over 4 ranks (5 warmups / 20 trials):\n\n\
                 | payload |    busbw   |    algbw   |\n| ------: | ---------: | ---------: |\n\
                 |    1MiB |  34.50GBps |  23.00GBps |\n|   32KiB |   1.18GBps |   0.79GBps |\n";
    let log = read_log("log.txt", table).expect("a log");
    let run = &log.runs[0];
    assert_eq!((run.ranks, run.devices.as_slice()), (Some(4), ["NVIDIA H100 80GB HBM3".to_owned()].as_slice()));
    let rows: Vec<_> = run.rows.iter().map(|row| (row.message_bytes, row.out_of_place_busbw_gb_s)).collect();
    assert_eq!(rows, [(1 << 20, Some(34.5)), (32 << 10, Some(1.18))]);
    let lines = "[node:0]:The average bandwidth of all_reduce with a 4.0GB payload (5 trials, 16 ranks):\n\
                 [node:0]: algbw: 176.590 GBps (1412.7 Gbps)\n[node:0]: busbw: 331.106 GBps (2648.8 Gbps)\n";
    let log = read_log("log.txt", lines).expect("a log");
    let row = &log.runs[0].rows[0];
    assert_eq!((log.runs[0].ranks, row.message_bytes, row.out_of_place_busbw_gb_s), (Some(16), 4 << 30, Some(331.106)));
    let csv = "size (MB),tavg,busbw (Gbps)\n64,1,800\n";
    let row = read_log("log.csv", csv).expect("a log").runs[0].rows[0].clone();
    assert_eq!((row.message_bytes, row.out_of_place_busbw_gb_s), (64 << 20, Some(100.0)));
}
