//! Solves changes of the scene and prepares their views beside the frames.

#[cfg(not(target_arch = "wasm32"))]
use std::sync::Arc;
#[cfg(not(target_arch = "wasm32"))]
use std::sync::atomic::{AtomicUsize, Ordering};

use bevy::prelude::*;
#[cfg(not(target_arch = "wasm32"))]
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, futures_lite::future};

use super::camera::StageArea;
use super::schedule::FrameSystems;
use super::state::{OpenSession, PreparedViews};
use crate::sample::FabricView;
use crate::session::{Session, SolveJob, SolvedScene};
use crate::solve::FabricRun;
use crate::stage::{Rect, ViewState, stage_cells};

/// Solves the latest change of the scene, one at a time, on the desktop in a task, in a page in slices of frames.
///
/// The picture of the old scene stays until the new one has its runs, layouts, link heatmaps and explanations; then all
/// change in one frame. Fabrics that a change does not concern keep their runs and views. While a slider is dragged, each
/// result is shown, and the next job begins with the latest value. A session that nobody has asked to
/// [solve in background](Session::solve_in_background) never leaves a job.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Solver>()
        .init_resource::<PreparedViews>()
        .add_systems(Update, work.in_set(FrameSystems::Solve));
}

/// The job that is being worked on.
#[derive(Resource, Default)]
struct Solver(Option<Work>);

fn work(
    mut open: ResMut<OpenSession>,
    mut solver: ResMut<Solver>,
    mut prepared: ResMut<PreparedViews>,
    area: Res<StageArea>,
    time: Res<Time<Real>>,
) {
    let session = &mut open.bypass_change_detection().0;
    if session.solve_progress().is_none() {
        // Cancelled, or nothing to do.
        solver.0 = None;
        return;
    }
    if let Some(work) = &mut solver.0 {
        let finished = work.poll();
        session.note_progress(work.solved(), time.delta_secs_f64());
        let Some((scene, views)) = finished else { return };
        solver.0 = None;
        if session.accept_solved(scene) {
            *prepared = PreparedViews { revision: session.revision, views };
            open.set_changed();
        }
    }
    let session = &mut open.bypass_change_detection().0;
    if let Some(job) = session.start_solving() {
        solver.0 = Some(Work::start(Preparation::new(job, session, &area)));
    }
}

/// A solved scene with the views of the runs that have changed.
type Prepared = (SolvedScene, Vec<Option<FabricView>>);

/// The steps from a changed scene to its views.
struct Preparation {
    /// `None` once it is solved.
    job: Option<SolveJob>,
    scene: Option<SolvedScene>,
    shown: Vec<FabricRun>,
    before: Vec<FabricRun>,
    views: Vec<Option<FabricView>>,
    cells: Vec<Rect>,
    view_state: ViewState,
}

impl Preparation {
    fn new(mut job: SolveJob, session: &Session, area: &StageArea) -> Preparation {
        let [left, top, right, bottom] = area.0;
        let stage = Rect::new(Vec2::new(left, top), Vec2::new(right, bottom));
        let (_, fabrics) = job.solver.progress();
        let (shown, before) = (std::mem::take(&mut job.shown), std::mem::take(&mut job.before));
        let cells = stage_cells(stage, fabrics, session.view.active);
        let view_state = session.view.clone();
        Preparation { job: Some(job), scene: None, shown, before, views: Vec::new(), cells, view_state }
    }

    /// Does the next step. Returns whether there is more to do.
    fn step(&mut self) -> bool {
        if let Some(job) = &mut self.job {
            if !job.solver.step() {
                self.scene = self.job.take().map(SolveJob::finish);
            }
            return true;
        }
        let index = self.views.len();
        let Some(run) = self.scene.as_ref().and_then(|scene| scene.runs.get(index)) else { return false };
        let is_same = self.shown.len() == self.cells.len() && self.shown[index].is_same_run(run);
        let view = (!is_same).then(|| {
            let mut view = FabricView::new(run, self.cells[index]);
            view.compare(run, self.before.get(index));
            view.place(run, self.cells[index], self.view_state.camera(index));
            view.update_selection(run, &self.view_state, index);
            view
        });
        self.views.push(view);
        true
    }

    fn solved(&self) -> usize {
        self.job.as_ref().map_or(self.cells.len(), |job| job.solver.progress().0)
    }

    fn finish(self) -> Option<Prepared> {
        Some((self.scene?, self.views))
    }
}

/// A preparation in a task, which ends between two steps when it is dropped.
#[cfg(not(target_arch = "wasm32"))]
struct Work {
    task: Task<Option<Prepared>>,
    solved: Arc<AtomicUsize>,
}

#[cfg(not(target_arch = "wasm32"))]
impl Work {
    fn start(mut preparation: Preparation) -> Work {
        let solved = Arc::new(AtomicUsize::new(0));
        let progress = solved.clone();
        let task = AsyncComputeTaskPool::get().spawn(async move {
            while preparation.step() {
                progress.store(preparation.solved(), Ordering::Relaxed);
                future::yield_now().await;
            }
            preparation.finish()
        });
        Work { task, solved }
    }

    fn poll(&mut self) -> Option<Prepared> {
        block_on(future::poll_once(&mut self.task)).flatten()
    }

    fn solved(&self) -> usize {
        self.solved.load(Ordering::Relaxed)
    }
}

/// A preparation that does one step per frame.
#[cfg(target_arch = "wasm32")]
struct Work(Option<Preparation>);

#[cfg(target_arch = "wasm32")]
impl Work {
    fn start(preparation: Preparation) -> Work {
        Work(Some(preparation))
    }

    fn poll(&mut self) -> Option<Prepared> {
        if self.0.as_mut()?.step() {
            return None;
        }
        self.0.take()?.finish()
    }

    fn solved(&self) -> usize {
        self.0.as_ref().map_or(0, Preparation::solved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Setting;
    use crate::session::Intent;

    /// The changed session and its prepared views.
    fn prepare(setting: &str) -> (Session, Vec<Option<FabricView>>) {
        let mut session = Session::first_look().expect("the first look");
        session.solve_in_background();
        session.apply(Intent::Set(vec![Setting::parse(setting).expect("a setting")]));
        let job = session.start_solving().expect("a job");
        let mut preparation = Preparation::new(job, &session, &StageArea([0.0, 0.0, 1000.0, 700.0]));
        while preparation.step() {}
        let (scene, views) = preparation.finish().expect("a solved scene");
        assert!(session.accept_solved(scene));
        (session, views)
    }

    #[test]
    fn views_are_prepared_for_the_runs_that_have_changed() {
        let (session, views) = prepare("workload.message=1MiB");
        assert_eq!(views.len(), session.runs.len());
        for (view, run) in views.iter().zip(&session.runs) {
            let view = view.as_ref().expect("a view");
            assert!(view.explanation.is_some() && view.link_heatmap.is_some(), "{}", run.scene.name);
        }
        let (_, views) = prepare("fabrics.0.algorithm=ring");
        assert!(views[0].is_some() && views[1].is_none(), "the wafer has not changed");
    }
}
