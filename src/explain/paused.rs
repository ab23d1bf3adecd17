//! What happens at one instant, in words: which link binds, which streams share it, what waits for them.

use super::CostKind;
use super::instant::AtInstant;
use super::parts::TimeShare;
use super::words::{class_name, part_words, percent};
use super::{CriticalPath, Step};
use crate::collective::{RouteRun, Transfer};
use crate::fabric::{Direction, Fabric, LinkId, Topology};
use crate::solve::FabricRun;
use crate::units::Femtos;
use crate::units::grouped;

/// Streams that are named before the rest is only counted.
const NAMED: usize = 3;

impl CriticalPath {
    /// The step of the path at an instant.
    pub fn step_at(&self, at: Femtos) -> Option<&Step> {
        let next = self.steps.partition_point(|step| step.until <= at);
        self.steps.get(next).filter(|step| step.from <= at)
    }
}

/// What happens at an instant of a run, sentence by sentence; empty after its end. `found` is what
/// [`super::instant`] has found there.
pub fn instant_sentences(run: &FabricRun, path: &CriticalPath, at: Femtos, found: Option<&AtInstant>) -> Vec<String> {
    let mut said = match found {
        Some(found) => streams(run, at, found),
        None if at < path.end => vec!["No stream flows: heads or software are waited for.".to_owned()],
        None => return Vec::new(),
    };
    if let Some(step) = path.step_at(at) {
        said.push(format!("The critical path is in {}.", step_words(run, step)));
    }
    said
}

/// A step in words: `serialization on GPU 3 → NVSwitch`.
pub fn step_words(run: &FabricRun, step: &Step) -> String {
    let part = TimeShare { kind: step.kind, class: step.class, what: step.what, time: Femtos(0) };
    match (step.link, step.class) {
        (Some(link), _) if run.fabric.is_rate_cap(link) => part_words(run, &part),
        (Some(link), _) => format!("{} on {}", step.kind.word(), run.fabric.link_name(link)),
        (None, Some(class)) if step.kind == CostKind::Latency => {
            format!("{} of {}", step.kind.word(), class_name(run, class))
        }
        _ => part_words(run, &part),
    }
}

fn streams(run: &FabricRun, at: Femtos, found: &AtInstant) -> Vec<String> {
    let count = found.sharing.len() + found.more_sharing;
    let name = run.fabric.link_name(found.binding.link);
    let many = match found.binding.alike {
        0 | 1 => String::new(),
        alike => format!(" (and {} like it)", grouped(alike - 1)),
    };
    let most = found.sharing.iter().map(|one| one.share).fold(0.0, f64::max);
    let share = match count {
        0 => "its streams are past it, on the rest of their way".to_owned(),
        1 => format!("one stream takes {} of it", percent(most)),
        _ => format!("{} streams share it, the largest takes {}", grouped(count as u64), percent(most)),
    };
    let mut said = vec![format!("{name}{many} binds: {share}.")];
    if count > 0 {
        let named: Vec<String> = found.sharing.iter().take(NAMED).map(|one| stream_words(run, one.transfer)).collect();
        let more = match count - named.len() {
            0 => String::new(),
            more => format!(", and {} more", grouped(more as u64)),
        };
        said.push(format!("On it: {}{more}.", named.join("; ")));
    }
    if let Some(next) = found.waiting.first() {
        let starts = next.starts.since(at);
        let who = stream_words(run, next.transfer);
        said.push(match (found.waiting.len(), found.more_waiting) {
            (1, false) => format!("1 transfer waits for it, {who}; it starts in {starts}."),
            (count, more) => {
                let least = if more { "At least " } else { "" };
                format!("{least}{count} transfers wait for it; the next one, {who}, starts in {starts}.")
            }
        });
    }
    said
}

/// A stream in words: `GPU 3 → GPU 4, reduce-scatter`.
pub fn stream_words(run: &FabricRun, id: u32) -> String {
    let transfer = run.plan.transfer(id);
    let (from, to) = ends(run, &transfer);
    let stage = run.plan.phases().get(usize::from(transfer.phase.0)).copied().unwrap_or_default();
    let part = match (transfer.slice.count, transfer.slice.of) {
        // Streams between the same ends are told apart by what they carry.
        (1, of) if of > 1 && from == to => format!(", part {} of {of}", transfer.slice.first + 1),
        _ => String::new(),
    };
    let whose = if transfer.background { "other traffic" } else { stage };
    let alike = match transfer.cohort.copies {
        0 | 1 => String::new(),
        copies => format!(" (and {} like it)", grouped(u64::from(copies) - 1)),
    };
    format!("{from} → {to}, {whose}{part}{alike}")
}

