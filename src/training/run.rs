//! A whole training run: days, energy and cost of as many steps as its tokens need, each with its range.

use crate::catalog::{RangeEnd, RangedFigure, TrainingConstants};
use crate::scene::FabricTraining;

/// Hours of a year.
const YEAR_H: f64 = 8766.0;

/// A result with what it would be at the ends of all uncertain inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// With every uncertain input at the end that makes it small.
    pub low: f64,
    /// With the usual inputs.
    pub usual: f64,
    /// With every uncertain input at the end that makes it large.
    pub high: f64,
}

impl Spread {
    /// A result that is the same at both ends.
    pub fn certain(value: f64) -> Spread {
        Spread { low: value, usual: value, high: value }
    }

    /// One result from three, in order.
    pub fn new(one: f64, usual: f64, other: f64) -> Spread {
        Spread { low: one.min(other).min(usual), usual, high: one.max(other).max(usual) }
    }
}

/// The figures of a run on one fabric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunFigures {
    /// Days, with the time that is lost.
    pub days: Spread,
    /// Energy of the facility, MWh.
    pub mwh: Spread,
    /// Cost of an owned machine for these days, electricity included, $.
    pub cost_owned: Spread,
    /// The same with the usual power and price of electricity: those of one site, for comparisons.
    pub cost_at_one_site: Spread,
    /// Cost of a rented machine, $; `None` if nobody rents it out.
    pub cost_rented: Option<Spread>,
    /// Days that a perfect interconnect would save, with the usual goodput.
    pub saved_days: Spread,
    /// What the network costs, as a share of a step.
    pub exposed_share: Spread,
    /// Days of waiting for the machine, then the run.
    pub days_with_queue: Spread,
}

/// Times of a step at three ends, s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StepTimes {
    /// With the network as it is.
    pub step_s: [f64; 3],
    /// With a perfect interconnect.
    pub perfect_s: [f64; 3],
}

/// Days of a run with a goodput.
fn days(steps: f64, step_s: f64, goodput: f64) -> f64 {
    steps * step_s / goodput / 86_400.0
}

/// The figures of a run. `usual` is the end that the scene asks for.
pub(super) fn run_figures(
    training: &FabricTraining,
    constants: &TrainingConstants,
    (steps, usual): (f64, RangeEnd),
    times: &StepTimes,
) -> RunFigures {
    let chips = f64::from(training.job.chips());
    let ends = [RangeEnd::Low, usual, RangeEnd::High];
    let run_days = |place: usize| days(steps, times.step_s[place], training.goodput.at(ends[place].opposite()));
    let of = |value: &dyn Fn(usize) -> f64| Spread::new(value(0), value(1), value(2));
    let chip_hours = |place: usize| run_days(place) * 24.0 * chips;
    let at = |figure: &RangedFigure, place: usize| figure.at(ends[place]);
    // Energy with the power and overhead of one of the ends.
    let energy = |place: usize, site: usize| {
        let power = training.power_kw.value * at(&constants.mean_power, site) * at(&constants.pue, site);
        chip_hours(place) * power / 1000.0
    };
    let mwh = |place: usize| energy(place, place);
    let (life, upkeep) = (constants.life_years.value, constants.upkeep.value);
    let owned = |place: usize, site: usize| {
        let per_hour = at(&training.price, place) * (1.0 + upkeep * life) / (life * YEAR_H);
        chip_hours(place) * per_hour + energy(place, site) * 1000.0 * at(&constants.electricity, site)
    };
    let goodput = training.goodput.at(usual.opposite());
    let saved = |place: usize| days(steps, times.step_s[place] - times.perfect_s[place], goodput);
    let share = |place: usize| 1.0 - times.perfect_s[place] / times.step_s[place];
    let run = of(&run_days);
    let queue = training.queue_days;
    RunFigures {
        days: run,
        mwh: of(&mwh),
        cost_owned: of(&|place: usize| owned(place, place)),
        cost_at_one_site: of(&|place: usize| owned(place, 1)),
        cost_rented: training.rent.as_ref().map(|rent| of(&|place: usize| chip_hours(place) * at(rent, place))),
        saved_days: of(&saved),
        exposed_share: of(&share),
        days_with_queue: Spread { low: run.low + queue, usual: run.usual + queue, high: run.high + queue },
    }
}
