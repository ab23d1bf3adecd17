//! Scene, link, version and grades of an export: as comment lines, and as JSON.

use serde::Serialize;

use super::source::{Options, Source};
use crate::catalog::Grade;
use crate::explain::percent;
use crate::scene::{Degradation, letter};
use crate::solve::FabricRun;
use crate::units::one_line;

/// The grades, the best first.
const GRADES: [Grade; 4] = [Grade::Published, Grade::Derived, Grade::Fitted, Grade::Estimate];

/// Most degradations of a fabric that a line tells.
const MAX_TOLD: usize = 8;

/// Where the numbers of a file come from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Provenance {
    /// Always `simulated`.
    pub kind: &'static str,
    /// Name and version of the program.
    pub program: String,
    /// The title of the scene.
    pub scene: String,
    /// The fingerprint of its values.
    pub scene_hash: String,
    /// The fragment of a link to it.
    pub link: String,
    /// The fabrics that are in the file.
    pub fabrics: Vec<FabricProvenance>,
}

/// What a fabric is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct FabricProvenance {
    /// Its letter.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The id of its machine.
    pub machine: String,
    /// The algorithm that ran.
    pub algorithm: String,
    /// `ideal` or `measured`.
    pub timing: &'static str,
    /// Bytes per rank.
    pub message_bytes: u64,
    /// The ranks of the collective.
    pub ranks: u64,
    /// The time, seconds; `null` if it did not run.
    pub time_s: Option<f64>,
    /// How many of its figures have each grade, the best first; grades without a figure are left out.
    pub grades: Vec<GradeCount>,
    /// Its broken, slow and late parts; left out if it is whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub degradations: Vec<String>,
}

/// The number of figures of a grade.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct GradeCount {
    /// The grade.
    pub grade: &'static str,
    /// The number of figures.
    pub figures: usize,
}

impl Provenance {
    /// Where the numbers of an export come from.
    pub fn new(source: Source<'_>, options: Options) -> Provenance {
        let fabric = |(index, run): (usize, &FabricRun)| {
            let groups = run.scene.figures(source.catalog);
            let figures: Vec<Grade> =
                groups.iter().flat_map(|(_, figures)| figures.iter().map(|(_, figure)| figure.grade)).collect();
            let of_grade = |grade: Grade| {
                let figures = figures.iter().filter(|one| **one == grade).count();
                (figures > 0).then_some(GradeCount { grade: grade.as_str(), figures })
            };
            FabricProvenance {
                id: letter(index),
                name: one_line(&run.scene.name).into_owned(),
                machine: run.machine_id().to_owned(),
                algorithm: run.algorithm.clone(),
                timing: run.timing_id(),
                message_bytes: run.message.0,
                ranks: run.ranks,
                time_s: run.result().map(|result| result.time.secs()),
                grades: GRADES.into_iter().filter_map(of_grade).collect(),
                degradations: run.scene.degradations().iter().map(|one| degradation(run, one)).collect(),
            }
        };
        Provenance {
            kind: "simulated",
            program: format!("fabricscope {}", env!("CARGO_PKG_VERSION")),
            scene: one_line(&source.scene.title).into_owned(),
            scene_hash: source.scene.hash.clone(),
            link: format!("#{}", source.link),
            fabrics: source.runs_of(options.fabric).map(|one| fabric((one.index, one.run))).collect(),
        }
    }

    /// The same as lines, without a mark for comments.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("simulated by {}, not measured", self.program),
            format!("scene: {}", self.scene),
            format!("link: {}", self.link),
        ];
        for fabric in &self.fabrics {
            let FabricProvenance { id, name, machine, algorithm, timing, .. } = fabric;
            let grades: Vec<String> =
                fabric.grades.iter().map(|count| format!("{} {}", count.figures, count.grade)).collect();
            let grades = if grades.is_empty() { String::new() } else { format!("; figures: {}", grades.join(", ")) };
            lines.push(format!("fabric {id}: {name}, {machine}, {algorithm}, {timing} timing{grades}"));
            if !fabric.degradations.is_empty() {
                let told = fabric.degradations.iter().take(MAX_TOLD).map(String::as_str).collect::<Vec<_>>().join("; ");
                let more = match fabric.degradations.len().saturating_sub(MAX_TOLD) {
                    0 => String::new(),
                    more => format!("; and {more} more"),
                };
                lines.push(format!("degraded in fabric {id}: {told}{more}"));
            }
        }
        lines
    }
}

/// A degradation in a few words.
fn degradation(run: &FabricRun, degradation: &Degradation) -> String {
    match degradation {
        Degradation::Links { links, share } => {
            let name = links.first().map_or(String::new(), |link| run.fabric.link_name(*link));
            let both = if links.len() > 1 { " and back" } else { "" };
            if *share == 0.0 { format!("{name}{both} down") } else { format!("{name}{both} at {}", percent(*share)) }
        }
        Degradation::SlowChip { chip, share, .. } => format!("{} at {}", run.scene.rank_name(*chip), percent(*share)),
        Degradation::Late(ranks) => match ranks.as_slice() {
            [rank] => format!("{} starts {} late", run.scene.rank_name(*rank), run.scene.delays.start_of(*rank)),
            several => format!("{} ranks start late", several.len()),
        },
        Degradation::Traffic(traffic) => {
            let (from, to) = (run.scene.rank_name(traffic.from), run.scene.rank_name(traffic.to));
            format!("other traffic of {} from {from} to {to}", traffic.rate)
        }
    }
}
