//! Texts of the axis and the stage of a training run.

use crate::catalog::RangedFigure;
use crate::session::RunRow;
use crate::training::{
    Call, Doing, InputKind, Lane, LayerTaskKind, Mix, Moment, RunLevel, RunSchedule, RunSpan, RunTime, SpanKind,
    StepPart, StepTaskKind, TrainingRun, WaitCause, WaterfallBar, WaterfallPart, days_in_digits,
};
use crate::units::{Bytes, Femtos, grouped, plain, significant};

pub(in crate::ui) const AXIS: &str = "Axis of the training run";
pub(in crate::ui) const FORWARD: &str = "forward";
pub(in crate::ui) const BACKWARD: &str = "backward";
pub(in crate::ui) const HIDDEN: &str = "hidden communication";
pub(in crate::ui) const EXPOSED: &str = "exposed: compute waits for it";
pub(in crate::ui) const HIDDEN_SHORT: &str = "hidden";
pub(in crate::ui) const EXPOSED_SHORT: &str = "exposed";
pub(in crate::ui) const BUBBLE: &str = "bubble";
pub(in crate::ui) const LOST: &str = "interruption";
pub(in crate::ui) const NETWORK_SHARE: &str = "of every step goes to the network";
pub(in crate::ui) const NETWORK_SHARE_SHORT: &str = "goes to the network";
pub(in crate::ui) const BACK_TO_RUN: &str = "Back to the run";
pub(in crate::ui) const BACK_TOOLTIP: &str = "Return to the training run (Esc, or zoom out)";
pub(in crate::ui) const WATERFALL: &str = "Days of the run by cause";
pub(in crate::ui) const WATERFALL_TOOLTIP: &str =
    "The bars add up to the days of the run\nThe line is the same run played again with links that cost nothing";
pub(in crate::ui) const TOTAL: &str = "run";
pub(in crate::ui) const PERFECT: &str = "perfect network";
pub(in crate::ui) const WHY_RANGE: &str = "Inputs that are not known well";
pub(in crate::ui) const WHY_RANGE_TOOLTIP: &str = "Click to see why this figure has a range";
pub(in crate::ui) const RANGE_REASON: &str = "Step times do not show which communication is hidden. The low end of a figure has every input at the end that makes it small, the high end at the other.";

/// A pipeline stage, counted from 0 as ranks are.
pub(in crate::ui) fn stage(stage: u32) -> String {
    format!("stage {stage}")
}

/// A stream.
pub(in crate::ui) fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Compute => "compute",
        Lane::NvLink => "NVLink",
        Lane::Nic => "NIC",
        Lane::WaferIn => "I/O in",
        Lane::WaferOut => "I/O out",
    }
}

/// A stream where there is room for two or three letters.
pub(in crate::ui) fn lane_short(lane: Lane) -> &'static str {
    match lane {
        Lane::Compute => "run",
        Lane::NvLink => "NV",
        Lane::Nic => "NIC",
        Lane::WaferIn => "in",
        Lane::WaferOut => "out",
    }
}

/// How much of a step a link is busy.
pub(in crate::ui) fn busy(of: Lane, share: f64) -> String {
    format!("{} {}", lane(of), percent(share))
}

/// What a link carries, in several lengths, the longest first.
pub(in crate::ui) fn carries(of: Lane, kind: &SpanKind) -> Vec<String> {
    let what = span_labels(kind).into_iter().next_back().unwrap_or_default();
    vec![format!("{}: {what}", lane(of)), what, lane(of).to_owned()]
}

fn percent(share: f64) -> String {
    let share = 100.0 * share;
    if share >= 9.95 { format!("{share:.0} %") } else { format!("{share:.1} %") }
}

/// The number of a step, from 1.
pub(in crate::ui) fn step_number(number: u64) -> String {
    format!("step {}", grouped(number + 1))
}

/// What the days of a run consist of, on its bar.
pub(in crate::ui) fn run_shares(run: &TrainingRun) -> String {
    let RunSchedule { steps, interruptions, lost, .. } = run.schedule;
    let days = days_in_digits(run.figures.days.usual);
    let of_steps = format!("{days} days: {} steps of {}", grouped(steps), run.step.time);
    if interruptions == 0 {
        return of_steps;
    }
    let lost_days = days_in_digits(interruptions as f64 * lost.secs() / 86_400.0);
    let noun = if interruptions == 1 { "interruption" } else { "interruptions" };
    format!("{of_steps}, {lost_days} days lost in {} {noun}", grouped(interruptions))
}

