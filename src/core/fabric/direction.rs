//! The directions in which links leave a PE or a chip of a mesh.

/// Where a link leaves a PE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards larger x.
    East,
    /// Towards smaller x.
    West,
    /// Towards smaller y.
    North,
    /// Towards larger y.
    South,
    /// From the router down into the core.
    Ramp,
}

impl Direction {
    /// All five, in the order of link ids.
    pub const ALL: [Direction; 5] =
        [Direction::East, Direction::West, Direction::North, Direction::South, Direction::Ramp];

    /// The direction as it is written in link names.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::East => "east",
            Direction::West => "west",
            Direction::North => "north",
            Direction::South => "south",
            Direction::Ramp => "ramp",
        }
    }
}
