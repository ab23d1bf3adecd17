//! A picture of every beat of a story.

use std::path::Path;
use std::time::Instant;

use bevy::prelude::*;

use super::error::RenderError;
use super::offscreen::Headless;
use super::png_file::{PictureAbout, Pixels, write_picture};
use crate::app::program;
use crate::app::state::OpenSession;
use crate::app::stills;
use crate::session::{Intent, Session, StoryIntent};

/// Size of a picture, pixels.
const SIZE: UVec2 = UVec2::new(1920, 1080);
/// Updates until the panels have their sizes and the fabrics their places between them.
const SETTLE: u32 = 4;

/// Draws every beat of the open story as it stands at its end, into a folder if one is given. Returns the names of the
/// pictures, and the seconds that each took until it was ready. The view of the speaker finds them small in the cache folder.
///
/// # Errors
/// No graphics adapter, a driver that fails, or a folder that cannot be written.
pub fn draw_beats(session: Session, folder: Option<&Path>) -> Result<Vec<(String, f64)>, RenderError> {
    let ids: Vec<String> = session
        .story
        .as_ref()
        .map_or_else(Vec::new, |open| open.file.beats.iter().map(|beat| beat.id.clone()).collect());
    let stills = session.story.as_ref().and_then(|open| stills::folder_of(&open.file));
    let mut headless = Headless::new(SIZE, 1.0, program::plugin(session))?;
    let mut pictures = Vec::new();
    for (beat, id) in ids.iter().enumerate() {
        let started = Instant::now();
        let session = &mut headless.app().world_mut().resource_mut::<OpenSession>().0;
        session.apply(Intent::Story(StoryIntent::GoTo(beat)));
        session.apply(Intent::Story(StoryIntent::BackToBeat));
        for _ in 0..SETTLE {
            headless.update()?;
        }
        let picture = headless.frame()?;
        let draw_s = started.elapsed().as_secs_f64();
        // The speaker can do without.
        if let Some(stills) = &stills
            && let Err(error) = stills::keep(stills, beat, &picture)
        {
            warn!("cannot keep the still of beat {} in {}: {error}", beat + 1, stills.display());
        }
        let name = file_name(beat, id);
        if let Some(folder) = folder {
            let about = PictureAbout::new(&headless.app().world().resource::<OpenSession>().0);
            write_picture(&folder.join(&name), &picture, Pixels::Opaque, &about)?;
        }
        pictures.push((name, draw_s));
    }
    Ok(pictures)
}

/// `06-done.png`, whatever the id of a beat may contain.
fn file_name(beat: usize, id: &str) -> String {
    let id: String = id.chars().map(|one| if one.is_alphanumeric() { one } else { '-' }).take(40).collect();
    format!("{:02}-{id}.png", beat + 1)
}