/// How much of a step the network costs.
pub(in crate::ui) fn network_share(run: &TrainingRun) -> String {
    percent(run.figures.exposed_share.usual)
}

/// Its range.
pub(in crate::ui) fn network_range_short(run: &TrainingRun) -> String {
    let share = &run.figures.exposed_share;
    format!("{} to {}", percent(share.low), percent(share.high))
}

/// Its range, and what it is in days.
pub(in crate::ui) fn network_range(run: &TrainingRun) -> String {
    let (share, saved) = (&run.figures.exposed_share, &run.figures.saved_days);
    format!(
        "{} to {}; {} of {} days ({} to {})",
        percent(share.low),
        percent(share.high),
        days_in_digits(saved.usual),
        days_in_digits(run.figures.days.usual),
        days_in_digits(saved.low),
        days_in_digits(saved.high)
    )
}

/// What comes before the days of a run, if anything does.
fn behind_queue(run: &TrainingRun) -> String {
    match run.schedule.queue {
        RunTime(0) => String::new(),
        queue => format!(" of training, behind {} of waiting", days_in_digits(queue.days())),
    }
}

/// The wait for the machine, on the bar of days.
pub(in crate::ui) fn queue(days: f64) -> String {
    format!("waiting, {} days", days_in_digits(days))
}

/// The moment at the playhead in words.
pub(in crate::ui) fn moment(run: &TrainingRun, moment: Moment, level: RunLevel, instant: &str) -> String {
    match (moment, level) {
        (Moment::Step { .. }, RunLevel::Run) => format!("{instant} · mean of a step of {}", run.step.time),
        (Moment::Step { step, offset }, RunLevel::Step | RunLevel::Layer) => {
            format!("{} of {} · {offset} of {}", step_number(step), grouped(run.schedule.steps), run.step.time)
        }
        (Moment::Lost { interruption }, _) => {
            format!("{instant} · interruption {}: restart, and steps since the last checkpoint again", interruption + 1)
        }
        (Moment::Queued, _) => {
            format!("{instant} · {} days of waiting for the machine", days_in_digits(run.schedule.queue.days()))
        }
        (Moment::Over, _) => format!("done after {} days{}", days_in_digits(run.figures.days.usual), behind_queue(run)),
    }
}

/// What the window shows.
pub(in crate::ui) fn window(level: RunLevel, length: RunTime) -> String {
    let seconds = length.secs();
    let length = match seconds {
        seconds if seconds >= 2.0 * 86_400.0 => format!("{} days", days_in_digits(seconds / 86_400.0)),
        seconds if seconds >= 2.0 * 3_600.0 => format!("{} h", significant(seconds / 3_600.0)),
        seconds if seconds >= 120.0 => format!("{} min", significant(seconds / 60.0)),
        seconds => Femtos::from_secs(seconds).to_string(),
    };
    let path = match level {
        RunLevel::Run => "run",
        RunLevel::Step => "run › step",
        RunLevel::Layer => "run › step › layer",
    };
    format!("{path} · {length} in sight")
}

fn kernel(kind: LayerTaskKind) -> &'static str {
    match kind {
        LayerTaskKind::ElementWise => "norm",
        LayerTaskKind::Qkv => "QKV",
        LayerTaskKind::Attention => "attention",
        LayerTaskKind::Projection => "projection",
        LayerTaskKind::Up => "up",
        LayerTaskKind::Down => "down",
        LayerTaskKind::TensorGather => "gather activations",
        LayerTaskKind::TensorScatter => "scatter activations",
        LayerTaskKind::KeysAndValues => "keys and values",
        LayerTaskKind::ExpertDispatch => "to experts",
        LayerTaskKind::ExpertCombine => "from experts",
    }
}

fn task(kind: StepTaskKind) -> &'static str {
    match kind {
        StepTaskKind::Forward => "forward",
        StepTaskKind::Backward => "backward",
        StepTaskKind::Send => "send",
        StepTaskKind::ParameterGather => "gather parameters",
        StepTaskKind::GradientScatter => "scatter gradients",
        StepTaskKind::GradientAllReduce => "all-reduce gradients",
        StepTaskKind::Optimizer => "optimizer",
        StepTaskKind::Straggler => "slowest node",
        StepTaskKind::WeightsIn => "weights",
        StepTaskKind::GradientsOut => "gradients",
        StepTaskKind::ActivationsOut => "activations out",
        StepTaskKind::ActivationsIn => "activations in",
    }
}

