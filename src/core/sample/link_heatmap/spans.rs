//! Utilisation over time in equal columns. A span over many columns is stored as two changes and two parts at its ends.

/// Columns over a whole run.
pub const COLUMNS: usize = 2048;

/// The utilisation of one link over time, under construction.
pub(crate) struct Spans {
    changes: Vec<f64>,
    parts: Vec<f64>,
    per_s: f64,
}

impl Spans {
    /// Empty columns over a run of `duration_s`.
    pub fn new(duration_s: f64) -> Spans {
        let per_s = if duration_s > 0.0 { COLUMNS as f64 / duration_s } else { 0.0 };
        Spans { changes: vec![0.0; COLUMNS + 1], parts: vec![0.0; COLUMNS], per_s }
    }

    /// Empties all columns.
    pub fn clear(&mut self) {
        self.changes.fill(0.0);
        self.parts.fill(0.0);
    }

    /// Adds a share from `from_s` for `lasts_s` to each column in proportion to the covered time.
    pub fn add(&mut self, from_s: f64, lasts_s: f64, share: f64) {
        if lasts_s <= 0.0 {
            return;
        }
        let from = from_s.max(0.0) * self.per_s;
        let to = ((from_s + lasts_s) * self.per_s).min(COLUMNS as f64);
        if to <= from {
            return;
        }
        let (first, last) = (from as usize, (to as usize).min(COLUMNS - 1));
        if first == last {
            self.parts[first] += (to - from) * share;
            return;
        }
        self.parts[first] += (first as f64 + 1.0 - from) * share;
        self.parts[last] += (to - last as f64) * share;
        self.changes[first + 1] += share;
        self.changes[last] -= share;
    }

    /// The mean share in each column.
    pub fn cells(&self) -> impl Iterator<Item = f32> + '_ {
        let mut level = 0.0;
        self.parts.iter().zip(&self.changes).map(move |(part, change)| {
            level += change;
            (part + level).clamp(0.0, 1.0) as f32
        })
    }
}
