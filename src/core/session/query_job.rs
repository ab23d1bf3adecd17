//! The work on a query, in steps: a page does some of them in each frame.

use super::query::{Query, QueryError};
use super::query_export::{self, Exporting};
use super::session::Session;
use crate::report::{
    ExplainReport, ExplainedFabric, FabricReport, Report, SceneReport, SweepReport, TrainingReport,
    TrainingSweepReport, explained_fabric,
};
use crate::scene::{Scene, Setting};
use crate::solve::FabricRun;
use crate::sweep::{Sweep, SweepAxis};
use crate::training::TrainingSweep;

/// A query that is being answered. It has copies of what it needs, so later changes of the session do not concern it.
#[derive(Debug)]
pub struct QueryJob(Work);

#[derive(Debug)]
enum Work {
    Answered(String),
    Explain(Explaining),
    Sweep { scene: Box<Scene>, sweep: Box<Sweep>, checked: usize },
    Export(Box<Exporting>),
    TrainingSweep { sweep: Box<TrainingSweep>, report: TrainingSweepReport },
}

#[derive(Debug)]
struct Explaining {
    version: u32,
    scene: SceneReport,
    waiting: std::vec::IntoIter<(FabricReport, FabricRun)>,
    fabrics: Vec<ExplainedFabric>,
}

impl Session {
    /// The same as `run --json`.
    ///
    /// # Errors
    /// The report cannot be written as JSON.
    pub fn run_json(&self) -> Result<String, QueryError> {
        let training = self.training.as_ref().and_then(|training| TrainingReport::new(self.scene(), training));
        Ok(match training {
            Some(report) => serde_json::to_string(&report)?,
            None => serde_json::to_string(&self.report())?,
        })
    }

    /// Settings as a change of the latest scene. Returns whether they change it.
    ///
    /// # Errors
    /// A path that the scene does not have, a value of the wrong kind, or a scene that is rejected.
    pub fn check_settings(&self, settings: &[Setting]) -> Result<bool, QueryError> {
        let name = |setting: &Setting| format!("{} = {}", setting.path, setting.value);
        let changed = self.latest().with_named(settings, &name, self.catalog())?;
        Ok(changed != *self.latest())
    }

    /// Begins to answer a query about the shown scene.
    ///
    /// # Errors
    /// Settings or values that the scene rejects.
    pub fn start_query(&self, query: &Query) -> Result<QueryJob, QueryError> {
        Ok(QueryJob(match query {
            Query::Run => Work::Answered(self.run_json()?),
            Query::Scene => Work::Answered(serde_json::to_string(&self.latest().to_ron())?),
            // What the command line prints of a training run is the same for both.
            Query::Explain if self.training.is_some() => Work::Answered(self.run_json()?),
            Query::Explain => {
                let Report { version, scene, fabrics } = self.report();
                let waiting: Vec<_> = fabrics.into_iter().zip(self.runs.iter().cloned()).collect();
                Work::Explain(Explaining { version, scene, waiting: waiting.into_iter(), fabrics: Vec::new() })
            }
            Query::Export { format, options } => Work::Export(Box::new(self.exporting(*format, *options)?)),
            Query::Sweep { axes, settings } => self.start_sweep(axes, settings)?,
        }))
    }

    fn start_sweep(&self, axes: &[SweepAxis], settings: &[Setting]) -> Result<Work, QueryError> {
        let name = |setting: &Setting| format!("{} = {}", setting.path, setting.value);
        let document = self.latest().with_named(settings, &name, self.catalog())?;
        if document.scene.training.is_some() {
            let sweep = Box::new(TrainingSweep::new(&document, self.catalog(), axes, &mut |_, _| ())?);
            let report = TrainingSweepReport::new(&document.scene, sweep.paths());
            return Ok(Work::TrainingSweep { sweep, report });
        }
        let sweep = Box::new(Sweep::unchecked(&document, self.catalog(), axes)?);
        Ok(Work::Sweep { scene: Box::new(document.scene), sweep, checked: 0 })
    }
}

impl QueryJob {
    /// Does the next step: one fabric, or one point of a sweep. The answer is JSON; `None` if there is more to do.
    pub fn step(&mut self) -> Option<Result<String, QueryError>> {
        match &mut self.0 {
            Work::Answered(json) => Some(Ok(std::mem::take(json))),
            Work::Export(exporting) => exporting.step().map(|made| Ok(query_export::answer(&made?))),
            Work::Explain(explaining) => explaining.step(),
            // Every point is checked before the first one is solved, as the command line does.
            Work::Sweep { sweep, checked, .. } if *checked < sweep.points() => {
                let found = sweep.document_at(*checked);
                *checked += 1;
                found.err().map(|error| Err(error.into()))
            }
            Work::Sweep { scene, sweep, .. } => {
                let more = sweep.step();
                (!more).then(|| Ok(serde_json::to_string(&SweepReport::new(scene, sweep))?))
            }
            Work::TrainingSweep { sweep, report } => match sweep.step() {
                Some(point) => {
                    report.push_point(point);
                    None
                }
                None => Some(serde_json::to_string(report).map_err(QueryError::from)),
            },
        }
    }