/// Where a stream enters the fabric and where it leaves it.
pub fn ends(run: &FabricRun, transfer: &Transfer) -> (String, String) {
    let (fabric, route) = (&run.fabric, run.plan.route(transfer));
    let public: Vec<&RouteRun> =
        route.runs.iter().filter(|run| !fabric.is_rate_cap(run.first) && !run.is_empty()).collect();
    let last = |run: &RouteRun| run.link(run.rows - 1, run.count - 1);
    let exit = |run: &RouteRun| {
        let hop = fabric.link(run.first).map_or(Femtos(0), |spec| spec.latency);
        run.offset(run.rows - 1, run.count - 1) + hop
    };
    let (Some(begins), Some(ends)) =
        (public.iter().map(|run| run.offset(0, 0)).min(), public.iter().map(|run| exit(run)).max())
    else {
        return ("nowhere".to_owned(), "nowhere".to_owned());
    };
    // Links that follow each other are one branch; those side by side are as many.
    let branches = |run: &RouteRun| {
        let rows = if run.row_step_fs > 0.0 { 1 } else { u64::from(run.rows) };
        rows * if run.step_fs > 0.0 { 1 } else { u64::from(run.count) }
    };
    // Links without latency leave at the instant at which the next one begins: the first run enters, the last leaves.
    let entering: Vec<&&RouteRun> = public.iter().filter(|run| run.offset(0, 0) == begins).collect();
    let leaving: Vec<&&RouteRun> = public.iter().filter(|run| exit(run) == ends).collect();
    let told = |runs: &[&&RouteRun], place: Option<String>, alone: bool| {
        let name = place.unwrap_or_default();
        let count: u64 = runs.iter().map(|run| branches(run)).sum();
        let noun = name.split(' ').next().unwrap_or_default();
        if count > 1 && !alone { format!("{} {noun}s", grouped(count)) } else { name }
    };
    // A message between two ranks has one source and one sink, whatever lies between.
    let message = matches!(transfer.delivery, crate::collective::Delivery::Rank(_))
        && public.iter().all(|run| branches(run) == 1);
    let from = entering.first().map(|run| end_name(fabric, run.first, true));
    let to = leaving.last().map(|run| end_name(fabric, last(run), false));
    (told(&entering, from, message), told(&leaving, to, message))
}

/// What a link leads from, or to.
fn end_name(fabric: &Fabric, link: LinkId, source: bool) -> String {
    let name = fabric.link_name(link);
    match &fabric.topology {
        Topology::Mesh(mesh) => match mesh.place(link) {
            Some((x, y, direction)) if source || direction == Direction::Ramp => format!("PE ({x}, {y})"),
            _ => fabric
                .topology
                .ends(link)
                .map_or(name, |(_, to)| format!("PE ({}, {})", to.0 % mesh.width, to.0 / mesh.width)),
        },
        Topology::Grid(grid) => fabric.topology.ends(link).map_or(name, |(from, to)| {
            let (x, y) = grid.place(if source { from.0 } else { to.0 });
            format!("chip ({x}, {y})")
        }),
        _ => {
            let mut parts = name.split(" → ");
            let end = if source { parts.next() } else { parts.last() };
            end.unwrap_or_default().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::explain::{critical_path, instant};
    use crate::scene::{Setting, first_look};
    use crate::solve::solve;

    #[test]
    fn streams_are_named_by_their_ends_and_what_waits_by_when_it_starts() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let ring = [Setting::parse("fabrics.0.algorithm=ring").expect("a setting")];
        let runs = solve(&document.with(&ring, &catalog).expect("a scene").scene);
        let said = |run: &FabricRun, at: Femtos| {
            let path = critical_path(run).expect("a path");
            let trace = &run.result().expect("a run").played.trace;
            instant_sentences(run, &path, at, instant(&run.fabric, &run.plan, trace, at).as_ref())
        };
        let ring = said(&runs[0], Femtos::from_secs(200e-6));
        assert!(ring[0].starts_with("GPU 0 → NVSwitch binds: one stream takes 100 % of it"), "{ring:?}");
        assert_eq!(ring[1], "On it: GPU 0 → GPU 1, reduce-scatter.");
        assert!(
            ring[2].contains("transfers wait for it; the next one, GPU 0 → GPU 1, reduce-scatter, starts in"),
            "{ring:?}"
        );
        let nvls = solve(&document.scene);
        let all = said(&nvls[0], Femtos::from_secs(200e-6));
        assert!(all[1].starts_with("On it: 8 GPUs → 8 GPUs, in-switch all-reduce, part 1 of 8; 8 GPUs"), "{all:?}");
        assert!(all[1].ends_with(", and 5 more."), "{all:?}");
        let wafer = said(&nvls[1], Femtos::from_secs(100e-6));
        assert!(wafer[1].contains("PE (") && wafer[1].contains("like it)"), "{wafer:?}");
        assert!(said(&nvls[1], Femtos::from_secs(1.0)).is_empty());
    }
}
