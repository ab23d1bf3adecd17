//! PNG files: pictures, and films as one animated file (APNG). Their text chunks say where the numbers come from.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use bevy::math::UVec2;
use png::{BitDepth, BlendOp, ColorType, Compression, DisposeOp, Encoder, EncodingError, Writer};

use super::error::RenderError;
use super::offscreen::Picture;
use crate::app::transparency::undo_premultiplication;
use crate::export::{Options, provenance_lines};
use crate::session::Session;

/// What a file says about its pictures.
pub(super) struct PictureAbout {
    title: String,
    description: String,
}

impl PictureAbout {
    /// Of the open scene.
    pub fn new(session: &Session) -> PictureAbout {
        let link = session.scene_link();
        let description = provenance_lines(&session.export_source(&link), Options::default()).join("\n");
        PictureAbout { title: session.scene().title.clone(), description }
    }

    fn write<W: std::io::Write>(&self, encoder: &mut Encoder<'_, W>) -> Result<(), EncodingError> {
        let texts = [("Title", &self.title), ("Description", &self.description)];
        texts.into_iter().try_for_each(|(key, text)| encoder.add_itxt_chunk(key.to_owned(), text.clone()))
    }
}

/// The pixels of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pixels {
    /// Red, green and blue.
    Opaque,
    /// The same and alpha: there is nothing behind the stage.
    Transparent,
}

impl Pixels {
    fn color(self) -> ColorType {
        match self {
            Pixels::Opaque => ColorType::Rgb,
            Pixels::Transparent => ColorType::Rgba,
        }
    }

    /// Bytes of a pixel.
    fn bytes(self) -> usize {
        match self {
            Pixels::Opaque => 3,
            Pixels::Transparent => 4,
        }
    }

    /// Takes the parts of a picture that its file has.
    fn select(self, picture: &Picture) -> Vec<u8> {
        match self {
            Pixels::Opaque => picture.rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect(),
            Pixels::Transparent => {
                let mut rgba = picture.rgba.clone();
                undo_premultiplication(&mut rgba);
                rgba
            }
        }
    }
}

/// An encoder of pictures of a size.
fn encoder<W: std::io::Write>(file: W, size: UVec2, pixels: Pixels) -> Encoder<'static, W> {
    let mut encoder = Encoder::new(file, size.x, size.y);
    encoder.set_color(pixels.color());
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder
}

/// Encodes one picture.
///
/// # Errors
/// The file cannot be written.
pub(super) fn encode_picture<W: std::io::Write>(
    file: W,
    picture: &Picture,
    pixels: Pixels,
    about: &PictureAbout,
) -> Result<(), EncodingError> {
    let mut encoder = encoder(file, picture.size, pixels);
    about.write(&mut encoder)?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.select(picture))?;
    writer.finish()
}

fn failed(path: &Path, reason: &impl ToString) -> RenderError {
    RenderError::Write { path: path.display().to_string(), reason: reason.to_string() }
}

/// Writes one picture.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write_picture(
    path: &Path,
    picture: &Picture,
    pixels: Pixels,
    about: &PictureAbout,
) -> Result<(), RenderError> {
    let write = || encode_picture(BufWriter::new(File::create(path)?), picture, pixels, about);
    write().map_err(|error| failed(path, &error))
}

/// A film under construction. Of every picture but the first, the file has the rectangle that differs from the one before.
pub(super) struct Film<W: std::io::Write> {
    size: UVec2,
    pixels: Pixels,
    writer: Writer<W>,
    /// The last picture.
    last: Option<Vec<u8>>,
}

/// What a film is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct FilmForm {
    /// Width and height in pixels.
    pub size: UVec2,
    /// The pixels.
    pub pixels: Pixels,
    /// How many pictures it will have.
    pub pictures: u32,
    /// Pictures per second.
    pub fps: u32,
}

impl<W: std::io::Write> Film<W> {
    /// A film that is shown again and again.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn new(file: W, form: FilmForm, about: &PictureAbout) -> Result<Film<W>, EncodingError> {
        let FilmForm { size, pixels, pictures, fps } = form;
        let mut encoder = encoder(file, size, pixels);
        about.write(&mut encoder)?;
        encoder.set_animated(pictures, 0)?;
        encoder.set_frame_delay(1, u16::try_from(fps).unwrap_or(u16::MAX))?;
        encoder.set_blend_op(BlendOp::Source)?;
        encoder.set_dispose_op(DisposeOp::None)?;
        Ok(Film { size, pixels, writer: encoder.write_header()?, last: None })
    }

    /// Adds the next picture.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, picture: &Picture) -> Result<(), EncodingError> {
        let pixels = self.pixels.select(picture);
        let bytes = self.pixels.bytes();
        let area = match &self.last {
            Some(last) => changed(last, &pixels, self.size, bytes),
            None => Area { corner: UVec2::ZERO, size: self.size },
        };
        let cut = cut(&pixels, self.size, area, bytes);
        // The first picture has the size of the file.
        if self.last.replace(pixels).is_some() {
            self.writer.reset_frame_position()?;
            self.writer.set_frame_dimension(area.size.x, area.size.y)?;
            self.writer.set_frame_position(area.corner.x, area.corner.y)?;
        }
        self.writer.write_image_data(&cut)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(self) -> Result<(), EncodingError> {
        self.writer.finish()
    }
}

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    corner: UVec2,
    size: UVec2,
}

