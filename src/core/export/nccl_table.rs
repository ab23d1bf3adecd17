//! Results as the table that `nccl-tests` prints, marked as simulated: for scripts that read such tables.

use super::content::Content;
use super::error::ExportError;
use super::provenance::Provenance;
use super::source::{Options, Source, SourceRun};
use crate::nccl::Collective;
use crate::scene::{FabricKind, letter};
use crate::solve::{FabricRun, RunFigures};
use crate::units::one_line;

/// Bytes of an element of the table's type.
const ELEMENT_BYTES: u64 = 4;

/// The head of a table.
const HEADER: &str = "\
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw  #wrong     time   algbw   busbw  #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)             (us)  (GB/s)  (GB/s)
";

/// One table per fabric.
pub(super) fn nccl_table(source: Source<'_>, options: Options) -> Result<Content, ExportError> {
    let mut content = Content::default();
    for line in Provenance::new(source, options).lines() {
        content.text.push_str(&format!("# {line}\n"));
    }
    let note = "in place repeats out of place; the model has one time";
    content.text.push_str(&format!("# {note}\n"));
    for one in source.runs_of(options.fabric) {
        add_fabric(&mut content, source, one);
    }
    if content.rows == 0 { Err(ExportError::NoBandwidth) } else { Ok(content) }
}

fn add_fabric(content: &mut Content, source: Source<'_>, SourceRun { index, run }: SourceRun<'_>) {
    let id = letter(index);
    let swept = source.rows.iter().filter(|row| row.fabric_id == id).map(|row| (row.figures, row.ranks));
    let mut rows: Vec<(RunFigures, u64)> = swept.collect();
    if rows.is_empty() {
        rows.push((RunFigures::new(run), run.ranks));
    }
    rows.sort_by_key(|(figures, ranks)| (*ranks, figures.message_bytes));
    rows.dedup_by_key(|(figures, ranks)| (*ranks, figures.message_bytes));
    for table in rows.chunk_by(|(_, a), (_, b)| a == b) {
        let collective = run.scene.collective;
        let lines: Vec<String> =
            table.iter().filter_map(|(figures, ranks)| line(collective, figures, *ranks)).collect();
        let left_out = table.len() - lines.len();
        if left_out > 0 {
            content.notes.push(format!("fabric {id}: {left_out} sizes without a time are left out"));
        }
        if let (Some((_, ranks)), false) = (table.first(), lines.is_empty()) {
            content.text.push_str(&head(&id, run, *ranks));
            lines.iter().for_each(|line| content.text.push_str(line));
            content.text.push_str("#\n");
            content.rows += lines.len() as u64;
        }
    }
}

/// The lines above the rows. The names of the program and of the cluster let a reader choose the operation.
fn head(id: &str, run: &FabricRun, ranks: u64) -> String {
    let mut head = format!("#\n# Collective test starting: {}\n", program(run.scene.collective));
    head.push_str(&format!("# fabric: {id} {}\n", one_line(&run.scene.name)));
    head.push_str(&format!("# ranks: {ranks}\n"));
    head.push_str(&format!("# machine: {}\n", run.machine_id()));
    if let FabricKind::Chips(chips) = &run.scene.kind {
        head.push_str(&format!("# nodes: {}\n", run.scene.nodes()));
        if let Some(network) = &chips.network {
            head.push_str(&format!("# network: {}\n", network.id));
        }
    }
    head.push_str("#\n");
    head.push_str(HEADER);
    head
}

/// One row; `None` without a time.
fn line(collective: Collective, figures: &RunFigures, ranks: u64) -> Option<String> {
    let (time_s, algbw, busbw) = (figures.time_s?, figures.algbw_gb_s?, figures.busbw_gb_s?);
    let size = figures.message_bytes;
    let shares = if has_shares(collective) { ranks.max(1) } else { 1 };
    let count = size / ELEMENT_BYTES / shares;
    let (redop, root) = reduction(collective);
    let half = format!("{:>7}  {algbw:>6.2}  {busbw:>6.2}  {:>6}", micros(time_s), "N/A");
    Some(format!("{size:>12}  {count:>12}  {:>8}  {redop:>6}  {root:>6}  {half}  {half}\n", "float"))
}

/// Whether the size counts all ranks together, and the count one of them.
fn has_shares(collective: Collective) -> bool {
    match collective {
        Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll => true,
        Collective::AllReduce | Collective::Broadcast | Collective::Reduce | Collective::SendRecv => false,
    }
}

/// The columns `redop` and `root`.
fn reduction(collective: Collective) -> (&'static str, &'static str) {
    match collective {
        Collective::AllReduce | Collective::ReduceScatter => ("sum", "-1"),
        Collective::Reduce => ("sum", "0"),
        Collective::Broadcast => ("none", "0"),
        Collective::AllGather | Collective::AllToAll | Collective::SendRecv => ("none", "-1"),
    }
}

/// The name of the program that measures an operation.
fn program(collective: Collective) -> &'static str {
    match collective {
        Collective::AllReduce => "all_reduce_perf",
        Collective::AllGather => "all_gather_perf",
        Collective::ReduceScatter => "reduce_scatter_perf",
        Collective::AllToAll => "alltoall_perf",
        Collective::Broadcast => "broadcast_perf",
        Collective::Reduce => "reduce_perf",
        Collective::SendRecv => "sendrecv_perf",
    }
}

/// A time in µs with the digits that `nccl-tests` prints.
fn micros(seconds: f64) -> String {
    let micros = seconds * 1e6;
    let decimals = match micros {
        large if large >= 10_000.0 => 0,
        medium if medium >= 1_000.0 => 1,
        _ => 2,
    };
    format!("{micros:.decimals$}")
}
