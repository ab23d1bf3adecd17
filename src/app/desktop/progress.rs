//! What learners did, kept in the data folder: one file, written whole and renamed. Nothing is sent anywhere.

use std::path::{Path, PathBuf};

use bevy::prelude::*;

use crate::app::schedule::FrameSystems;
use crate::app::state::{OpenSession, PendingIntents};
use crate::lesson::Progress;
use crate::scene::Diagnostics;
use crate::session::{Intent, Session};

/// The file that is kept; `None` if there is no data folder, or a file that this version does not read.
#[derive(Resource)]
struct KeptFile(Option<PathBuf>);

/// What the file holds.
#[derive(Resource)]
struct KeptProgress(Progress);

/// Reads the stored progress into a session, and keeps what is added.
pub(super) fn plugin(session: &mut Session) -> impl FnOnce(&mut App) + use<> {
    let path = data_folder().map(|folder| folder.join("progress.json"));
    let path = path.filter(|path| match read(path) {
        Ok(progress) => {
            session.progress = progress;
            true
        }
        Err(problem) => {
            session.apply(Intent::ShowDiagnostics(not_kept(path, problem)));
            false
        }
    });
    let kept = session.progress.clone();
    move |app: &mut App| {
        app.insert_resource(KeptFile(path))
            .insert_resource(KeptProgress(kept))
            .add_systems(Update, keep.in_set(FrameSystems::Publish));
    }
}

/// The stored progress; that of a first start is empty.
fn read(path: &Path) -> Result<Progress, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Progress::read(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Progress::default()),
        Err(error) => Err(format!("cannot read the file: {error}")),
    }
}

/// Writes the progress when it has changed. Another window may have written too: what it knows stays. The first
/// failure is shown, and nothing is written after it.
fn keep(
    open: Res<OpenSession>,
    mut file: ResMut<KeptFile>,
    mut kept: ResMut<KeptProgress>,
    mut pending: ResMut<PendingIntents>,
) {
    let Some(path) = &file.0 else { return };
    if open.0.progress == kept.0 {
        return;
    }
    kept.0 = open.0.progress.clone();
    if let Err(problem) = write(path, &kept.0) {
        pending.push(Intent::ShowDiagnostics(not_kept(path, problem)));
        file.0 = None;
    }
}

fn not_kept(path: &Path, problem: String) -> Diagnostics {
    let hint = "the file stays as it is; save your results to another one: Scenes, Course, Save my results";
    Diagnostics::whole(&path.display().to_string(), problem, Some(hint))
}

fn write(path: &Path, progress: &Progress) -> Result<(), String> {
    let stored = match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(format!("cannot read the file: {error}")),
    };
    let all = progress.beside(stored.as_deref())?;
    let written = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let beside = path.with_extension(format!("{}.part", std::process::id()));
        std::fs::write(&beside, all)?;
        std::fs::rename(&beside, path)
    };
    written().map_err(|error: std::io::Error| format!("cannot keep the progress: {error}"))
}

/// The folder for data of this program.
pub(super) fn data_folder() -> Option<PathBuf> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || from("HOME");
    let base = if cfg!(target_os = "windows") {
        from("APPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        from("XDG_DATA_HOME").or_else(|| home().map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("fabricscope"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Prediction, StoredAnswer};

    fn with_answer(lesson: &str) -> Progress {
        let mut progress = Progress::default();
        progress.keep_answer(lesson, StoredAnswer::new(1, Some(&Prediction::Option(0))));
        progress
    }

    #[test]
    fn two_windows_keep_what_each_of_them_knows() {
        let folder = std::env::temp_dir().join(format!("fabricscope-progress-{}", std::process::id()));
        let path = folder.join("progress.json");
        write(&path, &with_answer("one")).expect("a folder");
        write(&path, &with_answer("two")).expect("a folder");
        let kept = read(&path).expect("the file");
        assert_eq!(kept.lessons.len(), 2);
        std::fs::write(&path, "{\"version\": 2}").expect("a file");
        assert!(read(&path).is_err(), "a later version is not read");
        assert!(write(&path, &with_answer("three")).is_err(), "and not written over");
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), "{\"version\": 2}");
        std::fs::remove_dir_all(folder).expect("the folder");
    }
}
