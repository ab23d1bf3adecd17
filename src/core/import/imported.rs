//! The result of an import: a scene and its report.

use super::error::ImportError;
use super::form::Form;
use super::machine::MachineFacts;
use super::report::ImportReport;
use crate::catalog::Catalog;
use crate::scene::{
    Collective, FabricFile, OperationFile, SceneDocument, SceneFile, VERSION, ViewFile, WorkloadFile, check_document,
};

/// The message of a machine's scene.
const MESSAGE: &str = "1GiB";

/// A file that was imported.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The form of the file.
    pub form: Form,
    /// The scene.
    pub document: SceneDocument,
    /// What was read, guessed and left out.
    pub report: ImportReport,
}

/// A scene without its fabrics: title, one line about it, and the workload.
pub(super) struct Frame {
    pub title: String,
    pub teaches: String,
    pub workload: WorkloadFile,
}

impl Frame {
    /// A gradient of 1 GiB among these ranks.
    pub(super) fn of_machine(form: Form, what: &str, ranks: u32) -> Frame {
        Frame {
            title: format!("{what}, from {}", form.label()),
            teaches: "An imported machine: one gradient of 1 GiB is added up among all GPUs.".to_owned(),
            workload: workload(MESSAGE, ranks, Vec::new()),
        }
    }

    /// Operations one after the other.
    pub(super) fn of_operations(form: Form, what: &str, ranks: u32, operations: Vec<OperationFile>) -> Frame {
        Frame {
            title: format!("{what}, from {}", form.label()),
            teaches: "Imported collectives. Choose another machine to see what they would take there.".to_owned(),
            workload: workload("1MiB", ranks, operations),
        }
    }
}

fn workload(message: &str, replicas: u32, sequence: Vec<OperationFile>) -> WorkloadFile {
    WorkloadFile {
        collective: Collective::AllReduce.as_str().to_owned(),
        message: message.to_owned(),
        replicas,
        seed: 1,
        training: None,
        sequence,
    }
}

impl Imported {
    /// The scene of a machine.
    pub(super) fn of_machine(
        form: Form,
        facts: &MachineFacts,
        mut report: ImportReport,
        catalog: &Catalog,
    ) -> Result<Imported, ImportError> {
        if facts.gpus < 2 {
            return Err(ImportError::whole(
                "there is one GPU only, so there is no link to show",
                "accepted: a machine of 2 GPUs or more",
            ));
        }
        let fabrics = facts.fabrics(catalog, &mut report);
        let model = facts.model.map_or("GPUs", |model| model.name);
        let what =
            if facts.model.is_some() { format!("{} x {model}", facts.gpus) } else { format!("{} {model}", facts.gpus) };
        Imported::checked(form, Frame::of_machine(form, &what, facts.gpus), fabrics, report, catalog)
    }

    /// A scene, checked as one that a user writes.
    pub(super) fn checked(
        form: Form,
        frame: Frame,
        fabrics: Vec<FabricFile>,
        report: ImportReport,
        catalog: &Catalog,
    ) -> Result<Imported, ImportError> {
        let file = SceneFile {
            version: VERSION,
            title: frame.title,
            teaches: frame.teaches,
            claim: None,
            decide: Vec::new(),
            workload: frame.workload,
            fabrics,
            view: ViewFile::default(),
        };
        let document = check_document("import", file, catalog).map_err(|diagnostics| {
            let fault = diagnostics.faults.into_iter().next();
            let (problem, hint) = fault.map_or((String::new(), None), |fault| (fault.problem, fault.hint));
            ImportError::whole(
                format!("no scene can hold it: {problem}"),
                hint.unwrap_or_else(|| "accepted: what a scene can have".to_owned()),
            )
        })?;
        Ok(Imported { form, document, report })
    }

    /// The scene as a file, with the report as comments above it.
    pub fn scene_text(&self) -> String {
        let mut text = format!("// Imported from {}.\n", self.form.label());
        let findings = self.report.read.iter().map(|finding| format!("{}: {}", finding.what, finding.value));
        let kinds: [(&str, Vec<String>); 4] = [
            ("Read", findings.collect()),
            ("Warning", self.report.warnings.clone()),
            ("Guessed", self.report.guessed.clone()),
            ("Left out", self.report.left_out.clone()),
        ];
        for (kind, sentences) in kinds {
            sentences
                .iter()
                .for_each(|sentence| text.push_str(&format!("// {kind}: {}\n", crate::units::one_line(sentence))));
        }
        text + &self.document.to_ron()
    }
}
