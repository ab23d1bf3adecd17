//! Pictures and films out of the page. The program draws into an image, and the page makes a file of what is read back.
//!
//! The image has any size and scale, as on the desktop, and the canvas keeps its last picture meanwhile. A film is exact: every picture
//! has its own simulated time, however long drawing takes.

use std::collections::VecDeque;

use bevy::camera::{ImageRenderTarget, Projection, RenderTarget};
use bevy::prelude::*;
use bevy::render::gpu_readback::{Readback, ReadbackComplete};
use bevy::render::render_resource::{PollType, TextureFormat, TextureUsages};
use bevy::render::renderer::RenderDevice;
use bevy::window::{PrimaryWindow, RequestRedraw, WindowRef};
use serde_json::json;

use super::{bridge, host};
use crate::app::camera::MainCamera;
use crate::app::render::Backdrop;
use crate::app::schedule::FrameSystems;
use crate::app::state::OpenSession;
use crate::app::transparency::{remove_backdrop, undo_premultiplication};
use crate::export::{Options, provenance_lines};
use crate::session::{PictureSpec, QueryError, Session};
use crate::style::Rgba8;

/// Frames before the first picture: the panels determine their sizes, and the stage follows.
const SETTLING_FRAMES: u32 = 8;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Recorder>()
        .init_resource::<Arrived>()
        .add_observer(|done: On<ReadbackComplete>, mut arrived: ResMut<Arrived>| arrived.0.push_back(done.data.clone()))
        .add_systems(Update, record.before(FrameSystems::Input));
}

/// The pictures and films that were asked for.
#[derive(Resource, Default)]
pub(super) struct Recorder {
    waiting: VecDeque<Order>,
    current: Option<Recording>,
}

impl Recorder {
    /// Draws a picture or film as soon as those before it are done. `scale` multiplies the pixels per point of the screen.
    pub(super) fn order(&mut self, request: Option<u32>, name: String, spec: PictureSpec, scale: u32) {
        self.waiting.push_back(Order { request, name, spec, scale });
    }

    /// Whether the session on the screen is the one that is being drawn.
    pub(super) fn is_busy(&self) -> bool {
        self.current.is_some() || !self.waiting.is_empty()
    }
}

/// Whether the page may hear of the session: it hears nothing of one that passes through a film.
pub(super) fn is_idle(recorder: Res<Recorder>) -> bool {
    !recorder.is_busy()
}

struct Order {
    /// The number of the request of the page, which is answered; `None` for the window of exports.
    request: Option<u32>,
    name: String,
    spec: PictureSpec,
    scale: u32,
}

/// Pixels that were read, oldest first. Rows are padded.
#[derive(Resource, Default)]
struct Arrived(VecDeque<Vec<u8>>);

struct Recording {
    spec: PictureSpec,
    pictures: u32,
    /// Bytes of a padded row.
    stride: u32,
    image: Handle<Image>,
    /// The session of the user, which comes back at the end.
    session: Session,
    backdrop: Rgba8,
    /// Has [`Readback`] in the frames whose picture is read.
    reader: Entity,
    /// Pictures whose time the session has had.
    shown: u32,
    /// Pictures that have been read.
    read: u32,
    /// Frames until the picture of this time is complete.
    frames: u32,
}

fn record(world: &mut World) {
    if !world.resource::<Recorder>().is_busy() {
        return;
    }
    world.resource_scope(|world, mut recorder: Mut<Recorder>| {
        let current = recorder.current.take();
        recorder.current = match current {
            Some(recording) => advance(world, recording),
            None => recorder.waiting.pop_front().and_then(|order| begin(world, order)),
        };
    });
    world.write_message(RequestRedraw);
    bridge::wake();
}

