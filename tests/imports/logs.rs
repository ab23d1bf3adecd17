//! Logs of NCCL and traces: which machine, which network, which operations they become.

use fabricscope::import::Imported;

use crate::support::{figures, plays, read};

/// The lines of a communicator: each rank names it, and connects to the next one.
fn log(ranks: u32, local: u32, multi_node: bool, via: &dyn Fn(u32) -> String) -> String {
    let mut text = "NCCL version 2.27.3+cuda12.4\n".to_owned();
    let flag = u32::from(multi_node);
    for rank in 0..ranks {
        let (node, own, next) = (rank / local, rank % local, (rank + 1) % ranks);
        let line = |line: String| format!("n{node}:{}:{} [{own}] NCCL INFO {line}\n", 100 + rank, 900 + rank);
        let nodes = ranks / local;
        text += &line(format!(
            "comm 0x{rank} rank {rank} nRanks {ranks} nNodes {nodes} localRanks {local} localRank {own} MNNVL {flag}"
        ));
        text += &line(format!("Channel 00/0 : {rank}[{own}] -> {next}[{}] [send] via {}", next % local, via(rank)));
        text += &line("Connected all rings".to_owned());
    }
    text
}

fn machine(imported: &Imported) -> (&str, u64, Option<&str>) {
    let fabric = &imported.document.file.fabrics[0];
    (fabric.machine.as_str(), fabric.nodes, fabric.network.as_deref())
}

/// A log of two nodes of 8 with the line that names its network, and with others.
fn two_nodes(lines: &str, gdr: bool) -> String {
    let via = |rank: u32| match rank % 8 {
        7 if gdr => "NET/IB/0/GDRDMA".to_owned(),
        7 => "NET/IB/0".to_owned(),
        _ => "P2P/CUMEM".to_owned(),
    };
    log(16, 8, false, &via) + lines
}

#[test]
fn hosts_that_nvlink_joins_are_one_rack() {
    let one = log(72, 4, true, &|_| "P2P/MNNVL".to_owned());
    for name in ["", "#  Rank  0 Group  0 Pid 1 on n0 device  0 [0009:01:00] NVIDIA GB200\n"] {
        let imported = read(format!("{name}{one}").as_bytes()).expect("a log");
        assert_eq!(machine(&imported), ("gb200-nvl72", 1, None));
        assert_eq!(imported.document.file.workload.replicas, 72);
    }
    // More than a rack holds are several; without NVLink between hosts each host is a node.
    let two = read(log(128, 4, true, &|_| "P2P/MNNVL".to_owned()).as_bytes()).expect("a log");
    assert_eq!(machine(&two), ("gb200-nvl72", 2, Some("ib-ndr")));
    let named = "#  Rank  0 Group  0 Pid 1 on n0 device  0 [0009:01:00] NVIDIA GB200\n";
    let apart = format!("{named}{}", log(16, 4, false, &|_| "NET/IB/0/GDRDMA".to_owned()));
    assert_eq!(machine(&read(apart.as_bytes()).expect("a log")).1, 4);
}

#[test]
fn a_connection_may_use_a_nic_for_each_channel() {
    let mut text =
        "h:1:2 [0] NCCL INFO comm 0x1 rank 0 nRanks 2 nNodes 2 localRanks 1 localRank 0 MNNVL 0\n".to_owned();
    for (channel, (from, to)) in
        [(0, 1), (1, 0)].into_iter().flat_map(|ends| (0..4).map(move |channel| (channel, ends)))
    {
        text += &format!(
            "h:1:2 [0] NCCL INFO Channel 0{channel}/0 : {from}[0] -> {to}[0] [send] via NET/IB/{channel}/GDRDMA\n"
        );
    }
    let imported = read(text.as_bytes()).expect("a log");
    let wanted = ["4", "0 -> 1: NICs 0 to 3; 1 -> 0: NICs 0 to 3"];
    assert_eq!(figures(&imported, &["NICs in use", "NICs of the rings"]), wanted);
}

