//! The answer to a query for a file: first the sweep that some formats show, point by point, then the file.

use serde_json::json;

use super::query::QueryError;
use crate::catalog::Catalog;
use crate::export::{ExportError, ExportFormat, Exported, Options, Source, export};
use crate::scene::{Scene, SceneDocument};
use crate::solve::FabricRun;
use crate::sweep::{Sweep, SweepAxis};

/// The sizes of tables and curves, as the command line has them.
const SIZES: &str = "workload.message=1KiB..1GiB*2";

/// A file that is being made. It has copies of the scene and its runs.
#[derive(Clone, Debug)]
pub(super) struct Exporting {
    format: ExportFormat,
    options: Options,
    scene: Scene,
    runs: Vec<FabricRun>,
    catalog: Catalog,
    link: String,
    sweep: Option<Sweep>,
}

impl Exporting {
    /// Of a scene, its runs, and the link that leads to it.
    pub(super) fn new(
        document: &SceneDocument,
        runs: Vec<FabricRun>,
        catalog: &Catalog,
        link: String,
        (format, options): (ExportFormat, Options),
    ) -> Result<Exporting, QueryError> {
        let (scene, catalog) = (document.scene.clone(), catalog.clone());
        // The sizes of a sequence or a training step are its own.
        let swept = format.uses_sweep() && scene.sequence().is_none() && scene.training.is_none();
        let sweep = match swept {
            true => Some(Sweep::unchecked(document, &catalog, &[SweepAxis::parse(SIZES)?])?),
            false => None,
        };
        Ok(Exporting { format, options, scene, runs, catalog, link, sweep })
    }

    /// Points of the sweep that are solved, and all of them.
    pub(super) fn progress(&self) -> (usize, usize) {
        self.sweep.as_ref().map_or((0, 0), |sweep| (sweep.done(), sweep.points()))
    }

    /// Does the next step: a point of the sweep, or the file.
    pub(super) fn step(&mut self) -> Option<Result<Exported, ExportingError>> {
        if let Some(sweep) = self.sweep.as_mut().filter(|sweep| sweep.done() < sweep.points()) {
            if let Err(error) = sweep.document_at(sweep.done()) {
                return Some(Err(ExportingError::Point(error.into())));
            }
            sweep.step();
            return None;
        }
        let rows = self.sweep.as_ref().map_or(&[][..], Sweep::rows);
        let source = Source { scene: &self.scene, runs: &self.runs, catalog: &self.catalog, link: &self.link, rows };
        Some(export(&source, self.format, self.options).map_err(ExportingError::File))
    }
}

/// Why there is no file.
#[derive(Debug)]
pub(super) enum ExportingError {
    /// A size that the scene does not accept.
    Point(QueryError),
    /// No file of the results.
    File(ExportError),
}

impl From<ExportingError> for QueryError {
    fn from(error: ExportingError) -> QueryError {
        match error {
            ExportingError::Point(error) => error,
            ExportingError::File(error) => QueryError::Rejected(error.to_string()),
        }
    }
}

/// The answer to a page: `file_name`, `mime`, `text`, `rows` and `notes`.
pub(super) fn answer(exported: &Exported) -> String {
    json!({
        "file_name": exported.file_name,
        "mime": exported.mime,
        "text": exported.text,
        "rows": exported.rows,
        "notes": exported.notes,
    })
    .to_string()
}
