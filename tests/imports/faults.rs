//! Machines with faults, and texts that cannot be right: what is drawn, and what is warned of.

use fabricscope::import::Imported;

use crate::support::{figures, matrix, plays, read};

const H100: &str = "GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)\n";

fn warns(imported: &Imported, words: &[&str]) {
    let warnings = &imported.report.warnings;
    assert!(
        warnings.iter().any(|warning| words.iter().all(|word| warning.contains(word))),
        "{words:?} of {warnings:?}"
    );
}

fn machines(imported: &Imported) -> Vec<&str> {
    imported.document.file.fabrics.iter().map(|fabric| fabric.machine.as_str()).collect()
}

/// The highest sum of the rates of the links of a chip, GB/s.
fn most_gb_s(imported: &Imported) -> f64 {
    let graph = imported.document.file.fabrics[0].graph.as_ref().expect("a graph");
    let gb_s = |text: &Option<String>| -> f64 {
        text.as_deref().and_then(|text| text.strip_suffix("GB/s")).and_then(|text| text.parse().ok()).expect("a rate")
    };
    let of_chip = |chip: u32| -> f64 {
        graph.links.iter().filter(|link| [link.from, link.to].contains(&chip)).map(|link| gb_s(&link.capacity)).sum()
    };
    (0..graph.chips).map(of_chip).fold(0.0, f64::max)
}

#[test]
fn one_odd_pair_of_a_matrix_of_switches_is_warned_of_and_stays_a_switch() {
    for odd in ["NV17", "NV1", "SYS"] {
        let cell =
            |from: usize, to: usize| if (from.min(to), from.max(to)) == (2, 3) { odd } else { "NV18" }.to_owned();
        for name in ["", H100] {
            let imported = read(format!("{name}{}", matrix(8, &cell)).as_bytes()).expect("a matrix");
            assert_eq!(machines(&imported), ["dgx-h100"], "{odd}");
            assert_eq!(figures(&imported, &["NVLink"]), ["18 lanes per GPU to switches"]);
            warns(&imported, &["GPUs 2 and 3"]);
        }
        // A single cell, in one direction.
        let cell = |from: usize, to: usize| if (from, to) == (3, 2) { odd } else { "NV18" }.to_owned();
        let imported = read(matrix(8, &cell).as_bytes()).expect("a matrix");
        assert_eq!(machines(&imported), ["dgx-h100"], "{odd}");
        warns(&imported, &["GPUs 2 and 3", "differ by direction"]);
    }
}

#[test]
fn half_of_the_gpus_off_nvlink_is_a_fault_of_each() {
    let cell = |from: usize, to: usize| if from.max(to) < 4 { "NV18".to_owned() } else { "SYS".to_owned() };
    let imported = read(matrix(8, &cell).as_bytes()).expect("a matrix");
    assert_eq!(machines(&imported), ["dgx-h100", "dgx-h100"]);
    assert_eq!(imported.document.file.fabrics[0].faults.len(), 8);
    warns(&imported, &["GPUs 4 to 7 are not on NVLink"]);
    plays(&imported);
}

#[test]
fn gpus_never_get_more_lanes_than_they_have() {
    // Two boards with switches, as of two hosts whose texts were joined.
    let cell = |from: usize, to: usize| if from / 4 == to / 4 { "NV18".to_owned() } else { "SYS".to_owned() };
    let imported = read(format!("{H100}{}", matrix(8, &cell)).as_bytes()).expect("a matrix");
    warns(&imported, &["2 islands"]);
    // 18 lanes of 25 GB/s, and PCIe on one side or both.
    assert!(most_gb_s(&imported) <= 18.0 * 25.0 + 2.0 * 63.1, "{}", most_gb_s(&imported));
    plays(&imported);
    // Cells that are neither.
    let cell = |from: usize, to: usize| format!("NV{}", 5 + (from * to + from + to) % 11);
    let error = read(matrix(8, &cell).as_bytes()).expect_err("no machine");
    assert!(error.problem.contains("add up to"), "{error}");
}

