//! The names of links and ranks: the only place that writes and parses them.
//!
//! A topology lists patterns such as `GPU {} → NVSwitch` and translates between a link and a pattern with numbers. A
//! name is found by parsing it, so the number of links does not matter.

/// The name of a link: the pattern, and the numbers in its gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkName {
    /// Index into the topology's patterns.
    pub pattern: usize,
    numbers: [u32; MAX_NUMBERS],
    count: usize,
}

/// Most numbers in the name of a link.
const MAX_NUMBERS: usize = 4;

impl LinkName {
    /// A name of a pattern with up to four numbers; further numbers are dropped.
    pub fn new(pattern: usize, numbers: &[u32]) -> LinkName {
        let mut name = LinkName { pattern, numbers: [0; MAX_NUMBERS], count: numbers.len().min(MAX_NUMBERS) };
        name.numbers.iter_mut().zip(numbers).for_each(|(gap, number)| *gap = *number);
        name
    }

    /// The numbers, in order.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers[..self.count]
    }

    /// The name as text. Empty if there is no such pattern.
    pub fn write(&self, patterns: &[&str]) -> String {
        let mut pieces = patterns.get(self.pattern).copied().unwrap_or_default().split("{}");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for (piece, number) in pieces.zip(self.numbers) {
            text.push_str(&number.to_string());
            text.push_str(piece);
        }
        text
    }

    /// Reads a name. Case, spaces, brackets and commas do not matter; an arrow is `→` or `->` and may be left out.
    /// `None` if no pattern reads like this.
    pub fn parse(patterns: &[&str], text: &str) -> Option<LinkName> {
        let given = Pieces::parse(text)?;
        let found = patterns.iter().position(|pattern| given.fits(pattern))?;
        Some(LinkName::new(found, &given.numbers))
    }

    /// For each pattern the name with the numbers of a text, for suggestions: all patterns are tried, no links.
    pub fn with_numbers_of<'a>(patterns: &'a [&str], text: &str) -> impl Iterator<Item = LinkName> + use<'a> {
        let numbers = numbers(text);
        patterns.iter().enumerate().filter_map(move |(pattern, text)| {
            let gaps = text.matches("{}").count();
            (numbers.len() == gaps).then(|| LinkName::new(pattern, &numbers))
        })
    }
}

/// A name taken apart: words and numbers in turn.
#[derive(Debug, PartialEq, Eq)]
struct Pieces {
    /// The words before each number and after the last one, joined and in lower case; an arrow counts as a word.
    words: Vec<String>,
    numbers: Vec<u32>,
}

const ARROW: char = '→';

impl Pieces {
    /// `None` for signs that no name has, and for numbers above `u32::MAX`.
    fn parse(text: &str) -> Option<Pieces> {
        let text = text.replace("->", "→");
        let mut pieces = Pieces { words: vec![String::new()], numbers: Vec::new() };
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            if digits > 0 {
                pieces.numbers.push(rest[..digits].parse().ok()?);
                pieces.words.push(String::new());
                rest = &rest[digits..];
                continue;
            }
            match first {
                '(' | ')' | ',' | '.' => {}
                _ if first.is_whitespace() => {}
                _ if first.is_alphabetic() || first == ARROW => {
                    pieces.words.last_mut()?.extend(first.to_lowercase());
                }
                _ => return None,
            }
            rest = &rest[first.len_utf8()..];
        }
        Some(pieces)
    }

    fn fits(&self, pattern: &str) -> bool {
        let Some(wanted) = Pieces::parse(&pattern.replace("{}", "0")) else { return false };
        let has_arrow = self.words.iter().any(|word| word.contains(ARROW));
        let same =
            |(given, wanted): (&String, &String)| given == wanted || !has_arrow && *given == wanted.replace(ARROW, "");
        self.words.len() == wanted.words.len() && self.words.iter().zip(&wanted.words).all(same)
    }
}

/// Whether two names differ at most in case, arrows and spaces.
pub fn same_name(one: &str, other: &str) -> bool {
    let normal = |name: &str| -> String {
        name.replace("->", "→").to_lowercase().chars().filter(|character| !character.is_whitespace()).collect()
    };
    normal(one) == normal(other)
}

/// A name as it stands in scene files: with `->` for the arrow.
pub fn ascii_name(name: &str) -> String {
    name.replace(ARROW, "->")
}

/// The numbers in a text, in order.
fn numbers(text: &str) -> Vec<u32> {
    text.split(|character: char| !character.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// What a rank is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankNoun {
    /// A GPU.
    Gpu,
    /// Another chip.
    Chip,
    /// A PE of a wafer.
    Pe,
    /// A strip of a wafer.
    Strip,
    /// A wafer.
    Wafer,
}

impl RankNoun {
    /// The word in names.
    pub fn label(self) -> &'static str {
        match self {
            RankNoun::Gpu => "GPU",
            RankNoun::Chip => "chip",
            RankNoun::Pe => "PE",
            RankNoun::Strip => "strip",
            RankNoun::Wafer => "wafer",
        }
    }
}