fn wait(cause: WaitCause) -> &'static str {
    match cause {
        WaitCause::Tensor => "waits for activations",
        WaitCause::Context => "waits for keys and values",
        WaitCause::Expert => "waits for experts",
        WaitCause::Send => "waits for a send",
        WaitCause::Bubble => "waits for another stage",
        WaitCause::Data => "waits for gradients or parameters",
        WaitCause::WaferIo => "waits for wafer I/O",
        WaitCause::Straggler => "waits for the slowest node",
    }
}

fn direction(backward: bool) -> &'static str {
    if backward { BACKWARD } else { FORWARD }
}

/// Names of a span, the longest first.
pub(in crate::ui) fn span_labels(kind: &SpanKind) -> Vec<String> {
    match kind {
        SpanKind::Pass { backward, microbatch, .. } => {
            let short = if *backward { "B" } else { "F" };
            vec![
                format!("{}, microbatch {}", direction(*backward), microbatch + 1),
                format!("{} {}", direction(*backward), microbatch + 1),
                format!("{short} {}", microbatch + 1),
            ]
        }
        SpanKind::Layer { backward, layer, microbatch } => {
            let (long, short) = (direction(*backward), if *backward { "B" } else { "F" });
            vec![
                format!("{long}, layer {}, microbatch {}", layer + 1, microbatch + 1),
                format!("{long}, layer {}", layer + 1),
                format!("layer {}", layer + 1),
                format!("{short} {}", layer + 1),
            ]
        }
        SpanKind::Rest { .. } => vec!["output head".to_owned()],
        SpanKind::Kernel(kind, call) => named_call(kernel(*kind), *call),
        SpanKind::Task { kind, call, .. } => named_call(task(*kind), *call),
        SpanKind::Wait(cause) => vec![wait(*cause).to_owned(), "waits".to_owned()],
        SpanKind::Merged => Vec::new(),
    }
}

fn named_call(name: &str, call: Option<Call>) -> Vec<String> {
    let long = call.map(|call| format!("{name}: {} of {}", call.operation.as_str(), Bytes(call.bytes)));
    long.into_iter().chain([name.to_owned()]).collect()
}

/// What a stage computes or waits for, in several lengths, the longest first.
pub(in crate::ui) fn doing(doing: Option<&Doing>) -> Vec<String> {
    let Some(doing) = doing else { return vec!["idle".to_owned()] };
    let own = span_labels(&doing.kind);
    match (&doing.pass, doing.layer) {
        (Some(pass), Some(layer)) => {
            let passes = span_labels(pass);
            let [long, short] = [1, 2].map(|place| passes.get(place).cloned().unwrap_or_default());
            let brief = own.last().cloned().unwrap_or_default();
            vec![
                format!("{long} · layer {} · {brief}", layer + 1),
                format!("{long} · {brief}"),
                format!("{short} · {brief}"),
                brief,
                short,
            ]
        }
        _ => own,
    }
}

/// How many chips a square is.
/// In several lengths, the longest first.
pub(in crate::ui) fn square_stands_for(chips: u32) -> [String; 3] {
    let chips = grouped(chips.into());
    [format!("one square is {chips} chips"), format!("{chips} chips each"), format!("x {chips}")]
}

/// A span under the pointer: what it is, how long, how much of it is exposed.
pub(in crate::ui) fn span_tooltip(row: &RunRow, span: &RunSpan, step: Femtos) -> String {
    let what = span_labels(&span.kind).into_iter().next();
    let time = span.end.since(span.start).femtos();
    let head = match (&span.kind, what) {
        (SpanKind::Merged, _) | (_, None) => format!("{} of {}", lane(row.lane), stage(row.stage)),
        (_, Some(what)) => format!("{what}\n{time}"),
    };
    let mut lines = vec![head];
    let many = span.end.since(span.start) > RunTime::from(step);
    lines.extend(mix_line(&span.mix, if many { "of every step" } else { "" }));
    if span.kind.call().is_some() {
        lines.push("Double-click, or zoom in, to open this collective link by link".to_owned());
    }
    lines.join("\n")
}

