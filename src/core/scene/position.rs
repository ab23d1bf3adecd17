//! Lines and columns of a text, and byte offsets.

/// Bytes between two positions whose characters are counted in advance.
const BLOCK: usize = 4096;

/// Finds line and column of any offset without reading the text from its beginning again.
pub(super) struct LineIndex<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
    /// Characters that begin before each multiple of [`BLOCK`].
    characters: Vec<usize>,
}

impl LineIndex<'_> {
    /// Reads a text once.
    pub fn new(text: &str) -> LineIndex<'_> {
        let newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = [0].into_iter().chain(newlines.map(|(at, _)| at + 1)).collect();
        let blocks = text.as_bytes().chunks(BLOCK).map(count);
        let characters = [0].into_iter().chain(blocks.scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        }));
        LineIndex { text, starts, characters: characters.collect() }
    }

    /// Line and column (from 1, in characters) of a byte offset.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (line, self.before(offset) - self.before(start) + 1)
    }

    /// Characters that begin before an offset.
    fn before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        self.characters.get(block).copied().unwrap_or(0) + count(&self.text.as_bytes()[block * BLOCK..offset])
    }
}

/// Characters that begin in these bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

/// Byte offset of a line and a column (from 1, in characters).
pub(super) fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start.min(text.len())..];
    let within: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    (start + within).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_offsets_are_inverses() {
        let long = format!("{}\n{}x", "çd".repeat(BLOCK), "日".repeat(BLOCK));
        for text in ["ab\nçd\n\nx", "", "\n", long.as_str()] {
            let lines = LineIndex::new(text);
            for offset in text.char_indices().map(|(offset, _)| offset).step_by(7).chain([text.len()]) {
                let (line, column) = lines.line_and_column(offset);
                assert_eq!(offset_of(text, line, column), offset);
            }
        }
    }
}
