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
    /// With the inputs that were chosen, mostly the usual ones.
    pub usual: f64,
    /// With every uncertain input at the end that makes it large.
    pub high: f64,
}

impl Spread {
    /// A result that is the same at both ends.
    pub fn certain(value: f64) -> Spread {
        Spread { low: value, usual: value, high: value }
    }

    /// A result at the end that was chosen, and at all ends.
    pub fn new(chosen: f64, all: &[f64]) -> Spread {
        let (low, high) = all.iter().fold((chosen, chosen), |(low, high), &one| (low.min(one), high.max(one)));
        Spread { low, usual: chosen, high }
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
    /// Days that a perfect interconnect would save.
    pub saved_days: Spread,
    /// What the network costs, as a share of a step.
    pub exposed_share: Spread,
    /// Days of waiting for the machine, then the run.
    pub days_with_queue: Spread,
}

/// Times of a step, s: with the inputs at their low ends, as chosen, at their high ends, and as usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StepTimes {
    /// With the network as it is.
    pub step_s: [f64; 4],
    /// With a perfect interconnect.
    pub perfect_s: [f64; 4],
}

/// Days of a run with a goodput.
fn days(steps: f64, step_s: f64, goodput: f64) -> f64 {
    steps * step_s / goodput / 86_400.0
}

/// The figures of a run. `chosen` is the end that the scene asks for; the ranges contain the usual results whichever it is.
pub(super) fn run_figures(
    training: &FabricTraining,
    constants: &TrainingConstants,
    (steps, chosen): (f64, RangeEnd),
    times: &StepTimes,
) -> RunFigures {
    let chips = f64::from(training.job.chips());
    let ends = [RangeEnd::Low, chosen, RangeEnd::High, RangeEnd::Usual];
    let run_days = |place: usize| days(steps, times.step_s[place], training.goodput.at(ends[place].opposite()));
    let of = |value: &dyn Fn(usize) -> f64| Spread::new(value(1), &[0, 1, 2, 3].map(value));
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
    // Of the days of the same end: the range holds whichever end is chosen.
    let saved = |place: usize| {
        days(steps, times.step_s[place] - times.perfect_s[place], training.goodput.at(ends[place].opposite()))
    };
    let share = |place: usize| 1.0 - times.perfect_s[place] / times.step_s[place];
    let run = of(&run_days);
    let queue = training.queue_days;
    RunFigures {
        days: run,
        mwh: of(&mwh),
        cost_owned: of(&|place: usize| owned(place, place)),
        cost_at_one_site: of(&|place: usize| owned(place, 3)),
        cost_rented: training.rent.as_ref().map(|rent| of(&|place: usize| chip_hours(place) * at(rent, place))),
        saved_days: of(&saved),
        exposed_share: of(&share),
        days_with_queue: Spread { low: run.low + queue, usual: run.usual + queue, high: run.high + queue },
    }
}
