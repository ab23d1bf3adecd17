//! Uploads: bytes for parts of textures, written between two frames without touching the image assets.

use bevy::asset::AssetId;
use bevy::prelude::*;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    Extent3d, Origin3d, TexelCopyBufferLayout, TexelCopyTextureInfo, TextureAspect, TextureUsages,
};
use bevy::render::renderer::RenderQueue;
use bevy::render::texture::GpuImage;
use bevy::render::{ExtractSchedule, MainWorld, Render, RenderApp, RenderSystems};

/// Frames after which an upload is given up whose texture never appears.
const MAX_WAIT_FRAMES: u8 = 60;

/// Carries uploads to the renderer.
///
/// A change of an image asset would clone it and send all of it, once per frame for data that changes with every frame.
/// Here layers write the bytes that have changed into one buffer; the extraction swaps it with the renderer's, and the
/// renderer writes them into the textures before it draws. In the steady state nothing is allocated.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Uploads>();
    let Some(renderer) = app.get_sub_app_mut(RenderApp) else {
        // Without a renderer nobody takes them.
        app.add_systems(First, |mut uploads: ResMut<Uploads>| uploads.clear());
        return;
    };
    renderer
        .init_resource::<ExtractedUploads>()
        .add_systems(ExtractSchedule, extract)
        .add_systems(Render, send.in_set(RenderSystems::PrepareResources));
}

/// A part of a texture, and where its bytes are in the buffer.
#[derive(Clone, Copy, Debug)]
struct Upload {
    image: AssetId<Image>,
    origin: [u32; 2],
    size: [u32; 2],
    first_byte: usize,
    bytes: usize,
    waited: u8,
}

/// The uploads of this frame.
#[derive(Resource, Default)]
pub(in crate::app) struct Uploads {
    list: Vec<Upload>,
    bytes: Vec<u8>,
}

#[derive(Resource, Default)]
struct ExtractedUploads(Uploads);

impl Uploads {
    /// Adds an upload of `size` texels at `origin`; `fill` appends their bytes, row by row.
    pub(super) fn write(
        &mut self,
        image: &Handle<Image>,
        origin: [u32; 2],
        size: [u32; 2],
        fill: impl FnOnce(&mut Vec<u8>),
    ) {
        let first_byte = self.bytes.len();
        fill(&mut self.bytes);
        let bytes = self.bytes.len() - first_byte;
        self.list.push(Upload { image: image.id(), origin, size, first_byte, bytes, waited: 0 });
    }

    /// Bytes of all uploads.
    pub(in crate::app) fn byte_count(&self) -> usize {
        self.bytes.len()
    }

    fn clear(&mut self) {
        self.list.clear();
        self.bytes.clear();
    }

    /// Adds the uploads of another frame after its own.
    fn append(&mut self, later: &Uploads) {
        let moved = self.bytes.len();
        self.bytes.extend_from_slice(&later.bytes);
        self.list.extend(later.list.iter().map(|upload| Upload { first_byte: moved + upload.first_byte, ..*upload }));
    }
}

fn extract(mut main: ResMut<MainWorld>, mut extracted: ResMut<ExtractedUploads>) {
    let mut uploads = main.resource_mut::<Uploads>();
    if uploads.list.is_empty() {
        return;
    }
    if extracted.0.list.is_empty() {
        core::mem::swap(&mut extracted.0, &mut *uploads);
    } else {
        extracted.0.append(&uploads);
    }
    uploads.clear();
}

fn send(mut extracted: ResMut<ExtractedUploads>, images: Res<RenderAssets<GpuImage>>, queue: Res<RenderQueue>) {
    let Uploads { list, bytes } = &mut extracted.bypass_change_detection().0;
    if list.is_empty() {
        return;
    }
    list.retain_mut(|upload| {
        let Some(image) = images.get(upload.image) else {
            // A texture is made one frame after its first use at the latest.
            upload.waited += 1;
            return upload.waited < MAX_WAIT_FRAMES;
        };
        let (Some(data), [width, height]) =
            (bytes.get(upload.first_byte..upload.first_byte + upload.bytes), upload.size)
        else {
            return false;
        };
        let extent = image.texture_descriptor.size;
        let fits = upload.origin[0] + width <= extent.width && upload.origin[1] + height <= extent.height;
        if fits && width * height > 0 && image.texture_descriptor.usage.contains(TextureUsages::COPY_DST) {
            let origin = Origin3d { x: upload.origin[0], y: upload.origin[1], z: 0 };
            let row = data.len() as u32 / height;
            queue.write_texture(
                TexelCopyTextureInfo { texture: &image.texture, mip_level: 0, origin, aspect: TextureAspect::All },
                data,
                TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None },
                Extent3d { width, height, depth_or_array_layers: 1 },
            );
        }
        false
    });
    if list.is_empty() {
        bytes.clear();
    }
}
