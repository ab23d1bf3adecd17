//! Machines: nvidia-smi and NCCL's topology and graph XML.

use crate::support::{figures, imported, matrix, plays, read};

/// The machine of a sample, its report, and that it plays.
fn machine(name: &str, wanted: &str, what: &[(&str, &str)]) {
    let imported = imported(name);
    let machines: Vec<&str> = imported.document.file.fabrics.iter().map(|fabric| fabric.machine.as_str()).collect();
    assert_eq!(machines, [wanted], "{name}");
    let names: Vec<&str> = what.iter().map(|(name, _)| *name).collect();
    let values: Vec<&str> = what.iter().map(|(_, value)| *value).collect();
    assert_eq!(figures(&imported, &names), values, "{name}");
    plays(&imported);
}

#[test]
fn a_matrix_of_nvidia_smi_becomes_its_machine() {
    machine(
        "a100-8gpu-17nic.txt",
        "dgx-a100",
        &[("GPUs", "8"), ("NVLink", "12 lanes per GPU to switches"), ("NICs", "17")],
    );
    machine("a10-4gpu-2nic-no-nvlink.txt", "switch", &[("GPUs", "4"), ("NVLink", "none"), ("NICs", "2")]);
    let near = "GPU 0: 0, 1 (NODE); GPU 1: 0 (PIX); GPU 2: 0, 1 (NODE); GPU 3: 1 (PIX); GPU 4: 2, 3 (NODE); GPU 5: 2, 3 (NODE); \
                GPU 6: 2, 3 (NODE); GPU 7: 2, 3 (PIX)";
    machine("h800-8gpu-cut-by-terminal.txt", "hgx-h800", &[("NICs", "4"), ("Nearest NICs", near), ("NUMA nodes", "2")]);
    assert!(imported("h800-8gpu-cut-by-terminal.txt").report.warnings.iter().any(|warning| warning.contains("cut")));
    machine("h800-status-8links-cut.txt", "hgx-h800", &[("NVLink", "8 active links per GPU")]);
}

/// The raw bytes of the tool for a tray of 4 GPUs: tabs, an underlined header, affinities that are empty.
#[test]
fn tabs_and_colour_codes_of_the_tool_are_read() {
    let mut text =
        "\t\u{1b}[4mGPU0\tGPU1\tGPU2\tGPU3\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u{1b}[0m\n".to_owned();
    for gpu in 0..4 {
        let cells: Vec<&str> = (0..4).map(|other| if other == gpu { " X " } else { "NV18" }).collect();
        let affinity = if gpu < 2 { "0-35\t0" } else { "\t1" };
        text.push_str(&format!("GPU{gpu}\t{}\tNODE\t{affinity}\t\tN/A\n", cells.join("\t")));
    }
    text.push_str("NIC0\tNODE\tNODE\tNODE\tNODE\t X \t\t\t\t\n");
    let imported = read(text.as_bytes()).expect("a matrix");
    assert_eq!(imported.document.file.fabrics[0].machine, "gb200-nvl72");
    assert_eq!(figures(&imported, &["GPUs", "NICs", "NUMA nodes"]), ["4", "1", "2"]);
    plays(&imported);
}

#[test]
fn a_gpu_that_fell_off_nvlink_is_a_fault_beside_the_repaired_machine() {
    let cell = |from: usize, to: usize| if from == 3 || to == 3 { "NODE".to_owned() } else { "NV18".to_owned() };
    let imported = read(matrix(8, &cell).as_bytes()).expect("a matrix");
    let [broken, repaired] = imported.document.file.fabrics.as_slice() else { panic!("two fabrics") };
    let links: Vec<&str> = broken.faults.iter().filter_map(|fault| fault.link.as_deref()).collect();
    assert_eq!(links, ["GPU 3 -> NVSwitch", "NVSwitch -> GPU 3"]);
    assert!(repaired.faults.is_empty() && imported.report.warnings[0].contains("GPU 3"));
    plays(&imported);
}

