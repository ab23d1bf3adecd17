//! Tests of what a diagnosis rests on: the longest messages, costs per call, settings and evidence in the log.

use crate::catalog::Catalog;
use crate::compare::*;
use crate::nccl::{MeasuredInputs, fastest};
use crate::nccl_log::read_log;

/// A table with the times that `seconds` gives for each message, 1 MiB to 16 GiB.
fn table(inputs: &MeasuredInputs, before: &str, seconds: impl Fn(u64, f64) -> f64) -> String {
    let mut text =
        format!("{before}\n# ranks: {}\n# size count type redop root time algbw busbw #wrong\n", inputs.ranks());
    for exponent in 20..35 {
        let bytes = 1_u64 << exponent;
        let time_s = seconds(bytes, fastest(inputs, bytes).expect("a prediction").time_us * 1e-6);
        let algbw = bytes as f64 / time_s / 1e9;
        let busbw = algbw * 2.0 * f64::from(inputs.ranks() - 1) / f64::from(inputs.ranks());
        text.push_str(&format!("{bytes} {} float sum -1 {:.3} {algbw:.4} {busbw:.4} 0\n", bytes / 4, time_s * 1e6));
    }
    text
}

fn flags(machine: &str, network: Option<&str>) -> ClusterFlags {
    ClusterFlags { machine: machine.to_owned(), network: network.map(str::to_owned), ..ClusterFlags::default() }
}

fn inputs_of(flags: &ClusterFlags, nodes: u32) -> MeasuredInputs {
    let catalog = Catalog::bundled().expect("the catalog");
    let flags = ClusterFlags { nodes: Some(nodes), ..flags.clone() };
    cluster(&flags, &LogCluster::default(), &catalog).unwrap_or_else(|error| panic!("{error}")).inputs
}

fn verdict(text: &str, flags: &ClusterFlags) -> Verdict {
    let catalog = Catalog::bundled().expect("the catalog");
    let log = read_log("made", text).unwrap_or_else(|error| panic!("{error}"));
    report(&log.runs, flags, Vec::new(), &catalog).unwrap_or_else(|error| panic!("{error}")).first.verdict
}

#[test]
fn a_loss_of_the_longest_messages_is_not_healthy() {
    let flags = flags("dgx-h100", None);
    let inputs = inputs_of(&flags, 1);
    let slow =
        |least: u64, factor: f64| move |bytes: u64, time_s: f64| time_s * if bytes >= least { factor } else { 1.0 };
    let found = verdict(&table(&inputs, "", slow(2 << 30, 1.25)), &flags);
    assert_eq!(found.state, VerdictState::Below, "{}", found.text);
    assert!(found.text.contains("messages of 1 GiB and more"), "{}", found.text);
    // One row that is disturbed, or the last one alone, is named and decides nothing.
    for (bytes, factor) in [(1_u64 << 30, 4.0), (16 << 30, 2.0)] {
        let one = table(&inputs, "", |of, time_s| time_s * if of == bytes { factor } else { 1.0 });
        let found = verdict(&one, &flags);
        assert_eq!(found.state, VerdictState::Healthy, "{}", found.text);
        assert_eq!(found.slow_ranges.len(), 1, "{found:?}");
        assert!(found.details.iter().any(|detail| detail.starts_with("Conspicuous: messages at")), "{found:?}");
    }
    assert_eq!(verdict(&table(&inputs, "", slow(1, 1.02)), &flags).state, VerdictState::Healthy);
}

#[test]
fn a_cost_per_call_is_found_though_other_changes_fit_the_long_messages() {
    let flags = flags("dgx-h100", Some("ib-ndr"));
    let inputs = inputs_of(&flags, 8);
    let found = verdict(&table(&inputs, "", |_, time_s| time_s + 400e-6), &flags);
    let change = found.change.as_ref().unwrap_or_else(|| panic!("{}", found.text));
    assert_eq!(change.parameter, ChangedInput::Host, "{}", found.text);
    assert!((change.explains - 400.0).abs() < 40.0, "{change:?}");
}

