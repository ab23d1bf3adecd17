//! Logs of nccl-tests.

use crate::catalog::Catalog;
use crate::compare::ClusterFlags;
use crate::nccl_log::{NcclLog, read_log};
use crate::scene::{Diagnostics, SceneDocument};
use crate::session::log_figure::LogFigure;
use crate::session::log_scene::{can_play, log_scene};
use crate::session::log_stage::LogStage;
use crate::session::open_log::{OpenLog, log_diagnostics};
use crate::session::session::Session;

impl Session {
    pub(super) fn open_log(&mut self, name: &str, text: &str) {
        match read_log(name, text) {
            Ok(log) => self.show_log(name, log),
            Err(error) => self.diagnostics = Some(log_diagnostics(name, &error)),
        }
    }

    /// Opens a log that has been read, and puts its cluster on the stage, with what explains it best.
    pub fn show_log(&mut self, name: &str, log: NcclLog) {
        self.diagnostics = None;
        self.scenes = false;
        self.path_field = None;
        self.panels = true;
        let mut open = OpenLog::new(name, log, &self.catalog);
        open.stage = self.log.take().and_then(|earlier| earlier.stage);
        let cause = open.root_causes().position(can_play);
        self.log = Some(open);
        // Of a cluster that no scene can have, the panel alone says what there is to say.
        if let Some(Ok(document)) = self.log_scene(cause) {
            self.put_on_stage(document, cause);
        }
    }

    pub(super) fn compare_log(&mut self, flags: ClusterFlags) {
        self.change_log(|log, catalog| log.set(flags, catalog));
    }

    /// Compares the open log with a cluster in which one figure is as typed.
    pub(super) fn type_log_figure(&mut self, figure: LogFigure, typed: &str) {
        self.change_log(|log, catalog| log.type_figure(figure, typed, catalog));
    }

    pub(super) fn select_log_run(&mut self, run: usize) {
        self.change_log(|log, catalog| log.select_run(run, catalog));
    }

    /// Puts the cluster of the log on the stage, with one of its root causes beside it.
    pub(super) fn stage_log(&mut self, cause: Option<usize>) {
        match self.log_scene(cause) {
            Some(Ok(document)) => self.put_on_stage(document, cause),
            Some(Err(diagnostics)) => self.diagnostics = Some(diagnostics),
            None => {}
        }
    }

    /// Returns to the scene that was on the stage before the log.
    pub(super) fn leave_log_stage(&mut self) {
        if let Some(stage) = self.log.as_mut().and_then(|log| log.stage.take()) {
            self.replace_scene(stage.before);
        }
    }

    /// The scene of the open log that is on the stage, unless another one has taken its place.
    pub fn log_stage(&self) -> Option<&LogStage> {
        self.log.as_ref()?.stage.as_ref().filter(|stage| stage.is(self.latest()))
    }

    /// Changes the open log. A scene of it that is on the stage follows.
    fn change_log(&mut self, change: impl FnOnce(&mut OpenLog, &Catalog)) {
        let is_on_stage = self.log_stage().is_some();
        let Some(log) = &mut self.log else { return };
        let shown = log.stage.as_ref().and_then(LogStage::cause);
        let shown = shown.and_then(|cause| log.root_causes().nth(cause)).map(|change| change.parameter);
        change(log, &self.catalog);
        if !is_on_stage {
            return;
        }
        let kept = log.root_causes().position(|change| Some(change.parameter) == shown);
        let cause = kept.or_else(|| log.root_causes().position(can_play));
        if let Some(Ok(document)) = self.log_scene(cause) {
            self.put_on_stage(document, cause);
        }
    }

    /// `None` without a log, and for a cluster without a prediction.
    fn log_scene(&self, cause: Option<usize>) -> Option<Result<SceneDocument, Diagnostics>> {
        let log = self.log.as_ref()?;
        let held = log.comparison.as_ref().ok()?;
        Some(log_scene(log, held, cause, &self.catalog).map(|document| self.with_current_clock_mode(document)))
    }

    fn put_on_stage(&mut self, document: SceneDocument, cause: Option<usize>) {
        let latest = self.latest().clone();
        let follows = self.log_stage().is_some();
        let Some(log) = &mut self.log else { return };
        let before = match log.stage.take() {
            Some(stage) if follows => stage.before,
            Some(_) | None => latest.clone(),
        };
        let stage = LogStage { before, shown: document, cause };
        let replaced = (!stage.is(&latest)).then(|| stage.shown.clone());
        log.stage = Some(stage);
        if let Some(document) = replaced {
            self.replace_scene(document);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Setting;
    use crate::session::intent::Intent;

    #[test]
    fn a_reset_returns_to_the_scene_of_the_log_and_after_undo_to_the_scene_before() {
        let mut session = Session::first_look().expect("the first look");
        let before = session.latest().clone();
        let text = include_str!("../../../../tests/logs/h100-2x8-no-check.txt").to_owned();
        session.apply(Intent::Load { name: "two-nodes.txt".to_owned(), text });
        assert!(session.log_stage().is_some() && !session.is_edited(), "the scene of the log as it was put there");
        let of_log = session.latest().clone();
        session.apply(Intent::Set(vec![Setting::parse("workload.message=1KiB").expect("a setting")]));
        assert!(session.log_stage().is_none() && session.is_edited());
        session.apply(Intent::Reset);
        assert_eq!(*session.latest(), of_log);
        assert!(session.log_stage().is_some());
        for _ in 0..3 {
            session.apply(Intent::Undo);
        }
        assert_eq!(*session.latest(), before);
        session.apply(Intent::Set(vec![Setting::parse("workload.message=1KiB").expect("a setting")]));
        session.apply(Intent::Reset);
        assert_eq!(*session.latest(), before);
    }
}
