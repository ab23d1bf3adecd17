//! Opening and changing scenes, undo and redo.

use std::sync::Arc;

use crate::scene::{Diagnostics, FabricEdit, FaultEdit, FaultPlace, SceneDocument, Setting, parse_scene};
use crate::session::change::{Change, Comparison, Opened};
use crate::session::clock::Clock;
use crate::session::intent::{Effect, Intent};
use crate::session::link::LinkView;
use crate::session::path_field::{Done, FileContent};
use crate::session::session::{Session, longest_time};
use crate::session::undo::{History, Version};
use crate::units::Femtos;

impl Session {
    pub(super) fn open_scene(&mut self, name: &str, text: &str) {
        self.open_scene_at(name, text, None);
    }

    /// Opens a scene, at the instant and with the view of a link.
    pub(in crate::session) fn open_scene_at(&mut self, name: &str, text: &str, view: Option<(Femtos, LinkView)>) {
        match parse_scene(name, text, &self.catalog) {
            Ok(document) => self.put_in_place(name, document, view),
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    /// Puts a scene in the place of the user's own one, which undo brings back with its changes.
    pub(super) fn put_in_place(&mut self, name: &str, document: SceneDocument, view: Option<(Femtos, LinkView)>) {
        let before = self.own_scene();
        // Who sees no panels has changed nothing by hand.
        if self.panels && before.version.document != *before.version.opened {
            self.report_done(Done::KeptChanges { name: before.version.name.clone() });
        }
        self.diagnostics = None;
        self.scenes = false;
        self.lesson = None;
        self.end_story();
        self.path_field = None;
        self.request(Change {
            opened: Some(Opened::after(before, name, &document)),
            document,
            comparison: Comparison::WithShown,
            restarts_clock: true,
            view,
            history: self.undo.history(),
        });
    }

    pub(super) fn save_scene(&self) -> Effect {
        let name = std::path::Path::new(&self.name).file_name().unwrap_or_default().to_string_lossy();
        Effect::Save { name: name.into_owned(), content: FileContent::Scene(self.latest().to_ron()) }
    }

    /// Takes note of the file that holds the scene: it has its name, and nothing is changed since.
    pub(super) fn note_saved(&mut self, path: &str, text: &str) {
        // Another scene, or a lesson, may have come while it was written.
        let is_own = self.lesson.is_none() && self.story.is_none() && self.latest().to_ron() == text;
        if let (true, Ok(saved)) = (is_own, parse_scene(path, text, &self.catalog)) {
            let saved = Arc::new(saved);
            self.undo.rename(&self.name, path, &saved);
            path.clone_into(&mut self.name);
            self.opened = saved;
        }
    }

    /// The scene as it stands.
    pub(in crate::session) fn version(&self) -> Version {
        Version { name: self.name.clone(), opened: self.opened.clone(), document: self.latest().clone() }
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
        self.undo.push(self.version(), Vec::new());
        let comparison = Comparison::WithNothing;
        self.request(Change { document, opened: None, comparison, restarts_clock: true, view: None, history });
    }

    /// Changes what a step or a beat shows to the scene, the instant and the view of a link.
    pub(in crate::session) fn change_place(&mut self, document: SceneDocument, view: (Femtos, LinkView)) {
        let history = self.undo.history();
        self.undo.push(self.version(), Vec::new());
        let comparison = Comparison::WithNothing;
        self.request(Change { document, opened: None, comparison, restarts_clock: true, view: Some(view), history });
    }

    /// Returns to the scene as it was opened. This is a change like any other, with undo.
    pub(super) fn reset(&mut self) {
        let opened = self.reset_target().clone();
        if opened == *self.latest() {
            self.diagnostics = None;
            self.restart_clock();
            return;
        }
        let history = self.undo.history();
        self.undo.push(self.version(), Vec::new());
        let comparison = Comparison::WithShown;
        self.request(Change { document: opened, opened: None, comparison, restarts_clock: true, view: None, history });
    }

    pub(super) fn undo_change(&mut self) {
        if let Some(opening) = self.changes.opening() {
            // Given up only while the scene before it is still on the stage: after a lesson, that one is in its history alone.
            if opening.history.returns_to(&self.name, &self.opened) {
                self.cancel_solving();
            }
            return;
        }
        let history = self.undo.history();
        if let Some(version) = self.undo.undo(self.version()) {
            self.show_version(version, history);
        }
    }

    pub(super) fn redo_change(&mut self) {
        if self.changes.opening().is_some() {
            return;
        }
        let history = self.undo.history();
        if let Some(version) = self.undo.redo(self.version()) {
            self.show_version(version, history);
        }
    }

    /// Asks for a changed scene, or stores why it was rejected. `dragged` holds the paths of a slider that is being dragged.
    pub(super) fn change(&mut self, changed: Result<SceneDocument, Diagnostics>, dragged: Vec<String>) {
        match changed {
            Ok(document) if document == *self.latest() => self.diagnostics = None,
            Ok(document) => {
                self.diagnostics = None;
                let history = self.undo.history();
                let continues_drag = self.undo.push(self.version(), dragged);
                let comparison = if continues_drag { Comparison::AsBefore } else { Comparison::WithShown };
                self.request(Change { document, opened: None, comparison, restarts_clock: false, view: None, history });
            }
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    /// Asks for an earlier or a later version. The clock mode is part of the view: undo does not change it.
    fn show_version(&mut self, Version { name, opened, document }: Version, history: History) {
        self.diagnostics = None;
        let document = self.with_current_clock_mode(document);
        if name == self.name && opened == self.opened {
            let comparison = Comparison::WithShown;
            self.request(Change { document, opened: None, comparison, restarts_clock: false, view: None, history });
        } else {
            let opened = Some(Opened { name, opened, history: self.undo.history() });
            let comparison = Comparison::WithNothing;
            self.request(Change { document, opened, comparison, restarts_clock: true, view: None, history });
        }
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