#[test]
fn a_named_gpu_with_fewer_lanes_than_its_model_is_a_fault_of_all() {
    let imported = read(format!("{H100}{}", matrix(8, &|_, _| "NV16".to_owned())).as_bytes()).expect("a matrix");
    assert_eq!(machines(&imported), ["dgx-h100", "dgx-h100"]);
    warns(&imported, &["All GPUs have 16 of 18 NVLink lanes"]);
    let shares: Vec<Option<f64>> =
        imported.document.file.fabrics[0].faults.iter().map(|fault| fault.capacity).collect();
    assert_eq!(shares, vec![Some(0.889); 16]);
    // More than the model has is no machine that it names.
    let imported = read(format!("{H100}{}", matrix(8, &|_, _| "NV24".to_owned())).as_bytes()).expect("a matrix");
    warns(&imported, &["more than the 18 of H100"]);
    plays(&imported);
}

#[test]
fn rates_of_scenes_keep_their_zeros() {
    for (lanes, rate) in [(20, "1000GB/s"), (24, "1200GB/s"), (22, "1100GB/s"), (40, "2000GB/s")] {
        let text = format!("GPU 0: NVIDIA B200\n{}", matrix(8, &|_, _| format!("NV{lanes}")));
        let imported = read(text.as_bytes()).expect("a matrix");
        assert_eq!(imported.document.file.fabrics[0].params.link_capacity.as_deref(), Some(rate));
        let shown = rate.replace("GB/s", " GB/s per GPU");
        assert!(imported.report.guessed.iter().any(|guess| guess.contains(&shown)), "{:?}", imported.report);
    }
}

#[test]
fn cards_without_nvlink_miss_none() {
    let text = |name: &str| {
        let plain = matrix(8, &|_, _| "SYS".to_owned());
        let with_nic: String = plain.lines().map(|line| line.replace("\t0-7", "\tPIX\t0-7") + "\n").collect();
        format!("{name}{}", with_nic.replace("CPU", "NIC0\tCPU"))
    };
    let boards = read(text("GPU 0: NVIDIA RTX PRO 6000 Blackwell Server Edition\n").as_bytes()).expect("a matrix");
    assert!(boards.report.warnings.iter().all(|warning| !warning.contains("fabric manager")), "{:?}", boards.report);
    warns(&read(text(H100).as_bytes()).expect("a matrix"), &["fabric manager"]);
}

#[test]
fn the_matrices_of_other_hosts_are_not_dropped_without_a_word() {
    let healthy = matrix(8, &|_, _| "NV18".to_owned());
    let faulty = matrix(8, &|from, to| if from == 5 || to == 5 { "SYS" } else { "NV18" }.to_owned());
    let tagged = |tag: &str, text: &str| text.lines().map(|line| format!("{tag}: {line}\n")).collect::<String>();
    for (first, second, differ) in [(&healthy, &faulty, true), (&healthy, &healthy, false)] {
        for text in
            [format!("=== a ===\n{first}\nLegend:\n\n=== b ===\n{second}"), tagged("a", first) + &tagged("b", second)]
        {
            let imported = read(text.as_bytes()).expect("a matrix");
            assert!(imported.report.left_out.iter().any(|text| text.starts_with("1 other matrix")), "{text}");
            assert_eq!(imported.report.warnings.iter().any(|text| text.contains("differs from the first")), differ);
        }
    }
}

fn links(gpus: usize, rate: &str) -> String {
    let gpu = |gpu: usize| format!("GPU {gpu}: NVIDIA A100-SXM4-80GB (UUID: GPU-{gpu})\n") + &link_lines(12, rate);
    (0..gpus).map(gpu).collect()
}

fn link_lines(count: usize, state: &str) -> String {
    (0..count).map(|link| format!("\t Link {link}: {state}\n")).collect()
}

#[test]
fn rates_of_links_are_those_of_data_where_the_driver_prints_them() {
    let wanted = [
        ("25 GB/s", "25.00 GB/s"),
        ("50 GB/s", "50.00 GB/s"),
        ("25.781 GB/s", "25.78 GB/s raw, 25.00 GB/s of data"),
        ("26.562 GB/s", "26.56 GB/s raw, 25.00 GB/s of data"),
        ("53.125 GB/s", "53.12 GB/s raw, 50.00 GB/s of data"),
    ];
    for (printed, shown) in wanted {
        let imported = read(links(8, printed).as_bytes()).expect("links");
        assert_eq!(figures(&imported, &["Rate of a link"]), [shown], "{printed}");
    }
}

