//! Small pictures of the beats of a story: drawn when it is rehearsed or exported, shown to the speaker. They lie in the
//! cache folder of the user, in a folder for each story that its text and the version name, so that none is out of date.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use bevy::math::UVec2;

use super::headless::Picture;
use crate::lesson::StoryFile;
use crate::units::Fnv64;

/// Pixels of a drawn picture to a side of one pixel of the still: 640 x 360 of 1920 x 1080.
const SHRINK: u32 = 3;
/// The sides of a still that is read, pixels: a file that somebody else put there is no reason to allocate more.
const MAX_SIDE: u32 = 2048;

/// A picture of red, green, blue and alpha, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Still {
    /// Width and height, pixels.
    pub(super) size: UVec2,
    /// Four bytes for each pixel.
    pub(super) rgba: Vec<u8>,
}

/// The folder for the stills of a story; `None` without a cache folder.
pub(super) fn folder_of(story: &StoryFile) -> Option<PathBuf> {
    let mut hash = Fnv64::default();
    hash.write(env!("CARGO_PKG_VERSION").as_bytes());
    hash.write(format!("{story:?}").as_bytes());
    Some(cache_folder()?.join("stills").join(format!("{:016x}", hash.finish())))
}

fn cache_folder() -> Option<PathBuf> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = if cfg!(target_os = "windows") {
        from("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Caches"))
    } else {
        from("XDG_CACHE_HOME").or_else(|| from("HOME").map(|home| home.join(".cache")))
    };
    base.map(|base| base.join("fabricscope"))
}

/// The file of a beat, from 0.
fn file_of(folder: &Path, beat: usize) -> PathBuf {
    folder.join(format!("{:02}.png", beat + 1))
}

/// Keeps the picture of a beat.
///
/// # Errors
/// The file cannot be written.
pub(super) fn keep(folder: &Path, beat: usize, picture: &Picture) -> Result<(), png::EncodingError> {
    let still = shrunk(picture);
    std::fs::create_dir_all(folder)?;
    let mut encoder =
        png::Encoder::new(BufWriter::new(File::create(file_of(folder, beat))?), still.size.x, still.size.y);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&still.rgba)?;
    writer.finish()
}

/// The kept picture of a beat; `None` if there is none, or none that can be read.
pub(super) fn read(folder: &Path, beat: usize) -> Option<Still> {
    let file = File::open(file_of(folder, beat)).ok()?;
    let mut reader = png::Decoder::new(BufReader::new(file)).read_info().ok()?;
    let info = reader.info();
    let size = UVec2::new(info.width, info.height);
    let is_ours = info.color_type == png::ColorType::Rgba && info.bit_depth == png::BitDepth::Eight;
    if !is_ours || size.max_element() > MAX_SIDE {
        return None;
    }
    let mut rgba = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut rgba).ok()?;
    Some(Still { size, rgba })
}

/// Each pixel is the mean of a square of the picture.
fn shrunk(picture: &Picture) -> Still {
    let size = (picture.size / SHRINK).max(UVec2::ONE);
    let row = picture.size.x as usize * 4;
    let mean = |corner: UVec2, channel: usize| {
        let mut sum = 0;
        for y in 0..SHRINK {
            for x in 0..SHRINK {
                let at = (corner + UVec2::new(x, y)).min(picture.size - UVec2::ONE);
                sum += u32::from(picture.rgba[at.y as usize * row + at.x as usize * 4 + channel]);
            }
        }
        (sum / (SHRINK * SHRINK)) as u8
    };
    let pixels = (0..size.y).flat_map(|y| (0..size.x).map(move |x| UVec2::new(x, y) * SHRINK));
    let rgba = pixels.flat_map(|corner| [0, 1, 2, 3].map(|channel| mean(corner, channel))).collect();
    Still { size, rgba }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_is_kept_smaller_and_read_back() {
        let folder = std::env::temp_dir().join(format!("fabricscope-stills-{}", std::process::id()));
        // Left half black, right half white.
        let rgba = (0..6 * 3).flat_map(|pixel| if pixel % 6 < 3 { [0, 0, 0, 255] } else { [255; 4] }).collect();
        keep(&folder, 0, &Picture { size: UVec2::new(6, 3), rgba }).expect("a file");
        let still = read(&folder, 0).expect("a still");
        assert_eq!(still, Still { size: UVec2::new(2, 1), rgba: vec![0, 0, 0, 255, 255, 255, 255, 255] });
        assert_eq!(read(&folder, 1), None, "no such beat");
        std::fs::write(file_of(&folder, 1), "not a picture").expect("a file");
        assert_eq!(read(&folder, 1), None);
        std::fs::remove_dir_all(folder).expect("the folder");
    }
}
