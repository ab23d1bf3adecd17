//! Writes files so that nothing on the disk is lost.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::lesson::{PartsLost, parts_lost};
use crate::scene::{Diagnostics, read_text};
use crate::session::{Done, FileContent, Intent};

/// Saves a file. Returns the intent that reports it, or that shows the error.
pub(super) fn save_and_report(path: &Path, content: FileContent) -> Intent {
    if let FileContent::Own { text, .. } = &content
        && !is_newer_version(path, &content)
        && let Some(problem) = loses(path, text)
    {
        let hint = Some("open that file first and save the view from there, or choose another name");
        return Intent::ShowDiagnostics(Diagnostics::whole(&path.display().to_string(), problem, hint));
    }
    match save(path, content.as_bytes()) {
        Ok(saved) => {
            let path = saved.display().to_string();
            Intent::ReportDone(match content {
                FileContent::Scene(text) => Done::SavedScene { path, text },
                FileContent::Own { kind, text, .. } => Done::SavedOwn { kind, path, text },
                FileContent::Text(_) | FileContent::Bytes(_) => {
                    Done::Saved { path, bytes: content.as_bytes().len() as u64 }
                }
            })
        }
        Err(error) => {
            let problem = format!("cannot write the file: {error}");
            let hint = Some("choose a folder that you may write to");
            Intent::ShowDiagnostics(Diagnostics::whole(&path.display().to_string(), problem, hint))
        }
    }
}

/// Whether the file holds an earlier version of the same lesson or story: it was opened from there, or saved to it.
pub(super) fn is_newer_version(path: &Path, content: &FileContent) -> bool {
    let FileContent::Own { held_by: Some(held_by), .. } = content else { return false };
    std::fs::canonicalize(held_by).is_ok_and(|held_by| std::fs::canonicalize(path).is_ok_and(|path| path == held_by))
}

/// What a lesson or a story would take from another one that the file holds: nobody remembers what an earlier start of the
/// program has saved there.
fn loses(path: &Path, text: &str) -> Option<String> {
    let lost = match parts_lost(&read_text(path).ok()?, text)? {
        PartsLost::Steps(1) => "a step".to_owned(),
        PartsLost::Steps(steps) => format!("{steps} steps"),
        PartsLost::Beats(1) => "a beat".to_owned(),
        PartsLost::Beats(beats) => format!("{beats} beats"),
    };
    Some(format!("the file holds {lost} that would be lost; nothing was saved"))
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
    use crate::lesson::{Course, StoryFile};
    use crate::session::OwnKind;

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
    fn a_story_never_takes_beats_from_the_file_of_another_start() {
        let folder = std::env::temp_dir().join(format!("fabricscope-own-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("story.ron");
        let course = Course::bundled();
        let long = course.story("the-claim").expect("a story").clone();
        let mut short = long.clone();
        short.beats.truncate(1);
        std::fs::write(&path, long.to_ron()).expect("a file");
        let save = |story: &StoryFile, held_by: Option<&Path>| {
            let held_by = held_by.map(|path| path.display().to_string());
            save_and_report(&path, FileContent::Own { kind: OwnKind::Story, text: story.to_ron(), held_by })
        };
        let Intent::ShowDiagnostics(refused) = save(&short, None) else { panic!("nine beats are lost") };
        assert!(refused.to_string().contains("9 beats"), "{refused}");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), long.to_ron());
        // Who has opened or saved this file knows what was in it.
        assert!(matches!(save(&short, Some(&path)), Intent::ReportDone(Done::SavedOwn { .. })));
        assert!(matches!(save(&long, None), Intent::ReportDone(Done::SavedOwn { .. })), "more beats are no loss");
        std::fs::write(&path, "notes").expect("a file");
        assert!(matches!(save(&long, None), Intent::ReportDone(_)), "neither a lesson nor a story");
        std::fs::remove_dir_all(&folder).expect("the folder goes");
    }

    #[test]
    fn an_error_names_the_file() {
        let intent = save_and_report(Path::new("/no such folder/x.ron"), FileContent::Text("x".to_owned()));
        let Intent::ShowDiagnostics(diagnostics) = intent else { panic!("{intent:?}") };
        assert_eq!(diagnostics.name, "/no such folder/x.ron");
    }
}
