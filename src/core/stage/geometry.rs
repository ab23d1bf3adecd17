//! Rectangles and lines on the screen, and the direction of links in it.

use glam::{Vec2, vec2};

use crate::fabric::Direction;

/// A rectangle in points, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Top left corner.
    pub min: Vec2,
    /// Bottom right corner.
    pub max: Vec2,
}

impl Rect {
    /// A rectangle from its top left and bottom right corners.
    pub fn new(min: Vec2, max: Vec2) -> Rect {
        Rect { min, max }
    }

    /// A rectangle from its centre and size.
    pub fn centered(center: Vec2, size: Vec2) -> Rect {
        Rect { min: center - size / 2.0, max: center + size / 2.0 }
    }

    /// Width and height.
    pub fn size(&self) -> Vec2 {
        self.max - self.min
    }

    /// The centre.
    pub fn center(&self) -> Vec2 {
        (self.min + self.max) / 2.0
    }

    /// The rectangle with these margins removed on each side.
    pub fn inset(&self, left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        let min = self.min + vec2(left, top);
        Rect { min, max: (self.max - vec2(right, bottom)).max(min) }
    }

    /// The intersection with another rectangle; empty if they do not touch.
    pub fn meet(&self, other: &Rect) -> Rect {
        let min = self.min.max(other.min);
        Rect { min, max: self.max.min(other.max).max(min) }
    }

    /// Whether it has no area.
    pub fn is_empty(&self) -> bool {
        self.size().min_element() <= 0.0
    }

    /// Whether the two rectangles share a point.
    pub fn touches(&self, other: &Rect) -> bool {
        self.min.cmple(other.max).all() && other.min.cmple(self.max).all()
    }

    /// The smallest rectangle that contains both.
    pub fn join(&self, other: &Rect) -> Rect {
        Rect { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// Whether a point is inside.
    pub fn contains(&self, point: Vec2) -> bool {
        point.cmpge(self.min).all() && point.cmple(self.max).all()
    }

    /// Left, top, right, bottom.
    pub fn to_array(&self) -> [f32; 4] {
        [self.min.x, self.min.y, self.max.x, self.max.y]
    }

    /// The point where the line from `from` (inside) to `to` leaves the rectangle; `from` if it does not leave.
    pub(crate) fn leave(&self, from: Vec2, to: Vec2) -> Vec2 {
        let along = to - from;
        let share = |along: f32, to_min: f32, to_max: f32| match along {
            _ if along > 0.0 => to_max / along,
            _ if along < 0.0 => to_min / along,
            _ => f32::INFINITY,
        };
        let exit = share(along.x, self.min.x - from.x, self.max.x - from.x).min(share(
            along.y,
            self.min.y - from.y,
            self.max.y - from.y,
        ));
        if (0.0..1.0).contains(&exit) { from + along * exit } else { from }
    }

    /// The largest centred rectangle of this aspect ratio (width over height).
    pub(crate) fn fit(&self, aspect: f32) -> Rect {
        let size = self.size();
        let fitted =
            if size.x > size.y * aspect { vec2(size.y * aspect, size.y) } else { vec2(size.x, size.x / aspect) };
        Rect::centered(self.center(), fitted)
    }
}

/// The step from a PE to its neighbour in this direction, in PEs; towards the core for the ramp.
pub fn step(direction: Direction) -> Vec2 {
    match direction {
        Direction::East => Vec2::X,
        Direction::West => Vec2::NEG_X,
        Direction::North => Vec2::NEG_Y,
        Direction::South => Vec2::Y,
        Direction::Ramp => vec2(0.33, 0.33),
    }
}

/// Distance of a point from a line segment.
pub(crate) fn distance_to_line(point: Vec2, [from, to]: [Vec2; 2]) -> f32 {
    let along = to - from;
    let share = (point - from).dot(along) / along.length_squared().max(1e-9);
    point.distance(from + along * share.clamp(0.0, 1.0))
}
