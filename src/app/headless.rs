//! The same program without a window: updated by hand, drawn into an image, read back as bytes.
//!
//! For `fabricscope render`, films and picture tests. The clock moves by a set step per frame, never by itself.

use core::time::Duration;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use bevy::app::TerminalCtrlCHandlerPlugin;
use bevy::log::LogPlugin;
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

use super::adapter::NoAdapter;
use super::cameras::Screen;
use super::render_errors::RenderTrouble;

/// egui needs some frames to find its sizes.
const MIN_WARM_UP_FRAMES: u32 = 5;
/// With WebGL2's limits one compute pipeline of Bevy's never comes (and nothing here needs it).
const COMPUTE_WARM_UP_FRAMES: u32 = 20;
/// Updates after which a start without success goes on as it is: seconds, even on a slow machine.
const MAX_WARM_UP_FRAMES: u32 = 2000;

/// The log is the process's, not the app's: only the first app may set it up.
static LOG_IS_SET_UP: AtomicBool = AtomicBool::new(false);

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadlessError {
    /// Nothing here can draw.
    #[error(transparent)]
    NoAdapter(#[from] NoAdapter),
    /// The driver failed while drawing.
    #[error("{0}")]
    Stopped(String),
    /// Drawn, but the pixels did not come back.
    #[error("the picture could not be read back: {0}")]
    Readback(String),
}

/// A finished frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: UVec2,
    /// Row by row from the top left: red, green, blue, alpha; sRGB, 8 bits each.
    pub rgba: Vec<u8>,
}

/// A running program without a window.
pub struct Headless {
    app: App,
    target: Handle<Image>,
    size: UVec2,
    /// Kept from frame to frame.
    landing: Option<Buffer>,
}

impl Headless {
    /// Starts it with a picture of `size` pixels at `scale` pixels per point; `build` adds the program, exactly as in
    /// [`run_window`](super::run_window). Returns when shaders and fonts are ready. Until then the program's systems
    /// have run some frames, with the clock standing still.
    ///
    /// # Errors
    ///
    /// [`HeadlessError::NoAdapter`], or [`HeadlessError::Stopped`] if the driver fails (a picture too large, say).
    pub fn new(size: UVec2, scale: f32, build: impl FnOnce(&mut App)) -> Result<Self, HeadlessError> {
        super::adapter::check()?;
        let mut engine = super::engine(None)
            .disable::<WinitPlugin>()
            // The picture must be that of the update just made, not of the one before.
            .disable::<PipelinedRenderingPlugin>()
            // It would only note Ctrl+C; without a loop of Bevy's nobody reads the note.
            .disable::<TerminalCtrlCHandlerPlugin>();
        if LOG_IS_SET_UP.swap(true, Ordering::Relaxed) {
            engine = engine.disable::<LogPlugin>();
        }
        let mut app = App::new();
        app.add_plugins(engine);
        let image = target_image(size);
        let target = app.world_mut().resource_mut::<Assets<Image>>().add(image);
        app.insert_resource(Screen::Image { image: target.clone(), scale })
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO))
            .add_plugins(super::drawing);
        build(&mut app);
        app.finish();
        app.cleanup();
        let mut headless = Self { app, target, size, landing: None };
        headless.warm_up()?;
        Ok(headless)
    }

    /// The program, to change its resources between frames.
    pub fn app(&mut self) -> &mut App {
        &mut self.app
    }

    /// Makes one update and returns what it drew.
    ///
    /// # Errors
    ///
    /// [`HeadlessError::Stopped`] if the driver fails, [`HeadlessError::Readback`] if the pixels do not come.
    pub fn frame(&mut self) -> Result<Picture, HeadlessError> {
        self.update()?;
        self.read_back()
    }

    /// Makes one update without reading its picture.
    ///
    /// # Errors
    ///
    /// [`HeadlessError::Stopped`] if the driver fails.
    pub fn update(&mut self) -> Result<(), HeadlessError> {
        self.app.update();
        match self.app.world().get_resource::<RenderTrouble>() {
            Some(RenderTrouble { message: Some(words), .. }) => Err(HeadlessError::Stopped(words.clone())),
            _ => Ok(()),
        }
    }

    /// Bevy's shaders are loaded on other threads: updates until no pipeline waits for one.
    fn warm_up(&mut self) -> Result<(), HeadlessError> {
        for frame in 0..MAX_WARM_UP_FRAMES {
            self.update()?;
            let (drawing, computing) = self.waiting_pipelines()?;
            let ready = !drawing && (!computing || frame >= COMPUTE_WARM_UP_FRAMES);
            if ready && frame >= MIN_WARM_UP_FRAMES {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Whether any pipelines that draw, and any that compute, are still on their way.
    fn waiting_pipelines(&self) -> Result<(bool, bool), HeadlessError> {
        let cache = self.render_world()?.resource::<PipelineCache>();
        let waiting: HashSet<_> = cache.waiting_pipelines().collect();
        let (mut drawing, mut computing) = (false, false);
        for (id, pipeline) in cache.pipelines().enumerate() {
            let waits = waiting.contains(&id);
            match pipeline.descriptor {
                PipelineDescriptor::RenderPipelineDescriptor(_) => drawing |= waits,
                PipelineDescriptor::ComputePipelineDescriptor(_) => computing |= waits,
            }
        }
        Ok((drawing, computing))
    }

    fn render_world(&self) -> Result<&World, HeadlessError> {
        let render_app = self.app.get_sub_app(RenderApp);
        Ok(render_app.ok_or(NoAdapter)?.world())
    }

    fn read_back(&mut self) -> Result<Picture, HeadlessError> {
        // Taken, and given back only when all went well: a buffer that failed is of no more use.
        let landing = self.landing.take();
        let failed = |reason: &str| HeadlessError::Readback(reason.to_owned());
        let row = 4 * self.size.x as usize;
        // Copies to buffers want rows of whole 256 bytes.
        let padded = RenderDevice::align_copy_bytes_per_row(row);

        let world = self.render_world()?;
        let device = world.resource::<RenderDevice>();
        let queue = world.resource::<RenderQueue>();
        let drawn = world.resource::<RenderAssets<GpuImage>>().get(&self.target);
        let drawn = drawn.ok_or_else(|| failed("nothing was drawn"))?;
        let landing = landing.unwrap_or_else(|| {
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
                buffer: &landing,
                layout: TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(padded as u32), rows_per_image: None },
            },
            drawn.texture_descriptor.size,
        );
        queue.submit([encoder.finish()]);

        let (sender, receiver) = mpsc::channel();
        landing.slice(..).map_async(MapMode::Read, move |result| {
            // The receiver is gone only if this function has already failed.
            let _ = sender.send(result);
        });
        let wait = PollType::Wait { submission_index: None, timeout: None };
        device.poll(wait).map_err(|error| failed(&error.to_string()))?;
        let mapped = receiver.try_recv().map_err(|error| failed(&error.to_string()))?;
        mapped.map_err(|error| failed(&error.to_string()))?;

        let mut rgba = Vec::with_capacity(row * self.size.y as usize);
        for line in landing.slice(..).get_mapped_range().chunks_exact(padded) {
            rgba.extend_from_slice(&line[..row]);
        }
        landing.unmap();
        self.landing = Some(landing);
        Ok(Picture { size: self.size, rgba })
    }
}

fn target_image(size: UVec2) -> Image {
    let mut image = Image::new_target_texture(size.x, size.y, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    image
}
