//! Files as people keep and paste them: with tags before each line, in other encodings, within other text, of old versions.

use crate::support::{figures, plays, read};

const LOG: &str = "NCCL version 2.20.5+cuda12.4
h:7:9 [0] NCCL INFO comm 0x1 rank 0 nranks 4 cudaDev 0 busId 1000
h:7:9 [0] NCCL INFO Channel 00/01 :    0   2   1   3
h:7:9 [0] NCCL INFO Channel 00/0 : 0[0] -> 2[2] via SHM/direct/direct
";
const LINKS: &str = "GPU 0: NVIDIA H800 (UUID: GPU-1)\n\t Link 0: 26.562 GB/s\n\t Link 1: 26.562 GB/s\n\
                     GPU 1: NVIDIA H800 (UUID: GPU-2)\n\t Link 0: 26.562 GB/s\n\t Link 1: 26.562 GB/s\n";

/// A matrix of 4 GPUs and 2 NICs, as the tool writes it.
fn matrix() -> String {
    let mut text = "\tGPU0\tGPU1\tGPU2\tGPU3\tNIC0\tNIC1\tCPU Affinity\tNUMA Affinity\n".to_owned();
    for gpu in 0..4 {
        let cells: Vec<&str> = (0..4).map(|other| if other == gpu { " X " } else { "NV12" }).collect();
        let nics = if gpu < 2 { "PXB\tSYS" } else { "SYS\tPXB" };
        text.push_str(&format!("GPU{gpu}\t{}\t{nics}\t0-47\t{}\n", cells.join("\t"), gpu / 2));
    }
    text + "NIC0\tPXB\tPXB\tSYS\tSYS\t X \tSYS\nNIC1\tSYS\tSYS\tPXB\tPXB\tSYS\t X \n\nLegend:\n\n  X    = Self\n"
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    text.lines().map(|line| change(line) + "\n").collect::<String>().into_bytes()
}

#[test]
fn tags_colours_fences_and_encodings_change_nothing() {
    for text in [&matrix(), LOG, LINKS] {
        let wanted = read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let container = |line: &str| format!("{{\"log\":{:?},\"stream\":\"stdout\"}}", format!("{line}\n"));
        let forms: Vec<Vec<u8>> = vec![
            each_line(text, |line| format!("0: {line}")),
            each_line(text, |line| format!("[1,0]<stdout>:{line}")),
            each_line(text, |line| format!("[pod/worker-0/main] {line}")),
            each_line(text, |line| format!("2024-05-01T10:11:12.5Z stdout F {line}")),
            each_line(text, |line| format!("2024-05-01 10:11:12 {line}")),
            each_line(text, |line| format!("> {line}")),
            each_line(text, |line| format!("\u{1b}[36m{line}\u{1b}[0m")),
            each_line(text, container),
            each_line(text, |line| format!("{line}\r")),
            format!("\n\n \n{text}").into_bytes(),
            format!("```text\n{text}```\n").into_bytes(),
            format!("\u{feff}{text}").into_bytes(),
            [b"\xff\xfe".to_vec(), little].concat(),
        ];
        for form in forms {
            let shown = String::from_utf8_lossy(&form);
            let imported = read(&form).unwrap_or_else(|error| panic!("{shown}\n{error}"));
            assert_eq!((&imported.document, &imported.report), (&wanted.document, &wanted.report), "{shown}");
        }
    }
}

#[test]
fn of_several_hosts_that_print_at_once_the_first_is_read() {
    let hosts =
        matrix().lines().map(|line| format!("a: {line}\nb: {}\n", line.replace("NV12", "SYS"))).collect::<String>();
    let imported = read(hosts.as_bytes()).expect("a matrix");
    assert_eq!(imported.document, read(matrix().as_bytes()).expect("a matrix").document);
}

#[test]
fn lists_of_gpus_name_the_model() {
    let lists = [
        "GPU 0,1,2,3: NVIDIA H20",
        "GPU models and configuration: GPU 0: NVIDIA H20",
        "0, NVIDIA H20, 97871 MiB, 535.161.08",
        "|   0  NVIDIA H20                     On  | 00000000:08:00.0 Off |                    0 |",
    ];
    for list in lists {
        let imported = read(format!("{list}\n{}", matrix()).as_bytes()).expect("a matrix");
        assert_eq!(figures(&imported, &["GPU model"]), ["H20"], "{list}");
    }
    let imported = read(format!("GPU 0: Tesla V100-SXM2-16GB (UUID: GPU-1)\n{LOG}").as_bytes()).expect("a log");
    plays(&imported);
}

