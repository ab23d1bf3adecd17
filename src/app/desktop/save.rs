//! Writes files so that nothing on the disk is lost.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::scene::Diagnostics;
use crate::session::{Done, Intent};

/// Saves a file. Returns the intent that reports it, or that shows the error.
pub(super) fn save_and_report(path: &Path, content: &[u8]) -> Intent {
    match save(path, content) {
        Ok(saved) => Intent::ReportDone(Done::Saved { path: saved.display().to_string(), bytes: content.len() as u64 }),
        Err(error) => {
            let problem = format!("cannot write the file: {error}");
            let hint = Some("choose a folder that you may write to");
            Intent::ShowDiagnostics(Diagnostics::whole(&path.display().to_string(), problem, hint))
        }
    }
}

/// Writes beside the file and then takes its place, so that a full disk never costs the old file. Returns the whole path.
pub(super) fn save(path: &Path, content: &[u8]) -> std::io::Result<PathBuf> {
    // A symbolic link stays, and the file that it leads to is replaced.
    let path = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path))?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().ok_or(std::io::ErrorKind::InvalidFilename)?);
    name.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(name);
    let write = || {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)
    };
    write().inspect_err(|_| {
        // The partial file is useless. If it cannot be removed, the first error still says what went wrong.
        let _ = std::fs::remove_file(&beside);
    })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_whole_and_nothing_else_is_left() {
        let folder = std::env::temp_dir().join(format!("fabricscope-save-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("scene.ron");
        std::fs::write(&path, "old").expect("an old scene");
        std::fs::write(path.with_extension("part"), "of the user").expect("another file");
        let saved = save(&path, b"new").expect("saved");
        assert_eq!(std::fs::read_to_string(saved).expect("a file"), "new");
        assert!(save(&folder.join("no/such/folder.ron"), b"x").is_err());
        assert!(save(&folder, b"x").is_err(), "a folder is not replaced");
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 2, "nothing else is left");
        std::fs::remove_dir_all(&folder).expect("the folder goes");
    }

    #[test]
    fn an_error_names_the_file() {
        let intent = save_and_report(Path::new("/no such folder/x.ron"), b"x");
        let Intent::ShowDiagnostics(diagnostics) = intent else { panic!("{intent:?}") };
        assert_eq!(diagnostics.name, "/no such folder/x.ron");
    }
}
