//! The runs on the screen as files of other programs, and as a picture.

use super::intent::{Effect, Intent, PictureScale};
use super::link::link_to;
use super::open_exports::OpenExports;
use super::path_field::FileContent;
use super::picture::{PictureKind, PictureSpec};
use super::query::QueryError;
use super::query_export::Exporting;
use super::session::Session;
use crate::export::{ExportFormat, Exported, Options, Source, export, file_name};
use crate::sweep::{Row, Subject};
use crate::training::RunTime;
use crate::units::Femtos;

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
        self.export_job = None;
        self.exports = match self.exports {
            Some(_) => None,
            None => Some(OpenExports::default()),
        };
        self.scenes = false;
    }

    /// The name of the file of a picture or film.
    pub fn picture_name(&self, kind: PictureKind) -> String {
        let what = if kind.is_film() { "film" } else { "picture" };
        file_name(&self.document.scene.title, &format!("{what}.{}", kind.as_str()))
    }

    /// Asks for a picture of the window, or for a film of the run.
    pub(super) fn draw(&self, kind: PictureKind, scale: PictureScale) -> Effect {
        let name = self.picture_name(kind);
        let transparent = kind.can_be_transparent() && self.exports.as_ref().is_some_and(|open| open.transparent);
        Effect::DrawPicture { name, spec: PictureSpec { transparent, ..PictureSpec::new(kind) }, scale }
    }

    /// The runs as a trace for Perfetto. Without one, the window shows why.
    pub(super) fn open_in_perfetto(&mut self) -> Option<Effect> {
        let title = self.document.scene.title.clone();
        let saved = self.export_file(ExportFormat::ChromeTrace);
        let Some(Effect::Save { name, content: FileContent::Text(trace) }) = saved else { return None };
        Some(Effect::OpenInPerfetto { name, title, trace })
    }

    /// The session as a picture shows it: paused, without windows that open and close.
    pub fn for_picture(&self) -> Session {
        let mut session = self.clone();
        session.clock.playing = false;
        (session.exports, session.done, session.path_field) = (None, None, None);
        (session.scenes, session.palette_open) = (false, false);
        session
    }

    /// Exports what is shown. Without a file, the window shows why. A table or curve without an open sweep solves its sizes first
    /// ([`Session::step_export`]).
    pub(super) fn export_file(&mut self, format: ExportFormat) -> Option<Effect> {
        if format.uses_sweep() && self.message_rows().is_empty() {
            match self.exporting(format, Options::default()) {
                Ok(exporting) => self.export_job = Some(Box::new(exporting)),
                Err(error) => self.exports.get_or_insert_default().error = Some(error.to_string()),
            }
            return None;
        }
        let link = self.scene_link();
        let exported = export(&self.export_source(&link), format, Options::default());
        self.offer(exported.map_err(|error| error.to_string()))
    }

    /// A file that is made step by step.
    pub(super) fn exporting(&self, format: ExportFormat, options: Options) -> Result<Exporting, QueryError> {
        // The runs beside a training run are a part of it for the picture.
        let runs = if self.shows_run() { Vec::new() } else { self.runs.clone() };
        Exporting::new(&self.document, runs, &self.catalog, self.scene_link(), (format, options))
    }

    /// Points that an export has solved, and all of them. `None` if none is being made.
    pub fn export_progress(&self) -> Option<(usize, usize)> {
        self.export_job.as_ref().map(|exporting| exporting.progress())
    }

    /// Solves the next point of an export, or makes its file.
    pub fn step_export(&mut self) -> Option<Effect> {
        let made = self.export_job.as_mut()?.step()?;
        self.export_job = None;
        self.offer(made.map_err(|error| QueryError::from(error).to_string()))
    }

    /// Offers a file for saving, or shows why there is none.
    fn offer(&mut self, made: Result<Exported, String>) -> Option<Effect> {
        let open = self.exports.get_or_insert_default();
        match made {
            Ok(file) => {
                (open.notes, open.error) = (file.notes, None);
                Some(Effect::Save { name: file.file_name, content: FileContent::Text(file.text) })
            }
            Err(error) => {
                (open.notes, open.error) = (Vec::new(), Some(error));
                None
            }
        }
    }

    /// What the session is asked for before a picture of a film over the whole run, which has as many pictures.
    pub fn film_intent(&self, picture: u32, pictures: u32) -> Intent {
        let share = |whole: u128| whole * u128::from(picture) / u128::from(pictures.max(2) - 1);
        if self.shows_run() {
            let at = self.run_length();
            return Intent::SeekRun(RunTime(share(at.0)));
        }
        // A share of 64 bits fits into them.
        Intent::Seek(Femtos(u64::try_from(share(u128::from(self.clock.duration.0))).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_begins_at_the_start_and_ends_at_the_end() {
        let session = Session::first_look().expect("the first look");
        let spec = PictureSpec::new(PictureKind::Apng);
        let pictures = spec.pictures();
        let at = |picture| match session.film_intent(picture, pictures) {
            Intent::Seek(at) => at,
            other => panic!("{other:?}"),
        };
        assert_eq!([at(0), at(pictures - 1)], [Femtos(0), session.clock.duration]);
        assert!((1..pictures).all(|picture| at(picture - 1) < at(picture)));
    }

    #[test]
    fn a_film_of_a_training_run_passes_its_days() {
        let months = Session::from_text("months.ron", include_str!("../../../scenes/months.ron")).expect("a scene");
        let Intent::SeekRun(end) = months.film_intent(180, 181) else { panic!("a run") };
        assert_eq!(end, months.run_length());
    }
}
