//! The sensitivity analysis, and the explanation of the instant at which the clock stands.

use bevy::prelude::*;
#[cfg(not(target_arch = "wasm32"))]
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, futures_lite::future};

use super::schedule::FrameSystems;
use super::state::{Hidden, OpenSession, Views};
use super::update::UpdateViews;
#[cfg(not(target_arch = "wasm32"))]
use crate::sample::Explanation;
use crate::sample::FabricView;
use crate::session::Session;

/// Explains the runs, one step at a time: on the desktop in a task, in a page one step per frame.
///
/// Only the panels show the results, so nothing happens while they are hidden. A task works on copies of a run, which
/// share its plan and trace, and of its explanation; its result is taken only if the view is still the same.
pub(super) fn plugin(app: &mut App) {
    #[cfg(not(target_arch = "wasm32"))]
    app.init_resource::<Explainer>();
    app.add_systems(Update, explain.after(UpdateViews).in_set(FrameSystems::Update));
}

#[cfg(not(target_arch = "wasm32"))]
#[derive(Resource, Default)]
struct Explainer(Option<Step>);

/// One step for one fabric.
#[cfg(not(target_arch = "wasm32"))]
struct Step {
    fabric: usize,
    revision: u64,
    task: Task<Explanation>,
}

fn explain(
    open: Res<OpenSession>,
    hidden: Res<Hidden>,
    mut views: ResMut<Views>,
    #[cfg(not(target_arch = "wasm32"))] mut explainer: ResMut<Explainer>,
) {
    let session = &open.0;
    if hidden.0 || !session.panels || views.revision != session.revision {
        return;
    }
    #[cfg(not(target_arch = "wasm32"))]
    if session.solves_in_background() {
        let views = views.bypass_change_detection();
        views.explained += u64::from(explainer.work(session, views.revision, &mut views.views));
        examine(session, &mut views.views);
        return;
    }
    let views = views.bypass_change_detection();
    let playing = session.clock.playing;
    let mut each = views.views.iter_mut().zip(&session.runs);
    let worked =
        each.any(|(view, run)| view.explanation.as_mut().is_some_and(|explained| explained.work(run, playing)));
    views.explained += u64::from(worked);
    examine(session, &mut views.views);
}

/// Explains the instant at which the clock stands.
fn examine(session: &Session, views: &mut [FabricView]) {
    if session.clock.playing {
        return;
    }
    for (view, run) in views.iter_mut().zip(&session.runs) {
        if let Some(explained) = &mut view.explanation {
            explained.examine(run, session.local_time(run));
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Explainer {
    /// Takes the result of a step and starts the next one. Returns whether there was a result.
    fn work(&mut self, session: &Session, revision: u64, views: &mut [FabricView]) -> bool {
        let mut worked_out = false;
        if let Some(step) = &mut self.0 {
            if step.revision != revision {
                self.0 = None;
            } else if let Some(worked) = block_on(future::poll_once(&mut step.task)) {
                if let Some(explained) = views.get_mut(step.fabric).and_then(|view| view.explanation.as_mut()) {
                    explained.take_over(worked);
                    worked_out = true;
                }
                self.0 = None;
            }
        }
        if self.0.is_some() {
            return worked_out;
        }
        let mut numbered = views.iter().zip(&session.runs).enumerate();
        self.0 = numbered.find_map(|(fabric, (view, run))| {
            let mut explained = view.explanation.as_ref().filter(|explained| explained.is_working())?.clone();
            let run = run.clone();
            let task = AsyncComputeTaskPool::get().spawn(async move {
                explained.work(&run, false);
                explained
            });
            Some(Step { fabric, revision, task })
        });
        worked_out
    }
}
