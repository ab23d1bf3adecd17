//! The stage as meshes and textures: quads, heat maps, single PEs, quads again, back to front, under the panels.
//!
//! | file | contents |
//! |---|---|
//! | `picture` | the picture that other systems fill |
//! | `quad_layers` | all quads behind and in front of the wafers, one draw call per layer |
//! | `heat_layers`, `pe_layers` | one quad per wafer: its heat map, and its single PEs |
//! | `slots` | what both have in common: entities, textures and palettes by position in a list |
//! | `material` | what all materials have in common |

mod heat_layers;
mod material;
mod pe_layers;
mod picture;
mod quad_layers;
mod slots;

pub(super) use picture::{Backdrop, DrawSystems, StagePicture};

use bevy::prelude::*;

/// Draws [`StagePicture`].
///
/// Nothing here knows what a quad means. Data go into textures that the shaders read, so any number of quads or PEs is
/// one draw call, on WebGL2 too. A frame writes textures and leaves meshes as they are.
pub(super) fn plugin(app: &mut App) {
    app.add_plugins((picture::plugin, quad_layers::plugin, heat_layers::plugin, pe_layers::plugin));
}

/// Bytes that a picture sends to the graphics: the textures of both layers of quads as a whole, all heat maps and PEs.
pub(super) fn uploaded_bytes(picture: &StagePicture) -> usize {
    let heats: usize = picture.heats.iter().map(|heat| heat.texels.len()).sum();
    let pes: usize = picture.pes.iter().map(|pes| pes.texels.len()).sum();
    let quads = quad_layers::table_bytes(picture.back.len()) + quad_layers::table_bytes(picture.front.len());
    quads + heats + pes
}
