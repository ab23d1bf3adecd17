//! What the camera can be moved to.

use crate::fabric::LinkId;
use crate::stage::chip_kind::ChipKind;

/// A chip or a link that the camera is to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CameraTarget {
    /// A chip, by kind and number.
    Chip(ChipKind, u32),
    /// A link.
    Link(LinkId),
}
