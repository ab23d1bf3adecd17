//! The scenes that come with the program, built in so that the browser has them too.

use super::SceneDocument;
use super::diagnostic::Diagnostics;
use super::parse::parse_scene;
use crate::catalog::Catalog;

/// A scene that is built in.
#[derive(Clone, Copy, Debug)]
pub struct BundledScene {
    /// The file's name under `scenes/`.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// All of them, in the order of the menu; the first one opens by default.
pub const BUNDLED: [BundledScene; 9] = [
    BundledScene { file: "first-look.ron", text: include_str!("../../../scenes/first-look.ron") },
    BundledScene { file: "small-vector.ron", text: include_str!("../../../scenes/small-vector.ron") },
    BundledScene { file: "rack.ron", text: include_str!("../../../scenes/rack.ron") },
    BundledScene { file: "cluster.ron", text: include_str!("../../../scenes/cluster.ron") },
    BundledScene { file: "pod.ron", text: include_str!("../../../scenes/pod.ron") },
    BundledScene { file: "fsdp-layer.ron", text: include_str!("../../../scenes/fsdp-layer.ron") },
    BundledScene { file: "five-ways.ron", text: include_str!("../../../scenes/five-ways.ron") },
    BundledScene { file: "row-patterns.ron", text: include_str!("../../../scenes/row-patterns.ron") },
    BundledScene { file: "too-big.ron", text: include_str!("../../../scenes/too-big.ron") },
];

/// Scenes that put a claim about interconnects to the test; their verdict is computed.
pub const CLAIMS: [BundledScene; 10] = [
    BundledScene { file: "claims/scalar-8-gpus.ron", text: include_str!("../../../scenes/claims/scalar-8-gpus.ron") },
    BundledScene { file: "claims/scalar-64-gpus.ron", text: include_str!("../../../scenes/claims/scalar-64-gpus.ron") },
    BundledScene {
        file: "claims/replicas-on-a-wafer.ron",
        text: include_str!("../../../scenes/claims/replicas-on-a-wafer.ron"),
    },
    BundledScene { file: "claims/narrow-cut.ron", text: include_str!("../../../scenes/claims/narrow-cut.ron") },
    BundledScene {
        file: "claims/ring-on-a-wafer.ron",
        text: include_str!("../../../scenes/claims/ring-on-a-wafer.ron"),
    },
    BundledScene {
        file: "claims/through-the-door.ron",
        text: include_str!("../../../scenes/claims/through-the-door.ron"),
    },
    BundledScene { file: "claims/one-slow-nic.ron", text: include_str!("../../../scenes/claims/one-slow-nic.ron") },
    BundledScene {
        file: "claims/four-nodes-or-two.ron",
        text: include_str!("../../../scenes/claims/four-nodes-or-two.ron"),
    },
    BundledScene { file: "claims/ring-1024-1gib.ron", text: include_str!("../../../scenes/claims/ring-1024-1gib.ron") },
    BundledScene { file: "claims/ring-1024-2gib.ron", text: include_str!("../../../scenes/claims/ring-1024-2gib.ron") },
];

/// Training runs, behind the scenes of the first group of the menu.
pub const TRAINING_RUNS: [BundledScene; 1] =
    [BundledScene { file: "months.ron", text: include_str!("../../../scenes/months.ron") }];

/// Scenes that put a claim about training to the test.
pub const TRAINING_CLAIMS: [BundledScene; 8] = [
    BundledScene { file: "claims/months-70b.ron", text: include_str!("../../../scenes/claims/months-70b.ron") },
    BundledScene { file: "claims/months-405b.ron", text: include_str!("../../../scenes/claims/months-405b.ron") },
    BundledScene { file: "claims/months-moe.ron", text: include_str!("../../../scenes/claims/months-moe.ron") },
    BundledScene {
        file: "claims/blackwell-and-wafers.ron",
        text: include_str!("../../../scenes/claims/blackwell-and-wafers.ron"),
    },
    BundledScene { file: "claims/tco-70b.ron", text: include_str!("../../../scenes/claims/tco-70b.ron") },
    BundledScene { file: "claims/linear-wafers.ron", text: include_str!("../../../scenes/claims/linear-wafers.ron") },
    BundledScene {
        file: "claims/batch-is-the-interconnect.ron",
        text: include_str!("../../../scenes/claims/batch-is-the-interconnect.ron"),
    },
    BundledScene { file: "claims/queue.ron", text: include_str!("../../../scenes/claims/queue.ron") },
];

/// The first group of the scene menu: scenes without a claim.
pub fn first_group() -> impl Iterator<Item = &'static BundledScene> {
    BUNDLED.iter().chain(&TRAINING_RUNS)
}

/// All scenes of the menu: the first group, then the claims.
pub fn menu() -> impl Iterator<Item = &'static BundledScene> {
    first_group().chain(&CLAIMS).chain(&TRAINING_CLAIMS)
}

/// The bundled scene of this name, with or without `.ron`, unless there is such a file.
#[cfg(not(target_arch = "wasm32"))]
pub fn bundled_scene(path: &std::path::Path) -> Option<&'static BundledScene> {
    let is_named = |file: &std::path::Path| path == file || file.file_stem() == Some(path.as_os_str());
    menu().find(|scene| is_named(std::path::Path::new(scene.file))).filter(|_| !path.exists())
}

impl BundledScene {
    /// The scene itself.
    ///
    /// # Errors
    /// None in a program whose tests pass: every bundled scene is loaded by one.
    pub fn load(&self, catalog: &Catalog) -> Result<SceneDocument, Diagnostics> {
        parse_scene(self.file, self.text, catalog)
    }
}

/// The scene that opens by default.
pub fn first_look() -> BundledScene {
    BUNDLED[0]
}
