//! Solves points in threads, in order, until all are solved or the sweep is stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use super::row::Row;

/// A point with its rows; `None` if solving it failed with an internal error.
pub(super) struct SolvedPoint {
    pub point: usize,
    pub rows: Option<Vec<Row>>,
}

/// Solves the points from `first` to `points` in up to `threads` threads, in the order of the points and without gaps.
/// After `stop` is set, points in progress are finished. `progress` receives the number of solved points.
#[allow(clippy::disallowed_methods, reason = "in a browser no thread starts, and this one solves the points")]
pub(super) fn solve_points(
    points: std::ops::Range<usize>,
    threads: usize,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(usize),
    solver: &(dyn Fn(usize) -> Vec<Row> + Sync),
) -> Vec<SolvedPoint> {
    let next = AtomicUsize::new(points.start);
    let (sender, receiver) = channel::<SolvedPoint>();
    let work = |sender: Sender<SolvedPoint>| {
        while !stop.load(Ordering::Relaxed) {
            let point = next.fetch_add(1, Ordering::Relaxed);
            // An internal error at one point goes into its row and does not affect the others.
            let solve = || catch_unwind(AssertUnwindSafe(|| solver(point))).ok();
            if point >= points.end || sender.send(SolvedPoint { point, rows: solve() }).is_err() {
                return;
            }
        }
    };
    let mut solved = Vec::new();
    std::thread::scope(|scope| {
        let wanted = threads.min(points.len());
        let spawn = |_: &usize| {
            let sender = sender.clone();
            std::thread::Builder::new().spawn_scoped(scope, || work(sender)).is_ok()
        };
        let spawned = (0..wanted).take_while(spawn).count();
        // Without threads, the points are solved here.
        if spawned == 0 {
            work(sender);
        } else {
            drop(sender);
        }
        for one in receiver {
            solved.push(one);
            progress(points.start + solved.len());
        }
    });
    // Points are taken in order and each is finished, so that there are no gaps.
    solved.sort_by_key(|one| one.point);
    solved
}