#[test]
fn logs_of_rccl_are_of_gpus_of_amd() {
    let plain = log(8, 8, false, &|_| "P2P/IPC".to_owned())
        + "n0:100:900 [0] NCCL INFO NVLS multicast support is not available on dev 0\n";
    let amd = plain.replace("NCCL version 2.27.3+cuda12.4", "RCCL version : 2.22.3-HEAD:abc");
    let named = format!("#  Rank  0 Group  0 Pid 3 on a device  0 [0000:05:00] AMD Instinct MI300X\n{amd}");
    for text in [&amd, &named] {
        let imported = read(text.as_bytes()).expect("a log");
        assert_eq!(machine(&imported).0, "mi300x-8");
        assert_eq!(figures(&imported, &["RCCL", "NCCL"]), ["2.22.3", "-"]);
        plays(&imported);
    }
    assert_eq!(machine(&read(plain.as_bytes()).expect("a log")).0, "dgx-a100");
}

#[test]
fn what_a_later_job_says_about_nvls_is_not_of_the_first() {
    let line = |is: &str| format!("n0:100:900 [0] NCCL INFO NVLS multicast support is {is} on dev 0\n");
    let of = |ranks: u32| {
        format!(
            "n0:100:900 [0] NCCL INFO comm 0x9 rank 0 nRanks {ranks} nNodes 1 localRanks {ranks} localRank 0 MNNVL 0\n"
        )
    };
    let done = "n0:100:900 [0] NCCL INFO comm 0x9 rank 0 nranks 8 cudaDev 0 busId 1000 commId 0x1 - Init COMPLETE\n";
    let first = log(8, 8, false, &|_| "P2P/CUMEM".to_owned());
    for later in [of(4) + &line("not available"), of(8) + &line("not available")] {
        let imported = read(format!("{first}{}{done}{later}", line("available")).as_bytes()).expect("a log");
        assert_eq!(figures(&imported, &["NVLS"]), ["available"]);
        assert_eq!(machine(&imported).0, "dgx-h100");
    }
}

#[test]
fn hosts_are_nodes_where_no_line_counts_them() {
    // Versions before 2.19 name neither nodes nor local ranks, those before 2.17 nothing about NVLS.
    let new = two_nodes("", true);
    let old: String = new
        .lines()
        .map(|line| match line.split_once(" nRanks ") {
            Some((before, _)) => format!("{before} nranks 16 cudaDev 0 busId 1000 - Init START\n"),
            None => format!("{line}\n"),
        })
        .collect();
    let imported = read(old.replace("2.27.3", "2.12.12").as_bytes()).expect("a log");
    assert_eq!(figures(&imported, &["Ranks", "Nodes"]), ["16", "2"]);
    assert_eq!(machine(&imported), ("dgx-a100", 2, Some("ib-hdr")));
    assert!(imported.report.guessed.iter().all(|guess| !guess.contains("does not say")), "{:?}", imported.report);
}

#[test]
fn networks_are_taken_by_name_where_the_log_has_one() {
    for (name, id) in [("Libfabric", "efa"), ("AWS Libfabric", "efa"), ("Socket", "ethernet-100"), ("IB", "ib-ndr")] {
        let lines = format!(
            "n0:100:900 [0] NCCL INFO Using network {name}\nn0:100:900 [0] NCCL INFO NVLS multicast support is available on dev 0\n"
        );
        let imported = read(two_nodes(&lines, true).as_bytes()).expect("a log");
        assert_eq!(machine(&imported), ("dgx-h100", 2, Some(id)), "{name}");
        let reason = if name == "IB" { "has no rate" } else { name };
        assert!(
            imported.report.guessed.iter().any(|guess| guess.contains(id) && guess.contains(reason)),
            "{name}: {:?}",
            imported.report
        );
    }
}

#[test]
fn connections_without_gpudirect_are_warned_of_except_over_sockets() {
    let warns = |text: String| {
        let imported = read(text.as_bytes()).expect("a log");
        imported.report.warnings.iter().any(|warning| warning.contains("GPUDirect RDMA"))
    };
    assert!(warns(two_nodes("", false)));
    assert!(!warns(two_nodes("", true)));
    assert!(!warns(two_nodes("n0:100:900 [0] NCCL INFO Using network Socket\n", false)));
}

/// A trace of 8 ranks with a kernel for each call: its name, the elements in and out.
fn trace(world: u32, calls: &[(&str, u64, u64, u32)]) -> Vec<u8> {
    let events: Vec<String> = (0_u64..)
        .zip(calls)
        .map(|(at, (name, elements_in, elements_out, group))| {
            format!(
                "{{\"ph\": \"X\", \"cat\": \"kernel\", \"name\": \"ncclDevKernel_SendRecv(x)\", \"ts\": {}, \"dur\": 300, \"args\": \
                 {{\"Collective name\": \"{name}\", \"In msg nelems\": {elements_in}, \"Out msg nelems\": {elements_out}, \"Group size\": \
                 {group}, \"dtype\": \"BFloat16\"}}}}",
                1000 * (at + 1)
            )
        })
        .collect();
    let events = events.join(", ");
    format!("{{\"distributedInfo\": {{\"rank\": 0, \"world_size\": {world}}}, \"traceEvents\": [{events}]}}")
        .into_bytes()
}

