//! The lab of one lesson or story: its runs, solved as `run` solves them, once each, and the values of its expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expression::Expression;
use super::quantity::Value;
use super::schema::LogFlagsFile;
use super::typing::Names;
use crate::catalog::Catalog;
use crate::compare::{ClusterFlags, Comparison, LogReport, report};
use crate::explain::TimeShare;
use crate::nccl_log::LogRun;
use crate::scene::{SceneDocument, Setting};
use crate::solve::{FabricRun, solve};
use crate::training::{TrainingResults, solve_training};

/// The most scenes that one lesson may solve.
pub const MAX_SOLVES: u32 = 2_000;

/// A variant of a scene.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The scene without its settings.
    pub base: Arc<SceneDocument>,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// What a comparison with the log assumes.
    pub log: Option<LogFlagsFile>,
}

/// A solved variant.
#[derive(Debug)]
pub struct Solved {
    /// The scene with its settings.
    pub document: SceneDocument,
    /// Its runs; none for training.
    pub runs: Vec<FabricRun>,
    /// Its training runs, if that is the workload.
    pub training: Option<TrainingResults>,
}

/// Runs and expressions of one lesson.
#[derive(Clone, Debug)]
pub struct Lab {
    pub(super) catalog: Arc<Catalog>,
    /// What expressions may name.
    pub(super) names: Names,
    pub(super) variants: BTreeMap<String, Variant>,
    /// The learner's own settings.
    pub(super) learner: Option<Variant>,
    /// One more setting on every run, while a value is searched.
    pub(super) extra: Option<Setting>,
    /// A named figure that has another value, while the options of a question are swept.
    pub(super) replaced: Option<(String, Value)>,
    /// Logs by file; that of the lesson is the first one added.
    logs: BTreeMap<String, Arc<Vec<LogRun>>>,
    first_log: Option<String>,
    pub(super) solved: BTreeMap<String, Arc<Solved>>,
    /// The same with the extra setting.
    searched: BTreeMap<String, Arc<Solved>>,
    pub(super) shares: BTreeMap<(String, usize), Arc<Vec<TimeShare>>>,
    pub(super) comparisons: BTreeMap<String, Arc<Comparison>>,
    pub(super) values: BTreeMap<String, Value>,
    solves: u32,
}

impl Lab {
    /// A lab without runs.
    pub fn new(catalog: Arc<Catalog>) -> Lab {
        Lab {
            catalog,
            names: Names::default(),
            variants: BTreeMap::new(),
            learner: None,
            extra: None,
            replaced: None,
            logs: BTreeMap::new(),
            first_log: None,
            solved: BTreeMap::new(),
            searched: BTreeMap::new(),
            shares: BTreeMap::new(),
            comparisons: BTreeMap::new(),
            values: BTreeMap::new(),
            solves: 0,
        }
    }

    /// What its expressions may name.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Scenes solved so far.
    pub fn solves(&self) -> u32 {
        self.solves
    }

    /// Adds a run.
    pub fn add_run(&mut self, name: &str, variant: Variant) {
        self.names.runs.insert(name.to_owned(), variant.base.scene.fabrics.len());
        self.variants.insert(name.to_owned(), variant);
    }

    /// Adds a named figure.
    pub fn add_figure(&mut self, name: &str, expression: Expression) {
        self.names.figures.insert(name.to_owned(), expression);
    }

    /// Adds a log that runs compare with the model.
    pub fn add_log(&mut self, file: &str, runs: Vec<LogRun>) {
        self.names.log = true;
        self.first_log.get_or_insert_with(|| file.to_owned());
        self.logs.insert(file.to_owned(), Arc::new(runs));
    }

    /// Sets the learner's own run: a named run with more settings. `None` if there is no such run.
    pub fn set_learner(&mut self, start: &str, settings: &[Setting]) -> Option<()> {
        let mut variant = self.variants.get(start)?.clone();
        // The later of two settings of one path counts.
        variant.settings.retain(|own| settings.iter().all(|other| other.path != own.path));
        variant.settings.extend(settings.iter().cloned());
        if let Some(log) = &mut variant.log {
            super::log_settings::apply(log, settings);
            variant.settings.retain(|setting| super::log_settings::log_setting(&setting.path).is_none());
        }
        self.names.learner = Some(variant.base.scene.fabrics.len());
        self.learner = Some(variant);
        let own = |key: &String| !self.variants.contains_key(key);
        self.solved.retain(|key, _| !own(key));
        self.shares.retain(|(key, _), _| self.variants.contains_key(key));
        self.comparisons.retain(|key, _| self.variants.contains_key(key));
        Some(())
    }

