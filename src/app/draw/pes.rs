//! Single PEs: one quad per wafer, whatever the number of PEs; a texture tells what they carry
//! (`assets/shaders/pes.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::system::SystemParam;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::prelude::*;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError, TextureFormat,
};
use bevy::shader::ShaderRef;
use bevy::sprite_render::{AlphaMode2d, Material2d, Material2dKey, Material2dPlugin};

use super::heat::{colours_of, table};
use super::{DrawSystems, StagePicture, embed_shader, quads};
use crate::app::cameras::PixelsPerPoint;
use crate::draw::Pes;
use crate::fabric::Direction;
use crate::stage::PeWindow;
use crate::style::{Rgba8, Theme};

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b03");

/// Texels of a PE; the shader reads the same number.
const TEXELS: u32 = (Pes::BYTES / 4) as u32;

pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/pes.wgsl"));
    embed_shader(app, &SHADER, "pes.wgsl", text);
    app.add_plugins(Material2dPlugin::<PesMaterial>::default())
        .init_resource::<Slots>()
        .add_systems(PostUpdate, upload.in_set(DrawSystems));
}

/// In the order of the shader.
#[derive(ShaderType, Clone, Copy, Debug, Default, PartialEq)]
struct PesUniform {
    rect: Vec4,
    clip: Vec4,
    window: Vec4,
    size: Vec4,
    detail: Vec4,
    router: Vec4,
    core: Vec4,
    ramp: Vec4,
    shown: Vec4,
    lane: Vec4,
    ground: Vec4,
    line: Vec4,
    raised: Vec4,
    border: Vec4,
    level: Vec4,
    surface: Vec4,
    done: Vec4,
}

impl PesUniform {
    fn new(pes: &Pes, theme: &Theme, pixels_per_point: f32) -> PesUniform {
        let PeWindow { first, size } = pes.window;
        let numbers = |numbers: [u32; 4]| Vec4::from_array(numbers.map(|number| number as f32));
        let parts = &pes.parts;
        let [from, to] = parts.lane_line(Direction::Ramp);
        let ink = |Rgba8([r, g, b, _]): Rgba8| Vec4::from_array([r, g, b, 255].map(|part| f32::from(part) / 255.0));
        PesUniform {
            rect: Vec4::from_array(pes.rect),
            clip: Vec4::from_array(pes.clip.map(|edge| edge.clamp(-1e6, 1e6))),
            window: numbers([first[0], first[1], size[0], size[1]]),
            size: Vec4::new(pes.size[0] as f32, pes.size[1] as f32, pixels_per_point, 0.0),
            detail: Vec4::new(pes.detail.grid, pes.detail.parts, pes.detail.ground, 0.0),
            router: Vec4::new(parts.router.x, parts.router.y, parts.router_half, parts.lane),
            core: Vec4::new(parts.core.x, parts.core.y, parts.core_half.x, parts.core_half.y),
            ramp: Vec4::new(from.x, from.y, to.x, to.y),
            shown: Vec4::from_array(pes.shown),
            lane: Vec4::new(parts.lane_half, parts.ramp_half, 0.0, 0.0),
            ground: ink(theme.ground),
            line: ink(theme.line),
            raised: ink(theme.raised),
            border: ink(theme.muted),
            level: ink(theme.fill),
            surface: ink(theme.selection),
            done: ink(theme.done),
        }
    }
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct PesMaterial {
    #[uniform(0)]
    pes: PesUniform,
    #[texture(1)]
    carried: Handle<Image>,
    #[texture(2)]
    palette: Handle<Image>,
}

impl Material2d for PesMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode2d {
        AlphaMode2d::Blend
    }

    fn specialize(
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        _: Material2dKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        super::blend_premultiplied(descriptor);
        Ok(())
    }
}

/// What one place in the list owns.
struct Slot {
    entity: Entity,
    material: Handle<PesMaterial>,
    carried: Handle<Image>,
    /// Columns and rows of PEs that the texture has room for.
    size: [u32; 2],
    shown: bool,
}

#[derive(Resource, Default)]
struct Slots {
    list: Vec<Slot>,
    mesh: Option<Handle<Mesh>>,
    /// With the theme that it is of.
    palette: Option<(Theme, Handle<Image>)>,
}

