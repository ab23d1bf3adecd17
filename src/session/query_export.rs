//! The answer to a query for a file: first the sweep that some formats show, point by point, then the file.

use serde_json::json;

use super::query::QueryError;
use super::session::Session;
use crate::catalog::Catalog;
use crate::export::{ExportFormat, Options, Source, export};
use crate::scene::Scene;
use crate::solve::FabricRun;
use crate::sweep::{Sweep, SweepAxis};

/// The sizes of tables and curves, as the command line has them.
const SIZES: &str = "workload.message=1KiB..1GiB*2";

/// A file that is being made. It has copies of the scene and its runs.
#[derive(Debug)]
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
    pub(super) fn new(session: &Session, format: ExportFormat, options: Options) -> Result<Exporting, QueryError> {
        let (scene, catalog) = (session.scene().clone(), session.catalog().clone());
        // The sizes of a sequence or a training step are its own.
        let swept = format.uses_sweep() && scene.sequence().is_none() && scene.training.is_none();
        let sweep = match swept {
            true => Some(Sweep::unchecked(&session.document, &catalog, &[SweepAxis::parse(SIZES)?])?),
            false => None,
        };
        let link = session.scene_link();
        // The runs beside a training run are a part of it for the picture.
        let runs = if session.shows_run() { Vec::new() } else { session.runs.clone() };
        Ok(Exporting { format, options, scene, runs, catalog, link, sweep })
    }

    /// Does the next step. The answer has `file_name`, `mime`, `text`, `rows` and `notes`.
    pub(super) fn step(&mut self) -> Option<Result<String, QueryError>> {
        if let Some(sweep) = self.sweep.as_mut().filter(|sweep| sweep.done() < sweep.points()) {
            if let Err(error) = sweep.document_at(sweep.done()) {
                return Some(Err(error.into()));
            }
            sweep.step();
            return None;
        }
        let rows = self.sweep.as_ref().map_or(&[][..], Sweep::rows);
        let source = Source { scene: &self.scene, runs: &self.runs, catalog: &self.catalog, link: &self.link, rows };
        let exported = match export(&source, self.format, self.options) {
            Ok(exported) => exported,
            Err(error) => return Some(Err(QueryError::Rejected(error.to_string()))),
        };
        Some(Ok(json!({
            "file_name": exported.file_name,
            "mime": exported.mime,
            "text": exported.text,
            "rows": exported.rows,
            "notes": exported.notes,
        })
        .to_string()))
    }
}