/// The shares of a span that has several.
fn mix_line(mix: &Mix, of: &str) -> Option<String> {
    let whole = mix.total().secs();
    let parts = [("compute", mix.working()), ("hidden", mix.hidden), ("exposed", mix.exposed), ("bubble", mix.bubble)];
    let present: Vec<String> = parts
        .into_iter()
        .filter(|(_, time)| *time > Femtos(0))
        .map(|(name, time)| format!("{name} {}", percent(time.secs() / whole)))
        .collect();
    (present.len() > 1).then(|| format!("{} {of}", present.join(", ")).trim().to_owned())
}

/// The bar of days under the pointer.
pub(in crate::ui) fn bar_tooltip(run: &TrainingRun, moment: Moment) -> String {
    let schedule = &run.schedule;
    let hours = |time: RunTime| significant(time.secs() / 3_600.0);
    match moment {
        Moment::Lost { .. } => format!(
            "Interruption: {} h are lost, with the restart and the steps since the last checkpoint\n\
             The model knows only the share of lost time; interruptions are drawn at equal distances",
            hours(schedule.lost)
        ),
        Moment::Step { step, .. } => format!(
            "{} of {}, {} each\nA checkpoint every {} h",
            step_number(step),
            grouped(schedule.steps),
            schedule.step,
            hours(schedule.checkpoint)
        ),
        Moment::Queued => "The machine is not free yet".to_owned(),
        Moment::Over => "The run is done".to_owned(),
    }
}

/// Days of a bar.
pub(in crate::ui) fn days(days: f64) -> String {
    if days < 0.1 { "< 0.1".to_owned() } else { days_in_digits(days) }
}

/// The name of a bar.
pub(in crate::ui) fn part(part: &WaterfallPart) -> &'static str {
    match part {
        WaterfallPart::Lost => "interruptions",
        WaterfallPart::Step(part) => match part {
            StepPart::Ideal => "ideal compute",
            StepPart::Kernels => "kernels",
            StepPart::Tensor => "tensor parallel",
            StepPart::Context => "context parallel",
            StepPart::Expert => "experts",
            StepPart::SlowDown => "slow-down",
            StepPart::Sends => "pipeline sends",
            StepPart::Bubble => "pipeline bubble",
            StepPart::Data => "data parallel",
            StepPart::WaferIo => "wafer I/O",
            StepPart::Optimizer => "optimizer",
            StepPart::Straggler => "slowest node",
        },
    }
}

/// A bar for a screen reader.
pub(in crate::ui) fn waterfall_spoken(bar: &WaterfallBar) -> String {
    format!("{} {} days", part(&bar.part), days(bar.days))
}

/// The name of an uncertain input.
pub(in crate::ui) fn input_name(kind: InputKind) -> &'static str {
    match kind {
        InputKind::TensorPieces => "Pieces of a hidden tensor-parallel collective",
        InputKind::SlowDown => "Slow-down of compute beside communication",
        InputKind::Straggler => "Slowest of all nodes",
        InputKind::Efficiency => "Efficiency of a wafer",
        InputKind::GradientBytes => "Bytes of a gradient",
        InputKind::Goodput => "Share of the time that counts",
        InputKind::Price => "Price",
        InputKind::MeanPower => "Mean power",
        InputKind::Pue => "Overhead of the facility",
        InputKind::Electricity => "Electricity",
        InputKind::Rent => "Rent",
    }
}

/// Low, usual and high value of an input.
pub(in crate::ui) fn input_ends(figure: &RangedFigure) -> String {
    let shown =
        |value: f64| if value >= 1e4 { grouped(value.round() as u64) } else { plain((value * 1e4).round() / 1e4) };
    let end = |end: Option<f64>| shown(end.unwrap_or(figure.value));
    format!("low {}   default {}   high {}   {}", end(figure.low), shown(figure.value), end(figure.high), figure.unit)
}

/// Grade and source of an input.
pub(in crate::ui) fn input_source(figure: &RangedFigure) -> String {
    format!("{}: {}", figure.grade.as_str(), figure.source)
}

/// Where the collective on the stage belongs.
pub(in crate::ui) fn path_to_call(title: &str) -> String {
    format!("{title} › step › layer › this collective")
}