    /// Does all steps.
    ///
    /// # Errors
    /// As [`QueryJob::step`].
    pub fn finish(mut self) -> Result<String, QueryError> {
        loop {
            if let Some(answer) = self.step() {
                return answer;
            }
        }
    }
}

impl Explaining {
    fn step(&mut self) -> Option<Result<String, QueryError>> {
        if let Some((report, run)) = self.waiting.next() {
            self.fabrics.push(explained_fabric(report, &run, None));
            return None;
        }
        let fabrics = std::mem::take(&mut self.fabrics);
        let report = ExplainReport { version: self.version, scene: self.scene.clone(), fabrics };
        Some(serde_json::to_string(&report).map_err(QueryError::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::intent::Intent;

    fn session() -> Session {
        Session::first_look().expect("the first look")
    }

    fn answer(session: &Session, kind: &str, arguments: &str) -> Result<String, QueryError> {
        session.start_query(&Query::parse(kind, arguments)?)?.finish()
    }

    fn json(value: &impl serde::Serialize) -> String {
        serde_json::to_string(value).expect("JSON")
    }

    #[test]
    fn the_answers_are_the_reports_of_the_command_line() {
        let session = session();
        let (scene, runs) = (session.scene(), &session.runs);
        assert_eq!(answer(&session, "run", ""), Ok(json(&Report::new(scene, runs))));
        assert_eq!(answer(&session, "explain", ""), Ok(json(&ExplainReport::new(scene, runs))));
        let axes = [SweepAxis::parse("workload.message=64MiB,128MiB").expect("an axis")];
        let set = [Setting::parse("workload.message=1MiB").expect("a setting")];
        let document = session.document.with(&set, session.catalog()).expect("a scene");
        let mut sweep = Sweep::new(&document, session.catalog(), &axes).expect("a sweep");
        sweep.solve(1);
        let arguments = r#"{"over": ["workload.message=64MiB,128MiB"], "set": ["workload.message=1MiB"]}"#;
        assert_eq!(answer(&session, "sweep", arguments), Ok(json(&SweepReport::new(&document.scene, &sweep))));
        let text: String = serde_json::from_str(&answer(&session, "scene", "").expect("a scene")).expect("a text");
        assert_eq!(text, session.document.to_ron());
    }

    #[test]
    fn every_format_has_a_file_or_a_reason() {
        let session = session();
        for format in crate::export::ExportFormat::ALL {
            let answer = answer(&session, "export", &format!(r#"{{"kind": "{}"}}"#, format.as_str()));
            let read: serde_json::Value = serde_json::from_str(&answer.expect("a file")).expect("JSON");
            assert_eq!(read["mime"], format.mime());
            assert!(read["text"].as_str().is_some_and(|text| !text.is_empty()) && read["rows"].as_u64() > Some(0));
        }
        let refused = answer(&session, "export", r#"{"kind": "links-csv", "fabric": 7}"#).expect_err("an error");
        assert_eq!(refused.code(), "rejected");
    }

    #[test]
    fn a_training_run_is_answered_with_its_steps() {
        let mut session = session();
        let index = crate::scene::menu().position(|scene| scene.file == "months.ron").expect("a training scene");
        session.apply(Intent::OpenBundled(index));
        let run = answer(&session, "run", "").expect("an answer");
        assert!(run.contains("step_s"), "{run}");
        assert_eq!(answer(&session, "explain", ""), Ok(run));
    }

    #[test]
    fn what_is_wrong_is_told_by_a_code_and_a_sentence() {
        let session = session();
        for (kind, arguments, code, words) in [
            ("export", r#"{"kind": "hologram"}"#, "argument", "accepted: links-csv"),
            ("dance", "", "argument", "accepted: run, explain"),
            ("sweep", "[]", "argument", "sweep:"),
            ("sweep", r#"{"over": ["workload.message"]}"#, "rejected", "workload.message"),
            ("sweep", r#"{"over": []}"#, "rejected", ""),
            ("sweep", r#"{"over": ["workload.message=1..100000000+1"]}"#, "rejected", "points"),
            ("sweep", r#"{"over": ["workload.massage=1MiB"]}"#, "rejected", "massage"),
            ("sweep", r#"{"over": ["workload.message=1MiB"], "set": ["x"]}"#, "argument", "x"),
            ("sweep", r#"{"over": ["workload.message=1MiB"], "set": ["workload.message=many"]}"#, "rejected", "many"),
        ] {
            let error = answer(&session, kind, arguments).expect_err("an error");
            assert_eq!(error.code(), code, "{kind} {arguments}: {error}");
            assert!(error.to_string().contains(words), "{words}: {error}");
        }
    }

    #[test]
    fn settings_are_checked_before_they_are_applied() {
        let mut session = session();
        let set = |text: &str| vec![Setting::parse(text).expect("a setting")];
        let change = set("workload.message=64MiB");
        assert_eq!(session.check_settings(&change), Ok(true));
        session.apply(Intent::Set(change.clone()));
        assert_eq!(session.check_settings(&change), Ok(false));
        let error = session.check_settings(&set("workload.message=many")).expect_err("an error");
        assert_eq!(error.code(), "rejected");
        assert!(!error.to_string().contains("--set"), "{error}");
    }
}
