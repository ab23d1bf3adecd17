//! A scene whose workload is a training run: step, run, ranges and sentences of every fabric.

use super::calls::{Calls, KnownCalls};
use super::error::StepError;
use super::gpu_step::gpu_step;
use super::picture::StepPicture;
use super::run::{RunFigures, StepTimes, run_figures};
use super::schedule::RunSchedule;
use super::step::Step;
use super::uncertain::{InputKind, UncertainInput};
use super::wafer_step::wafer_step;
use crate::catalog::{Catalog, Grade, RangeEnd};
use crate::model::{GpuJob, TrainingJob, Uncertain, WaferJob};
use crate::scene::{FabricTraining, TimingChoice, TrainingScene};

/// The training run of one fabric.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingRun {
    /// The step, with its timeline.
    pub step: Step,
    /// The same step with a perfect interconnect, played again.
    pub perfect: Step,
    /// The step with every uncertain input at the end that makes it short, s.
    pub short_s: f64,
    /// The step with every uncertain input at the end that makes it long, s.
    pub long_s: f64,
    /// Steps of the run.
    pub steps: f64,
    /// When they are, and when the run is interrupted.
    pub schedule: RunSchedule,
    /// A step as it is drawn.
    pub picture: StepPicture,
    /// Days, energy, cost.
    pub figures: RunFigures,
    /// The uncertain inputs.
    pub uncertain: Vec<UncertainInput>,
    /// What should be known.
    pub warnings: Vec<String>,
}

/// Steps at the ends of the uncertain inputs.
struct Ends {
    short: f64,
    long: f64,
    perfect: [f64; 4],
}

/// Plays the step of a job at one end of its uncertain inputs.
///
/// # Errors
/// As [`StepError`] says.
pub fn step_at(job: &TrainingJob, calls: &mut Calls, end: RangeEnd, record: bool) -> Result<Step, StepError> {
    match job {
        TrainingJob::Gpu(job) => {
            let uncertain = if calls.is_perfect() { Uncertain::PERFECT } else { Uncertain::at(&job.constants, end) };
            gpu_step(job, calls, &uncertain, record)
        }
        TrainingJob::Wafer(job) => wafer_step(&wafer_job_at(job, end), calls, record),
    }
}

/// A wafer job at one end: the low end is the fast one, with high efficiency and short gradients.
fn wafer_job_at(job: &WaferJob, end: RangeEnd) -> WaferJob {
    let gradients = match end {
        RangeEnd::Usual => job.gradient_bytes,
        RangeEnd::Low | RangeEnd::High => job.wafer.gradient_bytes.at(end),
    };
    WaferJob { efficiency: job.wafer.efficiency.at(end.opposite()), gradient_bytes: gradients, ..job.clone() }
}

/// The training run of one fabric. Collectives that are known are not played again.
///
/// # Errors
/// As [`StepError`] says.
pub fn training_run(
    scene: &TrainingScene,
    training: &FabricTraining,
    catalog: &Catalog,
    known: &mut KnownCalls,
) -> Result<TrainingRun, StepError> {
    let mut calls = known.take(catalog, &training.fabric);
    let run = run_with(scene, training, catalog, &mut calls);
    known.keep(calls);
    run
}

