//! The words by which texts call the hardware of a fabric: its machine, its chips and their family, its network. A text that has one of
//! them is false after a change of that.

use super::{ChipMachine, FabricKind};

/// Families of chips, by what the names of their chips begin with.
const FAMILIES: [(&str, &[&str]); 4] = [
    ("ampere", &["a100", "a800", "a30", "a40"]),
    ("ada", &["l40", "l4"]),
    ("hopper", &["h100", "h200", "h800", "h20", "gh200"]),
    ("blackwell", &["b200", "b300", "b100", "gb200", "gb300", "gb10"]),
];
/// Words of names that tell no hardware.
const GENERIC: [&str; 8] = ["x", "cluster", "rack", "box", "pod", "switch", "mesh", "torus"];

/// The words of some hardware, in lower case.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct HardwareWords(Vec<String>);

impl HardwareWords {
    /// The words for the machine of a fabric and for its network.
    pub fn new(kind: &FabricKind) -> HardwareWords {
        let mut words = words_of(kind.machine_name());
        if let FabricKind::Chips(chips) = kind {
            if let ChipMachine::Nvlink(machine) = &chips.machine {
                words.extend(words_of(&machine.chip));
            }
            words.extend(chips.network.iter().flat_map(|network| words_of(&network.name)));
        }
        let is_of = |names: &[&str]| words.iter().any(|word| names.iter().any(|name| word.starts_with(name)));
        let families = FAMILIES.iter().filter(|(_, names)| is_of(names)).map(|(family, _)| (*family).to_owned());
        words.extend(families.collect::<Vec<_>>());
        HardwareWords(words)
    }

    /// Whether a text has a word that is among these and not among those of now.
    pub fn are_stale_in(&self, text: &str, now: &[&HardwareWords]) -> bool {
        let is_now = |word: &String| now.iter().any(|words| words.0.contains(word));
        let of_text = words_of(text);
        let is_in_text = |word: &String| of_text.iter().any(|one| one == word || one.strip_suffix('s') == Some(word));
        self.0.iter().any(|word| is_in_text(word) && !is_now(word))
    }
}

/// The words of a text that may name hardware: those with a letter, without signs at their ends.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|one: char| !one.is_alphanumeric() && one != '-').map(|word| word.trim_matches('-'));
    let names = words.filter(|word| word.chars().any(char::is_alphabetic)).map(str::to_lowercase);
    names.filter(|word| !GENERIC.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> HardwareWords {
        HardwareWords(words_of(text))
    }

    #[test]
    fn a_text_is_stale_where_it_names_hardware_of_before_only() {
        let (before, now) = (words("DGX H100 InfiniBand NDR"), words("DGX H200 InfiniBand NDR"));
        assert!(before.are_stale_in("Four H100s over InfiniBand", &[&now]));
        assert!(before.are_stale_in("h100, software of 2024", &[&now]));
        assert!(!before.are_stale_in("DGX over InfiniBand NDR", &[&now]), "both are of now, too");
        assert!(!before.are_stale_in("Ring, all NICs", &[&now]));
        assert!(!before.are_stale_in("Four H100s", &[&now, &words("8 x H100 PCIe")]), "another fabric has them");
        assert!(words("WSE-3").are_stale_in("WSE-3, strips", &[&words("WSE-2")]));
        assert!(!words("8 x L40S").are_stale_in("8 x anything", &[&now]));
    }
}
