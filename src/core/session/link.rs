//! A link to a view of a scene: `scene=rack&t=120000000&v=B` behind the `#` of an address.
//!
//! | key | value |
//! |---|---|
//! | `lesson`, `step` | a lesson by its id, and its step from 1 |
//! | `story`, `beat` | a story by its id, and its beat by its id or from 1 |
//! | `scene` | a bundled scene, such as `rack` or `claims/one-slow-nic` |
//! | `s` | any other scene: `1.` (the version), then the packed text |
//! | `set` | a setting `PATH=VALUE`, any number of them, in order |
//! | `t` | the clock in picoseconds |
//! | `v` | the letter of the active fabric, and `matrix`, `accumulated`, `path`, `stage` behind full stops |
//!
//! With a lesson or a story, a scene is what the stage was changed to; without one, the step or the beat has a clock of its own.
//! Other keys are ignored, and are gone once the address follows the view. A version never changes its meaning.

use std::path::Path;

use super::link_error::{LinkError, VERSION, cut};
use super::link_place::{LinkPlace, PlaceKeys};
use crate::catalog::Catalog;
use crate::scene::{
    BundledScene, Diagnostics, MAX_FABRICS, SceneDocument, Setting, did_you_mean, letter, menu, parse_scene, unpack,
};
use crate::units::Femtos;

const FEMTOS_PER_PICO: u64 = 1000;

/// What a link leads to: a scene, a place in a lesson or a story, or such a place with a changed scene on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The place in a lesson or a story.
    pub place: Option<LinkPlace>,
    /// The scene. There is one if there is no place.
    pub scene: Option<LinkScene>,
    /// Settings to apply to it.
    pub settings: Vec<Setting>,
    /// The clock.
    pub at: Femtos,
    /// The part of it that is shown.
    pub view: LinkView,
}

/// The scene of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkScene {
    /// Its file, or `link.ron`.
    pub name: String,
    /// Its text.
    pub text: String,
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

/// The name of a bundled scene in links.
fn stem(scene: &BundledScene) -> &'static str {
    scene.file.trim_end_matches(".ron")
}

impl Link {
    /// Whether a text is meant as a link: an address or a fragment with a scene, a lesson or a story in it.
    pub fn is_link(text: &str) -> bool {
        let leads = |part: &str| ["scene=", "s=", "lesson=", "story="].iter().any(|key| part.starts_with(key));
        text.split_once('#').is_some_and(|(_, fragment)| fragment.split('&').any(leads))
    }

    /// Whether a text is a link and nothing else.
    pub fn is_alone(text: &str) -> bool {
        Link::is_link(text) && !text.trim().contains(char::is_whitespace)
    }

    /// Reads an address with a fragment, or a fragment alone.
    ///
    /// # Errors
    /// Nothing that it leads to, an unknown scene, lesson, story or beat, a damaged scene, a later version, or a value that is
    /// not one of its key.
    pub fn parse(text: &str) -> Result<Link, LinkError> {
        let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
        let mut keys = PlaceKeys::default();
        let mut link =
            Link { place: None, scene: None, settings: Vec::new(), at: Femtos(0), view: LinkView::default() };
        for part in fragment.split('&') {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key {
                "lesson" => keys.lesson = Some(decoded(value)),
                "step" => keys.step = Some(decoded(value)),
                "story" => keys.story = Some(decoded(value)),
                "beat" => keys.beat = Some(decoded(value)),
                "scene" => link.scene = Some(bundled(value)?),
                "s" => link.scene = Some(LinkScene { name: "link.ron".to_owned(), text: packed(value)? }),
                "set" => link.settings.push(setting(value)?),
                "t" => link.at = time(value)?,
                "v" => link.view = LinkView::parse(value)?,
                _ => {}
            }
        }
        link.place = keys.place()?;
        if link.place.is_none() && link.scene.is_none() {
            return Err(LinkError::NoScene);
        }
        Ok(link)
    }

    /// The scene with the settings, if the link has a scene.
    ///
    /// # Errors
    /// The scene or a setting is rejected.
    pub fn document(&self, catalog: &Catalog) -> Result<Option<SceneDocument>, Diagnostics> {
        let Some(LinkScene { name, text }) = &self.scene else { return Ok(None) };
        parse_scene(name, text, catalog)?.with(&self.settings, catalog).map(Some)
    }
}

fn bundled(name: &str) -> Result<LinkScene, LinkError> {
    let name = decoded(name);
    let scene = menu().find(|scene| stem(scene) == name);
    let scene = scene.ok_or_else(|| LinkError::unknown_scene(&name, did_you_mean(&name, menu().map(stem))))?;
    Ok(LinkScene { name: scene.file.to_owned(), text: scene.text.to_owned() })
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

/// The part of a link that says what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LinkStart {
    keys: String,
    /// Whether the instant and the view follow. A step and a beat that nobody has changed have their own.
    takes_view: bool,
}

impl LinkStart {
    /// A scene, as [`link_to`] names it.
    pub(super) fn scene(keys: String) -> LinkStart {
        LinkStart { keys, takes_view: true }
    }

    /// A step or a beat, with the scene that its own was changed to.
    pub(super) fn place(place: &LinkPlace, changed: Option<&SceneDocument>) -> LinkStart {
        let scene = changed.map(|document| format!("&s={VERSION}.{}", document.file.pack()));
        LinkStart { takes_view: scene.is_some(), keys: place.write() + &scene.unwrap_or_default() }
    }

    /// The whole fragment, without `#`.
    pub(super) fn with_view(&self, at: Femtos, view: LinkView) -> String {
        if self.takes_view { with_view(&self.keys, at, view) } else { self.keys.clone() }
    }
}

fn with_view(start: &str, at: Femtos, view: LinkView) -> String {
    let mut link = start.to_owned();
    if at.0 > 0 {
        // Rounded up: rounded down, the end of a run would be a moment before it.
        link = format!("{link}&t={}", at.0.div_ceil(FEMTOS_PER_PICO));
    }
    if view != LinkView::default() {
        link = format!("{link}&v={}", view.write());
    }
    link
}
