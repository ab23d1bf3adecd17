//! The sweep panel.

use crate::session::intent::{Effect, SweepIntent};
use crate::session::path_field::FileContent;
use crate::session::session::Session;
use crate::session::sweep_job::SweepJob;

impl Session {
    pub(super) fn toggle_sweep(&mut self) {
        self.sweep_job = match self.sweep_job {
            Some(_) => None,
            None => Some(SweepJob::new(&self.document, &self.catalog)),
        };
    }

    pub(super) fn apply_sweep(&mut self, intent: SweepIntent) -> Option<Effect> {
        let job = self.sweep_job.as_mut()?;
        match intent {
            SweepIntent::SetSubject(subject) => job.set_subject(subject, &self.document, &self.catalog),
            SweepIntent::SplitByAlgorithm(split) => job.split_by_algorithm(split, &self.document, &self.catalog),
            SweepIntent::Show(quantity) => job.shown = quantity,
            SweepIntent::Stop => job.stopped = true,
            SweepIntent::Resume => job.stopped = false,
            SweepIntent::OpenPoint(point) => {
                if let Some(document) = job.document_at(point) {
                    let document = self.with_current_clock_mode(document);
                    self.change(Ok(document), Vec::new());
                }
            }
            SweepIntent::SaveCsv => return job.csv(&self.document).map(|text| save("sweep.csv", text)),
            SweepIntent::SaveJson => return job.json(&self.document).map(|text| save("sweep.json", text)),
        }
        None
    }
}

fn save(name: &str, text: String) -> Effect {
    Effect::Save { name: name.to_owned(), content: FileContent::Text(text) }
}
