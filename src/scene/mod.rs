//! Scenes: what is reduced, on which fabrics, with which algorithm; from a RON file to played runs.
//!
//! | file | what |
//! |---|---|
//! | `file` | the schema as it is written |
//! | `load` | limits, syntax and types, meaning, in this order |
//! | `scan` | where each value stands |
//! | `fault` | faults with their place and what would be accepted |
//! | `algorithm` | algorithms by id, and which fit where |
//! | `check` | from names and texts to machines and quantities |
//! | `edit` | changing one value by its path, and writing a scene back |
//! | `solve` | plans and plays every fabric |
//! | `bound` | what no algorithm can beat on a fabric |
//! | `notes` | what must be said beside a result |
//! | `bundled` | the scenes that come with the program |

mod algorithm;
mod bound;
mod bundled;
mod check;
mod edit;
mod fault;
mod file;
mod load;
mod notes;
mod scan;
mod solve;

pub use algorithm::{AUTO, SwitchedAlgorithm, choices};
pub use bundled::{BUNDLED, BundledScene, first_look};
pub use edit::{EditError, Setting};
pub use fault::{Fault, Faults, did_you_mean};
pub use file::{FabricFile, ParamsFile, SceneFile, WorkloadFile};
pub use load::{MAX_SCENE_BYTES, decode, parse_scene, read_scene, read_text};
pub use notes::{Note, grouped};
pub use scan::MAX_NESTING;
pub use solve::{FabricRun, Outcome, RunResult, solve};

use crate::catalog::{NvlinkMachine, WaferMachine};
use crate::collective::{Broadcast, Root, SoftwareDelays, StripLayout, XyPattern};
use crate::fabric::{Mesh, Switch};
use crate::units::Bytes;

/// Most ranks of one collective.
pub const MAX_RANKS: u32 = 4_194_304;
/// Most fabrics of one scene.
pub const MAX_FABRICS: usize = 16;

/// A scene that has passed its checks, with the file that it came from (and that it is written back as).
#[derive(Clone, Debug, PartialEq)]
pub struct SceneDocument {
    /// As written.
    pub file: SceneFile,
    /// As meant.
    pub scene: Scene,
}

/// A scene with all names resolved and all quantities read.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// One line.
    pub title: String,
    /// What it shows, one line.
    pub teaches: String,
    /// Bytes per rank.
    pub message: Bytes,
    /// Ranks (on a wafer with `per-pe` layout every PE is one instead).
    pub replicas: u32,
    /// Seed of whatever is random.
    pub seed: u64,
    /// The fabrics, side by side.
    pub fabrics: Vec<FabricScene>,
    /// How the clocks of the fabrics relate.
    pub clock: ClockMode,
    /// Fingerprint of the scene's values: 16 hexadecimal digits.
    pub hash: String,
}

/// One fabric of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricScene {
    /// Name on the screen.
    pub name: String,
    /// Id of the algorithm, as written.
    pub algorithm: String,
    /// What it is.
    pub kind: FabricKind,
}

/// The kinds of fabric.
#[expect(clippy::large_enum_variant, reason = "a scene has a few, and they are read far more often than moved")]
#[derive(Clone, Debug, PartialEq)]
pub enum FabricKind {
    /// GPUs round switches.
    Switched(SwitchedFabric),
    /// PEs on a wafer.
    Wafer(WaferFabric),
}

/// GPUs round switches, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct SwitchedFabric {
    /// The catalog's figures.
    pub machine: NvlinkMachine,
    /// The ports of the ranks that take part.
    pub switch: Switch,
    /// What is played.
    pub algorithm: SwitchedAlgorithm,
    /// Times of software.
    pub delays: SoftwareDelays,
}

/// PEs on a wafer, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferFabric {
    /// The catalog's figures.
    pub machine: WaferMachine,
    /// The rectangle that is used.
    pub mesh: Mesh,
    /// How the ranks lie on it.
    pub layout: WaferLayout,
}

/// How ranks lie on a wafer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaferLayout {
    /// Every PE is a rank with a vector of its own.
    PerPe {
        /// What rows and columns do.
        pattern: XyPattern,
    },
    /// Replicas as vertical strips.
    Strips {
        /// Their geometry.
        layout: StripLayout,
        /// Where the sums meet.
        root: Root,
        /// When the copies go back.
        broadcast: Broadcast,
    },
}

/// How the clocks of the fabrics relate on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// One clock: the honest race.
    Same,
    /// Each fabric from 0 to 100 %.
    Normalised,
}

#[cfg(test)]
mod tests;
