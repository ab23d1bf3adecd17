//! Texts on the stage: names of chips, legend, header.

use super::common::{change, times_as_long};
use crate::collective::Flow;
use crate::fabric::{Cluster, Direction, Topology};
use crate::scene::{ChipFabric, FabricKind, WaferLayout};
use crate::solve::FabricRun;
use crate::units::{Femtos, TimeScale, grouped, time_parts};

/// Figures of a run that is done.
pub(in crate::ui) const TIME: &str = "time";
pub(in crate::ui) const OF_FABRIC_BOUND: &str = "of the fabric bound";
pub(in crate::ui) const OF_THE_BOUND: &str = "of bound";
pub(in crate::ui) const USED_REGION: &str = "used region";
pub(in crate::ui) const LEAF_SWITCHES: &str = "leaf switches";
pub(in crate::ui) const SPINE: &str = "spine";
pub(in crate::ui) const TREE_NODE: &str = "SwarmX";
pub(in crate::ui) const ADDS_AND_COPIES: &str = "sum + copy";
pub(in crate::ui) const FORWARDS: &str = "forwards";

pub(in crate::ui) const ROUTER: &str = "router";
pub(in crate::ui) const CORE: &str = "core";
pub(in crate::ui) const RAMP: &str = "ramp";
pub(in crate::ui) const IDLE: &str = "idle";

/// A chip, a node or a switch with its number: `GPU 3`.
pub(in crate::ui) fn numbered(noun: &str, number: u32) -> String {
    format!("{noun} {number}")
}

/// Several ranks that are drawn as one: `512 GPUs`.
pub(in crate::ui) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}", grouped(count))
}

/// Share of the finished sum, without a decimal.
pub(in crate::ui) fn percent(share: f32) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A replica under its strip: its number alone if the strip is narrow.
pub(in crate::ui) fn replica(number: u32, roomy: bool) -> String {
    if roomy { format!("replica {number}") } else { number.to_string() }
}

/// A PE by column and row.
pub(in crate::ui) fn pe(pe: [u32; 2]) -> String {
    format!("{}, {}", pe[0], pe[1])
}

/// The PEs that are visible, by columns and rows.
pub(in crate::ui) fn visible_pes(columns: &str, rows: &str) -> String {
    format!("PEs ({columns}, {rows})")
}

pub(in crate::ui) fn span(first: u32, last: u32) -> String {
    format!("{first}…{last}")
}

/// The time of a run that is over: `done in 1,343 µs, 5.0x as long` as the fastest one.
pub(in crate::ui) fn done(time: Femtos, fastest: Option<Femtos>, scale: Option<TimeScale>) -> String {
    let shown = scale.map_or_else(|| time.to_string(), |scale| scale.text(time));
    match fastest {
        Some(fastest) if fastest < time && fastest.0 > 0 => {
            format!("done in {shown}, {}", times_as_long(time, fastest))
        }
        _ => format!("done in {shown}"),
    }
}

/// The progress of a run, if there is room with its end: `214 of 1,343 µs`.
pub(in crate::ui) fn running(at: Femtos, end: Option<Femtos>, scale: Option<TimeScale>) -> String {
    match (end, scale) {
        (None, None) => clock(at),
        (None, Some(scale)) => scale.text(at),
        (Some(end), None) => format!("{} of {}", clock(at), clock(end)),
        (Some(end), Some(scale)) => format!("{} of {}", scale.number(at), scale.text(end)),
    }
}

/// A running time: always with four digits, so that it does not jump.
fn clock(at: Femtos) -> String {
    let (number, unit) = time_parts(at.secs());
    format!("{number} {unit}")
}

/// Under the progress bar, the run before the last change, which notches mark on the chips: in full, and shorter.
pub(in crate::ui) fn previous_run(before: Femtos, now: Femtos) -> [String; 2] {
    let change = change(before, now);
    [format!("previous run (notches): {before}, now {change}"), format!("before: {before}, now {change}")]
}

