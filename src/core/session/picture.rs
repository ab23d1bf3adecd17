//! Pictures and films of the screen, as they are requested.

use serde::Deserialize;

use super::query::QueryError;
use crate::units::quoted;

/// Seconds on the screen of a film: the whole run.
const FILM_S: u32 = 12;
/// Pictures per second of a film.
const FILM_FPS: u32 = 15;
/// Sides of a picture in points.
const SIDES: core::ops::RangeInclusive<u32> = 64..=4096;

/// What a picture or film becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// One picture.
    Png,
    /// A film as animated PNG, which every browser plays.
    Apng,
    /// A film by the browser's encoder of videos.
    WebM,
}

impl PictureKind {
    /// All kinds.
    pub const ALL: [PictureKind; 3] = [PictureKind::Png, PictureKind::Apng, PictureKind::WebM];

    /// Its id for the page, and the ending of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            PictureKind::Png => "png",
            PictureKind::Apng => "apng",
            PictureKind::WebM => "webm",
        }
    }

    /// Whether it has more than one picture.
    pub fn is_film(self) -> bool {
        match self {
            PictureKind::Png => false,
            PictureKind::Apng | PictureKind::WebM => true,
        }
    }

    /// Whether its pixels can be transparent.
    pub fn can_be_transparent(self) -> bool {
        match self {
            PictureKind::Png | PictureKind::Apng => true,
            PictureKind::WebM => false,
        }
    }
}

/// What a picture or film looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureSpec {
    /// What it becomes.
    pub kind: PictureKind,
    /// Pixels per point; `None` for those of the screen.
    pub scale: Option<f32>,
    /// Whether there is nothing behind the stage.
    pub transparent: bool,
    /// Width and height in points; `None` for those of the screen.
    pub size: Option<[u32; 2]>,
    /// Whether the panels are shown; `None` for as they are.
    pub panels: Option<bool>,
    /// Pictures per second of a film.
    pub fps: u32,
}

impl PictureSpec {
    /// Of what is on the screen, as it is.
    pub fn new(kind: PictureKind) -> PictureSpec {
        // The points of a screen are enough for a film: its file has twelve times fifteen pictures.
        let scale = kind.is_film().then_some(1.0);
        PictureSpec { kind, scale, transparent: false, size: None, panels: None, fps: FILM_FPS }
    }

    /// Of the arguments of a page: JSON with `kind` and, each optional, `scale`, `transparent`, `size`, `panels` and `fps`.
    ///
    /// # Errors
    /// [`QueryError::Argument`] with the values that are accepted.
    pub fn parse(json: &str) -> Result<PictureSpec, QueryError> {
        let wrong = |what: String| QueryError::Argument(format!("export: {what}"));
        let read: PictureArguments = serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
        let kind = PictureKind::ALL.into_iter().find(|kind| kind.as_str() == read.kind);
        let kind = kind.ok_or_else(|| {
            let accepted = PictureKind::ALL.map(PictureKind::as_str).join(", ");
            wrong(format!("there is no picture `{}`; accepted: {accepted}", quoted(&read.kind)))
        })?;
        let spec = PictureSpec {
            scale: read.scale.or(PictureSpec::new(kind).scale),
            transparent: read.transparent.unwrap_or(false),
            size: read.size,
            panels: read.panels,
            fps: read.fps.unwrap_or(FILM_FPS),
            kind,
        };
        if spec.scale.is_some_and(|scale| !(1.0..=4.0).contains(&scale)) {
            return Err(wrong("scale: accepted: 1 to 4".to_owned()));
        }
        if spec.size.is_some_and(|size| size.iter().any(|side| !SIDES.contains(side))) {
            return Err(wrong(format!("size: accepted: [width, height] from {} to {}", SIDES.start(), SIDES.end())));
        }
        if !(1..=60).contains(&spec.fps) {
            return Err(wrong("fps: accepted: 1 to 60".to_owned()));
        }
        if spec.transparent && !kind.can_be_transparent() {
            return Err(wrong(format!("a {} is never transparent; accepted: png, apng", kind.as_str())));
        }
        Ok(spec)
    }

    /// How many pictures it has.
    pub fn pictures(&self) -> u32 {
        // The last one shows the end.
        if self.kind.is_film() { FILM_S * self.fps + 1 } else { 1 }
    }

    /// Width and height in pixels, from those of the screen and its pixels per point.
    pub fn pixels(&self, screen: [u32; 2], screen_scale: f32) -> ([u32; 2], f32) {
        let scale = self.scale.unwrap_or(screen_scale);
        let points =
            self.size.map_or(screen.map(|side| side as f32 / screen_scale), |size| size.map(|side| side as f32));
        let side = |points: f32| ((points * scale).round() as u32).max(1);
        // Encoders of videos want even sides.
        let even = |side: u32| if self.kind.is_film() { (side & !1).max(2) } else { side };
        (points.map(|points| even(side(points))), scale)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureArguments {
    kind: String,
    scale: Option<f32>,
    transparent: Option<bool>,
    size: Option<[u32; 2]>,
    panels: Option<bool>,
    fps: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_a_page_are_read_or_refused_with_what_is_accepted() {
        let read = PictureSpec::parse(r#"{"kind": "png", "scale": 2, "transparent": true, "size": [800, 450]}"#);
        let spec = read.expect("a picture");
        assert_eq!(spec.pixels([1280, 720], 1.0), ([1600, 900], 2.0));
        assert_eq!(spec.pictures(), 1);
        for (wrong, words) in [
            (r#"{"kind": "gif"}"#, "accepted: png, apng, webm"),
            (r#"{"kind": "png", "scale": 9}"#, "1 to 4"),
            (r#"{"kind": "png", "size": [1, 1]}"#, "64 to 4096"),
            (r#"{"kind": "apng", "fps": 0}"#, "1 to 60"),
            (r#"{"kind": "webm", "transparent": true}"#, "never transparent"),
            (r#"{"kind": "png", "colour": 1}"#, "colour"),
        ] {
            let error = PictureSpec::parse(wrong).expect_err(wrong);
            assert_eq!(error.code(), "argument");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn a_film_has_even_sides_in_points() {
        let film = PictureSpec::new(PictureKind::WebM);
        assert_eq!(film.pixels([2561, 1441], 2.0), ([1280, 720], 1.0));
        let picture = PictureSpec::new(PictureKind::Png);
        assert_eq!(picture.pixels([2561, 1441], 2.0), ([2561, 1441], 2.0));
    }
}
