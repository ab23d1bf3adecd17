//! Pictures and films of a session in memory: what the window saves.

use std::cell::Cell;
use std::io::Write;

use bevy::math::UVec2;

use super::error::RenderError;
use super::offscreen::Headless;
use super::png_file::{Film, FilmForm, PictureAbout, Pixels, encode_picture};
use super::render::explain;
use crate::app::program;
use crate::app::state::OpenSession;
use crate::app::transparency::remove_backdrop;
use crate::session::{FilmProgress, PictureSpec, Session};

/// Draws a session as one picture, or as a film of its run, and returns the file. `proceed` hears of every picture; a film that it
/// stops is `None`.
///
/// # Errors
/// No graphics adapter, or the driver fails.
pub fn draw_file(
    session: Session,
    spec: &PictureSpec,
    size: UVec2,
    scale: f32,
    mut proceed: impl FnMut(FilmProgress) -> bool,
) -> Result<Option<Vec<u8>>, RenderError> {
    let about = PictureAbout::new(&session);
    let pixels = if spec.transparent { Pixels::Transparent } else { Pixels::Opaque };
    let mut headless = Headless::new(size, scale, program::plugin(session))?;
    if spec.transparent {
        remove_backdrop(headless.app().world_mut());
    }
    headless.update()?;
    explain(headless.app().world_mut());
    // egui lays new text out in one update and paints it completely in the next.
    headless.update()?;
    let failed =
        |error: png::EncodingError| RenderError::Write { path: "picture".to_owned(), reason: error.to_string() };
    let mut file = Vec::new();
    if !spec.kind.is_film() {
        encode_picture(&mut file, &headless.frame()?, pixels, &about).map_err(failed)?;
        return Ok(Some(file));
    }
    let pictures = spec.pictures();
    let form = FilmForm { size, pixels, pictures, fps: spec.fps };
    let bytes = Cell::new(0);
    let mut film = Film::new(Counted { file: &mut file, bytes: &bytes }, form, &about).map_err(failed)?;
    for number in 0..pictures {
        let session = &mut headless.app().world_mut().resource_mut::<OpenSession>().0;
        let intent = session.film_intent(number, pictures);
        session.apply(intent);
        session.clock.playing = false;
        headless.update()?;
        let picture = headless.frame()?;
        film.add(&picture).map_err(failed)?;
        if !proceed(FilmProgress { done: number + 1, pictures, bytes: bytes.get() }) {
            return Ok(None);
        }
    }
    film.finish().map_err(failed)?;
    Ok(Some(file))
}

/// A file in memory whose length is known while it grows.
struct Counted<'a> {
    file: &'a mut Vec<u8>,
    bytes: &'a Cell<u64>,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.extend_from_slice(bytes);
        self.bytes.set(self.file.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