    /// Takes the learner's run away.
    pub fn clear_learner(&mut self) {
        self.names.learner = None;
        self.learner = None;
    }

    /// Begins to count solved runs anew, for the next try of a task: the limit is that of one.
    pub fn restart_count(&mut self) {
        self.solves = 0;
        self.searched.clear();
    }

    fn variant(&self, run: Option<&str>) -> Result<Variant, String> {
        match run {
            Some(name) => self.variants.get(name).cloned().ok_or_else(|| format!("unknown run `{name}`")),
            None => self.learner.clone().ok_or_else(|| "no task is open".to_owned()),
        }
    }

    /// Puts one more setting on every run, or takes it away.
    pub(super) fn set_extra(&mut self, extra: Option<Setting>) {
        self.searched.clear();
        self.extra = extra;
    }

    /// The key under which a run is kept.
    pub(super) fn key(run: Option<&str>) -> String {
        run.unwrap_or_default().to_owned()
    }

    /// The scene of a run, with its settings.
    ///
    /// # Errors
    /// A setting that the scene rejects.
    pub fn document(&self, run: Option<&str>) -> Result<SceneDocument, String> {
        let mut variant = self.variant(run)?;
        variant.settings.extend(self.extra.iter().cloned());
        if variant.settings.is_empty() {
            return Ok((*variant.base).clone());
        }
        variant.base.with(&variant.settings, &self.catalog).map_err(|rejected| {
            let first = rejected.faults.first();
            let problem = first.map_or_else(String::new, |fault| match &fault.hint {
                Some(hint) => format!("{}; {hint}", fault.problem),
                None => fault.problem.clone(),
            });
            let run = run.map_or_else(|| "the learner's run".to_owned(), |run| format!("run `{run}`"));
            let settings: Vec<String> =
                variant.settings.iter().map(|setting| format!("{}={}", setting.path, setting.value)).collect();
            format!("{run} ({}) is rejected: {problem}", settings.join(" "))
        })
    }

    /// A solved run.
    ///
    /// # Errors
    /// Settings that the scene rejects, or too many runs.
    pub fn solved(&mut self, run: Option<&str>) -> Result<Arc<Solved>, String> {
        let key = Lab::key(run);
        let kept = if self.extra.is_some() { &self.searched } else { &self.solved };
        if let Some(found) = kept.get(&key) {
            return Ok(found.clone());
        }
        self.solves += 1;
        if self.solves > MAX_SOLVES {
            return Err(format!("more than {MAX_SOLVES} runs are needed; narrow a range or leave out a figure"));
        }
        let document = self.document(run)?;
        let training = solve_training(&document.scene, &self.catalog);
        let runs = if training.is_some() { Vec::new() } else { solve(&document.scene) };
        let solved = Arc::new(Solved { document, runs, training });
        let kept = if self.extra.is_some() { &mut self.searched } else { &mut self.solved };
        kept.insert(key, solved.clone());
        Ok(solved)
    }

    /// The log of a run beside the model.
    ///
    /// # Errors
    /// No log, or a cluster without prediction.
    pub(super) fn comparison(&mut self, run: Option<&str>) -> Result<Arc<Comparison>, String> {
        let key = Lab::key(run);
        if let Some(found) = self.comparisons.get(&key) {
            return Ok(found.clone());
        }
        let file = self.variant(run)?.log.unwrap_or_default();
        let name = file.file.as_ref().or(self.first_log.as_ref());
        let log = name.and_then(|name| self.logs.get(name)).cloned();
        let log = log.ok_or_else(|| "the lesson has no log".to_owned())?;
        let flags = ClusterFlags {
            machine: file.machine.unwrap_or_default(),
            nodes: file.nodes,
            network: file.network,
            nics: file.nics,
            algorithms: file.algorithms,
            ..ClusterFlags::default()
        };
        let LogReport { first, .. } =
            report(&log, &flags, Vec::new(), &self.catalog).map_err(|error| error.to_string())?;
        let found = Arc::new(first);
        self.comparisons.insert(key, found.clone());
        Ok(found)
    }
}
