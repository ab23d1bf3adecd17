//! A checked scene, with the file that it was read from.

use std::sync::Arc;

use super::resolved_scene::Scene;
use super::schema::SceneFile;
use super::text_update::WrittenTexts;

/// A scene that has passed its checks, with the file that it came from (and that it is written back as).
#[derive(Clone, Debug)]
pub struct SceneDocument {
    /// As written.
    pub file: SceneFile,
    /// As meant.
    pub scene: Scene,
    /// The texts from which those of `file` were made.
    pub(super) written: Arc<WrittenTexts>,
}

/// Where the texts came from does not count.
impl PartialEq for SceneDocument {
    fn eq(&self, other: &SceneDocument) -> bool {
        self.file == other.file && self.scene == other.scene
    }
}

impl SceneDocument {
    /// A scene whose texts are as an author has written them.
    pub(super) fn new(file: SceneFile, scene: Scene) -> SceneDocument {
        let written = Arc::new(WrittenTexts::new(&file, &scene));
        SceneDocument { file, scene, written }
    }
}
