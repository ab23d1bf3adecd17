//! A change in a few words: the name of its button, and of a fabric that has it.

use super::change::Change;
use super::changed_input::{ChangedInput, Choice};
use crate::units::plain;

impl Change {
    /// The change in a few words, such as `One NIC at 40 %`.
    pub fn title(&self) -> String {
        let choice = self.choice.map_or("", Choice::name);
        let count = |value: f64| plain((value * 100.0).round() / 100.0);
        let (before, now) = (count(self.healthy), count(self.explains));
        match self.parameter {
            ChangedInput::Nvlink => format!("NVLink hops at {} GB/s", plain(self.explains.round())),
            ChangedInput::Lanes => format!("{now} of {before} NVLink lanes"),
            ChangedInput::Nics => format!("{now} of {before} NICs"),
            ChangedInput::OneNic => format!("One NIC at {:.0} %", 100.0 * self.explains),
            ChangedInput::Tcp => format!("TCP, like {now} of {before} NICs"),
            ChangedInput::Nvls => "NVLS off".to_owned(),
            ChangedInput::Algorithm => format!("Algorithm {choice}"),
            ChangedInput::AlgorithmAndNics => format!("Algorithm {choice}, {now} of {before} NICs"),
            ChangedInput::Protocol => format!("Protocol {choice}"),
            ChangedInput::Channels => format!("{now} of {before} channels"),
            ChangedInput::PeerChannels => format!("{now} of {before} channels per peer"),
            ChangedInput::Step => format!("{now} µs more per step"),
            ChangedInput::Host => format!("{} µs more per call", count(self.explains - self.healthy)),
        }
    }
}
