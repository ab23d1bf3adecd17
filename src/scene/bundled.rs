//! The scenes that come with the program, built in so that the browser has them too.

use super::SceneDocument;
use super::fault::Faults;
use super::load::parse_scene;
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
pub const BUNDLED: [BundledScene; 5] = [
    BundledScene { file: "first-look.ron", text: include_str!("../../scenes/first-look.ron") },
    BundledScene { file: "small-vector.ron", text: include_str!("../../scenes/small-vector.ron") },
    BundledScene { file: "rack.ron", text: include_str!("../../scenes/rack.ron") },
    BundledScene { file: "row-patterns.ron", text: include_str!("../../scenes/row-patterns.ron") },
    BundledScene { file: "too-big.ron", text: include_str!("../../scenes/too-big.ron") },
];

impl BundledScene {
    /// The scene itself.
    ///
    /// # Errors
    /// None in a program whose tests pass: every bundled scene is loaded by one.
    pub fn load(&self, catalog: &Catalog) -> Result<SceneDocument, Faults> {
        parse_scene(self.file, self.text, catalog)
    }
}

/// The scene that opens by default.
pub fn first_look() -> BundledScene {
    BUNDLED[0]
}
