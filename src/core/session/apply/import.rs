//! Imported files: their scene on the stage, and their report.

use crate::import::Imported;
use crate::session::open_import::{OpenImport, import_text};
use crate::session::session::Session;

/// The name of an imported scene, until the user saves it under another one. The name of the file may be a person's own.
const NAME: &str = "imported.ron";

impl Session {
    pub(super) fn open_import(&mut self, name: &str, text: &str) {
        match import_text(name, text, &self.catalog) {
            Ok(imported) => self.show_import(imported),
            Err(diagnostics) => self.diagnostics = Some(diagnostics),
        }
    }

    /// Puts an imported scene on the stage and shows its report.
    pub fn show_import(&mut self, imported: Imported) {
        self.import = Some(OpenImport { form: imported.form, report: imported.report });
        self.put_in_place(NAME, imported.document, None);
    }
}
