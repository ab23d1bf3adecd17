//! Typed paths: what completes them, where a file is proposed, and whether the system has dialogs at all.

use std::path::{Path, PathBuf};

use crate::session::{Completion, PathPurpose};

/// Most entries of a folder that are looked at.
const MAX_ENTRIES: usize = 10_000;
/// Most entries that are offered.
const MAX_OFFERED: usize = 200;
/// Files that can be opened.
pub(super) const OPENED: [&str; 12] =
    ["ron", "txt", "log", "json", "out", "xml", "gz", "et", "jsonl", "yml", "yaml", "topo"];

/// A typed path as a path: `~/` is the home folder.
pub(super) fn typed(path: &str) -> PathBuf {
    let path = path.trim();
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// The path that a field begins with: beside the open scene if it is a file, else in the current folder. `name` is the
/// proposed file name, empty to open a file.
pub(super) fn proposed(scene: &str, name: &str) -> String {
    let scene = Path::new(scene);
    let beside = scene.parent().filter(|_| scene.is_file());
    let folder = match beside {
        Some(folder) if folder.is_absolute() => folder.to_path_buf(),
        Some(folder) => std::env::current_dir().unwrap_or_default().join(folder),
        None => std::env::current_dir().unwrap_or_default(),
    };
    folder.join(name).display().to_string()
}

/// The folders and files that complete a typed path: folders first, each in alphabetical order. Files are those of a kind
/// that can be opened, or of the kind that is saved.
pub(super) fn completions(path: &str, purpose: &PathPurpose) -> Vec<Completion> {
    let (folder, begin) = match path.rfind(std::path::is_separator) {
        Some(at) => path.split_at(at + 1),
        None => ("", path),
    };
    let listed = if folder.is_empty() { PathBuf::from(".") } else { typed(folder) };
    let Ok(entries) = std::fs::read_dir(listed) else { return Vec::new() };
    let saved = Path::new(path).extension().map(|ending| ending.to_string_lossy().into_owned());
    let mut found: Vec<(bool, String)> = entries
        .take(MAX_ENTRIES)
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            // A symbolic link counts as what it leads to.
            let is_folder = entry.path().is_dir();
            let ending = Path::new(&name).extension().and_then(|ending| ending.to_str());
            let of_kind = match purpose {
                PathPurpose::Open => ending.is_some_and(|ending| OPENED.contains(&ending)),
                PathPurpose::Save { .. } => saved.as_deref().is_none_or(|saved| ending == Some(saved)),
            };
            let hidden = name.starts_with('.') && !begin.starts_with('.');
            let begins = name.to_lowercase().starts_with(&begin.to_lowercase());
            (begins && !hidden && (is_folder || of_kind)).then_some((!is_folder, name))
        })
        .collect();
    found.sort();
    found.truncate(MAX_OFFERED);
    let completion = |(is_file, name): (bool, String)| {
        let name = if is_file { name } else { name + std::path::MAIN_SEPARATOR_STR };
        Completion { path: format!("{folder}{name}"), name }
    };
    found.into_iter().map(completion).collect()
}

/// Whether the system can probably show a file dialog. On Linux it takes a desktop portal or `zenity`; other systems have
/// dialogs of their own.
pub(super) fn has_dialogs() -> bool {
    if !cfg!(any(target_os = "linux", target_os = "freebsd")) {
        return true;
    }
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let exists_in = |folders: Option<std::ffi::OsString>, file: &str| {
        folders.is_some_and(|folders| std::env::split_paths(&folders).any(|folder| folder.join(file).is_file()))
    };
    let data_folders = variable("XDG_DATA_DIRS").or(Some("/usr/local/share:/usr/share".into()));
    let has_bus = variable("DBUS_SESSION_BUS_ADDRESS").is_some()
        || variable("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    let has_portal = exists_in(data_folders, "dbus-1/services/org.freedesktop.portal.Desktop.service");
    (has_bus && has_portal) || exists_in(variable("PATH"), "zenity")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, purpose: &PathPurpose) -> Vec<String> {
        completions(path, purpose).into_iter().map(|completion| completion.name).collect()
    }

    #[test]
    fn folders_and_files_that_can_be_opened_complete_a_path() {
        assert_eq!(names("scenes/first", &PathPurpose::Open), ["first-look.ron"]);
        assert_eq!(names("Scen", &PathPurpose::Open), ["scenes/"]);
        assert!(names("", &PathPurpose::Open).iter().all(|name| !name.starts_with('.')), "no hidden files");
        assert!(!names("", &PathPurpose::Open).contains(&"Cargo.toml".to_owned()), "no scene and no log");
        assert!(completions("no such folder/", &PathPurpose::Open).is_empty());
        let first = completions("scenes/first", &PathPurpose::Open);
        assert_eq!(first[0].path, "scenes/first-look.ron");
    }

    #[test]
    fn a_file_is_proposed_beside_the_open_scene() {
        let folder = std::env::current_dir().expect("the current folder");
        let beside = folder.join("scenes/x.csv");
        assert_eq!(proposed("scenes/rack.ron", "x.csv"), beside.display().to_string());
        let here = folder.join("first-look.ron");
        assert_eq!(proposed("first-look.ron", "first-look.ron"), here.display().to_string(), "a bundled scene");
    }
}
