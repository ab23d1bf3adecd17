//! One step of a PyTorch profiler trace as a sequence: its collectives with the computation between them.

use std::io::Read;

use super::trace::{CommKernel, ProfilerTrace, TraceStep, read};
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::gpu_model::by_device_name;
use crate::import::imported::Imported;
use crate::import::operations::{Operation, import_operations};
use crate::import::report::ImportReport;
use crate::scene::Collective;
use crate::units::{Bytes, Femtos, counted, grouped};

/// Collectives that start so soon after the one before have waited for it, µs.
const QUEUED_US: f64 = 20.0;
/// Most collectives of a step that are played.
const MAX_PLAYED: usize = 1_000;
/// Most collectives that the report lists with their times.
const MAX_LISTED: usize = 40;

/// Imports a trace.
pub(in crate::import) fn import(reader: impl Read, catalog: &Catalog) -> Result<Imported, ImportError> {
    let trace = read(reader)?;
    if trace.kernels.is_empty() {
        let problem = format!("has no kernel of NCCL among its {} events", grouped(trace.events));
        return Err(ImportError::whole(problem, "profile a training step on several GPUs, with CUDA activity"));
    }
    let mut report = ImportReport::default();
    let step = findings(&trace, &mut report);
    let begin_us =
        step.map_or_else(|| trace.kernels.first().map_or(0.0, |kernel| kernel.start_us), |step| step.start_us);
    let mut kernels: Vec<&CommKernel> = match &step {
        Some(step) => trace.of_step(step).collect(),
        None => trace.kernels.iter().collect(),
    };
    leave_out_receives(&mut kernels, &mut report);
    let largest = trace.kernels.iter().filter_map(|kernel| kernel.group_ranks).max();
    let ranks = trace.world_size.or(largest).unwrap_or_else(|| {
        report.guess("8 ranks: the trace does not say how many there are.");
        8
    });
    let ranks = u32::try_from(ranks).unwrap_or(u32::MAX);
    let sized: Vec<&CommKernel> = kernels.iter().copied().filter(|kernel| operation(kernel).is_some()).collect();
    if sized.len() < kernels.len() {
        let left = counted(kernels.len() - sized.len(), "collective");
        report.leave_out(format!("{left} of the step, whose operation or size is unknown."));
    }
    if sized.len() > MAX_PLAYED {
        report.leave_out(format!("{} at the end of the step.", counted(sized.len() - MAX_PLAYED, "collective")));
    }
    let operations =
        sequence(begin_us, sized.get(..MAX_PLAYED.min(sized.len())).unwrap_or_default(), ranks, &mut report);
    list(&sized, &mut report);
    report.guess(
        "A collective can start when the kernel did; the computation before it is what lies between the starts.",
    );
    report.warn("The time of a kernel includes waiting for late ranks: in the trace of one rank it is an upper bound.");
    report.leave_out("Everything else of the trace: other kernels, host calls, stacks and names of files.");
    let model = trace.device.as_deref().and_then(by_device_name);
    let what = match step {
        Some(step) => format!("Step {}", step.number),
        None => "Collectives".to_owned(),
    };
    import_operations((Form::ProfilerTrace, &what), ranks, model, operations, report, catalog)
}

/// Of sends and receives the sends are played. The last rank of a pipeline only receives: then these stand for the sends.
fn leave_out_receives(kernels: &mut Vec<&CommKernel>, report: &mut ImportReport) {
    let is_send = |kernel: &&CommKernel| kernel.collective == Some(Collective::SendRecv) && !kernel.is_receive;
    let receives = kernels.iter().filter(|kernel| kernel.is_receive).count();
    let has_sends = kernels.iter().any(is_send);
    if has_sends && receives > 0 {
        kernels.retain(|kernel| !kernel.is_receive);
        report.leave_out(format!("{}: the sends stand for them.", counted(receives, "receive")));
    }
    if has_sends || receives > 0 {
        report.guess("A send is played as one of every rank of its group to the next.");
    }
}

fn total(kernels: &[&CommKernel]) -> u64 {
    kernels.iter().filter_map(|kernel| kernel.bytes).fold(0, u64::saturating_add)
}

/// How many kernels there are, and what they move.
fn sizes(kernels: &[&CommKernel]) -> String {
    let unknown = kernels.iter().filter(|kernel| kernel.bytes.is_none()).count();
    match unknown {
        0 => format!("{}, {} B", kernels.len(), grouped(total(kernels))),
        _ if unknown == kernels.len() => format!("{unknown}, size unknown"),
        _ => format!("{}, {} B and {unknown} of unknown size", kernels.len(), grouped(total(kernels))),
    }
}