#[test]
fn direct_links_keep_their_lanes_and_islands_are_joined() {
    // Pairs with a bridge of 4 lanes, and PCIe between the pairs.
    let cell = |from: usize, to: usize| if from / 2 == to / 2 { "NV4".to_owned() } else { "SYS".to_owned() };
    let text = format!("GPU 0: NVIDIA RTX A6000 (UUID: GPU-1)\n{}", matrix(4, &cell));
    let imported = read(text.as_bytes()).expect("a matrix");
    let graph = imported.document.file.fabrics[0].graph.clone().expect("a graph");
    let links: Vec<(u32, u32, &str)> =
        graph.links.iter().map(|link| (link.from, link.to, link.capacity.as_deref().unwrap_or("-"))).collect();
    assert_eq!(links, [(0, 1, "56.25GB/s"), (2, 3, "56.25GB/s"), (1, 2, "31.5GB/s")]);
    assert_eq!(figures(&imported, &["GPU model"]), ["RTX A6000"]);
    plays(&imported);
}

#[test]
fn pasted_forms_of_a_matrix_are_the_same_machine() {
    let plain = matrix(4, &|_, _| "NV18".to_owned());
    let wanted = read(plain.as_bytes()).expect("a matrix").document;
    let blanks = plain.replace('\t', "     ");
    let fenced = format!("```\nuser@host:~$ nvidia-smi topo -m\n{blanks}```\n");
    let rows = plain.lines().map(|line| format!("| {} |", line.replace('\t', " | ")));
    let markdown = rows.collect::<Vec<_>>().join("\n");
    let windows = plain.replace('\n', "\r\n");
    for text in [blanks, fenced, markdown, windows] {
        let imported = read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(imported.document, wanted, "{text}");
    }
}

#[test]
fn a_missing_or_short_row_is_named() {
    let plain = matrix(4, &|_, _| "NV18".to_owned());
    let without: Vec<&str> = plain.lines().filter(|line| !line.starts_with("GPU2\t")).collect();
    let error = read(without.join("\n").as_bytes()).expect_err("a row is missing");
    assert!(error.problem.contains("GPU2"), "{error}");
    let short = plain.replace("GPU3\tNV18\tNV18\tNV18\t X ", "GPU3\tNV18\tNV18");
    let error = read(short.as_bytes()).expect_err("a row is short");
    assert!(error.problem_with_place().starts_with("line 5: the row of GPU3 has 2 of 4 cells"), "{error}");
}

#[test]
fn a_topology_of_nccl_becomes_its_machine() {
    let near = "GPU 0: 0, 1 (PXB); GPU 1: 0, 1 (PXB); GPU 2: 2, 3 (PXB); GPU 3: 2, 3 (PXB); GPU 4: 5, 6 (PXB); GPU 5: 5, 6 (PXB); \
                GPU 6: 7, 8 (PXB); GPU 7: 7, 8 (PXB)";
    machine(
        "dgx-a100-40g-8gpu-10hca.xml",
        "dgx-a100",
        &[
            ("GPUs", "8"),
            ("GPU model", "A100"),
            ("NVLink", "12 lanes per GPU to 6 switches"),
            ("PCIe of a GPU", "16 GT/s x16: 31.51 GB/s (24.00 for NCCL)"),
            ("NICs", "10 with 12 ports"),
            ("Nearest NICs", near),
            ("CPUs", "6"),
        ],
    );
    machine(
        "hgx-h100-8gpu-16roce-ports-oci.xml",
        "dgx-h100",
        &[("NVLink", "18 lanes per GPU to 4 switches"), ("NICs", "8 with 16 ports"), ("Rate of a NIC", "45.00 GB/s")],
    );
    machine("azure-ndv5-h100-static.xml", "dgx-h100", &[("NICs", "8"), ("NVLink", "none in the file"), ("CPUs", "2")]);
    machine(
        "aws-p5-h100-32efa-static.xml",
        "dgx-h100",
        &[("NICs", "32 with 32 ports"), ("Rate of a NIC", "12.00 GB/s")],
    );
    machine(
        "rtx4090-4gpu-many-virtual-nets.xml",
        "switch",
        &[
            ("GPUs", "4"),
            ("NICs", "1 with 1 port"),
            ("Nearest NICs", "GPU 0: 0 (SYS); GPU 1: 0 (PHB); GPU 2: 0 (SYS); GPU 3: 0 (SYS)"),
        ],
    );
    assert!(imported("rtx4090-4gpu-many-virtual-nets.xml").report.left_out[0].starts_with("60 ports"));
    machine(
        "mi300x-8gpu-xgmi-rccl.xml",
        "mi300x-8",
        &[("GPUs", "8"), ("xGMI", "7 lanes per GPU, 28 direct connections"), ("Rate of a NIC", "48.00 GB/s")],
    );
}

