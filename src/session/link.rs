//! A link to a view of a scene: `scene=rack&t=120000000&v=B` behind the `#` of an address.
//!
//! | key | value |
//! |---|---|
//! | `scene` | a bundled scene, such as `rack` or `claims/one-slow-nic` |
//! | `s` | any other scene: `1.` (the version), then the packed text |
//! | `set` | a setting `PATH=VALUE`, any number of them, in order |
//! | `t` | the clock in picoseconds |
//! | `v` | the letter of the active fabric, and `matrix`, `accumulated`, `path`, `stage` behind full stops |
//!
//! Other keys are ignored, and are gone once the address follows the view. A version never changes its meaning.

use std::path::Path;

use crate::catalog::Catalog;
use crate::scene::{
    BundledScene, MAX_FABRICS, SceneDocument, Setting, UnpackError, did_you_mean, letter, menu, unpack,
};
use crate::units::Femtos;

/// The version of packed scenes.
const VERSION: &str = "1";
const FEMTOS_PER_PICO: u64 = 1000;
/// Longest text of a key, a version or a time that a message repeats.
const MAX_QUOTED: usize = 40;

/// What a link leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Name of the scene: its file, or `link.ron`.
    pub name: String,
    /// The scene's text.
    pub text: String,
    /// Settings to apply to it.
    pub settings: Vec<Setting>,
    /// The clock.
    pub at: Femtos,
    /// The part of it that is shown.
    pub view: LinkView,
}

/// What a link says of the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkView {
    /// The active fabric; 0 is A.
    pub active: usize,
    /// The traffic matrix instead of the stage.
    pub matrix: bool,
    /// Bytes so far instead of the rate now.
    pub accumulated: bool,
    /// The critical path.
    pub path: bool,
    /// Only the stage, without panels.
    pub stage_only: bool,
}

/// The fault of a link.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// Neither a bundled scene nor a packed one.
    #[error("the link names no scene; accepted: #scene=NAME or #s=1.CHARACTERS")]
    NoScene,
    /// A scene that this program does not have.
    #[error("the link names the scene `{name}`, which is not bundled{}", hint(name))]
    UnknownScene {
        /// The name, cut.
        name: String,
    },
    /// A link of a later program.
    #[error("the link has version `{found}`; this program reads version {VERSION}: use a newer one")]
    Version {
        /// The version, cut.
        found: String,
    },
    /// The packed scene is damaged.
    #[error("the scene of the link is not readable: {0}; copy the whole link again")]
    Packed(#[from] UnpackError),
    /// A clock that is not a number.
    #[error("t: `{found}` is not a number of picoseconds")]
    Time {
        /// What stands there, cut.
        found: String,
    },
    /// A view that is not known.
    #[error("v: `{found}` is not known; accepted: a letter of a fabric, then .matrix, .accumulated, .path, .stage")]
    View {
        /// What stands there, cut.
        found: String,
    },
    /// A setting that is not one.
    #[error("set: `{found}` is not PATH=VALUE")]
    Setting {
        /// What stands there, cut.
        found: String,
    },
}

fn hint(name: &str) -> String {
    did_you_mean(name, menu().map(stem)).map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

/// The name of a bundled scene in links.
fn stem(scene: &BundledScene) -> &'static str {
    scene.file.trim_end_matches(".ron")
}

fn cut(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(MAX_QUOTED).collect()
}

impl Link {
    /// Whether a text is meant as a link: an address or a fragment with a scene in it.
    pub fn is_link(text: &str) -> bool {
        text.split_once('#').is_some_and(|(_, fragment)| {
            fragment.split('&').any(|part| part.starts_with("scene=") || part.starts_with("s="))
        })
    }