/// The findings, and the step that is played: the last of those that move the most.
fn findings(trace: &ProfilerTrace, report: &mut ImportReport) -> Option<TraceStep> {
    report.read("Kernels of collectives", trace.kernels.len().to_string());
    report.read("with a description", trace.kernels.iter().filter(|kernel| kernel.has_metadata).count().to_string());
    for collective in Collective::ALL {
        let of_kind: Vec<&CommKernel> =
            trace.kernels.iter().filter(|kernel| kernel.collective == Some(collective)).collect();
        if !of_kind.is_empty() {
            report.read(collective.as_str(), sizes(&of_kind));
        }
    }
    if let (Some(rank), Some(ranks)) = (trace.rank, trace.world_size) {
        report.read("Rank", format!("{rank} of {ranks}"));
    }
    if let Some(model) = trace.device.as_deref().and_then(by_device_name) {
        report.read("GPU model", model.name);
    }
    report.read("Steps", trace.steps.len().to_string());
    let moved = |step: &TraceStep| total(&trace.of_step(step).collect::<Vec<_>>());
    let best = trace.steps.iter().map(moved).max().filter(|bytes| *bytes > 0)?;
    let step = trace.steps.iter().rev().find(|step| moved(step) == best).copied()?;
    let of_step: Vec<&CommKernel> = trace.of_step(&step).collect();
    report.read("Step that is played", step.number.to_string());
    let gradients = of_step.iter().filter(|kernel| {
        matches!(kernel.collective, Some(Collective::AllReduce | Collective::ReduceScatter)) && kernel.bytes.is_some()
    });
    let gradients: Vec<&CommKernel> = gradients.copied().collect();
    report.read("Gradient buckets of the step", format!("{}, {} B", gradients.len(), grouped(total(&gradients))));
    report.read("Time of the step", Femtos::from_secs((step.end_us - step.start_us) * 1e-6).to_string());
    Some(step)
}

/// The collectives with their sizes and measured times.
fn list(kernels: &[&CommKernel], report: &mut ImportReport) {
    for (place, kernel) in kernels.iter().take(MAX_LISTED).enumerate() {
        let (Some(collective), Some(bytes)) = (kernel.collective, kernel.bytes) else { continue };
        let time = Femtos::from_secs(kernel.duration_us * 1e-6);
        report.read(
            &format!("{} of the step", place + 1),
            format!("{}, {}: at most {time}", collective.as_str(), Bytes(bytes)),
        );
    }
}

fn operation(kernel: &CommKernel) -> Option<Operation> {
    Some(Operation::collective(kernel.collective?, kernel.bytes?))
}

/// The collectives one after the other, each after the computation that came before it.
fn sequence(begin_us: f64, kernels: &[&CommKernel], ranks: u32, report: &mut ImportReport) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    let (mut computed_us, mut free_us) = (begin_us, begin_us);
    let (mut last_compute, mut last_collective) = (None, None);
    for kernel in kernels {
        let Some(mut operation) = operation(kernel) else { continue };
        let is_queued = last_collective.is_some() && kernel.start_us - free_us < QUEUED_US;
        let gap_us = kernel.start_us - computed_us;
        if !is_queued && gap_us > 0.0 {
            let compute = Operation::compute(gap_us * 1e-6).after(last_compute.into_iter().collect());
            last_compute = Some(operations.len());
            operations.push(compute);
            computed_us = kernel.start_us;
        }
        operation.group_ranks = groups(kernel.group_ranks, ranks, report);
        let after: Vec<usize> = last_compute.into_iter().chain(last_collective).collect();
        last_collective = Some(operations.len());
        operations.push(operation.after(after));
        free_us = free_us.max(kernel.start_us + kernel.duration_us);
    }
    operations
}

/// The groups of a collective that fewer ranks share.
fn groups(group_ranks: Option<u64>, ranks: u32, report: &mut ImportReport) -> Option<u32> {
    let size = u32::try_from(group_ranks?).ok().filter(|size| *size > 1 && *size < ranks)?;
    if !ranks.is_multiple_of(size) {
        report.guess(format!("Collectives of groups of {size} ranks are played by all {ranks}."));
        return None;
    }
    report.guess(format!("Groups of {size} ranks are neighbours, and all groups do the same at once."));
    Some(size)
}
