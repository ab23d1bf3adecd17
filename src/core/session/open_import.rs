//! What a file or a paste is (a scene, a log, something to import), and the report of an import.

use super::open_log::{is_log, is_scene};
use crate::catalog::Catalog;
use crate::import::{Form, ImportError, ImportReport, Imported, Recognised, import, recognise};
use crate::scene::Diagnostics;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// As a scene.
    Scene,
    /// As a log of nccl-tests.
    Log,
    /// By importing it.
    Import,
}

/// How a file is opened, by its first bytes (64 KiB are enough).
pub fn opening(head: &[u8]) -> Opening {
    let text = String::from_utf8_lossy(head);
    if is_scene(&text) {
        return Opening::Scene;
    }
    match recognise(head) {
        // Where a table of nccl-tests stands beside, the comparison has more to say.
        Some(Recognised::Supported(Form::NcclDebugLog | Form::TopoMatrix | Form::NvlinkStatus)) if is_log(&text) => {
            Opening::Log
        }
        Some(_) => Opening::Import,
        None if is_log(&text) => Opening::Log,
        None => Opening::Scene,
    }
}

/// The report of an imported file while it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenImport {
    /// The form of the file.
    pub form: Form,
    /// What was read, guessed and left out.
    pub report: ImportReport,
}

/// Imports a text.
///
/// # Errors
/// Why it is not imported, as diagnostics.
pub(super) fn import_text(name: &str, text: &str, catalog: &Catalog) -> Result<Imported, Diagnostics> {
    import(text.as_bytes(), catalog).map_err(|error| import_diagnostics(name, &error))
}

/// The error of an import as diagnostics.
pub fn import_diagnostics(name: &str, error: &ImportError) -> Diagnostics {
    Diagnostics::whole(name, error.problem_with_place(), Some(&error.hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_how_a_file_is_opened() {
        let scene = include_str!("../../../scenes/first-look.ron");
        let log = include_str!("../../../tests/logs/h100-1x8.txt");
        let matrix = "\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \tNV4\t0-7\nGPU1\tNV4\t X \t0-7\n";
        for (text, wanted) in [
            (scene, Opening::Scene),
            (log, Opening::Log),
            (matrix, Opening::Import),
            ("<system version=\"1\"/>", Opening::Import),
            ("<topology/>", Opening::Import),
            ("(broken", Opening::Scene),
            ("", Opening::Scene),
        ] {
            assert_eq!(opening(text.as_bytes()), wanted, "{}", text.lines().next().unwrap_or_default());
        }
        // Both in one text: the table of nccl-tests counts.
        assert_eq!(opening(format!("{matrix}\n{log}").as_bytes()), Opening::Log);
        // A scene that was written by an import is a scene.
        assert_eq!(opening(format!("// Read: GPU0 X\n// GPU0 X NV4\n{scene}").as_bytes()), Opening::Scene);
    }
}