    /// Reads an address with a fragment, or a fragment alone.
    ///
    /// # Errors
    /// No scene, an unknown one, a damaged one, a later version, or a value that is not one of its key.
    pub fn parse(text: &str) -> Result<Link, LinkError> {
        let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
        let mut scene = None;
        let mut link = Link {
            name: String::new(),
            text: String::new(),
            settings: Vec::new(),
            at: Femtos(0),
            view: LinkView::default(),
        };
        for part in fragment.split('&') {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key {
                "scene" => scene = Some(bundled(value)?),
                "s" => scene = Some(("link.ron".to_owned(), packed(value)?)),
                "set" => link.settings.push(setting(value)?),
                "t" => link.at = time(value)?,
                "v" => link.view = LinkView::parse(value)?,
                _ => {}
            }
        }
        (link.name, link.text) = scene.ok_or(LinkError::NoScene)?;
        Ok(link)
    }
}

fn bundled(name: &str) -> Result<(String, String), LinkError> {
    let name = decoded(name);
    let scene = menu().find(|scene| stem(scene) == name);
    let scene = scene.ok_or_else(|| LinkError::UnknownScene { name: cut(&name) })?;
    Ok((scene.file.to_owned(), scene.text.to_owned()))
}

fn packed(value: &str) -> Result<String, LinkError> {
    let (version, characters) = value.split_once('.').unwrap_or((value, ""));
    if version != VERSION {
        return Err(LinkError::Version { found: cut(version) });
    }
    Ok(unpack(characters)?)
}

fn setting(value: &str) -> Result<Setting, LinkError> {
    let value = decoded(value);
    Setting::parse(&value).map_err(|_| LinkError::Setting { found: cut(&value) })
}

fn time(value: &str) -> Result<Femtos, LinkError> {
    let picos = value.parse::<u64>().map_err(|_| LinkError::Time { found: cut(value) })?;
    Ok(Femtos(picos.saturating_mul(FEMTOS_PER_PICO)))
}

/// A value with each `%XX` as its character; a `%` before other characters stays.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The switch of a view.
type Switch = fn(&mut LinkView) -> &mut bool;

/// The words of a view in a link, and what they switch on.
const VIEWS: [(&str, Switch); 4] = [
    ("matrix", |view| &mut view.matrix),
    ("accumulated", |view| &mut view.accumulated),
    ("path", |view| &mut view.path),
    ("stage", |view| &mut view.stage_only),
];

impl LinkView {
    fn parse(value: &str) -> Result<LinkView, LinkError> {
        let unknown = || LinkError::View { found: cut(value) };
        let mut view = LinkView::default();
        let mut parts = value.split('.');
        let name = parts.next().unwrap_or("");
        view.active = (0..MAX_FABRICS).find(|&index| letter(index) == name).ok_or_else(unknown)?;
        for part in parts {
            let (_, switch) = VIEWS.iter().find(|(word, _)| *word == part).ok_or_else(unknown)?;
            *switch(&mut view) = true;
        }
        Ok(view)
    }

    fn write(mut self) -> String {
        let mut text = letter(self.active);
        for (word, switch) in VIEWS {
            if *switch(&mut self) {
                text = format!("{text}.{word}");
            }
        }
        text
    }
}

/// The fragment of a link to a scene from the start, without `#`: by its name if it is bundled and unchanged, else packed.
pub fn link_to(name: &str, document: &SceneDocument, catalog: &Catalog) -> String {
    let is_open = |scene: &&BundledScene| {
        Path::new(name).ends_with(scene.file) && scene.load(catalog).is_ok_and(|bundled| bundled.file == document.file)
    };
    match menu().find(is_open) {
        Some(scene) => format!("scene={}", stem(scene)),
        None => format!("s={VERSION}.{}", document.file.pack()),
    }
}

/// A whole fragment, without `#`.
pub(super) fn with_view(scene: &str, at: Femtos, view: LinkView) -> String {
    let mut link = scene.to_owned();
    if at.0 > 0 {
        // Rounded up: rounded down, the end of a run would be a moment before it.
        link = format!("{link}&t={}", at.0.div_ceil(FEMTOS_PER_PICO));
    }
    if view != LinkView::default() {
        link = format!("{link}&v={}", view.write());
    }
    link
}