#[test]
fn few_lanes_between_all_gpus_are_direct_links() {
    let imported = read(matrix().replace("NV12", "NV2").as_bytes()).expect("a matrix");
    assert_eq!(figures(&imported, &["NVLink"]), ["6 direct connections"]);
    plays(&imported);
}

#[test]
fn columns_tell_the_nics_where_their_rows_are_missing() {
    let text = matrix();
    let cut: String = text.lines().filter(|line| !line.starts_with("NIC1")).map(|line| format!("{line}\n")).collect();
    let without_header: String = cut.lines().skip(1).map(|line| format!("{line}\n")).collect();
    for text in [cut, without_header] {
        let imported = read(text.as_bytes()).expect("a matrix");
        let near = "GPU 0: 0 (PXB); GPU 1: 0 (PXB); GPU 2: 1 (PXB); GPU 3: 1 (PXB)";
        assert_eq!(figures(&imported, &["NICs", "Nearest NICs"]), ["2", near], "{text}");
        assert!(imported.report.warnings.iter().any(|warning| warning.contains("cut")), "{text}");
    }
}

#[test]
fn a_matrix_of_what_is_supported_is_not_one_of_links() {
    let peers = " \tGPU0\tGPU1\t\n GPU0\tX\tCNS\t\n GPU1\tCNS\tX\t\n\nLegend:\n\n  X    = Self\n  OK   = Status Ok\n";
    let error = read(peers.as_bytes()).expect_err("no links");
    assert!(error.problem.contains("topo -p2p"), "{error}");
    let wanted = read(matrix().as_bytes()).expect("a matrix").document;
    for both in [format!("{peers}{}", matrix()), format!("{}{peers}", matrix())] {
        assert_eq!(read(both.as_bytes()).expect("a matrix").document, wanted);
    }
}

#[test]
fn remote_ends_of_links_are_switches_if_all_gpus_share_them() {
    let gpu = |gpu: usize, ends: &[&str]| {
        let links = ends.iter().enumerate().map(|(link, end)| format!("  Link {link}: Remote Device {end}: Link 3\n"));
        format!("GPU {gpu}: NVIDIA H800 (UUID: GPU-{gpu})\n{}", links.collect::<String>())
    };
    let switches = ["00000000:05:00.0", "00000000:06:00.0"];
    let imported = read([gpu(0, &switches), gpu(1, &switches[..1])].concat().as_bytes()).expect("links");
    assert_eq!(figures(&imported, &["GPUs", "Devices at the other ends"]), ["2", "2"]);
    plays(&imported);
    let mesh = [gpu(0, &["00000000:02:00.0"]), gpu(1, &["00000000:01:00.0"])].concat();
    assert!(read(mesh.as_bytes()).expect_err("which GPU is which").hint.contains("topo -m"));
    let down = "GPU 0: NVIDIA H800\nNVML: Unable to retrieve NVLink information as all links are inActive\n";
    assert!(read(down.as_bytes()).expect_err("no link").problem.contains("no GPU has an active NVLink"));
}

const TOPOLOGY: &str = "<system version=\"1\">
  <cpu numaid=\"0\" arch=\"x86_64\">
    <pci busid=\"0000:01:00.0\" class=\"0x030200\" device=\"0x2330\" link_speed=\"32.0 GT/s\" link_width=\"16\">
      <gpu dev=\"0\" sm=\"90\" rank=\"0\"><nvlink target=\"0000:05:00.0\" count=\"18\" tclass=\"0x068000\"/></gpu>
    </pci>
    <pci busid=\"0000:02:00.0\" class=\"0x030200\" device=\"0x2330\" link_speed=\"32.0 GT/s\" link_width=\"16\">
      <gpu dev=\"1\" sm=\"90\" rank=\"1\"><nvlink target=\"0000:05:00.0\" count=\"18\" tclass=\"0x068000\"/></gpu>
    </pci>
  </cpu>
</system>
";

#[test]
fn xml_within_other_text_is_read_and_errors_keep_their_lines() {
    let wanted = read(TOPOLOGY.as_bytes()).expect("a topology").document;
    let escaped = TOPOLOGY.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let quoted = [
        format!("The dump:\n\n```xml\n{TOPOLOGY}```\n"),
        format!("cat > topo.xml <<'EOF'\n{TOPOLOGY}EOF\n"),
        format!("<details><summary>dump</summary>\n{TOPOLOGY}</details>\n"),
        format!("<pre>{escaped}</pre>"),
    ];
    for text in quoted {
        assert_eq!(read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}\n{error}")).document, wanted, "{text}");
    }
    let damaged = format!("The dump:\n\n{}", TOPOLOGY.replacen("</gpu>", "", 1));
    let error = read(damaged.as_bytes()).expect_err("a tag is missing");
    assert!(error.problem_with_place().starts_with("line 7: "), "{error}");
    let headless: String = TOPOLOGY.lines().skip(1).collect();
    assert!(read(headless.as_bytes()).expect_err("no root").problem.contains("begins with <cpu>"));
}

