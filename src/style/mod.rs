//! Style: colours, palettes of heat and the two themes.
//!
//! | file | contents |
//! |---|---|
//! | `colour` | sRGB colours |
//! | `palette` | palettes of heat |
//! | `theme` | the dark and the light theme |

mod colour;
mod palette;
mod theme;

pub use colour::Rgba8;
pub use palette::Palette;
pub use theme::{Theme, ThemeKind};