/// The smallest rectangle that holds all pixels that differ; one pixel if none does.
fn changed(before: &[u8], now: &[u8], size: UVec2, bytes: usize) -> Area {
    let row = size.x as usize * bytes;
    let (mut min, mut max) = (size, UVec2::ZERO);
    for (y, (old, new)) in before.chunks_exact(row).zip(now.chunks_exact(row)).enumerate() {
        if old == new {
            continue;
        }
        let differs = |x: &usize| old[x * bytes..(x + 1) * bytes] != new[x * bytes..(x + 1) * bytes];
        let width = size.x as usize;
        let (first, last) = ((0..width).find(differs), (0..width).rev().find(differs));
        if let (Some(first), Some(last)) = (first, last) {
            min = min.min(UVec2::new(first as u32, y as u32));
            max = max.max(UVec2::new(last as u32 + 1, y as u32 + 1));
        }
    }
    if max == UVec2::ZERO {
        return Area { corner: UVec2::ZERO, size: UVec2::ONE };
    }
    Area { corner: min, size: max - min }
}

/// The pixels of a rectangle.
fn cut(pixels: &[u8], size: UVec2, area: Area, bytes: usize) -> Vec<u8> {
    let row = |y: u32| {
        let first = (y as usize * size.x as usize + area.corner.x as usize) * bytes;
        &pixels[first..first + area.size.x as usize * bytes]
    };
    (area.corner.y..area.corner.y + area.size.y).flat_map(row).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of an opaque pixel.
    const PIXEL: usize = 3;

    /// A picture of 5 x 4 pixels that are 0 but for one.
    fn with_dot(x: usize, y: usize) -> Vec<u8> {
        let mut pixels = vec![0; 5 * 4 * PIXEL];
        pixels[(y * 5 + x) * PIXEL + 1] = 9;
        pixels
    }

    #[test]
    fn a_film_stores_what_changes() {
        let size = UVec2::new(5, 4);
        let area = changed(&with_dot(1, 1), &with_dot(3, 2), size, PIXEL);
        assert_eq!(area, Area { corner: UVec2::new(1, 1), size: UVec2::new(3, 2) });
        assert_eq!(cut(&with_dot(3, 2), size, area, PIXEL).len(), 3 * 2 * PIXEL);
        assert_eq!(changed(&with_dot(1, 1), &with_dot(1, 1), size, PIXEL).size, UVec2::ONE);
    }

    #[test]
    fn a_film_is_read_back_picture_by_picture() {
        let size = UVec2::new(5, 4);
        let about = PictureAbout { title: "t".to_owned(), description: "link: #scene=rack".to_owned() };
        let pictures: Vec<Picture> = (0..3)
            .map(|x| {
                let rgba = with_dot(x, 1).chunks_exact(PIXEL).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
                Picture { size, rgba }
            })
            .collect();
        let mut file = Vec::new();
        let form = FilmForm { size, pixels: Pixels::Opaque, pictures: 3, fps: 25 };
        let mut film = Film::new(&mut file, form, &about).expect("a file");
        pictures.iter().for_each(|picture| film.add(picture).expect("a picture"));
        film.finish().expect("the end");
        let decoder = png::Decoder::new(std::io::Cursor::new(&file));
        let mut reader = decoder.read_info().expect("a PNG");
        let info = reader.info();
        assert_eq!(info.animation_control().expect("a film").num_frames, 3);
        let said = info.utf8_text.iter().find(|text| text.keyword == "Description").expect("a description");
        assert_eq!(said.get_text().expect("text"), about.description);
        let mut shown = vec![0_u8; 5 * 4 * PIXEL];
        for picture in &pictures {
            let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
            reader.next_frame(&mut pixels).expect("a frame");
            let control = *reader.info().frame_control().expect("its area");
            for y in 0..control.height {
                let at = ((control.y_offset + y) * 5 + control.x_offset) as usize * PIXEL;
                let (from, length) = ((y * control.width) as usize * PIXEL, control.width as usize * PIXEL);
                shown[at..at + length].copy_from_slice(&pixels[from..from + length]);
            }
            assert_eq!(shown, Pixels::Opaque.select(picture));
            assert_eq!((control.delay_num, control.delay_den), (1, 25));
        }
    }
}
