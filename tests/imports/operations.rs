//! Sequences and rings: NCCL's logs, PyTorch's profiler, the Inspector, Chakra and ASTRA-sim.

use fabricscope::scene::OperationFile;

use crate::support::{figures, imported, plays, read, sample};

fn messages(operations: &[OperationFile]) -> Vec<&str> {
    operations.iter().filter_map(|operation| operation.message.as_deref()).collect()
}

#[test]
fn a_step_of_a_profiler_trace_has_its_gradient_buckets() {
    let imported = imported("resnet-2gpu-profiler.json.gz");
    let what =
        ["Kernels of collectives", "with a description", "all-reduce", "Steps", "Rank", "Gradient buckets of the step"];
    // 25.6 million parameters of 4 bytes, with the statistics of the batches.
    let wanted = ["21", "21", "15, 306,684,384 B", "3", "0 of 2", "5, 102,228,128 B"];
    assert_eq!(figures(&imported, &what), wanted);
    let operations = &imported.document.file.workload.sequence;
    assert_eq!(messages(operations).len(), 7);
    assert!(operations.iter().any(|operation| operation.compute.is_some()));
    plays(&imported);
    // The end of a measured time stands beside each bucket.
    assert!(imported.report.value("3 of the step").is_some_and(|value| value.contains("at most")));
}

#[test]
fn kernels_without_a_name_or_a_description_are_read_as_far_as_they_go() {
    let amd = imported("mi300x-8gpu-profiler.json.gz");
    let what = ["Kernels of collectives", "with a description", "GPU model"];
    assert_eq!(figures(&amd, &what)[..2], ["17", "12"]);
    assert!(amd.report.value("all-reduce").is_some_and(|value| value.starts_with("6, ")));
    plays(&amd);
    // Sizes that only the host's calls have.
    let old = imported("dlrm-8gpu-profiler-rank0.json.gz");
    assert_eq!(figures(&old, &["with a description", "all-to-all"]), ["0", "5, 64,448 B"]);
    plays(&old);
}

#[test]
fn lines_of_the_inspector_are_joined_by_their_number() {
    let imported = imported("rtx4090-2gpu-inspector-rank0.log");
    assert_eq!(figures(&imported, &["Collectives", "Ranks", "First collective"]), ["12", "2", "21.91 ms"]);
    let text = String::from_utf8(sample("rtx4090-2gpu-inspector-rank0.log")).expect("text");
    let slower = text.replace("\"coll_exec_time_us\":", "\"coll_exec_time_us\":9");
    let both = read(format!("{text}{slower}").as_bytes()).expect("two ranks");
    assert_eq!(both.report, imported.report, "the fastest rank counts");
    let cut = read(&text.as_bytes()[..text.len() - 40]).expect("all but the last line");
    assert_eq!(figures(&cut, &["Collectives"]), ["11"]);
    plays(&imported);
}

#[test]
fn a_chakra_trace_becomes_its_operations() {
    for name in ["all_reduce_8npus_1MB.0.et", "all_reduce_8npus_1MB.1.et"] {
        let imported = imported(name);
        assert_eq!(figures(&imported, &["Nodes", "Collectives with a size", "Their bytes"]), ["1", "1", "1,048,576"]);
        assert_eq!(messages(&imported.document.file.workload.sequence), ["1 MiB"]);
        plays(&imported);
    }
    let custom = imported("custom_ring_allreduce_8npus_1MB.0.et");
    let what = ["Nodes", "Sends", "Receives", "Computations", "Ranks"];
    assert_eq!(figures(&custom, &what), ["35", "14", "14", "7", "8"]);
    assert!(messages(&custom.document.file.workload.sequence).iter().all(|message| *message == "128 KiB"));
    plays(&custom);
    let error = read(&sample("small_chakra.0.json")).expect_err("no sizes");
    assert!(error.problem.contains("none of its 7 nodes"), "{error}");
}

#[test]
fn a_chakra_trace_is_cut_at_any_byte_without_harm() {
    let bytes = sample("all_reduce_8npus_1MB.0.et");
    for end in 0..bytes.len() {
        assert!(read(&bytes[..end]).is_err(), "{end}");
    }
    // A length of 2^32 - 1.
    let long = [&bytes[..8], &[0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a]].concat();
    assert!(read(&long).is_err());
}

