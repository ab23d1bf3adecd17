//! Limits of a scene.

/// Most ranks of one collective.
pub const MAX_RANKS: u32 = 4_194_304;
/// Most fabrics of one scene.
pub const MAX_FABRICS: usize = 16;
