//! The exported scene, and the options of an export.

use crate::catalog::Catalog;
use crate::scene::Scene;
use crate::solve::FabricRun;
use crate::style::ThemeKind;
use crate::sweep::Row;

/// The most equal spans of a run.
pub const MAX_BINS: u32 = 100_000;

/// A solved scene.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The scene.
    pub scene: &'a Scene,
    /// Its runs, in the order of its fabrics.
    pub runs: &'a [FabricRun],
    /// The figures with their grades.
    pub catalog: &'a Catalog,
    /// The fragment of a link to the scene, without `#`.
    pub link: &'a str,
    /// The rows of a sweep over the message size, for tables and curves over it; may be empty.
    pub rows: &'a [Row],
}

/// A fabric that is exported.
#[derive(Clone, Copy, Debug)]
pub(super) struct SourceRun<'a> {
    /// Its index in the scene.
    pub index: usize,
    /// Its run.
    pub run: &'a FabricRun,
}

impl<'a> Source<'a> {
    /// The runs of one fabric or of all.
    pub(super) fn runs_of(self, fabric: Option<usize>) -> impl Iterator<Item = SourceRun<'a>> {
        let all = self.runs.iter().enumerate().map(|(index, run)| SourceRun { index, run });
        all.filter(move |one| fabric.is_none_or(|fabric| fabric == one.index))
    }
}

/// How finely rates over time are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// Every change of a rate if the file can hold them, else equal spans.
    #[default]
    Automatic,
    /// Every change of a rate.
    Changes,
    /// The mean rates of this number of equal spans of the run, 1 to [`MAX_BINS`].
    Bins(u32),
}

/// The options of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Options {
    /// One fabric, from 0; `None` for all.
    pub fabric: Option<usize>,
    /// How finely rates over time are listed.
    pub resolution: Resolution,
    /// The colours of figures.
    pub theme: FigureTheme,
}

/// The theme of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureTheme(pub ThemeKind);

impl Default for FigureTheme {
    /// Light, for papers.
    fn default() -> Self {
        FigureTheme(ThemeKind::Light)
    }
}