#[test]
fn the_order_of_dependencies_counts_and_circles_of_data_are_refused() {
    let node = |id: u32, after: &str| {
        format!("{{\"id\": {id}, \"node_type\": 7, \"dataDeps\": [{after}], \"comm_type\": 0, \"comm_size\": 1024}}")
    };
    let file = |nodes: &[String]| format!("{{\"workload_graph\": [{}]}}", nodes.join(","));
    let imported = read(file(&[node(2, "1"), node(1, "")]).as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let operations = &imported.document.file.workload.sequence;
    assert_eq!(operations[1].after, Some(vec![operations[0].name.clone()]));
    plays(&imported);
    let error = read(file(&[node(1, "2"), node(2, "1")]).as_bytes()).expect_err("a circle");
    assert!(error.problem.contains("circle"), "{error}");
}

#[test]
fn a_network_of_astra_sim_becomes_a_fabric() {
    let ring = imported("astra-sim-ring-8.yml");
    assert_eq!(ring.document.file.fabrics[0].graph.as_ref().map(|graph| graph.links.len()), Some(8));
    let switch = imported("astra-sim-hgx-h100-switch.yml");
    let params = &switch.document.file.fabrics[0].params;
    assert_eq!((params.link_capacity.as_deref(), params.link_latency.as_deref()), (Some("400GB/s"), Some("936.25ns")));
    let two = "topology: [ Switch, Switch ]\nnpus_count: [ 8, 2 ]\nbandwidth: [ 450, 50 ]\nlatency: [ 250, 1000 ]\n";
    let cluster = read(two.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cluster.document.file.workload.replicas, 16);
    for imported in [&ring, &switch, &cluster] {
        plays(imported);
    }
    let other = two.replacen("Switch", "DragonFly", 1);
    let error = read(other.as_bytes()).expect_err("not supported");
    assert!(error.problem_with_place().contains("line 1: the topology `DragonFly`"), "{error}");
}

#[test]
fn a_log_of_nccl_gives_its_ring_in_the_order_of_trust() {
    let mut text = "h:1:1 [0] NCCL INFO NCCL version 2.18.3+cuda12.2\n".to_owned();
    for channel in 0..2 {
        text.push_str(&format!("h:1:1 [0] NCCL INFO Channel 0{channel}/02 :    0   3   1   2\n"));
    }
    text.push_str("h:1:1 [0] NCCL INFO NVLS multicast support is available on dev 0\n");
    let whole = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(figures(&whole, &["NCCL", "Ranks", "Channels", "Ring 0"]), ["2.18.3", "4", "2", "0 3 1 2 (2 channels)"]);
    assert_eq!(whole.document.file.fabrics[0].machine, "dgx-h100");
    // The same ring from connections; the lines after `Connected all rings` are trees.
    let mut text = String::new();
    for (from, to) in [(0, 3), (3, 1), (1, 2), (2, 0)] {
        text.push_str(&format!("h:{from}:1 [{from}] NCCL INFO comm 0x1 rank {from} nRanks 4 nNodes 1 localRanks 4 localRank {from} MNNVL 0\n"));
        text.push_str(&format!(
            "h:{from}:1 [{from}] NCCL INFO Channel 00 : {from}[{from}] -> {to}[{to}] via SHM/direct/direct\n"
        ));
        text.push_str(&format!("h:{from}:1 [{from}] NCCL INFO Connected all rings\n"));
        text.push_str(&format!(
            "h:{from}:1 [{from}] NCCL INFO Channel 00 : {from}[{from}] -> 9[9] via SHM/direct/direct\n"
        ));
    }
    let joined = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(figures(&joined, &["Ring 0", "Nodes"]), ["0 3 1 2 (1 channel)", "1"]);
    assert!(joined.report.warnings.iter().any(|warning| warning.contains("peer access")));
    for imported in [&whole, &joined] {
        plays(imported);
    }
}

#[test]
fn logs_of_one_node_and_torn_logs_say_how_far_the_ring_is_known() {
    let node = imported("rtx3090-2x8-graph-subsys-2.18.1.log");
    assert_eq!(
        figures(&node, &["Ranks", "PCI links", "NET links", "SYS links"]),
        ["16", "24.00 GB/s", "7.000 GB/s", "10.00 GB/s"]
    );
    assert!(node.report.warnings.iter().any(|warning| warning.contains("ranks 0 to 7")));
    let torn = imported("rtx4090-4gpu-torn-lines-2.28.9.log");
    assert_eq!(figures(&torn, &["NCCL", "Ranks"]), ["2.28.9", "4"]);
    plays(&node);
    plays(&torn);
}

#[test]
fn calls_of_a_log_are_a_sequence() {
    let mut text = "h:1:1 [0] NCCL INFO NVLS multicast support is available on dev 0\n".to_owned();
    text.push_str("h:1:1 [0] NCCL INFO comm 0x1 rank 0 nranks 8 cudaDev 0 busId 1000\n");
    for (name, count) in [("AllReduce", 1024), ("AllGather", 256)] {
        text.push_str(&format!("h:1:1 [0] NCCL INFO {name}: opCount 1f sendbuff 0x1 recvbuff 0x2 count {count} datatype 7 op 0 root 0 comm 0x1 [nranks=8] stream 0x3\n"));
    }
    let imported = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    // The count of an all-gather is that of a rank.
    assert_eq!(messages(&imported.document.file.workload.sequence), ["4 KiB", "8 KiB"]);
    plays(&imported);
}
