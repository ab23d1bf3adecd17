//! The stage as meshes and textures: quads, heat maps, single PEs, lanes, packets, back to front, under the panels.
//!
//! | file | contents |
//! |---|---|
//! | `picture`, `links` | the picture that other systems fill: quads and wafers; lanes, levels and packets |
//! | `quad_layers` | quads, one draw call per layer |
//! | `lane_layer`, `packet_layer` | all lanes of links, and all packets, one draw call each |
//! | `heat_layers`, `pe_layers` | one quad per wafer: its heat map, and its single PEs |
//! | `slots` | what both have in common: entities, textures and palettes by position in a list |
//! | `uploads` | bytes on their way to textures |
//! | `material` | what all materials have in common |

mod heat_layers;
mod lane_layer;
mod links;
mod material;
mod packet_layer;
mod pe_layers;
mod picture;
mod quad_layers;
mod slots;
mod uploads;

pub(super) use links::{StageLinks, StagePackets};
pub(super) use picture::{Backdrop, DrawSystems, StagePicture};
pub(super) use uploads::Uploads;

use bevy::prelude::*;

/// Draws [`StagePicture`], [`StageLinks`] and [`StagePackets`].
///
/// Nothing here knows what a quad means. Data go into textures that the shaders read, so any number of quads, lanes,
/// packets or PEs is one draw call, on WebGL2 too. A frame sends the bytes that have changed and leaves meshes as they are;
/// if nothing has changed, it sends nothing.
pub(super) fn plugin(app: &mut App) {
    app.add_plugins((
        material::plugin,
        uploads::plugin,
        picture::plugin,
        quad_layers::plugin,
        heat_layers::plugin,
        pe_layers::plugin,
        lane_layer::plugin,
        packet_layer::plugin,
    ));
}
