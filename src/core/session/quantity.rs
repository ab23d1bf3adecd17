//! The quantities that a sweep can draw.

use crate::sweep::Row;

/// A quantity of each row of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantity {
    /// Time of the collective, seconds.
    #[default]
    Time,
    /// Message size over time, bytes per second.
    Algbw,
    /// algbw x the factor of the operation, such as 2(n-1)/n for an all-reduce, bytes per second.
    Busbw,
    /// The fabric bound over the time.
    BoundShare,
    /// The length of a training run, days.
    Days,
}

/// Seconds of a day.
pub(super) const DAY_S: f64 = 86_400.0;

impl Quantity {
    /// The quantities of collectives, in the order of the menu.
    pub const OF_COLLECTIVES: [Quantity; 4] = [Quantity::Time, Quantity::Algbw, Quantity::Busbw, Quantity::BoundShare];

    /// The label.
    pub fn label(self) -> &'static str {
        match self {
            Quantity::Time => "time",
            Quantity::Algbw => "algbw",
            Quantity::Busbw => "busbw",
            Quantity::BoundShare => "share of bound",
            Quantity::Days => "days of training",
        }
    }

    /// The definition, for a tooltip.
    pub fn explanation(self) -> &'static str {
        match self {
            Quantity::Time => "Time of the collective",
            Quantity::Algbw => "Message size ÷ time, S / t",
            Quantity::Busbw => {
                "algbw x 2(n-1)/n for an all-reduce. With in-switch reduction it can exceed the capacity of a link."
            }
            Quantity::BoundShare => "Fabric bound ÷ time",
            Quantity::Days => "Length of the training run, interruptions included",
        }
    }

    /// Its value in a row; `None` if the fabric did not run.
    pub fn value(self, row: &Row) -> Option<f64> {
        match self {
            Quantity::Time => row.figures.time_s,
            Quantity::Algbw => row.figures.algbw_gb_s.map(|rate| rate * 1e9),
            Quantity::Busbw => row.figures.busbw_gb_s.map(|rate| rate * 1e9),
            Quantity::BoundShare => row.bound_share(),
            Quantity::Days => row.figures.time_s.map(|time_s| time_s / DAY_S),
        }
    }

    /// Its value for a time in seconds; `None` for rates and shares.
    pub fn of_time(self, time_s: f64) -> Option<f64> {
        match self {
            Quantity::Time => Some(time_s),
            Quantity::Days => Some(time_s / DAY_S),
            Quantity::Algbw | Quantity::Busbw | Quantity::BoundShare => None,
        }
    }
}
