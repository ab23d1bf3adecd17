//! Shapes: what the stage is made of, as plain structs that any renderer can draw.
//!
//! All positions are in points (logical pixels), measured from the top left corner of the window, y down:
//! the same coordinates that the panels use, so that words and shapes meet exactly.

use glam::Vec2;

use crate::stage::{PeDetail, PeParts, PeWindow, Rect};
use crate::style::Rgba8;

/// The outline of a [`Quad`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuadKind {
    /// A rectangle with rounded corners, possibly filled up to a level from below.
    Box,
    /// A square standing on its corner, inscribed in the shape's extent.
    Diamond,
}

/// One quad of the stage, antialiased by the renderer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad {
    /// The outline.
    pub kind: QuadKind,
    /// The middle, points.
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
    /// The shape is drawn only inside this rectangle (left, top, right, bottom), points.
    pub clip: [f32; 4],
}

/// The utilisation of every place of a regular fabric, drawn as one picture through a colour map.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// Left, top, right, bottom of the picture, points.
    pub rect: [f32; 4],
    /// Left, top, right, bottom of the part of the window in which it may be drawn, points.
    pub clip: [f32; 4],
    /// Columns and rows of the picture.
    pub size: [u32; 2],
    /// Row by row from the top left: 0 is idle, 255 is full.
    pub texels: Vec<u8>,
    /// 1 for full brightness; less is darker, so that packets on it read well.
    pub brightness: f32,
}

/// The PEs of a wafer that are seen one by one, drawn as one picture: grid, lanes, routers, ramps and cores.
#[derive(Clone, Debug, PartialEq)]
pub struct Pes {
    /// Left, top, right, bottom of all PEs, points.
    pub rect: [f32; 4],
    /// Left, top, right, bottom of the part of the window in which they may be drawn, points.
    pub clip: [f32; 4],
    /// Columns and rows of all PEs.
    pub size: [u32; 2],
    /// Those of which `texels` tells.
    pub window: PeWindow,
    /// [`Pes::BYTES`] for each PE of the window, row by row: use of the links that leave to the east, west, north and
    /// south; use of the ramp, share of the sum that the core holds, streams on the ramp, and nothing; streams on the four
    /// links. Uses and shares: 0 is none there, 1 idle or empty, 255 full.
    pub texels: Vec<u8>,
    /// What is drawn at this size.
    pub detail: PeDetail,
    /// Where the parts stand.
    pub parts: PeParts,
    /// How brightly the links of each direction are drawn: east, west, north, south.
    pub shown: [f32; 4],
}

impl Pes {
    /// Bytes of a PE in `texels`.
    pub const BYTES: usize = 12;
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
