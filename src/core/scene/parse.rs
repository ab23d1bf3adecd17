//! From text to a checked scene: limits first, then syntax and types, then meaning.

#[cfg(not(target_arch = "wasm32"))]
use std::io::Read;
#[cfg(not(target_arch = "wasm32"))]
use std::path::Path;

use ron::extensions::Extensions;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::position::{LineIndex, offset_of};
use super::resolve::{Wrong, check};
use super::schema::SceneFile;
use super::spans::{MAX_NESTING, Places, too_deep};
use super::syntax_error::explain;
use super::{Scene, SceneDocument};
use crate::catalog::Catalog;

/// Largest scene file.
pub const MAX_SCENE_BYTES: u64 = 1 << 20;

/// How scenes are read: `region: "2x2"` may stand for `region: Some("2x2")`.
pub(crate) fn options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}

/// Reads a scene file.
///
/// # Errors
/// The file cannot be read or is too large, or the scene has faults.
#[cfg(not(target_arch = "wasm32"))]
pub fn read_scene(path: &Path, catalog: &Catalog) -> Result<SceneDocument, Diagnostics> {
    let name = path.display().to_string();
    parse_scene(&name, &read_text(path)?, catalog)
}

/// Reads a text file of at most [`MAX_SCENE_BYTES`].
///
/// # Errors
/// The file is unreadable, a directory, too large, or not UTF-8.
#[cfg(not(target_arch = "wasm32"))]
pub fn read_text(path: &Path) -> Result<String, Diagnostics> {
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        let hint = if error.kind() == std::io::ErrorKind::NotFound {
            "the path is taken from the current folder; scenes are in scenes/"
        } else {
            "a readable RON file is needed"
        };
        Diagnostics::whole(&name, format!("failed to read: {error}"), Some(hint))
    };
    if path.is_dir() {
        return Err(Diagnostics::whole(
            &name,
            "is a directory",
            Some("name a scene file in it, such as first-look.ron"),
        ));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that the file is too large without reading all of it.
    file.take(MAX_SCENE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    decode(&name, bytes)
}

/// Checks the size and the encoding of what should be a scene.
///
/// # Errors
/// Too large, or no UTF-8.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostics> {
    if bytes.len() as u64 > MAX_SCENE_BYTES {
        return Err(too_large(name));
    }
    let text = String::from_utf8(bytes).map(|text| match text.strip_prefix('\u{feff}') {
        // Some editors begin files with a byte order mark.
        Some(text) => text.to_owned(),
        None => text,
    });
    text.map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let problem = format!("is not UTF-8 text: byte {place} is not a character");
        Diagnostics::whole(name, problem, Some("a scene is a RON text file; is this a binary file?"))
    })
}

fn too_large(name: &str) -> Diagnostics {
    Diagnostics::whole(
        name,
        "is larger than 1 MiB",
        Some("a scene is a few hundred lines of RON; is this another file?"),
    )
}

/// Reads a scene from text.
///
/// # Errors
/// The first fault of syntax or type, or else every fault of meaning, each with its place.
pub fn parse_scene(name: &str, text: &str, catalog: &Catalog) -> Result<SceneDocument, Diagnostics> {
    let file = parse_file(name, text)?;
    let scene = check(&file, catalog).map_err(|wrongs| {
        locate(name, text, wrongs.into_iter().map(|Wrong { path, problem, hint, .. }| (path, problem, Some(hint))))
    })?;
    Ok(SceneDocument::new(file, scene))
}

/// Problems of values, given by path with what would be accepted, with their places in the text of a scene.
pub fn locate(
    name: &str,
    text: &str,
    problems: impl IntoIterator<Item = (String, String, Option<String>)>,
) -> Diagnostics {
    let (places, lines) = (Places::new(text), LineIndex::new(text));
    let faults = problems.into_iter().map(|(path, problem, hint)| {
        let span = places.find(&path);
        let place = span.as_ref().map(|span| lines.line_and_column(span.start));
        Diagnostic { path, place, span, problem, hint }
    });
    Diagnostics { name: name.to_owned(), text: text.to_owned(), faults: faults.collect() }
}

fn parse_file(name: &str, text: &str) -> Result<SceneFile, Diagnostics> {
    if text.len() as u64 > MAX_SCENE_BYTES {
        return Err(too_large(name));
    }
    if text.trim().is_empty() {
        return Err(Diagnostics::whole(
            name,
            "is empty",
            Some("the smallest scene has version, title, workload and fabrics"),
        ));
    }
    let at = |offset: usize, end: usize, problem: String, hint: Option<String>| Diagnostics {
        name: name.to_owned(),
        text: text.to_owned(),
        faults: vec![Diagnostic {
            path: String::new(),
            place: Some(LineIndex::new(text).line_and_column(offset)),
            span: Some(offset..end),
            problem,
            hint,
        }],
    };
    if let Some(offset) = too_deep(text) {
        let problem = format!("brackets nest deeper than {MAX_NESTING} levels");
        return Err(at(offset, offset + 1, problem, Some("a scene needs five levels".to_owned())));
    }
    options().from_str(text).map_err(|error| {
        let start = offset_of(text, error.span.start.line, error.span.start.col);
        let end = offset_of(text, error.span.end.line, error.span.end.col).max(start);
        let (problem, hint) = explain(&error.code, text, start);
        at(start, end, problem, Some(hint))
    })
}

/// Checks a scene that did not come from a text, such as one changed by a slider.
pub(crate) fn check_document(name: &str, file: SceneFile, catalog: &Catalog) -> Result<SceneDocument, Diagnostics> {
    let scene: Scene = check(&file, catalog).map_err(|wrongs| {
        let faults = wrongs.into_iter().map(|wrong| Diagnostic {
            path: wrong.path,
            place: None,
            span: None,
            problem: wrong.problem,
            hint: Some(wrong.hint),
        });
        Diagnostics { name: name.to_owned(), text: String::new(), faults: faults.collect() }
    })?;
    Ok(SceneDocument::new(file, scene))
}