/// How ranks are numbered in names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankNumbers {
    /// By rank: `chip 3`.
    Single,
    /// By position and node: `GPU 1 of node 4`.
    OfNode {
        /// Ranks of a node.
        per_node: u32,
    },
    /// By column and row: `PE (3, 4)`.
    At {
        /// Ranks of a row.
        width: u32,
    },
    /// By column, row and layer: `chip (3, 4, 1)`.
    In {
        /// Ranks of a row.
        width: u32,
        /// Rows of a layer.
        height: u32,
    },
}

/// The names of the ranks of one fabric: `GPU 1 of node 4`, `strip 2`, `PE (3, 4)`, `wafer 0`, `chip 5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankNames {
    /// What a rank is.
    pub noun: RankNoun,
    /// How ranks are numbered.
    pub numbers: RankNumbers,
    /// Number of ranks.
    pub count: u32,
}

impl RankNames {
    /// The name of a rank.
    pub fn name(&self, rank: u32) -> String {
        let noun = self.noun.label();
        match self.numbers {
            RankNumbers::Single => format!("{noun} {rank}"),
            RankNumbers::OfNode { per_node } => format!("{noun} {} of node {}", rank % per_node, rank / per_node),
            RankNumbers::At { width } => format!("{noun} ({}, {})", rank % width, rank / width),
            RankNumbers::In { width, height } => {
                format!("{noun} ({}, {}, {})", rank % width, rank / width % height, rank / width / height)
            }
        }
    }

    /// The rank of a name; only its first word and its numbers count. `None` if there is no such rank.
    pub fn find(&self, name: &str) -> Option<u32> {
        let word = name.trim().split([' ', '(']).next().unwrap_or_default();
        if !word.eq_ignore_ascii_case(self.noun.label()) {
            return None;
        }
        let rank = match (self.numbers, numbers(name).as_slice()) {
            (RankNumbers::Single, &[rank]) => Some(rank),
            (RankNumbers::OfNode { per_node }, &[position, node]) if position < per_node => {
                node.checked_mul(per_node)?.checked_add(position)
            }
            (RankNumbers::At { width }, &[x, y]) if x < width => y.checked_mul(width)?.checked_add(x),
            (RankNumbers::In { width, height }, &[x, y, z]) if x < width && y < height => {
                z.checked_mul(height)?.checked_add(y)?.checked_mul(width)?.checked_add(x)
            }
            (RankNumbers::Single | RankNumbers::OfNode { .. } | RankNumbers::At { .. } | RankNumbers::In { .. }, _) => {
                None
            }
        };
        rank.filter(|&rank| rank < self.count)
    }

    /// A name for hints: the second row or node shows which number is which.
    pub fn example(&self) -> String {
        match self.numbers {
            RankNumbers::Single => self.name(0),
            RankNumbers::OfNode { per_node } => self.name(per_node),
            RankNumbers::At { width } => self.name(width),
            RankNumbers::In { width, height } => self.name(width * height),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERNS: [&str; 3] = ["GPU {} → NVSwitch", "NVSwitch → GPU {}", "PE ({}, {}) → east"];

    #[test]
    fn names_are_read_whatever_their_case_spaces_and_arrows() {
        for text in ["GPU 3 → NVSwitch", "gpu3->nvswitch", " Gpu 3   -> NV Switch", "GPU 3 NVSwitch"] {
            assert_eq!(LinkName::parse(&PATTERNS, text), Some(LinkName::new(0, &[3])), "{text}");
        }
        assert_eq!(LinkName::parse(&PATTERNS, "pe (7,5)->East"), Some(LinkName::new(2, &[7, 5])));
        for text in ["GPU 3 <- NVSwitch", "GPU → NVSwitch", "GPU 3 4 → NVSwitch", "GPU 99999999999 → NVSwitch", "", "→"]
        {
            assert_eq!(LinkName::parse(&PATTERNS, text), None, "{text}");
        }
    }

    #[test]
    fn ranks_are_found_by_the_names_they_are_given() {
        for numbers in [RankNumbers::Single, RankNumbers::OfNode { per_node: 4 }, RankNumbers::At { width: 4 }]
            .into_iter()
            .chain([RankNumbers::In { width: 2, height: 3 }])
        {
            let names = RankNames { noun: RankNoun::Chip, numbers, count: 12 };
            for rank in 0..12 {
                assert_eq!(names.find(&names.name(rank)), Some(rank), "{}", names.name(rank));
            }
            assert_eq!(names.find(&names.name(12)), None);
            assert_eq!(names.find(&names.name(1).replace("chip", "GPU")), None);
            assert!(names.find(&names.example()).is_some());
        }
    }
}
