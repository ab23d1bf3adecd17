//! Files on the desktop: dialogs, dropped files, saving, and the clipboard.

use std::path::Path;

use bevy::ecs::system::NonSendMarker;
use bevy::prelude::*;
use bevy::window::{FileDragAndDrop, MonitorSelection, PrimaryWindow, WindowMode};
use bevy_egui::EguiContexts;

use super::program::{Effects, FrameSystems, PendingIntents};
use crate::nccl_log::{MAX_LOG_BYTES, decode_log};
use crate::scene::{Diagnostics, read_text};
use crate::session::{Effect, Intent};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, dropped.in_set(FrameSystems::Want)).add_systems(Update, perform.in_set(FrameSystems::Tell));
}

/// A file that was dropped on the window is opened as a scene.
fn dropped(mut messages: MessageReader<FileDragAndDrop>, mut wanted: ResMut<PendingIntents>) {
    for message in messages.read() {
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = message {
            wanted.push(open_file(path_buf));
        }
    }
}

/// The intent to open a file, or to tell why it cannot be read.
pub(super) fn open_file(path: &Path) -> Intent {
    // Logs may be longer than scenes, and say in their own words what is wrong with them.
    let is_scene = path.extension().is_none_or(|extension| extension == "ron");
    let text = if is_scene { read_text(path) } else { read_log_text(path) };
    match text {
        Ok(text) => Intent::Load { name: path.display().to_string(), text },
        Err(faults) => Intent::ShowDiagnostics(faults),
    }
}

/// The text of a log.
fn read_log_text(path: &Path) -> Result<String, Diagnostics> {
    let name = path.display().to_string();
    let refused = |problem: String, hint: &str| Diagnostics::whole(&name, problem, Some(hint));
    let size = std::fs::metadata(path).map(|file| file.len());
    let size = size.map_err(|error| refused(format!("cannot be read: {error}"), "choose a file that you may read"))?;
    if size > MAX_LOG_BYTES as u64 {
        return Err(refused(format!("is larger than {} MiB", MAX_LOG_BYTES >> 20), "keep the rows of one run"));
    }
    let bytes = std::fs::read(path);
    let bytes =
        bytes.map_err(|error| refused(format!("cannot be read: {error}"), "choose a file that you may read"))?;
    decode_log(&name, bytes).map_err(|error| refused(error.problem, &error.hint))
}

/// On the main thread: macOS opens dialogs nowhere else.
fn perform(
    _main_thread: NonSendMarker,
    mut effects: ResMut<Effects>,
    mut wanted: ResMut<PendingIntents>,
    mut contexts: EguiContexts,
    mut window: Option<Single<&mut Window, With<PrimaryWindow>>>,
) -> Result {
    for effect in std::mem::take(&mut effects.0) {
        match effect {
            Effect::FullScreen => {
                if let Some(window) = window.as_mut() {
                    window.mode = match window.mode {
                        WindowMode::Windowed => WindowMode::BorderlessFullscreen(MonitorSelection::Current),
                        _ => WindowMode::Windowed,
                    };
                }
            }
            Effect::Copy(text) => contexts.ctx_mut()?.copy_text(text),
            Effect::AskForFile => {
                let dialog = rfd::FileDialog::new().set_title("Open a scene or a log of nccl-tests");
                let dialog = dialog.add_filter("Scenes and logs", &["ron", "txt", "log", "json", "out"]);
                if let Some(path) = dialog.pick_file() {
                    wanted.push(open_file(&path));
                }
            }
            Effect::Save { name, text } => {
                let ending =
                    Path::new(&name).extension().and_then(|ending| ending.to_str()).unwrap_or("ron").to_owned();
                let dialog = rfd::FileDialog::new().set_title("Save").set_file_name(name);
                let chosen = dialog.add_filter(ending.to_uppercase(), &[ending]).save_file();
                if let Some((path, Err(error))) = chosen.map(|path| (path.clone(), save(&path, &text))) {
                    let problem = format!("cannot be written: {error}");
                    let hint = Some("choose a folder that you may write to");
                    wanted.push(Intent::ShowDiagnostics(Diagnostics::whole(
                        &path.display().to_string(),
                        problem,
                        hint,
                    )));
                }
            }
        }
    }
    Ok(())
}

/// Writes beside the file and then takes its place, so that a full disk never costs the old scene.
fn save(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("part");
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path)).inspect_err(|_| {
        // What is left of the attempt is of no use; that it may stay is no second error.
        let _ = std::fs::remove_file(&beside);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_told_and_what_is_saved_is_whole() {
        assert!(matches!(open_file(Path::new("scenes")), Intent::ShowDiagnostics(_)));
        assert!(matches!(open_file(Path::new("scenes/rack.ron")), Intent::Load { .. }));
        let folder = std::env::temp_dir().join(format!("fabricscope-save-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("scene.ron");
        std::fs::write(&path, "old").expect("an old scene");
        save(&path, "new").expect("saved");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), "new");
        assert!(save(&folder.join("no/such/folder.ron"), "x").is_err());
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1, "nothing else is left");
        std::fs::remove_dir_all(&folder).expect("the folder goes");
    }
}
