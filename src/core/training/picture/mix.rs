//! What a span of a stream consists of.

use std::ops::{Add, Sub};

use crate::training::waits::WaitCause;
use crate::units::Femtos;

/// How long a stream does what within a span. The rest of the span it is idle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mix {
    /// Compute of forward passes.
    pub forward: Femtos,
    /// Compute of backward passes.
    pub backward: Femtos,
    /// The optimizer.
    pub optimizer: Femtos,
    /// Communication behind compute.
    pub hidden: Femtos,
    /// On a communication stream: compute waits for it. On the compute stream: it waits for the network.
    pub exposed: Femtos,
    /// Compute waits for another stage.
    pub bubble: Femtos,
}

impl Mix {
    /// Everything that is not idle.
    pub fn total(&self) -> Femtos {
        self.working() + self.hidden + self.exposed + self.bubble
    }

    /// Compute.
    pub fn working(&self) -> Femtos {
        self.forward + self.backward + self.optimizer
    }

    /// Communication of which a part is exposed.
    pub(super) fn communication(time: Femtos, exposed: Femtos) -> Mix {
        let exposed = exposed.min(time);
        Mix { hidden: time.since(exposed), exposed, ..Mix::default() }
    }

    /// Compute of a pass.
    pub(super) fn compute(backward: bool, time: Femtos) -> Mix {
        if backward { Mix { backward: time, ..Mix::default() } } else { Mix { forward: time, ..Mix::default() } }
    }

    /// A wait.
    pub(super) fn wait(cause: WaitCause, time: Femtos) -> Mix {
        if cause.is_network() {
            Mix { exposed: time, ..Mix::default() }
        } else {
            Mix { bubble: time, ..Mix::default() }
        }
    }

    /// So many of them.
    pub(super) fn times(self, count: u64) -> Mix {
        self.map(self, |one, _| Femtos(one.0.saturating_mul(count)))
    }

    fn map(self, other: Mix, with: impl Fn(Femtos, Femtos) -> Femtos) -> Mix {
        Mix {
            forward: with(self.forward, other.forward),
            backward: with(self.backward, other.backward),
            optimizer: with(self.optimizer, other.optimizer),
            hidden: with(self.hidden, other.hidden),
            exposed: with(self.exposed, other.exposed),
            bubble: with(self.bubble, other.bubble),
        }
    }
}

impl Add for Mix {
    type Output = Mix;

    fn add(self, other: Mix) -> Mix {
        self.map(other, |one, two| one + two)
    }
}

impl Sub for Mix {
    type Output = Mix;

    fn sub(self, other: Mix) -> Mix {
        self.map(other, Femtos::since)
    }
}
