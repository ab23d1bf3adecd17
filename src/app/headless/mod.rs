//! The app without a window, and `fabricscope render`.

mod arguments;
mod bare;
mod error;
mod measure;
mod offscreen;
mod png_file;
mod render;
mod run_film;
mod stills;
mod values;
mod window_picture;

pub use arguments::{RenderArguments, Shown};
pub use bare::Bare;
pub use error::RenderError;
pub use offscreen::{Headless, HeadlessError, Picture};
pub use render::render_pictures;
pub use stills::draw_beats;
pub use window_picture::draw_file;

#[cfg(test)]
mod tests;
