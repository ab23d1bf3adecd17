//! The app without a window: updated by calls, drawn into an image, read back as bytes.
//!
//! For `fabricscope render`, films and picture tests. Screen time advances by a fixed step per update, so pictures do not
//! depend on the speed of the machine.

use core::time::Duration;
use std::collections::HashSet;
use std::sync::mpsc;

use bevy::app::TerminalCtrlCHandlerPlugin;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferUsages, CommandEncoderDescriptor, MapMode, PipelineCache, PipelineDescriptor,
    PollType, TexelCopyBufferInfo, TexelCopyBufferLayout, TextureFormat, TextureUsages,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::render::texture::GpuImage;
use bevy::time::TimeUpdateStrategy;
use bevy::winit::WinitPlugin;

use crate::app::adapter::{self, NoAdapter};
use crate::app::camera::Screen;
use crate::app::engine::{drawing, engine};
use crate::app::graphics_errors::GraphicsFailure;

/// egui needs some frames to determine its sizes.
const MIN_WARM_UP_FRAMES: u32 = 5;
/// With WebGL2's limits one of Bevy's compute pipelines never becomes ready. Nothing here needs it.
const COMPUTE_WARM_UP_FRAMES: u32 = 20;
/// Updates after which drawing starts even if pipelines are missing: a few seconds.
const MAX_WARM_UP_FRAMES: u32 = 2000;

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadlessError {
    /// There is no graphics adapter.
    #[error(transparent)]
    NoAdapter(#[from] NoAdapter),
    /// The driver failed while drawing.
    #[error("{0}")]
    Stopped(String),
    /// The picture was drawn, but reading its pixels failed.
    #[error("cannot read the picture back: {0}")]
    Readback(String),
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: UVec2,
    /// Pixels row by row from the top left: red, green, blue, alpha; sRGB, 8 bits each.
    pub rgba: Vec<u8>,
}

/// A running app without a window.
pub struct Headless {
    app: App,
    target: Handle<Image>,
    size: UVec2,
    /// The buffer that pixels are copied into, kept from frame to frame.
    buffer: Option<Buffer>,
}

impl Headless {
    /// Starts an app that draws pictures of `size` pixels at `scale` pixels per point. `build` adds the program, as in
    /// [`run_window`](crate::app::run_window). Returns when shaders and fonts are ready; by then the program's systems
    /// have run some frames, without any time passing.
    ///
    /// # Errors
    /// [`HeadlessError::NoAdapter`], or [`HeadlessError::Stopped`] if the driver fails, for example because the picture
    /// is too large.
    pub fn new(size: UVec2, scale: f32, build: impl FnOnce(&mut App)) -> Result<Self, HeadlessError> {
        adapter::check()?;
        let plugins = engine(None)
            .disable::<WinitPlugin>()
            // The picture must show the latest update, not the one before.
            .disable::<PipelinedRenderingPlugin>()
            // It only records Ctrl+C for an event loop, and there is none.
            .disable::<TerminalCtrlCHandlerPlugin>();
        let mut app = App::new();
        app.add_plugins(plugins);
        let image = target_image(size);
        let target = app.world_mut().resource_mut::<Assets<Image>>().add(image);
        app.insert_resource(Screen::Image { image: target.clone(), scale })
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO))
            .add_plugins(drawing);
        build(&mut app);
        app.finish();
        app.cleanup();
        let mut headless = Self { app, target, size, buffer: None };
        headless.warm_up()?;
        Ok(headless)
    }

    /// The app, for changes to its resources between frames.
    pub fn app(&mut self) -> &mut App {
        &mut self.app
    }

    /// Runs one update and returns its picture.
    ///
    /// # Errors
    /// [`HeadlessError::Stopped`] if the driver fails, [`HeadlessError::Readback`] if the pixels cannot be read.
    pub fn frame(&mut self) -> Result<Picture, HeadlessError> {
        self.update()?;
        self.read_back()
    }

    /// Runs one update without reading its picture.
    ///
    /// # Errors
    /// [`HeadlessError::Stopped`] if the driver fails.
    pub fn update(&mut self) -> Result<(), HeadlessError> {
        self.app.update();
        match self.app.world().get_resource::<GraphicsFailure>() {
            Some(GraphicsFailure { message: Some(message) }) => Err(HeadlessError::Stopped(message.clone())),
            _ => Ok(()),
        }
    }

    /// Waits until everything is drawn that has been submitted.
    ///
    /// # Errors
    /// [`HeadlessError::Readback`] if the driver fails.
    pub fn wait_for_graphics(&self) -> Result<(), HeadlessError> {
        let device = self.render_world()?.resource::<RenderDevice>();
        let wait = PollType::Wait { submission_index: None, timeout: None };
        device.poll(wait).map(|_| ()).map_err(|error| HeadlessError::Readback(error.to_string()))
    }

    /// Takes the graphics device away, as a driver that restarts does. The loss is reported while the device is polled.
    #[cfg(test)]
    pub(super) fn lose_device(&self) {
        self.render_world().expect("a renderer").resource::<RenderDevice>().wgpu_device().destroy();
        let _lost = self.wait_for_graphics();
    }

    /// Updates until no pipeline waits for a shader. Bevy loads them on other threads.
    fn warm_up(&mut self) -> Result<(), HeadlessError> {
        for frame in 0..MAX_WARM_UP_FRAMES {
            self.update()?;
            let waiting = self.waiting_pipelines()?;
            let ready = !waiting.render && (!waiting.compute || frame >= COMPUTE_WARM_UP_FRAMES);
            if ready && frame >= MIN_WARM_UP_FRAMES {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    fn waiting_pipelines(&self) -> Result<WaitingPipelines, HeadlessError> {
        let cache = self.render_world()?.resource::<PipelineCache>();
        let ids: HashSet<_> = cache.waiting_pipelines().collect();
        let mut waiting = WaitingPipelines::default();
        for (id, pipeline) in cache.pipelines().enumerate() {
            let waits = ids.contains(&id);
            match pipeline.descriptor {
                PipelineDescriptor::RenderPipelineDescriptor(_) => waiting.render |= waits,
                PipelineDescriptor::ComputePipelineDescriptor(_) => waiting.compute |= waits,
            }
        }
        Ok(waiting)
    }

    fn render_world(&self) -> Result<&World, HeadlessError> {
        let render_app = self.app.get_sub_app(RenderApp);
        Ok(render_app.ok_or(NoAdapter)?.world())
    }

    fn read_back(&mut self) -> Result<Picture, HeadlessError> {
        // Taken, and stored again only if everything succeeds: a buffer that failed cannot be used again.
        let buffer = self.buffer.take();
        let failed = |reason: &str| HeadlessError::Readback(reason.to_owned());
        let row = 4 * self.size.x as usize;
        // Copies to buffers need rows of a multiple of 256 bytes.
        let padded = RenderDevice::align_copy_bytes_per_row(row);

        let world = self.render_world()?;
        let device = world.resource::<RenderDevice>();
        let queue = world.resource::<RenderQueue>();
        let drawn = world.resource::<RenderAssets<GpuImage>>().get(&self.target);
        let drawn = drawn.ok_or_else(|| failed("nothing was drawn"))?;
        let buffer = buffer.unwrap_or_else(|| {
            device.create_buffer(&BufferDescriptor {
                label: Some("picture"),
                size: padded as u64 * u64::from(self.size.y),
                usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
                mapped_at_creation: false,
            })
        });

        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
        encoder.copy_texture_to_buffer(
            drawn.texture.as_image_copy(),
            TexelCopyBufferInfo {
                buffer: &buffer,
                layout: TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(padded as u32), rows_per_image: None },
            },
            drawn.texture_descriptor.size,
        );
        queue.submit([encoder.finish()]);

        let (sender, receiver) = mpsc::channel();
        buffer.slice(..).map_async(MapMode::Read, move |result| {
            // Fails only if this function has already returned with an error.
            let _ = sender.send(result);
        });
        let wait = PollType::Wait { submission_index: None, timeout: None };
        device.poll(wait).map_err(|error| failed(&error.to_string()))?;
        let mapped = receiver.try_recv().map_err(|error| failed(&error.to_string()))?;
        mapped.map_err(|error| failed(&error.to_string()))?;

        let mut rgba = Vec::with_capacity(row * self.size.y as usize);
        for line in buffer.slice(..).get_mapped_range().chunks_exact(padded) {
            rgba.extend_from_slice(&line[..row]);
        }
        buffer.unmap();
        self.buffer = Some(buffer);
        Ok(Picture { size: self.size, rgba })
    }
}

/// Whether pipelines of each kind are not ready yet.
#[derive(Default)]
struct WaitingPipelines {
    render: bool,
    compute: bool,
}

fn target_image(size: UVec2) -> Image {
    let mut image = Image::new_target_texture(size.x, size.y, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    image
}
