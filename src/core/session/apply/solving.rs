//! Changes of the scene from the request to the screen.

use crate::scene::SceneDocument;
use crate::session::change::{Change, Comparison, Opened, Outcome, Running, SolveJob, SolveProgress, SolvedScene};
use crate::session::session::{Session, longest_time};
use crate::session::undo::{UndoStack, Version};
use crate::solve::FabricRun;

impl Session {
    /// From now on, a change waits until its caller has solved it ([`Session::start_solving`]). Otherwise
    /// [`Session::apply`] solves it at once.
    pub fn solve_in_background(&mut self) {
        self.changes.in_background = true;
    }

    /// Whether its caller solves changes.
    pub fn solves_in_background(&self) -> bool {
        self.changes.in_background
    }

    /// The work of the latest change, unless there is none or an earlier one is still being solved.
    pub fn start_solving(&mut self) -> Option<SolveJob> {
        if self.changes.running.is_some() {
            return None;
        }
        let change = self.changes.waiting.take()?;
        self.changes.generation += 1;
        let fabrics = change.document.scene.fabrics.len();
        let progress = SolveProgress { fabrics, ..SolveProgress::default() };
        let running = Running { generation: self.changes.generation, change, progress };
        // Of another list of fabrics: nobody knows which belong together.
        let before: &[FabricRun] = match running.change.comparison {
            Comparison::WithShown if fabrics == self.runs.len() => &self.runs,
            Comparison::AsBefore if fabrics == self.runs.len() => self.undo.all_before(),
            Comparison::WithShown | Comparison::AsBefore | Comparison::WithNothing => &[],
        };
        let job =
            SolveJob::new(&running, self.catalog.clone(), std::mem::take(&mut self.changes.solved), &self.runs, before);
        self.changes.running = Some(running);
        Some(job)
    }

    /// Shows the result of a job. Returns `false` if the change was cancelled: then nothing changes.
    pub fn accept_solved(&mut self, result: SolvedScene) -> bool {
        self.changes.solved = result.solved;
        match self.changes.running.take() {
            Some(running) if running.generation == result.generation => {
                self.show(running.change, result.runs, result.outcome);
                true
            }
            other => {
                self.changes.running = other;
                false
            }
        }
    }

    /// How far the solving is; `None` if all changes are shown.
    pub fn solve_progress(&self) -> Option<SolveProgress> {
        let waiting = || self.changes.waiting.is_some().then(SolveProgress::default);
        self.changes.running.as_ref().map(|running| running.progress).or_else(waiting)
    }

    /// Takes note of the progress of the running job: solved fabrics, and seconds since the last note.
    pub fn note_progress(&mut self, done: usize, elapsed_s: f64) {
        if let Some(Running { progress, .. }) = &mut self.changes.running {
            progress.done = done;
            progress.elapsed_s += elapsed_s;
        }
    }

    pub(super) fn cancel_solving(&mut self) {
        let running = self.changes.running.take().map(|running| running.change);
        let waiting = self.changes.waiting.take();
        if let Some(first) = running.or(waiting) {
            self.undo.restore(first.history);
        }
    }

    /// Asks for a change.
    pub(super) fn request(&mut self, change: Change) {
        match &mut self.changes.waiting {
            Some(waiting) => waiting.replace(change),
            None => self.changes.waiting = Some(change),
        }
        if !self.changes.in_background
            && let Some(job) = self.start_solving()
        {
            self.accept_solved(job.finish());
        }
    }

    /// Shows a scene whose runs are known. Changes that are not solved yet are given up.
    pub(super) fn show_at_once(&mut self, document: SceneDocument, runs: Vec<FabricRun>, name: &str) {
        let outcome = Outcome::new(&document.scene, &self.catalog, &runs);
        (self.changes.running, self.changes.waiting) = (None, None);
        let change = Change {
            opened: Some(Opened::new(name, &document)),
            document,
            comparison: Comparison::WithNothing,
            restarts_clock: true,
            view: None,
            history: self.undo.history(),
        };
        self.show(change, runs, outcome);
    }

    /// Shows a solved scene. Without a restart the clock keeps its share of the run, so that the effect of the change is
    /// visible.
    fn show(&mut self, change: Change, runs: Vec<FabricRun>, outcome: Outcome) {
        let Change { document, opened, comparison, restarts_clock, view, .. } = change;
        let comparable = self.runs.len() == runs.len();
        for (fabric, (old, new)) in self.runs.iter().zip(&runs).enumerate() {
            self.view.change_selection(fabric, |item| item.in_run(old, new));
        }
        let is_other = opened.is_some() || comparison == Comparison::WithNothing;
        if !comparable || is_other {
            self.view = self.view.for_another_scene();
        }
        if !comparable || is_other {
            self.sources = None;
        }
        self.training = outcome.training;
        self.verdict = outcome.verdict;
        self.conditions = outcome.conditions;
        // The sweep of a training run is another one, and the timeline of a new one is not hidden.
        if self.document.scene.training.is_some() != document.scene.training.is_some() {
            self.sweep_job = None;
        }
        self.document = document;
        if let Some(job) = &mut self.sweep_job {
            job.update(&self.document, &self.catalog);
        }
        self.revision += 1;
        let before = std::mem::replace(&mut self.runs, runs);
        match opened {
            Some(Opened { name, opened, history }) => {
                self.name = name;
                self.opened = opened;
                self.undo = UndoStack::default();
                self.undo.restore(history);
                if self.changes.waiting.is_some() {
                    // Changes of the new scene that were made while it was solved.
                    let (name, opened) = (self.name.clone(), self.opened.clone());
                    self.undo.push(Version { name, opened, document: self.document.clone() }, Vec::new());
                }
            }
            // The first start compares machines, not runs.
            None if !comparable || is_other || self.first_start.is_some() => self.undo.clear_comparison(),
            None if comparison == Comparison::WithShown => self.undo.keep_runs(before),
            None => {}
        }
        if restarts_clock {
            self.restart_clock();
        } else {
            self.clock.set_duration(longest_time(&self.runs));
            self.clock.mode = self.document.scene.clock;
        }
        if let Some((at, view)) = view {
            self.show_view(at, view);
        }
    }
}