/// One line that says what a fabric is: size, timing, algorithm.
pub(in crate::ui) fn subtitle(run: &FabricRun) -> String {
    match &run.scene.kind {
        FabricKind::Chips(fabric) => {
            let with_launch = fabric.measured.is_none() && run.scene.delays.launch > Femtos(0);
            let size = match (&fabric.topology, &fabric.network) {
                (Topology::Cluster(cluster), Some(network)) => {
                    format!("{} x {}, {}", grouped(cluster.nodes.into()), node(fabric, cluster), network.name)
                }
                (Topology::Grid(grid), _) => format!("{} x {} chips", grid.width, grid.height),
                (Topology::Torus(torus), _) => {
                    let lengths = torus.used_lengths().iter().map(u32::to_string).collect::<Vec<_>>();
                    format!("{} chips", lengths.join(" x "))
                }
                (Topology::Graph(_), _) => format!("{} chips", run.ranks),
                _ => format!("{} GPUs", grouped(run.ranks)),
            };
            let launch = if with_launch { " with launch" } else { "" };
            let runs = match &run.scene.sequence {
                Some(sequence) => format!("{} operations", grouped(sequence.operations.len() as u64)),
                None => fabric.algorithm.label().to_owned(),
            };
            format!("{size} · {} timing{launch} · {runs}", run.timing_id())
        }
        FabricKind::Wafers(fabric) => {
            format!("{} wafers · ideal timing · SwarmX tree of {} levels", run.ranks, fabric.tree.depth())
        }
        FabricKind::Wafer(fabric) => {
            let layout = match &fabric.layout {
                WaferLayout::PerPe { .. } => format!("one rank per PE · {}", run.algorithm),
                WaferLayout::Strips { layout, .. } => format!("{} replicas as strips", layout.strips),
            };
            let (columns, rows) = (fabric.machine.columns.count(), fabric.machine.rows.count());
            let all = u64::from(columns) * u64::from(rows);
            let is_whole = (fabric.mesh.width, fabric.mesh.height) == (columns, rows);
            let of_all = if is_whole { String::new() } else { format!(" of {}", grouped(all)) };
            format!("{}{of_all} PEs · cycle model · {layout}", grouped(run.elements))
        }
    }
}

/// A node of a cluster: `DGX H100`, or `4 GPUs of a DGX H100`.
fn node(fabric: &ChipFabric, cluster: &Cluster) -> String {
    let gpus = cluster.gpus_per_node;
    match fabric.machine.nvlink() {
        Some(machine) if machine.gpus.count() == gpus => machine.name.clone(),
        Some(machine) => format!("{gpus} GPUs of a {}", machine.name),
        None => format!("{gpus} GPUs"),
    }
}

/// What the colours of the heat mean, in the words that fit.
pub(in crate::ui) fn heat(roomy: bool, direction: Option<Direction>, accumulated: bool) -> String {
    match (roomy, direction, accumulated) {
        (false, _, false) => "0 to 100 %".to_owned(),
        (false, _, true) => "mean, 0 to 100 %".to_owned(),
        (true, None, false) => "link utilisation 0 to 100 %".to_owned(),
        (true, None, true) => "mean utilisation since start, 0 to 100 %".to_owned(),
        (true, Some(direction), false) => format!("links going {}, 0 to 100 %", direction.as_str()),
        (true, Some(direction), true) => format!("links going {}, mean since start", direction.as_str()),
    }
}

/// What the mark of a packet means.
pub(in crate::ui) fn flow(flow: Flow, roomy: bool) -> &'static str {
    match flow {
        Flow::Reduce if roomy => "partial sum",
        Flow::Reduce => "sum",
        Flow::Broadcast => "copy",
    }
}

pub(in crate::ui) fn share_held(roomy: bool) -> &'static str {
    if roomy { "share of the sum held" } else { "held" }
}

/// The mark of a degraded link.
pub(in crate::ui) fn degraded_link(is_cut: bool) -> &'static str {
    if is_cut { "cut" } else { "slow" }
}

/// What a packet stands for: `1 packet = 64 MiB · flow, not to scale`.
pub(in crate::ui) fn packet(bytes: &str, true_speed: bool) -> String {
    let speed = if true_speed { "true speed" } else { "flow, not to scale" };
    format!("1 packet = {bytes} · {speed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_run_is_not_compared_with_itself() {
        let (short, long) = (Femtos(271_100_000_000), Femtos(1_343_000_000_000));
        assert_eq!(done(short, Some(short), None), "done in 271.1 µs");
        assert_eq!(done(long, Some(short), None), "done in 1.343 ms, 5.0x as long");
        let scale = TimeScale::new(&[short, long], 3);
        assert_eq!(done(long, None, scale), "done in 1,343 µs");
        assert_eq!(running(short, Some(long), scale), "271 of 1,343 µs");
    }

    #[test]
    fn a_change_for_the_worse_has_a_plus_sign_on_the_stage() {
        let (short, long) = (Femtos(1_234_000_000_000), Femtos(1_851_000_000_000));
        let [longer, shorter] = previous_run(short, long);
        assert_eq!(longer, "previous run (notches): 1.234 ms, now +50.0 %");
        assert_eq!(shorter, "before: 1.234 ms, now +50.0 %");
        assert_eq!(previous_run(long, short)[0], "previous run (notches): 1.851 ms, now -33.3 %");
    }

    #[test]
    fn a_running_time_keeps_its_four_digits() {
        assert_eq!(running(Femtos(100_000_000_000), None, None), "100.0 µs");
        assert_eq!(running(Femtos(100_000_000_000), Some(Femtos(1_000_000_000_000)), None), "100.0 µs of 1.000 ms");
    }
}
