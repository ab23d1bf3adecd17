//! Style: colours, palettes of heat and the themes.
//!
//! | file | contents |
//! |---|---|
//! | `colour` | sRGB colours |
//! | `palette` | palettes of heat |
//! | `theme` | the dark and the light theme, and the one for bright rooms |
//! | `contrast` | tests: readable for all eyes, in every theme |

mod colour;
#[cfg(test)]
mod contrast;
mod palette;
mod theme;

pub use colour::Rgba8;
pub use palette::Palette;
pub use theme::{Theme, ThemeKind};
