//! Opening and changing scenes, undo and redo.

use crate::explain::verdict_sentences;
use crate::scene::{Diagnostics, FabricEdit, FaultEdit, FaultPlace, SceneDocument, Setting, parse_scene};
use crate::session::clock::Clock;
use crate::session::intent::{Effect, Intent};
use crate::session::session::{Session, longest_time};
use crate::session::undo::UndoStack;
use crate::solve::{FabricRun, solve};

impl Session {
    pub(super) fn open_scene(&mut self, name: &str, text: &str) {
        match parse_scene(name, text, &self.catalog) {
            Ok(document) => {
                self.diagnostics = None;
                self.scenes = false;
                self.path_field = None;
                name.clone_into(&mut self.name);
                self.opened = document.clone();
                self.view = self.view.for_another_scene();
                self.undo = UndoStack::default();
                self.solve_and_show(document);
                self.restart_clock();
            }
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    pub(super) fn save_scene(&self) -> Effect {
        let name = std::path::Path::new(&self.name).file_name().unwrap_or_default().to_string_lossy();
        Effect::Save { name: name.into_owned(), text: self.document.to_ron() }
    }

    pub(super) fn set(&mut self, settings: &[Setting]) {
        let changed = self.with_settings(settings);
        self.change(changed, Vec::new());
    }

    /// The document with settings of a panel. Errors name them without the flag of the command line.
    fn with_settings(&self, settings: &[Setting]) -> Result<SceneDocument, Diagnostics> {
        let name = |setting: &Setting| format!("{} = {}", setting.path, setting.value);
        self.document.with_named(settings, &name, &self.catalog)
    }

    pub(super) fn edit_fabrics(&mut self, edit: &FabricEdit) {
        let changed = self.document.with_fabrics(edit, &self.catalog);
        self.change(changed, Vec::new());
    }

    pub(super) fn edit_fault(&mut self, fabric: usize, place: &FaultPlace, edit: FaultEdit) {
        let changed = self.document.what_if(fabric, place, edit, &self.catalog);
        self.change(changed, Vec::new());
    }

    /// Applies a change by a slider that is being dragged. Other intents are applied as usual.
    pub(super) fn drag(&mut self, change: Intent) -> Option<Effect> {
        if let Intent::Set(settings) = change {
            let changed = self.with_settings(&settings);
            self.change(changed, settings.into_iter().map(|setting| setting.path).collect());
            return None;
        }
        if let Intent::EditFault(fabric, place, edit) = change {
            let changed = self.document.what_if(fabric, &place, edit, &self.catalog);
            self.change(changed, vec![format!("what if: {} of fabric {fabric}", place.name())]);
            return None;
        }
        self.apply(change)
    }

    /// Returns to the scene as it was opened. This is a change like any other, with undo.
    pub(super) fn reset(&mut self) {
        let opened = self.opened.clone();
        self.change(Ok(opened), Vec::new());
        self.restart_clock();
    }

    pub(super) fn undo_change(&mut self) {
        if let Some(document) = self.undo.undo(&self.document) {
            self.show_earlier(document);
        }
    }

    pub(super) fn redo_change(&mut self) {
        if let Some(document) = self.undo.redo(&self.document) {
            self.show_earlier(document);
        }
    }

    /// Shows a changed scene, or stores why it was rejected. `dragged` holds the paths of a slider that is being dragged.
    pub(super) fn change(&mut self, changed: Result<SceneDocument, Diagnostics>, dragged: Vec<String>) {
        match changed {
            Ok(document) if document == self.document => self.diagnostics = None,
            Ok(document) => {
                let old = self.document.clone();
                let runs = self.replace(document);
                let comparable = runs.len() == self.runs.len();
                self.undo.push(old, runs, dragged);
                if !comparable {
                    self.undo.clear_comparison();
                }
            }
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    /// Shows a valid document and keeps the previous runs for comparison. The clock mode is part of the view: undo does not
    /// change it.
    fn show_earlier(&mut self, document: SceneDocument) {
        let document = self.with_current_clock_mode(document);
        let runs = self.replace(document);
        // Of another list of fabrics: nobody knows which belong together.
        if runs.len() == self.runs.len() {
            self.undo.keep_runs(runs);
        } else {
            self.undo.clear_comparison();
        }
    }

    pub(super) fn with_current_clock_mode(&self, mut document: SceneDocument) -> SceneDocument {
        document.file.view.clock.clone_from(&self.document.file.view.clock);
        document.scene.clock = self.document.scene.clock;
        document
    }

    /// Shows a document and returns the previous runs. The clock keeps its share of the run, so that the effect of the change is
    /// visible.
    fn replace(&mut self, document: SceneDocument) -> Vec<FabricRun> {
        self.diagnostics = None;
        let runs = self.solve_and_show(document);
        self.clock.set_duration(longest_time(&self.runs));
        self.clock.mode = self.document.scene.clock;
        runs
    }

    /// Solves and shows a document. Returns the previous runs.
    fn solve_and_show(&mut self, document: SceneDocument) -> Vec<FabricRun> {
        let runs = solve(&document.scene);
        for (fabric, (old, new)) in self.runs.iter().zip(&runs).enumerate() {
            self.view.change_selection(fabric, |item| item.in_run(old, new));
        }
        if self.runs.len() != runs.len() {
            self.view = self.view.for_another_scene();
            self.sources = None;
        }
        self.verdict = verdict_sentences(&document.scene, &runs);
        self.document = document;
        if let Some(job) = &mut self.sweep_job {
            job.update(&self.document, &self.catalog);
        }
        self.revision += 1;
        std::mem::replace(&mut self.runs, runs)
    }

    /// Restarts the clock at zero; it plays unless motion is reduced.
    fn restart_clock(&mut self) {
        self.clock = Clock::new(longest_time(&self.runs), self.document.scene.clock);
        self.clock.playing = !self.view.reduced_motion;
    }
}
