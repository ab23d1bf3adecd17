//! Widgets that all panels share.
//!
//! | file | holds |
//! |---|---|
//! | `controls` | rows, choices, toggle buttons |
//! | `hatch` | colours and hatchings of the parts of the time |
//! | `slider` | sliders, whose value can also be typed |
//! | `text_entry` | a text that is edited in place |
//! | `typography` | headings of sections, text that does not break or overflow |
//! | `transport_button` | buttons with a drawn sign |
//! | `window` | frame and heading of windows over the stage |

mod controls;
mod hatch;
mod slider;
mod text_entry;
mod transport_button;
mod typography;
mod window;

pub(super) use controls::{OptionStyle, SCROLL_BAR, choice, drag_or_set, named, named_choice, option_button, row};
pub(super) use hatch::hatched;
pub(super) use slider::{SliderChange, SliderScale, slider};
pub(super) use text_entry::{EntryStyle, TextEntry, begin_editing, is_editing, text_entry};
pub(super) use transport_button::{SIGN_BUTTON, Sign, sign_button};
pub(super) use typography::{elided, paragraph, section, unbroken};
pub(super) use window::{MIN_WIDTH_OF_SIDES, TARGET, TOP_BAR, TOUCH, heading_ui, room, window};
