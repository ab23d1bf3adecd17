//! The display list: what the stage consists of, as plain structs that any renderer can draw.
//!
//! Positions are in points (logical pixels) from the top left corner of the window, y down. Panels use the same coordinates,
//! so that text and quads match.

use glam::Vec2;

use crate::stage::{PeDetail, PeParts, PeWindow, Rect};
use crate::style::Rgba8;

/// The outline of a [`Quad`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuadKind {
    /// A rectangle with rounded corners, possibly filled up to a level from below.
    Box,
    /// A square on its corner, inscribed in the quad's extent.
    Diamond,
}

/// A quad, antialiased by the renderer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad {
    /// The outline.
    pub kind: QuadKind,
    /// The centre, points.
    pub center: Vec2,
    /// Half of width and height, points, before the rotation.
    pub half: Vec2,
    /// Cosine and sine of the rotation (a line is a long thin box, rotated).
    pub rotation: Vec2,
    /// Corner radius, points.
    pub radius: f32,
    /// Width of the border inside the outline, points; 0 for none.
    pub border: f32,
    /// Colour of the inside.
    pub fill: Rgba8,
    /// Colour of the border.
    pub border_colour: Rgba8,
    /// How far a box is filled from below with `level_colour`: 0 to 1.
    pub level: f32,
    /// Colour of the filled part.
    pub level_colour: Rgba8,
    /// The quad is drawn only inside this rectangle (left, top, right, bottom), points.
    pub clip: [f32; 4],
}

/// The utilisation of every PE of a wafer, drawn as one picture through a colour map.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// Left, top, right, bottom of the picture, points.
    pub rect: [f32; 4],
    /// Left, top, right, bottom of the part of the window in which it may be drawn, points.
    pub clip: [f32; 4],
    /// Columns and rows of the picture.
    pub size: [u32; 2],
    /// Row by row from the top left: 0 is idle, 255 is full. A single row if all rows are the same.
    pub texels: Vec<u8>,
}

/// The visible PEs of a wafer, drawn as one picture: grid, lanes, routers, ramps and cores.
#[derive(Clone, Debug, PartialEq)]
pub struct Pes {
    /// Left, top, right, bottom of all PEs, points.
    pub rect: [f32; 4],
    /// Left, top, right, bottom of the part of the window in which they may be drawn, points.
    pub clip: [f32; 4],
    /// Columns and rows of all PEs.
    pub size: [u32; 2],
    /// The PEs that `texels` describes.
    pub window: PeWindow,
    /// [`Pes::BYTES`] for each PE of the window, row by row: use of the links that leave to the east, west, north and
    /// south; use of the ramp, share of the sum that the core holds, streams on the ramp, and nothing; streams on the four
    /// links. Uses and shares: 0 is none there, 1 idle or empty, 255 full.
    pub texels: Vec<u8>,
    /// How strongly each part is drawn.
    pub detail: PeDetail,
    /// Positions of the parts.
    pub parts: PeParts,
    /// How brightly the links of each direction are drawn: east, west, north, south.
    pub shown: [f32; 4],
}

impl Pes {
    /// Bytes of a PE in `texels`.
    pub const BYTES: usize = 12;
}

/// A lane of a link: a line whose colour is the utilisation of its link. It stays until the layout or the theme changes;
/// only the utilisation ([`LinkLevel`]) changes with the instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lane {
    /// Its source end, points.
    pub from: Vec2,
    /// Its sink end, points.
    pub to: Vec2,
    /// Its width, points.
    pub width: f32,
    /// Number of its link among those of all fabrics.
    pub link: u32,
    /// Number of its fabric.
    pub fabric: u32,
    /// Whether it is the dark bed under a lane, which is drawn only while the link carries bytes.
    pub is_bed: bool,
}

/// The utilisation of a link as a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkLevel(pub u8);

impl LinkLevel {
    /// There is no link: nothing is drawn.
    pub const NONE: LinkLevel = LinkLevel(0);

    /// 1 is idle; any use is at least 2, so that it differs from idle; 255 is full.
    pub fn new(utilisation: f32) -> LinkLevel {
        let level = (1.0 + utilisation.clamp(0.0, 1.0) * 254.0).round() as u8;
        LinkLevel(if utilisation > 0.0 { level.max(2) } else { 1 })
    }
}

/// Everything on the stage that is drawn as quads, by layer. Layers are drawn in the order of the fields; heat maps and
/// PEs come after `back`, lanes after `under_links`, packets after `over_links`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DisplayList {
    /// Rims of wafers, lines between fabrics.
    pub back: Vec<Quad>,
    /// Heat of wafers.
    pub heats: Vec<Heat>,
    /// Visible PEs of wafers.
    pub pes: Vec<Pes>,
    /// Boxes around chips, rims of bottleneck links.
    pub under_links: Vec<Quad>,
    /// Lines and levels of dies.
    pub over_links: Vec<Quad>,
    /// Chips.
    pub chips: Vec<Quad>,
    /// Bottlenecks of wafers, the critical path, the selection.
    pub marks: Vec<Quad>,
}

/// A rectangle of one colour, without border.
pub fn filled(rect: Rect, fill: Rgba8, clip: [f32; 4]) -> Quad {
    Quad {
        kind: QuadKind::Box,
        center: rect.center(),
        half: rect.size() / 2.0,
        rotation: Vec2::X,
        radius: 0.0,
        border: 0.0,
        fill,
        border_colour: Rgba8::CLEAR,
        level: 0.0,
        level_colour: Rgba8::CLEAR,
        clip,
    }
}

/// A straight line of a width.
pub fn line(from: Vec2, to: Vec2, width: f32, ink: Rgba8, clip: [f32; 4]) -> Quad {
    let along = to - from;
    Quad {
        center: (from + to) / 2.0,
        half: Vec2::new(along.length() / 2.0, width / 2.0),
        rotation: along.normalize_or(Vec2::X),
        ..filled(Rect::new(from, to), ink, clip)
    }
}
