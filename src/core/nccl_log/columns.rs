//! The columns of a table, from its header.

use super::line::Word;

/// The content of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Time of the collective in µs.
    Time,
    /// Time of the call on the CPU in µs (`-C`), not of the collective.
    CpuTime,
    AlgBw,
    BusBw,
    /// `#wrong`, or `error` of old versions.
    Wrong,
    /// Least and largest times and the like.
    Other,
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Whether the header names a reduction; `None` without a header.
    pub reduction: Option<bool>,
    /// Whether the header names a root; `None` without a header.
    pub root: Option<bool>,
    /// Field and half (0 for the first) of each column after the root.
    pub columns: Vec<(Field, usize)>,
    /// Whether the first half is in place.
    pub in_place_first: bool,
}

const HALF: [Field; 4] = [Field::Time, Field::AlgBw, Field::BusBw, Field::Wrong];

impl Default for Layout {
    fn default() -> Layout {
        let columns = (0..2).flat_map(|half| HALF.map(|field| (field, half))).collect();
        Layout { reduction: None, root: None, columns, in_place_first: false }
    }
}

impl Layout {
    /// Reads a header: `size count type redop root time algbw busbw #wrong time algbw busbw #wrong`; old programs that do
    /// not reduce have no `redop`, old ones without a root no `root`.
    pub(super) fn from_header(words: &[Word<'_>], in_place_first: bool) -> Option<Layout> {
        let names: Vec<&str> = words.iter().map(|word| word.text.trim_start_matches('#')).collect();
        let at = names.windows(3).position(|names| names == ["size", "count", "type"])?;
        let mut rest = names.get(at + 3..)?.iter().filter(|name| !name.is_empty()).peekable();
        let reduction = rest.next_if(|name| **name == "redop").is_some();
        let root = rest.next_if(|name| **name == "root").is_some();
        let (mut columns, mut half) = (Vec::new(), None);
        for name in rest.take(64) {
            let field = match *name {
                "time" => Field::Time,
                "cputime" => Field::CpuTime,
                "algbw" => Field::AlgBw,
                "busbw" => Field::BusBw,
                "wrong" | "error" => Field::Wrong,
                _ => Field::Other,
            };
            if matches!(field, Field::Time | Field::CpuTime) {
                half = Some(half.map_or(0, |half| half + 1));
            }
            columns.push((field, half.unwrap_or(0)));
        }
        if half.is_none() {
            // The header was cut: assume the usual columns.
            columns = Layout::default().columns;
        }
        Some(Layout { reduction: Some(reduction), root: Some(root), columns, in_place_first })
    }

    /// The cells of a whole row, with the root if it has one.
    pub(super) fn cells(&self) -> usize {
        self.columns.len() + usize::from(self.root != Some(false))
    }
}