/// Eight V100 in a VM: no bridge, peers with 2, 2, 1 and 1 lanes.
#[test]
fn a_hybrid_cube_mesh_has_16_edges() {
    let peers = |gpu: usize| -> Vec<(usize, usize)> {
        let (base, at) = (gpu / 4 * 4, gpu % 4);
        let double = |at: usize| [(at + 1) % 4, (at + 3) % 4];
        let inside = double(at).map(|to| (base + to, if (at + to) % 4 == 1 { 2 } else { 1 }));
        inside.into_iter().chain([(base + (at + 2) % 4, 1), ((gpu + 4) % 8, 2)]).collect()
    };
    let mut text = "<system version=\"1\"><cpu numaid=\"-1\" arch=\"x86_64\">".to_owned();
    for gpu in 0..8 {
        text.push_str(&format!("<pci busid=\"0000:{gpu:02x}:00.0\" class=\"0x030200\" vendor=\"0x10de\" device=\"0x1db1\" link_speed=\"8.0 GT/s PCIe\" link_width=\"16\"><gpu dev=\"{gpu}\" sm=\"70\" rank=\"{gpu}\">"));
        for (to, count) in peers(gpu) {
            text.push_str(&format!("<nvlink target=\"0000:{to:02x}:00.0\" count=\"{count}\" tclass=\"0x030200\"/>"));
        }
        text.push_str("</gpu></pci>");
    }
    text.push_str("</cpu></system>");
    let imported = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(figures(&imported, &["GPU model", "NVLink"]), ["V100", "6 lanes per GPU, 16 direct connections"]);
    plays(&imported);
}

#[test]
fn a_graph_of_nccl_plays_its_ring_at_the_rate_of_all_channels() {
    let imported = imported("azure-ncv4-4gpu-ring-tree.xml");
    let what = ["Channels", "Rate of a channel", "Path inside a node", "Ring 0", "Ring 1"];
    assert_eq!(figures(&imported, &what), ["2", "12.00 GB/s", "SYS", "0 1 2 3 (1 channel)", "0 3 2 1 (1 channel)"]);
    assert!(imported.report.warnings.iter().any(|warning| warning.contains("stale")));
    plays(&imported);
    let old = crate::support::imported("msccl-4gpu-2021-no-latencyinter.xml");
    assert!(old.report.warnings.iter().any(|warning| warning.contains("2.12")));
    let hexadecimal = "<graphs version=\"1\"><graph id=\"0\" pattern=\"4\" nchannels=\"1\" speedintra=\"20\" typeintra=\"NVL\"><channel><gpu dev=\"0x1f\"/><gpu dev=\"0\"/></channel></graph></graphs>";
    let imported = read(hexadecimal.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(figures(&imported, &["Ring 0"]), ["31 0 (1 channel)"]);
    plays(&imported);
}
