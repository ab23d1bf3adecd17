//! Tests of tables as programs mix them with other output, and of tables with names alone.

use super::{NcclLog, read_log};

fn read(text: &str) -> NcclLog {
    read_log("a log", text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_line_of_nccl_may_follow_a_row_directly() {
    let header = "# nThread 1 nGpus 8\n#  size  count  type  redop  root  time  algbw  busbw #wrong  time  algbw  busbw #wrong\n";
    let whole = "1073741824 268435456 float sum -1 4020.0 267.1 467.4 0 4016.0 267.4 467.9 0\n";
    let expected = read(&format!("{header}{whole}"));
    let info = "NCCL INFO Connected all rings";
    for glued in [
        format!(
            "1073741824 268435456 float sum -1node-7:812:830 [0] {info}\n 4020.0 267.1 467.4 0 4016.0 267.4 467.9 0\n"
        ),
        format!(
            "1073741824 268435456 float sum -1 4020.0 267.1 467.4 0node-7:812:830 [0] {info}\n 4016.0 267.4 467.9 0\n"
        ),
        format!(
            "1073741824 268435456 float sum -1[0] node-7:812:830 {info}\n 4020.0 267.1 467.4 0 4016.0 267.4 467.9 0\n"
        ),
    ] {
        let found = read(&format!("{header}{glued}"));
        let times = |log: &NcclLog| (log.runs[0].rows[0].out_of_place_s, log.runs[0].rows[0].in_place_s);
        assert_eq!(times(&found), times(&expected), "{glued}");
    }
}

#[test]
fn columns_may_be_separated_by_blanks_alone() {
    for header in ["size time busbw", "Size      Time(us)   BusBW(GB/s)"] {
        let found = read(&format!("8 GPUs\n{header}\n1073741824 4016 467.8\n2147483648   7938 473.4\n"));
        let rows = &found.runs[0].rows;
        assert_eq!(rows.len(), 2, "{header}");
        assert_eq!(rows[0].out_of_place_s, Some(4016e-6), "{header}");
    }
    assert!(read_log("words", "the size and the busbw of a run\nare not a table\n").is_err());
}

#[test]
fn the_environment_in_json_is_that_of_the_run() {
    let json = |env: &str| {
        format!(
            r#"{{"args": ["./all_reduce_perf"], "env": {env}, "config": {{"ngpus": 8}}, "results": [{{"size": 1073741824,
            "count": 268435456, "type": "float", "redop": "sum", "out_of_place": {{"time": 4016, "bus_bw": 467.8}}}}]}}"#
        )
    };
    for env in [r#"["NCCL_ALGO=Ring", "SHELL=/bin/sh"]"#, r#"{"NCCL_ALGO": "Ring", "SHELL": "/bin/sh"}"#] {
        let settings = &read(&json(env)).runs[0].settings;
        assert_eq!((settings.algorithms.as_deref(), settings.gpus_per_process), (Some("Ring"), Some(8)), "{env}");
    }
    assert_eq!(read(&json("7")).runs[0].settings.algorithms, None);
}

#[test]
fn the_csv_of_rccl_is_that_of_rccl() {
    let csv = "numCycle,name,nodes,ranks,size,type,redop,inPlace,time,algBw,busBw,wrong\n0,AllReduce,1,8,1048576,float,sum,0,27.37,38.3,67.0,0\n";
    assert!(read(csv).runs[0].rccl);
    assert!(!read(&csv.replace("numCycle", "cycle")).runs[0].rccl);
}

#[test]
fn a_run_that_failed_says_so() {
    let text = "#  size  count  type  redop  root  time  algbw  busbw #wrong\n8 2 float sum -1 10.0 0.0 0.0 0\n\
                node-1: Test NCCL failure common.cu:303 'unhandled cuda error'\n";
    assert!(read(text).notes.iter().any(|note| note.text.contains("the run failed here")));
}
