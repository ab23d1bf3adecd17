//! Style: colours, palettes of heat, and the tokens of both themes.

mod colour;
mod palette;
mod theme;

pub use colour::Rgba8;
pub use palette::Palette;
pub use theme::{Theme, ThemeKind};
