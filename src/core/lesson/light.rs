//! What a beat lights: a fabric, a chip, a link, a class of links, or a part of the time.

use super::problem::Problem;
use crate::explain::CostKind;
use crate::scene::{MAX_FABRICS, did_you_mean, letter};
use crate::solve::FabricRun;
use crate::units::quoted;

/// A lit part of the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Light {
    /// `fabric:B`: a whole fabric.
    Fabric(usize),
    /// `chip:A 0`, `chip:GPU 3`: a rank by its number or a chip by its name, in one fabric or in all.
    Chip(Option<usize>, String),
    /// `link:GPU 3 -> NVSwitch`: a link by its name.
    Link(Option<usize>, String),
    /// `class:NIC`, `class:B mesh link`: all links of a class.
    Class(Option<usize>, String),
    /// `part:latency`: a part of the time.
    Part(CostKind),
}

const KINDS: &str = "fabric:B, chip:A 0, chip:GPU 3, link:GPU 3 -> NVSwitch, class:NIC, part:latency";

impl Light {
    /// Reads a lit part.
    ///
    /// # Errors
    /// What is wrong, with what is accepted.
    pub fn parse(text: &str) -> Result<Light, String> {
        let unknown = || format!("`{}` is not a part of the stage; accepted: {KINDS}", quoted(text));
        let (kind, name) = text.split_once(':').ok_or_else(unknown)?;
        let (fabric, rest) = fabric_and_name(name.trim());
        match (kind, fabric) {
            ("fabric", Some(fabric)) if rest.is_empty() => Ok(Light::Fabric(fabric)),
            ("chip", _) if !rest.is_empty() => Ok(Light::Chip(fabric, rest.to_owned())),
            ("link", _) if !rest.is_empty() => Ok(Light::Link(fabric, rest.to_owned())),
            ("class", _) if !rest.is_empty() => Ok(Light::Class(fabric, rest.to_owned())),
            ("part", None) => {
                let found = CostKind::ALL.into_iter().find(|kind| kind.as_str() == rest);
                let known = CostKind::ALL.map(CostKind::as_str).join(", ");
                found.map(Light::Part).ok_or_else(|| format!("unknown part `{}`; accepted: {known}", quoted(rest)))
            }
            _ => Err(unknown()),
        }
    }

    /// The fabric that it stands in; `None` for all.
    pub fn fabric(&self) -> Option<usize> {
        match self {
            Light::Fabric(fabric) => Some(*fabric),
            Light::Chip(fabric, _) | Light::Link(fabric, _) | Light::Class(fabric, _) => *fabric,
            Light::Part(_) => None,
        }
    }

    /// Whether something on the stage of these runs is lit; `None` without runs, as with training.
    ///
    /// # Errors
    /// What does not exist.
    pub(super) fn check(&self, runs: &[FabricRun]) -> Result<(), String> {
        if runs.is_empty() {
            return Ok(());
        }
        if let Some(fabric) = self.fabric().filter(|fabric| *fabric >= runs.len()) {
            return Err(format!("no fabric {} here; the last one is {}", letter(fabric), letter(runs.len() - 1)));
        }
        let mut meant = runs.iter().enumerate().filter(|(index, _)| self.fabric().is_none_or(|one| one == *index));
        let missing = |noun: &str, name: &str| format!("no {noun} `{}` in any fabric of this run", quoted(name));
        match self {
            Light::Fabric(_) | Light::Part(_) => Ok(()),
            Light::Chip(_, name) => {
                // Other chips than ranks have names of the stage, which is not known here.
                let rank = name.parse::<u64>().ok();
                let exists = meant.any(|(_, run)| rank.is_none_or(|rank| rank < run.ranks));
                if exists { Ok(()) } else { Err(missing("rank", name)) }
            }
            Light::Link(_, name) => {
                let exists = meant.any(|(_, run)| run.fabric.topology.find_link(name).is_some());
                if exists { Ok(()) } else { Err(missing("link", name)) }
            }
            Light::Class(_, name) => {
                let mut known: Vec<&str> =
                    meant.flat_map(|(_, run)| run.fabric.classes()).map(|class| class.name()).collect();
                known.sort_unstable();
                known.dedup();
                if known.contains(&name.as_str()) {
                    return Ok(());
                }
                let near = did_you_mean(name, known.iter().copied());
                let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
                Err(format!("{}; {near}accepted: {}", missing("link class", name), known.join(", ")))
            }
        }
    }
}

/// The letter of a fabric before a name, if there is one.
fn fabric_and_name(text: &str) -> (Option<usize>, &str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    match (0..MAX_FABRICS).find(|index| letter(*index) == first) {
        Some(fabric) => (Some(fabric), rest.trim()),
        None => (None, text),
    }
}

/// What the lit parts of a beat are wrong about.
pub(super) fn light_problems(path: &str, light: &[String], runs: &[FabricRun]) -> Vec<Problem> {
    let check = |text: &str| Light::parse(text).and_then(|light| light.check(runs));
    let checked = light.iter().enumerate().map(|(place, text)| (place, check(text)));
    checked.filter_map(|(place, found)| Some(Problem::new(format!("{path}.light.{place}"), found.err()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lit_parts_are_read_with_or_without_a_fabric() {
        let read = |text: &str| Light::parse(text).expect(text);
        assert_eq!(read("fabric:B"), Light::Fabric(1));
        assert_eq!(read("chip:A 0"), Light::Chip(Some(0), "0".to_owned()));
        assert_eq!(read("chip:GPU 3"), Light::Chip(None, "GPU 3".to_owned()));
        assert_eq!(read("link:C GPU 3 -> NVSwitch"), Light::Link(Some(2), "GPU 3 -> NVSwitch".to_owned()));
        assert_eq!(read("class:leaf/spine"), Light::Class(None, "leaf/spine".to_owned()));
        assert_eq!(read("part:latency"), Light::Part(CostKind::Latency));
        for wrong in ["", "fabric", "fabric:Z9", "fabric:B 3", "chip:A", "door:A", "part:bytes"] {
            let problem = Light::parse(wrong).expect_err(wrong);
            assert!(problem.contains("accepted"), "{problem}");
        }
    }
}