#[test]
fn links_of_a_second_host_are_not_more_gpus_and_counters_are_refused() {
    let two = links(8, "25 GB/s").repeat(2);
    let imported = read(two.as_bytes()).expect("links");
    assert_eq!(figures(&imported, &["GPUs"]), ["8"]);
    assert!(imported.report.left_out.iter().any(|text| text.contains("other hosts")), "{:?}", imported.report);
    let ends = links(8, "Remote Device 00000000:05:00.0: Link 3");
    let both = read((links(8, "25 GB/s") + &ends).as_bytes()).expect("links and ends");
    assert_eq!(figures(&both, &["GPUs", "Devices at the other ends"]), ["8", "1"]);
    assert!(both.report.left_out.is_empty(), "{:?}", both.report);
    let counters = links(2, "Replay Errors: 0");
    let error = read(counters.as_bytes()).expect_err("no states");
    assert!(error.hint.contains("nvlink -s"), "{error}");
}

/// Two GPUs of a host with so many lanes to a target each.
fn host(hash: &str, ids: [&str; 2], targets: [(&str, u32); 2]) -> String {
    let mut text = format!("<cpu host_hash=\"{hash}\" numaid=\"0\" arch=\"x86_64\">");
    for (gpu, (id, (target, count))) in ids.into_iter().zip(targets).enumerate() {
        text.push_str(&format!(
            "<pci busid=\"{id}\" class=\"0x030200\" device=\"0x2330\" link_speed=\"32.0 GT/s\" link_width=\"16\">\
             <gpu dev=\"{gpu}\" sm=\"90\"><nvlink target=\"{target}\" count=\"{count}\" tclass=\"0x068000\"/></gpu></pci>"
        ));
    }
    text + "</cpu>"
}

#[test]
fn hosts_of_a_topology_are_one_domain_only_if_nvlink_joins_them() {
    let ids = ["0000:01:00.0", "0000:02:00.0"];
    let hosts = |target: &str| {
        let hosts = ["0x1", "0x2"].map(|hash| host(hash, ids, [(target, 18); 2]));
        format!("<system version=\"1\">{}</system>", hosts.concat())
    };
    let boxes = read(hosts("0000:05:00.0").as_bytes()).expect("two boxes");
    assert_eq!(figures(&boxes, &["GPUs", "Hosts"]), ["2", "2"]);
    assert!(boxes.report.left_out.iter().any(|text| text.starts_with("2 GPUs of other hosts")), "{:?}", boxes.report);
    let rack = read(hosts("fffffff:ffff:ff").as_bytes()).expect("a rack");
    assert_eq!(figures(&rack, &["GPUs", "Hosts"]), ["4", "2"]);
    let twice = host("0x1", ["0000:01:00.0"; 2], [("0000:05:00.0", 18); 2]);
    let error = read(format!("<system version=\"1\">{twice}</system>").as_bytes()).expect_err("one id");
    assert!(error.problem.contains("twice"), "{error}");
}

#[test]
fn ends_of_a_link_that_disagree_are_warned_of() {
    let ids = ["0000:01:00.0", "0000:02:00.0"];
    let text = host("0x1", ids, [(ids[1], 4), (ids[0], 2)]).replace("0x068000", "0x030200");
    let imported = read(format!("<system version=\"1\">{text}</system>").as_bytes()).expect("a pair");
    warns(&imported, &["GPUs 0 and 1", "differ"]);
    assert_eq!(figures(&imported, &["NVLink"]), ["4 lanes per GPU, 1 direct connection"]);
}

#[test]
fn rings_over_several_hosts_name_host_and_gpu() {
    let graph = "<graphs version=\"1\"><graph id=\"0\" pattern=\"4\" nchannels=\"1\" speedintra=\"20\" typeintra=\"NVL\"><channel>\
                 <gpu dev=\"0\"/><gpu dev=\"0x100000000000003\"/></channel></graph></graphs>";
    let imported = read(graph.as_bytes()).expect("a ring");
    assert_eq!(figures(&imported, &["Ring 0", "Numbers of the rings"]), ["0:0 1:3 (1 channel)", "host:GPU"]);
}
