//! What an operation must move between ranks, whatever the algorithm: the messages that cross the boundary of a set of
//! ranks, and those that all ranks together must pass on where nothing is added or copied on the way.

use crate::collective::Collective;

/// Messages across the boundary of a set of ranks, each way; fractions are parts of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Demand {
    /// Into the set.
    pub into: f64,
    /// Out of the set.
    pub out_of: f64,
}

impl Demand {
    /// What must cross the boundary of `inside` of `ranks` ranks. For one rank it is what its port must carry if switches
    /// add and copy.
    pub fn new(collective: Collective, ranks: f64, inside: f64, has_root: bool) -> Demand {
        let outside = ranks - inside;
        let (near, far) = if has_root { (1.0, 0.0) } else { (0.0, 1.0) };
        let (into, out_of) = match collective {
            Collective::AllReduce => (1.0, 1.0),
            Collective::AllGather => (outside / ranks, inside / ranks),
            Collective::ReduceScatter => (inside / ranks, outside / ranks),
            Collective::AllToAll => (inside * outside / ranks, inside * outside / ranks),
            Collective::Broadcast => (far, near),
            Collective::Reduce => (near, far),
            // However the ranks are ordered, a cycle through all of them enters and leaves the set.
            Collective::SendRecv => (1.0, 1.0),
        };
        Demand { into, out_of }
    }

    /// The least seconds for `bytes` bytes of a message, with rates into the set and out of it in bytes per second.
    pub fn seconds(self, bytes: f64, into: f64, out_of: f64) -> f64 {
        // A direction that nothing needs to cross may have no link.
        let one = |messages: f64, rate: f64| if messages > 0.0 { messages * bytes / rate } else { 0.0 };
        one(self.into, into).max(one(self.out_of, out_of))
    }
}

/// Messages that all members together send, and receive, where nothing is added or copied on the way.
pub(super) struct Total {
    /// Sent.
    pub sent: f64,
    /// Received.
    pub received: f64,
}

impl Total {
    /// Among `members` ranks, or nodes.
    pub fn new(collective: Collective, members: u32) -> Total {
        let others = f64::from(members.saturating_sub(1));
        let (sent, received) = match collective {
            Collective::AllReduce => (2.0 * others, 0.0),
            Collective::AllGather | Collective::Broadcast => (others, 0.0),
            Collective::ReduceScatter | Collective::Reduce => (0.0, others),
            // Their ports already carry what they send.
            Collective::AllToAll | Collective::SendRecv => (0.0, 0.0),
        };
        Total { sent, received }
    }

    /// The least seconds for `bytes` bytes of a message, with the rates of all ports together in bytes per second.
    pub fn seconds(&self, bytes: f64, out: f64, into: f64) -> f64 {
        let one = |messages: f64, rate: f64| if messages > 0.0 { messages * bytes / rate } else { 0.0 };
        one(self.sent, out).max(one(self.received, into))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_and_its_complement_need_the_same_of_their_boundary() {
        for collective in Collective::ALL {
            for inside in 1..12 {
                let inside = f64::from(inside);
                let one = Demand::new(collective, 12.0, inside, true);
                let other = Demand::new(collective, 12.0, 12.0 - inside, false);
                assert_eq!((one.into, one.out_of), (other.out_of, other.into), "{collective:?}, {inside}");
            }
        }
    }
}