#[test]
fn a_protocol_that_slows_short_messages_is_named() {
    let flags = flags("dgx-a100", Some("ib-hdr"));
    let inputs = inputs_of(&flags, 2);
    let simple = MeasuredInputs { protocols: vec![crate::nccl::Protocol::Simple], ..inputs.clone() };
    let of = |bytes: u64| fastest(&simple, bytes).expect("a prediction").time_us * 1e-6;
    let found = verdict(&table(&inputs, "", |bytes, _| of(bytes)), &flags);
    let change = found.change.as_ref().unwrap_or_else(|| panic!("{}", found.text));
    assert_eq!(change.parameter, ChangedInput::Protocol, "{}", found.text);
}

#[test]
fn fewer_nics_by_a_setting_are_healthy_and_what_they_cost_is_said() {
    let flags = flags("dgx-h100", Some("ib-ndr"));
    let one = MeasuredInputs::clone(&inputs_of(&ClusterFlags { nics: Some(1.0), ..flags.clone() }, 2));
    let text = table(&one, "mpirun -x NCCL_IB_HCA=mlx5_0 ./all_reduce_perf -b 1M -e 16G", |_, time_s| time_s);
    let found = verdict(&text, &flags);
    assert_eq!(found.state, VerdictState::Healthy, "{}", found.text);
    let faster = found.faster.unwrap_or_else(|| panic!("{:?}", found.details));
    assert!(faster.expected_busbw_gb_s > 4.0 * found.headline.expect("a headline").busbw_gb_s, "{faster:?}");
}

#[test]
fn what_nccl_reports_in_the_log_is_said() {
    let flags = flags("dgx-h100", Some("ib-ndr"));
    let inputs = inputs_of(&flags, 2);
    for (line, said) in [
        ("node-1:10:12 [0] NCCL INFO NET/Socket : Using [0]eth0:10.0.0.1<0>", "uses sockets"),
        ("node-1:10:12 [0] NCCL INFO NVLS multicast support is not available on dev 0", "NVLS is not available"),
        ("node-1:10:12 [0] NCCL INFO NET/IB : GPU Direct RDMA Disabled for HCA 0", "GPUDirect RDMA is disabled"),
    ] {
        let found = verdict(&table(&inputs, line, |_, time_s| time_s * 3.0), &flags);
        assert!(found.details.iter().any(|detail| detail.contains(said)), "{line}: {:?}", found.details);
    }
}

#[test]
fn faster_nics_than_usual_are_all_driven() {
    let flags = ClusterFlags { nics: Some(8.0), nic_gbit_s: Some(800.0), ..flags("hgx-b300", Some("ib-ndr")) };
    let inputs = inputs_of(&flags, 4);
    assert_eq!((inputs.nics, inputs.idle_nics), (8.0, 0.0));
    // Half the GPUs drive half the NICs.
    let half = ClusterFlags { gpus_per_node: Some(4), ..flags };
    assert_eq!(inputs_of(&half, 4).nics, 4.0);
}

#[test]
fn logs_of_one_node_and_of_several_are_compared_together() {
    let catalog = Catalog::bundled().expect("the catalog");
    let flags = flags("dgx-h100", Some("ib-ndr"));
    let of = |nodes: u32| {
        let flags = if nodes == 1 { ClusterFlags { network: None, ..flags.clone() } } else { flags.clone() };
        let text = table(&inputs_of(&flags, nodes), "", |_, time_s| time_s);
        read_log("made", &text).unwrap_or_else(|error| panic!("{error}")).runs.remove(0)
    };
    let both = report(&[of(1), of(2)], &flags, Vec::new(), &catalog).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(both.runs.iter().map(|run| run.nodes).collect::<Vec<_>>(), [1, 2]);
    assert!(both.runs.iter().all(|run| run.verdict.healthy));
}