fn collectives(imported: &Imported) -> Vec<(&str, &str)> {
    let operations = &imported.document.file.workload.sequence;
    operations.iter().filter_map(|one| Some((one.collective.as_deref()?, one.message.as_deref()?))).collect()
}

#[test]
fn sends_of_a_pipeline_are_sends_whatever_their_kernel_is_called() {
    let both = read(&trace(8, &[("send", 1 << 20, 0, 2), ("recv", 1 << 20, 1 << 20, 2)])).expect("a trace");
    assert_eq!(collectives(&both), [("send-recv", "2 MiB")]);
    assert!(both.report.left_out.iter().any(|text| text.starts_with("1 receive:")), "{:?}", both.report);
    plays(&both);
    let last = read(&trace(8, &[("recv", 1 << 20, 1 << 20, 2)])).expect("the last rank of a pipeline");
    assert_eq!(collectives(&last), [("send-recv", "2 MiB")]);
    let exchange = read(&trace(8, &[("all_to_allv", 1 << 20, 1 << 20, 8)])).expect("a trace");
    assert_eq!(collectives(&exchange), [("all-to-all", "2 MiB")]);
}

#[test]
fn what_a_scene_cannot_write_out_is_left_out_or_refused() {
    let gathers = [("_allgather_base", 1 << 20, 1 << 30, 1024); 40];
    let imported = read(&trace(1024, &gathers)).expect("a trace");
    let count = collectives(&imported).len();
    assert!((1..40).contains(&count), "{count}");
    plays(&imported);
    // Rings of large messages have a transfer for each NIC: a scene takes shorter plans.
    let large = read(&trace(128, &[("_allgather_base", 1 << 20, 1 << 29, 128); 40])).expect("a trace");
    plays(&large);
    // Among many ranks the fastest algorithm has few, and others have more than a scene takes.
    let reductions = read(&trace(512, &[("allreduce", 1 << 25, 1 << 25, 512); 4])).expect("a trace");
    assert_eq!(collectives(&reductions).len(), 4);
    plays(&reductions);
    let computation_first = trace(2048, &[("all_to_all", 1 << 20, 1 << 20, 2048)]);
    let error = read(&computation_first).expect_err("no collective is left");
    assert!(error.problem.contains("2048 ranks"), "{error}");
}

#[test]
fn nodes_of_chakra_may_have_lists_of_attributes() {
    let node = |id: u32, kind: &str, key: &str, quote: &str| {
        format!(
            "{{\"id\": {id}, \"name\": \"x\", \"type\": {kind}, \"dataDeps\": [], \"attr\": [{{\"name\": \"is_cpu_op\", \"boolVal\": false}}, \
             {{\"name\": \"comm_type\", \"{key}\": {quote}2{quote}}}, {{\"name\": \"comm_size\", \"{key}\": {quote}1048576{quote}}}]}}"
        )
    };
    let nodes: Vec<String> = (0..3).map(|id| node(id, "7", "int64_val", "")).collect();
    let named: Vec<String> = (0..3).map(|id| node(id, "\"COMM_COLL_NODE\"", "int64Val", "\"")).collect();
    let files = [
        format!("{{\"workload_graph\": [{}]}}", nodes.join(", ")),
        format!("[{}]", nodes.join(", ")),
        format!("{{\"version\": \"0.0.4\"}}\n{}", nodes.join("\n")),
        format!("{{\n  \"version\": \"0.0.4\"\n}}{}", named.concat()),
        format!("{{\"workload_graph\": [{}]}}\n```\n", named.join(", ")),
    ];
    for file in files {
        let imported = read(file.as_bytes()).unwrap_or_else(|error| panic!("{file}\n{error}"));
        assert_eq!(figures(&imported, &["Collectives with a size", "Their bytes"]), ["3", "3,145,728"], "{file}");
        assert_eq!(collectives(&imported), [("all-gather", "8 MiB"); 3]);
    }
    let cut = format!("{{\"version\": \"0.0.4\"}}{}", &named.concat()[..250]);
    assert!(read(cut.as_bytes()).is_err(), "{cut}");
}