fn begin(world: &mut World, order: Order) -> Option<Recording> {
    let mut windows = world.query_filtered::<&Window, With<PrimaryWindow>>();
    let window = windows.single(world).ok()?;
    let screen_scale = window.scale_factor();
    let factor = order.scale as f32;
    let spec = PictureSpec { scale: order.spec.scale.or(Some(screen_scale * factor)), ..order.spec };
    let (size, scale) = spec.pixels([window.physical_width(), window.physical_height()], screen_scale);
    let limit = world.resource::<RenderDevice>().limits().max_texture_dimension_2d;
    if size.iter().any(|side| *side > limit) {
        let [width, height] = size;
        let why =
            format!("a picture of {width} x {height} pixels is too large for this graphics adapter: at most {limit}");
        match order.request {
            Some(id) => host::answered(id, Err(QueryError::Rejected(why))),
            None => host::notice("No picture", &why),
        }
        return None;
    }
    let mut image = Image::new_target_texture(size[0], size[1], TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    let image = world.resource_mut::<Assets<Image>>().add(image);
    retarget(world, RenderTarget::Image(ImageRenderTarget { handle: image.clone(), scale_factor: scale }));

    let open = &mut world.resource_mut::<OpenSession>().0;
    let mut drawn = open.for_picture();
    drawn.panels = spec.panels.unwrap_or(drawn.panels);
    let link = drawn.scene_link();
    let description = provenance_lines(&drawn.export_source(&link), Options::default()).join("\n");
    let title = drawn.scene().title.clone();
    let session = std::mem::replace(open, drawn);
    let backdrop = match spec.transparent {
        true => remove_backdrop(world),
        false => world.resource::<Backdrop>().0,
    };
    world.resource_mut::<Arrived>().0.clear();
    host::record_start(
        &json!({
            "id": order.request,
            "name": order.name,
            "kind": spec.kind.as_str(),
            "width": size[0],
            "height": size[1],
            "pictures": spec.pictures(),
            "fps": spec.fps,
            "transparent": spec.transparent,
            "title": title,
            "description": description,
        })
        .to_string(),
    );
    Some(Recording {
        spec,
        pictures: spec.pictures(),
        stride: RenderDevice::align_copy_bytes_per_row(4 * size[0] as usize) as u32,
        image,
        session,
        backdrop,
        reader: world.spawn_empty().id(),
        shown: 0,
        read: 0,
        frames: 0,
    })
}

/// Passes on what was read, and prepares the next picture. `None` after the last one.
fn advance(world: &mut World, mut recording: Recording) -> Option<Recording> {
    // Without anything to draw, nobody else asks the device whether it is done. It cannot fail without waiting.
    let _ = world.resource::<RenderDevice>().poll(PollType::Poll);
    while let Some(mut pixels) = world.resource_mut::<Arrived>().0.pop_front() {
        if recording.spec.transparent {
            undo_premultiplication(&mut pixels);
        }
        host::record_picture(&pixels, recording.stride);
        recording.read += 1;
    }
    let next = host::record_next();
    if recording.read == recording.pictures || next == host::RecordNext::Stop {
        end(world, recording);
        return None;
    }
    if recording.frames > 0 {
        recording.frames -= 1;
        if recording.frames == 0 {
            world.entity_mut(recording.reader).insert(Readback::texture(recording.image.clone()));
        }
        return Some(recording);
    }
    world.entity_mut(recording.reader).remove::<Readback>();
    let draws = recording.shown < recording.pictures && next == host::RecordNext::Draw;
    // What was drawn arrives sooner if nothing is drawn after it.
    set_drawing(world, draws);
    if draws {
        let session = &mut world.resource_mut::<OpenSession>().0;
        if recording.spec.kind.is_film() {
            let intent = session.film_intent(recording.shown, recording.pictures);
            session.apply(intent);
            session.clock.playing = false;
        }
        // egui lays new text out in one frame and paints it completely in the next.
        recording.frames = if recording.shown == 0 { SETTLING_FRAMES } else { 1 };
        recording.shown += 1;
    }
    Some(recording)
}

/// Brings screen and session back.
fn end(world: &mut World, recording: Recording) {
    world.despawn(recording.reader);
    set_drawing(world, true);
    world.resource_mut::<Backdrop>().0 = recording.backdrop;
    world.resource_mut::<OpenSession>().0 = recording.session;
    retarget(world, RenderTarget::Window(WindowRef::Primary));
    world.resource_mut::<Assets<Image>>().remove(&recording.image);
    host::record_end();
}

fn set_drawing(world: &mut World, draws: bool) {
    let mut cameras = world.query_filtered::<&mut Camera, With<MainCamera>>();
    cameras.iter_mut(world).for_each(|mut camera| camera.is_active = draws);
}

/// Gives the camera another target, and has it measured.
fn retarget(world: &mut World, target: RenderTarget) {
    let mut cameras = world.query_filtered::<(&mut RenderTarget, &mut Projection), With<MainCamera>>();
    for (mut shown, mut projection) in cameras.iter_mut(world) {
        *shown = target.clone();
        projection.set_changed();
    }
}