fn run_with(
    scene: &TrainingScene,
    training: &FabricTraining,
    catalog: &Catalog,
    calls: &mut Calls,
) -> Result<TrainingRun, StepError> {
    let step = step_at(&training.job, calls, scene.end, true)?;
    let mut free = calls.perfect();
    let perfect = step_at(&training.job, &mut free, scene.end, false)?;
    // The uncertain inputs of GPUs are about communication: without it all ends are one step.
    let at = |calls: &mut Calls, end: RangeEnd, known: &Step| -> Result<f64, StepError> {
        let is_known = end == scene.end || calls.is_perfect() && matches!(training.job, TrainingJob::Gpu(_));
        Ok(if is_known { known.time.secs() } else { step_at(&training.job, calls, end, false)?.time.secs() })
    };
    let ends = Ends {
        short: at(calls, RangeEnd::Low, &step)?,
        long: at(calls, RangeEnd::High, &step)?,
        perfect: [
            at(&mut free, RangeEnd::Low, &perfect)?,
            perfect.time.secs(),
            at(&mut free, RangeEnd::High, &perfect)?,
            at(&mut free, RangeEnd::Usual, &perfect)?,
        ],
    };
    let steps = scene.tokens / step.tokens;
    let usual = at(calls, RangeEnd::Usual, &step)?;
    let times = StepTimes { step_s: [ends.short, step.time.secs(), ends.long, usual], perfect_s: ends.perfect };
    let constants = &catalog.training().constants;
    let figures = run_figures(training, constants, (steps, scene.end), &times);
    let uncertain = uncertain_inputs(training, catalog);
    let mut warnings = training.warnings.clone();
    warnings.extend(warnings_of(
        &training.job,
        &step,
        TimingChoice::find(&training.fabric.timing) == Some(TimingChoice::Measured),
    ));
    warnings.extend(longer_bubble(&step, figures.exposed_share.usual));
    let interruption = match &training.job {
        TrainingJob::Gpu(_) => &constants.interruption_days,
        TrainingJob::Wafer(_) => &constants.wafer_interruption_days,
    };
    let rates = (interruption, &constants.checkpoint_s);
    let goodput = training.goodput.at(scene.end.opposite());
    let schedule =
        RunSchedule::new(steps, step.time, goodput, training.job.chips(), rates).after_queue(training.queue_days);
    let picture = StepPicture::new(&step);
    Ok(TrainingRun {
        step,
        perfect,
        short_s: ends.short,
        long_s: ends.long,
        steps,
        schedule,
        picture,
        figures,
        uncertain,
        warnings,
    })
}

/// All inputs of a run that have a range.
fn uncertain_inputs(training: &FabricTraining, catalog: &Catalog) -> Vec<UncertainInput> {
    let constants = &catalog.training().constants;
    let mut found = match &training.job {
        TrainingJob::Gpu(_) => vec![
            (InputKind::TensorPieces, &constants.tensor_overlap_pieces),
            (InputKind::SlowDown, &constants.slow_down),
            (InputKind::Straggler, &constants.straggler),
        ],
        TrainingJob::Wafer(job) => {
            vec![(InputKind::Efficiency, &job.wafer.efficiency), (InputKind::GradientBytes, &job.wafer.gradient_bytes)]
        }
    };
    found.extend([
        (InputKind::Goodput, &training.goodput),
        (InputKind::Price, &training.price),
        (InputKind::MeanPower, &constants.mean_power),
        (InputKind::Pue, &constants.pue),
        (InputKind::Electricity, &constants.electricity),
    ]);
    found.extend(training.rent.as_ref().map(|rent| (InputKind::Rent, rent)));
    let ranged = found.into_iter().filter(|(_, figure)| figure.low.is_some() || figure.high.is_some());
    ranged.map(|(kind, figure)| UncertainInput { kind, figure: figure.clone() }).collect()
}

fn warnings_of(job: &TrainingJob, step: &Step, measured: bool) -> Vec<String> {
    match job {
        TrainingJob::Gpu(job) => gpu_warnings(job, measured),
        TrainingJob::Wafer(job) => {
            let mut found = vec![
                "No training run of this size on wafers is public: efficiency and floor are derived from single systems."
                    .to_owned(),
            ];
            if job.wafer.capex.grade == Grade::Estimate {
                found.push("The price of a wafer is an estimate: there is no list price.".to_owned());
            }
            let (has, needs) = (step.microbatch_tokens, job.tokens_that_hide());
            if step.parts.streaming.secs() > 0.01 * step.time.secs() && has < needs {
                found.push(format!(
                    "A wafer has {has:.0} tokens per pass; it takes about {needs:.0} to hide the stream of weights. \
                     Use a larger batch or fewer wafers."
                ));
            }
            found
        }
    }
}

/// Why the network costs more than its exposed part. Differences that no table shows need no words.
fn longer_bubble(step: &Step, network: f64) -> Option<String> {
    let exposed = step.parts.exposed().secs() / step.time.secs();
    (network - exposed > 0.001).then(|| {
        format!(
            "The network costs {:.1} % of the step: {:.1} % of exposed communication, and what it adds to the bubble of the \
             pipeline.",
            100.0 * network,
            100.0 * exposed
        )
    })
}

fn gpu_warnings(job: &GpuJob, measured: bool) -> Vec<String> {
    let mut found = vec![
        "Step times do not show which communication is hidden. The exposed share therefore has a range (docs/training.md)."
            .to_owned(),
    ];
    if !measured {
        found.push("The collectives have ideal timing: data sheet figures without software.".to_owned());
    }
    if job.rate.untested {
        found.push(format!("The efficiency of {} rests on one published step.", job.rate.precision));
    }
    found
}
