//! Widgets that all panels share.
//!
//! | file | holds |
//! |---|---|
//! | `controls` | rows, choices, toggle buttons |
//! | `hatch` | colours and hatchings of the parts of the time |
//! | `slider` | sliders, whose value can also be typed |
//! | `text_entry` | a text that is edited in place |
//! | `tip` | tooltips by pointer, touch and keyboard; those of terms |
//! | `typography` | headings of sections, text that does not break or overflow |
//! | `transport_button` | buttons with a drawn sign |
//! | `window` | frame and heading of windows over the stage |

mod controls;
mod hatch;
mod slider;
mod text_entry;
mod tip;
mod transport_button;
mod typography;
mod window;

pub(super) use controls::{OptionStyle, SCROLL_BAR, choice, drag_or_set, named, named_choice, option_button, row};
pub(super) use hatch::hatched;
pub(super) use slider::{SliderChange, SliderScale, slider, typed_field};
pub(super) use text_entry::{EntryStyle, TextEntry, begin_editing, is_editing, text_entry};
pub(super) use tip::{Tip, mark_term, request_glossary, take_requested_term};
pub(super) use transport_button::{SIGN_BUTTON, Sign, sign_button};
pub(super) use typography::{elided, paragraph, section, section_heading, sentence, unbroken};
pub(super) use window::{MIN_WIDTH_OF_SIDES, TARGET, TOP_BAR, TOUCH, heading_ui, room, scroll_area, window};
