//! Solves the points of the open sweep: on the desktop in a thread of its own, in a page in slices of frames.

use bevy::prelude::*;

use super::schedule::FrameSystems;
use super::state::{Effects, OpenSession};
use crate::session::Session;

/// Solves the open sweep beside the frames.
///
/// The session counts its sweeps (`generation`), and rows of an earlier one are ignored. The thread never sees the session:
/// it has a copy of the sweep, and sends rows.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Sweeper>().add_systems(Update, (work, work_on_export).in_set(FrameSystems::Solve));
}

/// Solves the sizes of a table or curve that is exported, for some milliseconds of a frame.
fn work_on_export(mut open: ResMut<OpenSession>, mut effects: ResMut<Effects>) {
    const SLICE: core::time::Duration = core::time::Duration::from_millis(8);
    let began = bevy::platform::time::Instant::now();
    while open.0.export_progress().is_some() && began.elapsed() < SLICE {
        effects.0.extend(open.0.step_export());
    }
}

fn work(mut open: ResMut<OpenSession>, mut sweeper: ResMut<Sweeper>) {
    let open = open.bypass_change_detection();
    sweeper.work(&mut open.0);
}

/// The work on the open sweep.
#[derive(Resource, Default)]
struct Sweeper {
    #[cfg(not(target_arch = "wasm32"))]
    thread: Option<threaded::Thread>,
    /// The sweep that the solver below belongs to.
    #[cfg(target_arch = "wasm32")]
    generation: u64,
    #[cfg(target_arch = "wasm32")]
    solver: crate::session::PointSolver,
}

#[cfg(target_arch = "wasm32")]
impl Sweeper {
    /// Solves points for some milliseconds, but at least one point.
    fn work(&mut self, session: &mut Session) {
        const SLICE: core::time::Duration = core::time::Duration::from_millis(8);
        let began = bevy::platform::time::Instant::now();
        let Some(sweeping) = &mut session.sweep_job else { return };
        if self.generation != sweeping.generation {
            *self = Sweeper { generation: sweeping.generation, ..Sweeper::default() };
        }
        while let Some(point) = sweeping.next()
            && let Ok(sweep) = &sweeping.sweep
        {
            let solved = self.solver.solve(sweep, point);
            sweeping.accept(sweeping.generation, point, solved);
            if began.elapsed() > SLICE {
                return;
            }
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod threaded {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{Receiver, TryRecvError, channel};

    use super::{Session, Sweeper};
    use crate::session::{PointSolver, SolvedPoint};
    use crate::sweep::Sweep;

    /// A thread that solves the points of one sweep in order, until all are done or it is dropped.
    pub(super) struct Thread {
        generation: u64,
        /// In a mutex because a receiver alone is not `Sync`; there is no other user of it.
        solved: std::sync::Mutex<Receiver<(usize, SolvedPoint)>>,
        stop: Arc<AtomicBool>,
        #[cfg(test)]
        handle: Option<std::thread::JoinHandle<()>>,
    }

    impl Drop for Thread {
        fn drop(&mut self) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    impl Thread {
        fn new(sweep: &Sweep, generation: u64, first: usize) -> std::io::Result<Thread> {
            let (sender, receiver) = channel();
            let stop = Arc::new(AtomicBool::new(false));
            let (sweep, stopped) = (sweep.clone(), stop.clone());
            let handle = std::thread::Builder::new().name("sweep".to_owned()).spawn(move || {
                let mut solver = PointSolver::default();
                for point in first..sweep.points() {
                    // Stop if the rows are not needed: the sweep was stopped or replaced.
                    if stopped.load(Ordering::Relaxed) || sender.send((point, solver.solve(&sweep, point))).is_err() {
                        return;
                    }
                }
            })?;
            // Not joined: it ends after the point that it works on.
            #[cfg(not(test))]
            drop(handle);
            Ok(Thread {
                generation,
                solved: std::sync::Mutex::new(receiver),
                stop,
                #[cfg(test)]
                handle: Some(handle),
            })
        }
    }

    impl Sweeper {
        /// Waits until the thread has ended.
        #[cfg(test)]
        pub(super) fn wait(&mut self) {
            if let Some(handle) = self.thread.as_mut().and_then(|thread| thread.handle.take()) {
                handle.join().expect("the thread ends without a panic");
            }
        }

        /// Accepts the rows that have been solved, and starts a thread if the sweep needs one.
        pub(super) fn work(&mut self, session: &mut Session) {
            let Some(sweeping) = &mut session.sweep_job else {
                self.thread = None;
                return;
            };
            if let Some(thread) = &self.thread
                && let Ok(solved) = thread.solved.lock()
            {
                let generation = thread.generation;
                let ended = loop {
                    match solved.try_recv() {
                        Ok((point, solved)) => sweeping.accept(generation, point, solved),
                        Err(error) => break error == TryRecvError::Disconnected,
                    }
                };
                // A thread that ends before its last point has failed because of a bug. Its rows stay.
                sweeping.stopped |= ended && generation == sweeping.generation && sweeping.next().is_some();
            }
            let Some(next) = sweeping.next() else {
                self.thread = None;
                return;
            };
            let is_solved = self.thread.as_ref().is_some_and(|thread| thread.generation == sweeping.generation);
            if !is_solved && let Ok(sweep) = &sweeping.sweep {
                // If no thread can be started, solve one point per frame here.
                self.thread = Thread::new(sweep, sweeping.generation, next).ok();
                if self.thread.is_none() {
                    let solved = PointSolver::default().solve(sweep, next);
                    sweeping.accept(sweeping.generation, next, solved);
                }
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::session::{Intent, SweepIntent};

    #[test]
    fn the_thread_gives_the_same_rows_and_stops() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::ToggleSweep);
        let mut whole = session.sweep_job.clone().expect("a sweep");
        whole.finish();
        let mut sweeper = Sweeper::default();
        sweeper.work(&mut session);
        sweeper.wait();
        sweeper.work(&mut session);
        assert!(session.sweep_job.as_ref().is_some_and(|sweeping| sweeping.next().is_none()), "all points are solved");
        let sweeping = session.sweep_job.as_ref().expect("a sweep");
        assert!(!sweeping.stopped);
        let rows =
            |sweeping: &crate::session::SweepJob| sweeping.sweep.as_ref().ok().map(|sweep| sweep.rows().to_vec());
        assert_eq!(rows(sweeping), rows(&whole));
        session.apply(Intent::Sweep(SweepIntent::SplitByAlgorithm(true)));
        session.apply(Intent::Sweep(SweepIntent::Stop));
        sweeper.work(&mut session);
        assert!(sweeper.thread.is_none(), "the thread ends with the sweep");
    }
}
