//! What panels read.

use super::key_intents::KeyContext;
use super::link_heatmap::HeatmapTextures;
use crate::sample::{FabricFrame, FabricView};
use crate::session::Session;
use crate::style::Theme;

/// Everything that panels read.
pub struct Model<'a> {
    /// Scene, runs, clock.
    pub session: &'a Session,
    /// The prepared view of each run; empty before the stage has a size.
    pub views: &'a [FabricView],
    /// Each run at the current instant.
    pub frames: &'a [FabricFrame],
    /// The link heatmaps as textures.
    pub heatmaps: &'a HeatmapTextures,
}

impl<'a> Model<'a> {
    pub(super) fn theme(&self) -> &'static Theme {
        self.session.theme()
    }

    /// What actions of the key table depend on.
    pub(super) fn key_context(&self) -> KeyContext<'a> {
        KeyContext { session: self.session, views: self.views, frames: self.frames }
    }
}
