//! Choices that a scene writes as a word: the timing of a fabric and the layout of a wafer.

/// The timing of a fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimingChoice {
    /// Links and delays alone.
    Ideal,
    /// The formulas fitted to published measurements of NCCL.
    Measured,
}

impl TimingChoice {
    /// Both.
    pub const ALL: [TimingChoice; 2] = [TimingChoice::Ideal, TimingChoice::Measured];

    /// The value of `timing` in a scene.
    pub fn as_str(self) -> &'static str {
        match self {
            TimingChoice::Ideal => "ideal",
            TimingChoice::Measured => "measured",
        }
    }

    /// The choice of a value of `timing`. `None` for an unknown one.
    pub fn find(text: &str) -> Option<TimingChoice> {
        TimingChoice::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}

/// The layout of the ranks on a wafer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutChoice {
    /// Each replica on a vertical strip.
    Strips,
    /// A rank on each PE.
    PerPe,
}

impl LayoutChoice {
    /// Both.
    pub const ALL: [LayoutChoice; 2] = [LayoutChoice::Strips, LayoutChoice::PerPe];

    /// The value of `layout` in a scene.
    pub fn as_str(self) -> &'static str {
        match self {
            LayoutChoice::Strips => "strips",
            LayoutChoice::PerPe => "per-pe",
        }
    }

    /// The choice of a value of `layout`. `None` for an unknown one.
    pub fn find(text: &str) -> Option<LayoutChoice> {
        LayoutChoice::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}