#[test]
fn a_gpu_whose_switches_cannot_be_seen_is_a_warning() {
    let third = "<pci busid=\"0000:03:00.0\" class=\"0x030200\" device=\"0x2330\"><gpu dev=\"2\" sm=\"90\" rank=\"2\">\
                 <nvlink target=\"fffffff:ffff:ff\" count=\"18\" tclass=\"0x068000\"/></gpu></pci></cpu>";
    let imported = read(TOPOLOGY.replace("</cpu>", third).as_bytes()).expect("a topology");
    assert!(imported.report.warnings.iter().any(|warning| warning.starts_with("GPU 2 ")), "{:?}", imported.report);
}

#[test]
fn rings_of_old_versions_and_of_rccl_are_read() {
    let lines = |ring: &str| {
        format!(
            "NCCL version 2.4.6+cuda10.0\nh:1:2 [0] NCCL INFO comm 0x1 rank 0 nranks 4 cudaDev 0\n\
             h:1:2 [0] NCCL INFO {ring}\nh:1:2 [0] NCCL INFO Using network Socket\n"
        )
    };
    let rings = [
        "Channel 00 :    0   2   1   3",
        "Ring 00 :    0   2   1   3",
        "Channel 00/01 :    0   2   1   3 comm 0x1 nRanks 04 busId c1000",
    ];
    for ring in rings {
        let imported = read(lines(ring).as_bytes()).unwrap_or_else(|error| panic!("{ring}: {error}"));
        assert_eq!(figures(&imported, &["Ring 0", "Channels"]), ["0 2 1 3 (1 channel)", "1"], "{ring}");
        plays(&imported);
    }
    let rccl = lines(rings[2]).replace("NCCL version 2.4.6+cuda10.0", "RCCL version : 2.22.3-develop:75b5c5e");
    assert_eq!(figures(&read(rccl.as_bytes()).expect("a log"), &["RCCL"]), ["2.22.3"]);
}

#[test]
fn connections_alone_tell_how_many_ranks_there_are_at_least() {
    let log = "h:1:2 [0] NCCL INFO Ring 00 : 7 -> 8 [send] via NET/AWS Libfabric/0\nh:1:2 [0] NCCL INFO NET/OFI Selected Provider is cxi\n\
               h:1:2 [0] NCCL INFO Using network AWS Libfabric\nh:3:4 [1] NCCL INFO Ring 00 : 14[6] -> 15[7] via P2P/IPC\n";
    let imported = read(log.as_bytes()).expect("a log");
    assert_eq!(figures(&imported, &["Ranks", "Network"]), ["16", "AWS Libfabric over Slingshot"]);
    assert!(imported.report.guessed.iter().any(|guess| guess.starts_with("16 ranks")), "{:?}", imported.report);
    plays(&imported);
}

#[test]
fn a_report_with_a_matrix_and_warnings_of_nccl_is_the_machine() {
    let text = format!("{}\nNCCL version 2.20.5+cuda12.4\nh:1:2 [0] NCCL INFO bootstrap.cc:256 -> 6\n", matrix());
    assert_eq!(figures(&read(text.as_bytes()).expect("a matrix"), &["NICs"]), ["2"]);
}

#[test]
fn networks_of_simulators_have_any_number_of_rings_and_meshes() {
    let network = |topology: &str, counts: &str| {
        let rates = vec!["50.0"; counts.split(',').count()].join(", ");
        format!("topology: [ {topology} ]\nnpus_count: [ {counts} ]\nbandwidth: [ {rates} ]\nlatency: [ {rates} ]\n")
    };
    let links = |text: &str| {
        let imported = read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}\n{error}"));
        plays(&imported);
        imported.document.file.fabrics[0].graph.as_ref().map(|graph| (graph.chips, graph.links.len()))
    };
    // A torus has two links for each rank, 4 x 2 has a ring of 4 twice and 4 pairs.
    assert_eq!(links(&network("Ring, Ring", "4, 4")), Some((16, 32)));
    assert_eq!(links(&network("Ring, Ring", "4, 2")), Some((8, 12)));
    assert_eq!(links(&network("FullyConnected, Ring, Ring", "4, 3, 1")), Some((12, 18 + 12)));
    let block = "topology:\n  - \"Ring\"\nnpus_count:\n  - 8\nbandwidth:\n  - 50\nlatency:\n  - 0\n";
    assert_eq!(links(block), Some((8, 8)));
    assert_eq!(links("topology: Ring\nnpus_count: 8\nbandwidth: 50\nlatency: 5\n"), Some((8, 8)));
    let error = read(network("Ring, Switch", "4, 4").as_bytes()).expect_err("a switch of rings");
    assert!(error.hint.contains("FullyConnected"), "{error}");
}

