//! Texts of the view controls.

use super::common::with_key;
use crate::fabric::Direction;
use crate::style::Palette;
use crate::ui::key_action::KeyAction;
use crate::ui::label::Label;

pub(in crate::ui) const VIEW: &str = "VIEW";
pub(in crate::ui) const BLANK: &str = "Black screen: any key or a click shows the picture";
pub(in crate::ui) const WHITE: &str = "White screen: any key or a click shows the picture";
pub(in crate::ui) const MAP: &str = "Map";
pub(in crate::ui) const MATRIX: &str = "Matrix";
pub(in crate::ui) const NOW: &str = "Now";
pub(in crate::ui) const SINCE_START: &str = "Since start";
pub(in crate::ui) const HEAT: Label =
    Label::new("Heat of the wafer", "The links whose utilisation colours the PEs of a wafer");
pub(in crate::ui) const PALETTE: Label = Label::new("Heat colours", "Colours of utilisation from 0 to 100 %");

pub(in crate::ui) fn map_tooltip() -> String {
    with_key("Chips and links at their positions", KeyAction::ToggleMatrix)
}

pub(in crate::ui) fn matrix_tooltip() -> String {
    with_key("Traffic matrix: sources as rows, destinations as columns", KeyAction::ToggleMatrix)
}

pub(in crate::ui) fn now_tooltip() -> String {
    with_key(
        "Utilisation at this instant; of links whose packets are shown as a flow, the mean around it",
        KeyAction::ToggleAccumulated,
    )
}

pub(in crate::ui) fn since_start_tooltip() -> String {
    with_key("Mean utilisation from the start to this instant", KeyAction::ToggleAccumulated)
}

pub(in crate::ui) fn heat(direction: Option<Direction>) -> String {
    match direction {
        Some(direction) => format!("Heat: links going {}", direction.as_str()),
        None => "Heat: busiest of four links".to_owned(),
    }
}

pub(in crate::ui) fn palette(palette: Palette) -> String {
    format!("Colours: {}", palette.name())
}
