//! Kinds of chips on the stage, single ones and boxes that stand for several.

/// The kind of a chip on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipKind {
    /// A GPU: a rank.
    Gpu,
    /// A switch chip.
    Switch,
    /// A die of a wafer.
    Die,
    /// A leaf switch of a rail.
    Leaf,
    /// All leaf switches of a unit, drawn as one box while they are too small.
    Leaves,
    /// The spine above the leaves.
    Spine,
    /// A node of a cluster, drawn as one box while its GPUs are too small.
    Node,
    /// A square of 2^n by 2^n units. A unit is the nodes that share leaf switches.
    Units(u8),
    /// A chip of a mesh, torus or graph: a rank.
    Chip,
    /// 2^n by 2^n chips of a mesh or torus, drawn as one box while they are too small.
    Block(u8),
    /// A whole wafer: a rank.
    Wafer,
    /// All wafers below a tree node of this level, drawn as one box while they are too small.
    Wafers(u8),
    /// A node of the tree above the wafers.
    TreeNode,
}

impl ChipKind {
    /// Whether it is a single rank.
    pub fn is_rank(self) -> bool {
        matches!(self, ChipKind::Gpu | ChipKind::Chip | ChipKind::Wafer)
    }

    /// Whether it stands for several ranks.
    pub fn is_group(self) -> bool {
        matches!(self, ChipKind::Node | ChipKind::Units(_) | ChipKind::Block(_) | ChipKind::Wafers(_))
    }

    /// Whether it fills up with the finished sum.
    pub fn holds(self) -> bool {
        self.is_rank() || self.is_group() || self == ChipKind::Die
    }
}
