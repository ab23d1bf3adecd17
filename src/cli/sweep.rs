//! `sweep`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{CommandError, INTERRUPTED, load, note, print, print_json, setting};
use crate::catalog::Catalog;
use crate::report::{SweepReport, sweep_csv, sweep_table};
use crate::scene::Setting;
use crate::sweep::{Over, Sweep, SweepError};

/// Most threads: points of a sweep are many and small.
const MAX_THREADS: usize = 8;

/// What `sweep` takes.
#[derive(Debug, clap::Args)]
pub struct SweepArguments {
    /// A scene file.
    scene: PathBuf,
    /// A path of the scene and its values: a list (8,16,32) or a range with both ends (8B..16GiB*2, 1..64+1). Several
    /// --over: every value of each with every value of the others. Paths that change together are joined by commas and
    /// their values by colons: fabrics.0.nodes,workload.replicas=1:8,2:16,4:32 (or 1..4*2:8..32*2).
    #[arg(long = "over", value_name = "PATH=VALUES", value_parser = over, required = true)]
    overs: Vec<Over>,
    /// Change a value of the scene first, by its path: fabrics.0.algorithm=ring
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    settings: Vec<Setting>,
    /// CSV instead of a table.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

fn over(text: &str) -> Result<Over, SweepError> {
    Over::parse(text)
}

/// Solves a scene for every value of a list or a range. Interrupted (Ctrl-C), it prints what it has by then.
///
/// # Errors
/// A scene, a path or a value at fault; nothing is solved then. Or it was interrupted, after the results.
pub(super) fn sweep(arguments: &SweepArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let document = load(&arguments.scene, &arguments.settings, &catalog)?;
    let mut sweep = Sweep::new(&document, &catalog, &arguments.overs)?;
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    let stop = stopped_by_interrupt();
    let points = sweep.points();
    let mut progress = Progress::new(points);
    sweep.solve_until(threads.min(MAX_THREADS), &stop, &mut |done| progress.tell(done));
    progress.end();
    if sweep.done() < points {
        note(&format!("stopped after {} of {points} points", sweep.done()));
    }
    if arguments.json {
        print_json(&SweepReport::new(&document.scene, &sweep))?;
    } else if arguments.csv {
        print(&sweep_csv(&sweep))?;
    } else {
        print(&sweep_table(&document.scene, &sweep))?;
    }
    if sweep.done() < points { Err(CommandError::Interrupted) } else { Ok(()) }
}

/// A flag that an interrupt sets. Another one ends the program, should a point take too long; not at once, because one
/// interrupt may come twice, to the program and to its group.
fn stopped_by_interrupt() -> Arc<AtomicBool> {
    const ONE_INTERRUPT: Duration = Duration::from_millis(300);
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    let mut first: Option<Instant> = None;
    // Where interrupts cannot be caught they end the program, as they always did.
    let _ = ctrlc::set_handler(move || {
        flag.store(true, Ordering::Relaxed);
        if first.get_or_insert_with(Instant::now).elapsed() > ONE_INTERRUPT {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    stop
}

/// How far a sweep is, on stderr: on a terminal as one line that changes, else a line now and then once it takes long.
struct Progress {
    points: usize,
    terminal: bool,
    began: Instant,
    told: Option<Instant>,
}

impl Progress {
    /// Nothing is told of what is done at once.
    const PATIENCE: Duration = Duration::from_secs(1);
    /// On a terminal the line changes so often.
    const OFTEN: Duration = Duration::from_millis(100);
    /// In a file a line is added so often.
    const SELDOM: Duration = Duration::from_secs(5);

    fn new(points: usize) -> Progress {
        Progress { points, terminal: std::io::stderr().is_terminal(), began: Instant::now(), told: None }
    }

    fn tell(&mut self, done: usize) {
        let (first, again) = if self.terminal { (Self::OFTEN, Self::OFTEN) } else { (Self::PATIENCE, Self::SELDOM) };
        let waited = self.told.map_or(self.began.elapsed() >= first, |told| told.elapsed() >= again);
        if !waited || done >= self.points {
            return;
        }
        self.told = Some(Instant::now());
        let line = format!("{done} of {} points", self.points);
        if self.terminal {
            let _ = write!(std::io::stderr(), "\r{line}");
        } else {
            note(&line);
        }
    }

    /// Takes the line off a terminal.
    fn end(&self) {
        if self.terminal && self.told.is_some() {
            let width = format!("{0} of {0} points", self.points).len();
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "");
        }
    }
}