#[derive(SystemParam)]
struct Stores<'w, 's> {
    commands: Commands<'w, 's>,
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    materials: ResMut<'w, Assets<PesMaterial>>,
}

fn upload(picture: Res<StagePicture>, scale: Res<PixelsPerPoint>, mut slots: ResMut<Slots>, mut stores: Stores) {
    if !(picture.is_changed() || scale.is_changed()) || (picture.pes.is_empty() && slots.list.is_empty()) {
        return;
    }
    let palette = match &slots.palette {
        Some((theme, palette)) if theme == picture.theme => palette.clone(),
        _ => {
            let palette = stores.images.add(colours_of(picture.theme));
            slots.palette = Some((*picture.theme, palette.clone()));
            palette
        }
    };
    for (index, pes) in picture.pes.iter().enumerate() {
        if index == slots.list.len() {
            let mesh = slots.mesh.get_or_insert_with(|| stores.meshes.add(quads(1))).clone();
            let slot = stores.create_slot(mesh, palette.clone(), index);
            slots.list.push(slot);
        }
        let slot = &mut slots.list[index];
        let drawable = pes.detail.grid > 0.0 && pes.texels.len() == pes.window.len() * Pes::BYTES;
        if drawable {
            stores.write(slot, pes, picture.theme, scale.0, &palette);
        }
        stores.show(slot, drawable);
    }
    for slot in slots.list.iter_mut().skip(picture.pes.len()) {
        stores.show(slot, false);
    }
}

impl Stores<'_, '_> {
    fn create_slot(&mut self, mesh: Handle<Mesh>, palette: Handle<Image>, index: usize) -> Slot {
        let size = [1, 1];
        let carried = self.images.add(carried_image(size));
        let material = PesMaterial { pes: PesUniform::default(), carried: carried.clone(), palette };
        let material = self.materials.add(material);
        // Over the heats, below the shapes in front.
        let z = 1.5 + index as f32 / 1024.0;
        let entity = self
            .commands
            .spawn((
                Mesh2d(mesh),
                MeshMaterial2d(material.clone()),
                Transform::from_xyz(0.0, 0.0, z),
                Visibility::Hidden,
                NoFrustumCulling,
            ))
            .id();
        Slot { entity, material, carried, size, shown: false }
    }

    fn show(&mut self, slot: &mut Slot, shown: bool) {
        if slot.shown != shown {
            slot.shown = shown;
            let visibility = if shown { Visibility::Visible } else { Visibility::Hidden };
            self.commands.entity(slot.entity).insert(visibility);
        }
    }

    fn write(&mut self, slot: &mut Slot, pes: &Pes, theme: &Theme, pixels_per_point: f32, palette: &Handle<Image>) {
        let [columns, rows] = pes.window.size;
        // The texture grows in powers of two: while one looks closer it is made anew only now and then.
        let room = |have: u32, need: u32| if need > have { need.next_power_of_two() } else { have };
        let size = [room(slot.size[0], columns.max(1)), room(slot.size[1], rows.max(1))];
        if size != slot.size {
            slot.size = size;
            slot.carried = self.images.add(carried_image(size));
        }
        let (row, from) = ((size[0] * TEXELS * 4) as usize, columns as usize * Pes::BYTES);
        if let Some(mut image) = self.images.get_mut(&slot.carried)
            && let Some(data) = image.data.as_mut()
            && from > 0
        {
            for (into, texels) in data.chunks_exact_mut(row).zip(pes.texels.chunks_exact(from)) {
                into[..from].copy_from_slice(texels);
            }
        }
        let uniform = PesUniform::new(pes, theme, pixels_per_point);
        if let Some(mut material) = self.materials.get_mut(&slot.material)
            && (material.pes != uniform || material.carried != slot.carried || material.palette != *palette)
        {
            material.pes = uniform;
            material.carried = slot.carried.clone();
            material.palette = palette.clone();
        }
    }
}

fn carried_image([columns, rows]: [u32; 2]) -> Image {
    let texels = vec![0; (columns * TEXELS * 4 * rows) as usize];
    let usage = RenderAssetUsages::MAIN_WORLD | RenderAssetUsages::RENDER_WORLD;
    table([columns * TEXELS, rows], texels, TextureFormat::Rgba8Unorm, usage)
}
