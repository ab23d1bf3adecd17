//! The runs on the screen as files of other programs, and as a picture.

use super::intent::{Effect, PictureScale};
use super::link::link_to;
use super::open_exports::OpenExports;
use super::path_field::FileContent;
use super::session::Session;
use crate::export::{ExportFormat, Options, Source, export, file_name};
use crate::sweep::{Row, Subject};

impl Session {
    /// The fragment of a link to the scene whose runs are shown, without `#`.
    pub fn scene_link(&self) -> String {
        link_to(&self.name, &self.document, &self.catalog)
    }

    /// The runs that are shown, as they are exported.
    pub fn export_source<'a>(&'a self, link: &'a str) -> Source<'a> {
        // The runs beside a training run are a part of it for the picture.
        let runs = if self.shows_run() { &[] } else { self.runs.as_slice() };
        Source { scene: &self.document.scene, runs, catalog: &self.catalog, link, rows: self.message_rows() }
    }

    /// The rows of the open sweep, if it is over the message size.
    fn message_rows(&self) -> &[Row] {
        let job = self.sweep_job.as_ref().filter(|job| job.subject == Subject::Message && !job.algorithms);
        job.and_then(|job| job.sweep.as_ref().ok()).map_or(&[], |sweep| sweep.rows())
    }

    pub(super) fn toggle_exports(&mut self) {
        self.exports = match self.exports {
            Some(_) => None,
            None => Some(OpenExports::default()),
        };
        self.scenes = false;
    }

    /// Asks for a picture of the window.
    pub(super) fn save_picture(&self, scale: PictureScale) -> Effect {
        Effect::DrawPicture { name: file_name(&self.document.scene.title, "picture.png"), scale }
    }

    /// The session as a picture shows it: paused, without windows that open and close.
    pub fn for_picture(&self) -> Session {
        let mut session = self.clone();
        session.clock.playing = false;
        (session.exports, session.done, session.path_field) = (None, None, None);
        (session.scenes, session.palette_open) = (false, false);
        session
    }

    /// Exports what is shown. Without a file, the window shows why.
    pub(super) fn export_file(&mut self, format: ExportFormat) -> Option<Effect> {
        let link = self.scene_link();
        match export(&self.export_source(&link), format, Options::default()) {
            Ok(file) => {
                self.exports = Some(OpenExports { notes: file.notes, error: None });
                Some(Effect::Save { name: file.file_name, content: FileContent::Text(file.text) })
            }
            Err(error) => {
                self.exports = Some(OpenExports { notes: Vec::new(), error: Some(error) });
                None
            }
        }
    }
}
