//! Solves the points of the sweep that is shown: on the desktop in a thread of its own, in a page in slices of frames.

use bevy::prelude::*;

use super::program::{FrameSystems, OpenSession};
use crate::session::Session;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Sweeper>().add_systems(Update, work.after(FrameSystems::Apply).before(FrameSystems::Follow));
}

fn work(mut open: ResMut<OpenSession>, mut sweeper: ResMut<Sweeper>) {
    let open = open.bypass_change_detection();
    sweeper.work(&mut open.0);
}

/// Who solves the points.
#[derive(Resource, Default)]
struct Sweeper {
    #[cfg(not(target_arch = "wasm32"))]
    thread: Option<threaded::Thread>,
}

#[cfg(target_arch = "wasm32")]
impl Sweeper {
    /// Solves points for some milliseconds, at least one.
    fn work(&mut self, session: &mut Session) {
        const SLICE: core::time::Duration = core::time::Duration::from_millis(8);
        let began = bevy::platform::time::Instant::now();
        let Some(sweeping) = &mut session.sweep_job else { return };
        while let Some(point) = sweeping.next()
            && let Ok(sweep) = &sweeping.sweep
        {
            let rows = sweep.solved(point);
            sweeping.accept(sweeping.generation, point, rows);
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
    use crate::sweep::{Row, Sweep};

    /// A thread that solves the points of one sweep, one after the other, until it is done or told to stop.
    pub(super) struct Thread {
        generation: u64,
        /// A receiver by itself cannot be part of a resource; nobody else locks it.
        solved: std::sync::Mutex<Receiver<(usize, Vec<Row>)>>,
        stop: Arc<AtomicBool>,
    }

    impl Drop for Thread {
        fn drop(&mut self) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    impl Thread {
        fn of(sweep: &Sweep, generation: u64, first: usize) -> std::io::Result<Thread> {
            let (sender, receiver) = channel();
            let stop = Arc::new(AtomicBool::new(false));
            let (sweep, told) = (sweep.clone(), stop.clone());
            std::thread::Builder::new().name("sweep".to_owned()).spawn(move || {
                for point in first..sweep.points() {
                    // Nobody waits for the rows any longer: the sweep was stopped, or is another one by now.
                    if told.load(Ordering::Relaxed) || sender.send((point, sweep.solved(point))).is_err() {
                        return;
                    }
                }
            })?;
            Ok(Thread { generation, solved: std::sync::Mutex::new(receiver), stop })
        }
    }

    impl Sweeper {
        /// Takes what has been solved, and begins where nobody works yet.
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
                        Ok((point, rows)) => sweeping.accept(generation, point, rows),
                        Err(error) => break error == TryRecvError::Disconnected,
                    }
                };
                // A thread that ends before its last point has failed in a bug of the engine: what it has solved stays.
                sweeping.stopped |= ended && generation == sweeping.generation && sweeping.next().is_some();
            }
            let Some(next) = sweeping.next() else {
                self.thread = None;
                return;
            };
            let works = self.thread.as_ref().is_some_and(|thread| thread.generation == sweeping.generation);
            if !works && let Ok(sweep) = &sweeping.sweep {
                // Where no thread can be had, a point a frame is solved here.
                self.thread = Thread::of(sweep, sweeping.generation, next).ok();
                if self.thread.is_none() {
                    let rows = sweep.solved(next);
                    sweeping.accept(sweeping.generation, next, rows);
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
    fn a_thread_solves_what_slices_solve_and_stops_when_told() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::ToggleSweep);
        let mut whole = session.sweep_job.clone().expect("a sweep");
        whole.finish();
        let mut sweeper = Sweeper::default();
        while session.sweep_job.as_ref().is_some_and(|sweeping| sweeping.next().is_some()) {
            sweeper.work(&mut session);
            std::thread::yield_now();
        }
        let sweeping = session.sweep_job.as_ref().expect("a sweep");
        assert!(!sweeping.stopped);
        let rows = |of: &crate::session::SweepJob| of.sweep.as_ref().ok().map(|sweep| sweep.rows().to_vec());
        assert_eq!(rows(sweeping), rows(&whole));
        session.apply(Intent::Sweep(SweepIntent::SplitByAlgorithm(true)));
        session.apply(Intent::Sweep(SweepIntent::Stop));
        sweeper.work(&mut session);
        assert!(sweeper.thread.is_none(), "nobody works on what was stopped");
    }
}
