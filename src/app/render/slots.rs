//! Layers of one quad per wafer: each position of a list in the picture owns an entity, a material and a data texture.

use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::render::render_resource::TextureFormat;
use bevy::sprite_render::Material2d;

use super::material::{data_texture, quads};
use crate::style::{Rgba8, Theme};

/// Commands and the assets that layers write.
#[derive(SystemParam)]
pub(super) struct Stores<'w, 's, M: Material2d> {
    pub(super) commands: Commands<'w, 's>,
    pub(super) meshes: ResMut<'w, Assets<Mesh>>,
    pub(super) images: ResMut<'w, Assets<Image>>,
    pub(super) materials: ResMut<'w, Assets<M>>,
}

impl<M: Material2d> Stores<'_, '_, M> {
    /// Spawns a mesh of the stage at a depth; higher is nearer.
    pub(super) fn spawn(&mut self, mesh: Handle<Mesh>, material: Handle<M>, z: f32, visibility: Visibility) -> Entity {
        let mesh = Mesh2d(mesh);
        let place = Transform::from_xyz(0.0, 0.0, z);
        // The positions of the mesh do not say where on the screen the shaders draw.
        self.commands.spawn((mesh, MeshMaterial2d(material), place, visibility, NoFrustumCulling)).id()
    }
}

/// The entity, material and data texture of one position in the list.
pub(super) struct Slot<M: Material2d> {
    entity: Entity,
    pub(super) material: Handle<M>,
    pub(super) texture: Handle<Image>,
    /// Columns and rows that the texture has room for.
    pub(super) size: [u32; 2],
    /// The bytes in the texture.
    pub(super) shown: Vec<u8>,
    visible: bool,
}

impl<M: Material2d> Slot<M> {
    /// Shows or hides the quad. It is drawn only while it is visible.
    pub(super) fn show(&mut self, commands: &mut Commands, visible: bool) {
        if self.visible != visible {
            self.visible = visible;
            let visibility = if visible { Visibility::Visible } else { Visibility::Hidden };
            commands.entity(self.entity).insert(visibility);
        }
    }
}

/// All slots of a list. Slots are made when needed and kept, so a wafer that comes back finds its texture.
#[derive(Resource)]
pub(super) struct Slots<M: Material2d> {
    pub(super) list: Vec<Slot<M>>,
    mesh: Option<Handle<Mesh>>,
    /// The palette and the theme that it belongs to.
    palette: Option<(&'static Theme, Handle<Image>)>,
}

impl<M: Material2d> Default for Slots<M> {
    fn default() -> Self {
        Self { list: Vec::new(), mesh: None, palette: None }
    }
}

impl<M: Material2d> Slots<M> {
    /// The colours of 0 (idle) to 255 (full) as a texture.
    pub(super) fn palette(&mut self, theme: &'static Theme, stores: &mut Stores<M>) -> Handle<Image> {
        match &self.palette {
            Some((current, palette)) if *current == theme => palette.clone(),
            _ => {
                let palette = stores.images.add(palette_image(theme));
                self.palette = Some((theme, palette.clone()));
                palette
            }
        }
    }

    /// Adds a hidden slot in front of the others, at a depth between `z` and `z` + 1/2.
    pub(super) fn add(&mut self, stores: &mut Stores<M>, texture: Handle<Image>, material: M, z: f32) {
        let mesh = self.mesh.get_or_insert_with(|| stores.meshes.add(quads(1))).clone();
        let material = stores.materials.add(material);
        let z = z + self.list.len() as f32 / 1024.0;
        let entity = stores.spawn(mesh, material.clone(), z, Visibility::Hidden);
        self.list.push(Slot { entity, material, texture, size: [1, 1], shown: Vec::new(), visible: false });
    }
}

/// One texel per level: 0 is idle, 255 is full.
pub(super) fn palette_image(theme: &Theme) -> Image {
    let colour = |entry: u16| if entry == 0 { theme.idle } else { theme.heat(f32::from(entry) / 255.0) };
    let texels = (0..256)
        .flat_map(|entry| {
            let Rgba8(bytes) = colour(entry);
            bytes
        })
        .collect();
    // Not an sRGB format: the shader darkens the sRGB numbers before it converts them.
    data_texture([256, 1], texels, TextureFormat::Rgba8Unorm, RenderAssetUsages::RENDER_WORLD)
}