#[test]
fn other_files_are_refused_by_name() {
    let files: [(&[u8], &str); 7] = [
        (b"PK\x03\x04rest", "archive"),
        (b"\xfd7zXZ\0rest", "archive"),
        (b"SQLite format 3\0rest", "SQLite"),
        (b"<!DOCTYPE html>\n<html><body>text</body></html>", "web page"),
        (b"{\"topology-name\": \"Hierarchical\", \"units-count\": [2]}", "ASTRA-sim 1"),
        (b"| NVIDIA-SMI 570.211.01   Driver Version: 570.211.01 |\n", "nvidia-smi"),
        (b"===== Link Type between two GPUs =====\n      GPU0  GPU1\nGPU0  0  XGMI\n", "rocm-smi"),
    ];
    for (bytes, word) in files {
        let error = read(bytes).expect_err(word);
        assert!(error.problem.contains(word) && !error.hint.is_empty(), "{word}: {error}");
    }
}

#[test]
fn records_of_the_inspector_may_be_lines_among_others_a_list_or_spread_over_lines() {
    let record = |sn: u32| {
        format!(
            "{{\"header\":{{\"id\":\"0x9\",\"rank\":0,\"n_ranks\":8,\"nnodes\":1}},\"metadata\":{{}},\"coll_perf\":{{\"coll\":\"AllReduce\",\
             \"coll_sn\":{sn},\"coll_msg_size_bytes\":67108864,\"coll_exec_time_us\":400,\"coll_algobw_gbs\":167.8,\"coll_busbw_gbs\":293.6}}}}"
        )
    };
    let records: Vec<String> = (1..=3).map(record).collect();
    let lines = records.join("\n");
    let wanted = read(lines.as_bytes()).expect("records");
    assert_eq!(figures(&wanted, &["Collectives"]), ["3"]);
    let forms = [
        lines.lines().map(|line| format!("0: {line}\n")).collect::<String>(),
        format!("NCCL version 2.28.9\nh:1:2 [0] NCCL INFO PROFILER/Plugin: loaded\n{lines}\n"),
        format!("[{}]", records.join(", ")),
        format!("[\n{}\n]\n", records.join(",\n")),
        lines.replace("{\"header\"", "{\n  \"header\"").replace("\"metadata\"", "\n  \"metadata\""),
    ];
    for form in forms {
        let imported = read(form.as_bytes()).unwrap_or_else(|error| panic!("{form}\n{error}"));
        assert_eq!(imported.document, wanted.document, "{form}");
    }
    let sends = lines.replace("coll_perf", "p2p_perf");
    assert!(read(sends.as_bytes()).expect_err("only sends").problem.contains("3 sends"));
}

#[test]
fn of_many_collectives_among_many_ranks_as_many_are_played_as_a_scene_can_hold() {
    let records = |ranks: u32, collective: &str, count: u32| -> String {
        let record = |sn: u32| {
            format!(
                "{{\"header\":{{\"id\":1,\"rank\":0,\"n_ranks\":{ranks},\"nnodes\":1}},\"coll_perf\":{{\"coll\":\"{collective}\",\"coll_sn\":{sn},\
                 \"coll_msg_size_bytes\":1048576,\"coll_exec_time_us\":40}}}}\n"
            )
        };
        (0..count).map(record).collect()
    };
    let imported = read(records(256, "AllReduce", 64).as_bytes()).expect("records");
    let played = imported.document.file.workload.sequence.len();
    assert!((4..64).contains(&played), "{played}");
    assert!(imported.report.left_out.iter().any(|text| text.contains("after the first")), "{:?}", imported.report);
    assert_eq!(
        read(records(64, "AllReduce", 64).as_bytes()).expect("records").document.file.workload.sequence.len(),
        64
    );
    plays(&read(records(128, "AllGather", 2).as_bytes()).expect("records"));
    let error = read(records(4096, "AllToAll", 2).as_bytes()).expect_err("too many transfers");
    assert!(error.problem.contains("4096 ranks") && error.hint.contains("1,400"), "{error}");
}
