//! Texts of the layout for an audience.

use super::common::with_key;
use crate::ui::key_action::KeyAction;

pub(in crate::ui) const PANELS: &str = "Panels";

pub(in crate::ui) fn panels_tooltip() -> String {
    with_key("Show all panels", KeyAction::TogglePanels)
}
