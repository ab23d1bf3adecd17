//! Times of benchmarks divided by those of others of the same run: what the project holds itself against.

use std::sync::Mutex;
use std::time::Instant;

use divan::Bencher;

/// Times that are kept of one case. More would only move the median by less.
const MAX_TIMES: usize = 4096;

const FRAME_S: f64 = 1.0 / 60.0;

/// What a ratio divides by.
enum SweepAxis {
    /// The median of another benchmark for the same case.
    Benchmark(&'static str),
    /// The time of a frame.
    Frame,
}

/// Benchmarks whose times are divided, and by what.
const RATIOS: [(&str, SweepAxis); 7] = [
    ("solve::by_events", SweepAxis::Benchmark("solve::scene")),
    ("curves::by_events", SweepAxis::Benchmark("curves::scene")),
    ("sweep::one_thread", SweepAxis::Benchmark("sweep::two_threads")),
    ("explain::all", SweepAxis::Benchmark("explain::run")),
    ("draw::run", SweepAxis::Frame),
    ("draw::prepare", SweepAxis::Frame),
    ("draw::frame", SweepAxis::Frame),
];

/// The median of one benchmark for one case.
struct Median {
    benchmark: &'static str,
    case: String,
    seconds: f64,
}

static MEDIANS: Mutex<Vec<Median>> = Mutex::new(Vec::new());

fn medians() -> std::sync::MutexGuard<'static, Vec<Median>> {
    MEDIANS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Benchmarks `work`, which stands at the path `benchmark` and is measured for `case`, and keeps its median for
/// [`print`].
pub fn timed(bencher: Bencher, benchmark: &'static str, case: impl ToString, mut work: impl FnMut()) {
    let mut times_s = Vec::with_capacity(MAX_TIMES);
    bencher.bench_local(|| {
        let start = Instant::now();
        work();
        if times_s.len() < MAX_TIMES {
            times_s.push(start.elapsed().as_secs_f64());
        }
    });
    times_s.sort_by(f64::total_cmp);
    if let Some(&seconds) = times_s.get(times_s.len() / 2) {
        medians().push(Median { benchmark, case: case.to_string(), seconds });
    }
}

/// Prints the ratios of what has been measured.
pub fn print() {
    let medians = medians();
    for (benchmark, over) in &RATIOS {
        let ratio = |median: &Median| {
            let over_s = match over {
                SweepAxis::Frame => Some(FRAME_S),
                SweepAxis::Benchmark(name) => {
                    let same = |other: &&Median| other.benchmark == *name && other.case == median.case;
                    medians.iter().find(same).map(|other| other.seconds)
                }
            };
            over_s.map(|over_s| median.seconds / over_s)
        };
        let measured = medians.iter().filter(|median| median.benchmark == *benchmark);
        let rows: Vec<_> = measured.filter_map(|median| Some((&median.case, ratio(median)?))).collect();
        if rows.is_empty() {
            continue;
        }
        let over = match over {
            SweepAxis::Frame => "a frame at 60 Hz",
            SweepAxis::Benchmark(name) => name,
        };
        println!("\n{benchmark} / {over}, medians");
        rows.iter().for_each(|(case, ratio)| println!("  {case:42} {ratio:>10.3}"));
    }
}
