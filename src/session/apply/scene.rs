//! Opening and changing scenes, undo and redo.

use crate::scene::{Diagnostics, FabricEdit, FaultEdit, FaultPlace, SceneDocument, Setting, parse_scene};
use crate::session::change::{Change, Comparison, Opened};
use crate::session::clock::Clock;
use crate::session::intent::{Effect, Intent};
use crate::session::link::LinkView;
use crate::session::path_field::FileContent;
use crate::session::session::{Session, longest_time};
use crate::session::undo::History;
use crate::units::Femtos;

impl Session {
    pub(super) fn open_scene(&mut self, name: &str, text: &str) {
        self.open_scene_at(name, text, None);
    }

    /// Opens a scene, at the instant and with the view of a link.
    pub(in crate::session) fn open_scene_at(&mut self, name: &str, text: &str, view: Option<(Femtos, LinkView)>) {
        match parse_scene(name, text, &self.catalog) {
            Ok(document) => {
                self.diagnostics = None;
                self.scenes = false;
                self.lesson = None;
                self.end_story();
                self.path_field = None;
                self.request(Change {
                    document,
                    opened: Some(Opened::new(name)),
                    comparison: Comparison::WithShown,
                    restarts_clock: true,
                    view,
                    history: self.undo.history(),
                });
            }
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    pub(super) fn save_scene(&self) -> Effect {
        let name = std::path::Path::new(&self.name).file_name().unwrap_or_default().to_string_lossy();
        Effect::Save { name: name.into_owned(), content: FileContent::Text(self.latest().to_ron()) }
    }

    pub(super) fn set(&mut self, settings: &[Setting]) {
        let changed = self.with_settings(settings);
        self.change(changed, Vec::new());
    }

    /// The document with settings of a panel. Errors name them without the flag of the command line.
    fn with_settings(&self, settings: &[Setting]) -> Result<SceneDocument, Diagnostics> {
        let name = |setting: &Setting| format!("{} = {}", setting.path, setting.value);
        self.latest().with_named(settings, &name, &self.catalog)
    }

    pub(super) fn edit_fabrics(&mut self, edit: &FabricEdit) {
        let changed = self.latest().with_fabrics(edit, &self.catalog);
        self.change(changed, Vec::new());
    }

    pub(super) fn edit_fault(&mut self, fabric: usize, place: &FaultPlace, edit: FaultEdit) {
        let changed = self.latest().what_if(fabric, place, edit, &self.catalog);
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
            let changed = self.latest().what_if(fabric, &place, edit, &self.catalog);
            self.change(changed, vec![format!("what if: {} of fabric {fabric}", place.name())]);
            return None;
        }
        self.apply(change)
    }

    /// Puts another scene in the place of the present one, as one undo step.
    pub(super) fn replace_scene(&mut self, document: SceneDocument) {
        let history = self.undo.history();
        self.undo.push(&self.latest().clone(), Vec::new());
        let comparison = Comparison::WithNothing;
        self.request(Change { document, opened: None, comparison, restarts_clock: true, view: None, history });
    }

    /// Returns to the scene as it was opened. This is a change like any other, with undo.
    pub(super) fn reset(&mut self) {
        let opened = self.opened.clone();
        if opened == *self.latest() {
            self.diagnostics = None;
            self.restart_clock();
            return;
        }
        let history = self.undo.history();
        self.undo.push(&self.latest().clone(), Vec::new());
        let comparison = Comparison::WithShown;
        self.request(Change { document: opened, opened: None, comparison, restarts_clock: true, view: None, history });
    }

    pub(super) fn undo_change(&mut self) {
        let history = self.undo.history();
        if let Some(document) = self.undo.undo(&self.latest().clone()) {
            self.show_earlier(document, history);
        }
    }

    pub(super) fn redo_change(&mut self) {
        let history = self.undo.history();
        if let Some(document) = self.undo.redo(&self.latest().clone()) {
            self.show_earlier(document, history);
        }
    }

    /// Asks for a changed scene, or stores why it was rejected. `dragged` holds the paths of a slider that is being dragged.
    pub(super) fn change(&mut self, changed: Result<SceneDocument, Diagnostics>, dragged: Vec<String>) {
        match changed {
            Ok(document) if document == *self.latest() => self.diagnostics = None,
            Ok(document) => {
                self.diagnostics = None;
                let history = self.undo.history();
                let continues_drag = self.undo.push(&self.latest().clone(), dragged);
                let comparison = if continues_drag { Comparison::AsBefore } else { Comparison::WithShown };
                self.request(Change { document, opened: None, comparison, restarts_clock: false, view: None, history });
            }
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    /// Asks for an earlier version. The clock mode is part of the view: undo does not change it.
    fn show_earlier(&mut self, document: SceneDocument, history: History) {
        self.diagnostics = None;
        let document = self.with_current_clock_mode(document);
        let comparison = Comparison::WithShown;
        self.request(Change { document, opened: None, comparison, restarts_clock: false, view: None, history });
    }

    pub(super) fn with_current_clock_mode(&self, mut document: SceneDocument) -> SceneDocument {
        document.file.view.clock.clone_from(&self.document.file.view.clock);
        document.scene.clock = self.document.scene.clock;
        document
    }

    /// Restarts the clock at zero; it plays unless motion is reduced.
    pub(super) fn restart_clock(&mut self) {
        self.clock = Clock::new(longest_time(&self.runs), self.document.scene.clock);
        let returned = self.returns_to.take();
        self.run_clock = returned.unwrap_or_default();
        if returned.is_some() {
            self.clock.playing = false;
            return;
        }
        self.clock.playing = !self.view.reduced_motion;
        self.set_lesson_clock();
        self.set_story_clock();
    }
}
