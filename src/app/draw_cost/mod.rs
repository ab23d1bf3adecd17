//! The cost of drawing a frame: time on the main thread, draw calls, and bytes sent to the graphics.
//!
//! The time covers our systems (intents, solving, layout, samples, entities, picture), the panels, the upload, and the
//! extraction into the renderer. It excludes the renderer's own work and waiting for the screen; what egui does after the
//! panels have been described, and what Bevy does besides, is reported apart.

mod report;

pub use report::{Bar, DrawReport};
#[cfg(not(target_arch = "wasm32"))]
pub(super) use report::{MAX_DRAG_MS, MAX_PLAYING_MS, MAX_POINTING_MS, MAX_UPLOAD_MB};

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bevy::app::SubApp;
use bevy::platform::time::Instant;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy_egui::egui::epaint::Primitive;
use bevy_egui::{EguiPostUpdateSet, EguiPreUpdateSet, EguiRenderOutput};

use super::render::{DrawSystems, Uploads};
use super::schedule::FrameSystems;
use super::state::Views;
use super::update::UpdateViews;

/// Frames of which the median is taken.
const FRAMES: usize = 300;

/// A piece of the time of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CostPart {
    /// Keys, files, intents and the clock.
    Intents,
    /// The start of jobs, and what they have solved.
    Solving,
    /// Layouts and samples.
    Views,
    /// Entities, the picture, and the instant in words.
    Entities,
    /// Effects.
    Effects,
    /// The description of the panels.
    Panels,
    /// The upload of the stage.
    Upload,
    /// The extraction into the renderer.
    Extraction,
    /// egui's own work: input before the panels, shapes as triangles after them.
    Egui,
    /// Everything else that Bevy does in the main world.
    Bevy,
}

/// Number of parts.
const PARTS: usize = 10;

/// One frame.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    parts: [Duration; PARTS],
    draw_calls: usize,
    upload_bytes: usize,
}

impl Frame {
    fn part(&self, part: CostPart) -> Duration {
        self.parts[part as usize]
    }

    /// Our systems, panels included.
    fn ours(&self) -> Duration {
        let ours = [
            CostPart::Intents,
            CostPart::Solving,
            CostPart::Views,
            CostPart::Entities,
            CostPart::Effects,
            CostPart::Panels,
            CostPart::Upload,
        ];
        ours.into_iter().map(|part| self.part(part)).sum()
    }

    fn ours_and_extraction(&self) -> Duration {
        self.ours() + self.part(CostPart::Extraction)
    }
}

/// The last frames.
#[derive(Resource, Default)]
pub(super) struct DrawCost {
    frames: VecDeque<Frame>,
    now: Frame,
    /// When the last lap ended.
    lap: Option<Instant>,
    extraction: Arc<Mutex<Duration>>,
}

/// Measures every frame, in all modes: the page publishes the result.
pub(super) fn plugin(app: &mut App) {
    let cost = DrawCost::default();
    let extraction = cost.extraction.clone();
    app.insert_resource(cost)
        .add_systems(First, begin)
        .add_systems(
            PreUpdate,
            (
                lap(CostPart::Bevy).before(EguiPreUpdateSet::BeginPass).after(EguiPreUpdateSet::ProcessInput),
                lap(CostPart::Egui).after(EguiPreUpdateSet::BeginPass),
            ),
        )
        .add_systems(
            Update,
            (
                lap(CostPart::Bevy).before(FrameSystems::Input),
                lap(CostPart::Intents).after(FrameSystems::Apply).before(FrameSystems::Solve),
                lap(CostPart::Solving).after(FrameSystems::Solve).before(FrameSystems::Update),
                lap(CostPart::Views).after(UpdateViews).before(super::fabric::WorldSystems::Spawn),
                lap(CostPart::Entities).after(FrameSystems::Update).before(FrameSystems::Publish),
                lap(CostPart::Effects).after(FrameSystems::Publish),
            ),
        )
        .add_systems(
            PostUpdate,
            (
                lap(CostPart::Bevy).before(EguiPostUpdateSet::EndPass),
                lap(CostPart::Egui).after(EguiPostUpdateSet::ProcessOutput).before(DrawSystems),
                lap(CostPart::Upload).after(DrawSystems).before(count),
                count,
            ),
        );
    if let Some(renderer) = app.get_sub_app_mut(RenderApp) {
        time_extraction(renderer, extraction);
    }
}

fn time_extraction(renderer: &mut SubApp, time: Arc<Mutex<Duration>>) {
    let Some(mut extract) = renderer.take_extract() else { return };
    renderer.set_extract(move |main, render| {
        let began = Instant::now();
        extract(main, render);
        if let Ok(mut time) = time.lock() {
            *time = began.elapsed();
        }
    });
}

fn begin(mut cost: ResMut<DrawCost>) {
    cost.lap = Some(Instant::now());
}

/// The time since the last lap belongs to `part`.
fn lap(part: CostPart) -> impl FnMut(ResMut<DrawCost>) {
    move |mut cost| cost.end_lap(part)
}

impl DrawCost {
    /// Forgets all frames.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn clear(&mut self) {
        self.frames.clear();
    }

    /// The time since the last lap belongs to `part`.
    pub(super) fn end_lap(&mut self, part: CostPart) {
        let now = Instant::now();
        if let Some(began) = self.lap.replace(now) {
            self.now.parts[part as usize] += now.duration_since(began);
        }
    }

    /// The medians.
    pub(super) fn report(&self, packets: usize) -> DrawReport {
        let ms = |of: &dyn Fn(&Frame) -> Duration| {
            report::median(self.frames.iter().map(|frame| of(frame).as_secs_f64() * 1e3))
        };
        let count = |of: fn(&Frame) -> usize| report::median(self.frames.iter().map(|frame| of(frame) as f64)) as usize;
        let part = |part: CostPart| ms(&|frame| frame.part(part));
        let longest = self.frames.iter().max_by_key(|frame| frame.ours_and_extraction()).copied().unwrap_or_default();
        let of_longest = |part: CostPart| longest.part(part).as_secs_f64() * 1e3;
        DrawReport {
            frames: self.frames.len(),
            systems_ms: ms(&Frame::ours),
            extraction_ms: part(CostPart::Extraction),
            total_ms: ms(&Frame::ours_and_extraction),
            longest_ms: self
                .frames
                .iter()
                .map(|frame| frame.ours_and_extraction().as_secs_f64() * 1e3)
                .fold(0.0, f64::max),
            parts: parts(part),
            longest: parts(of_longest),
            draw_calls: count(|frame| frame.draw_calls),
            upload_bytes: count(|frame| frame.upload_bytes),
            packets,
        }
    }
}

fn parts(of: impl Fn(CostPart) -> f64) -> report::Parts {
    report::Parts {
        intents_ms: of(CostPart::Intents),
        solving_ms: of(CostPart::Solving),
        views_ms: of(CostPart::Views),
        entities_ms: of(CostPart::Entities),
        effects_ms: of(CostPart::Effects),
        panels_ms: of(CostPart::Panels),
        upload_ms: of(CostPart::Upload),
        egui_ms: of(CostPart::Egui),
        bevy_ms: of(CostPart::Bevy),
    }
}

/// Closes the frame. Each mesh that is shown has a material of its own and is one draw call.
fn count(
    mut cost: ResMut<DrawCost>,
    uploads: Res<Uploads>,
    meshes: Query<&Visibility, With<Mesh2d>>,
    words: Query<&EguiRenderOutput>,
) {
    let mut frame = std::mem::take(&mut cost.now);
    // The extraction of the frame before this one.
    frame.parts[CostPart::Extraction as usize] = cost.extraction.lock().map_or(Duration::ZERO, |time| *time);
    let (calls, bytes) = words.iter().flat_map(|output| &output.paint_jobs).fold((0, 0), |(calls, bytes), job| {
        let sent = match &job.primitive {
            Primitive::Mesh(mesh) => size_of_val(mesh.vertices.as_slice()) + size_of_val(mesh.indices.as_slice()),
            Primitive::Callback(_) => 0,
        };
        (calls + 1, bytes + sent)
    });
    frame.draw_calls = calls + meshes.iter().filter(|visibility| **visibility != Visibility::Hidden).count();
    frame.upload_bytes = bytes + uploads.byte_count();
    if cost.frames.len() == FRAMES {
        cost.frames.pop_front();
    }
    cost.frames.push_back(frame);
}

/// Packets on the stage now.
pub(super) fn packets(views: &Views) -> usize {
    views.frames.iter().map(|frame| frame.packets.len()).sum()
}

#[cfg(test)]
mod tests {
    use bevy::asset::AssetPlugin;

    use super::*;
    use crate::app::camera::PixelsPerPoint;
    use crate::app::render::{self, StagePicture};
    use crate::draw::{Heat, Pes, Quad, filled};
    use crate::stage::{PeDetail, PeParts, PeWindow, Rect};
    use crate::style::Theme;

    /// The drawing of the stage, measured, without a renderer.
    fn app() -> App {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, AssetPlugin::default()))
            .init_asset::<Mesh>()
            .init_asset::<Image>()
            .init_asset::<Shader>()
            .init_resource::<ClearColor>()
            // As Bevy's own plugin of cameras does.
            .register_required_components::<Mesh2d, Visibility>()
            .insert_resource(PixelsPerPoint(1.0))
            .add_plugins((render::plugin, plugin));
        app
    }

    /// Draw calls and uploaded bytes of a frame after the picture was changed.
    fn cost(app: &mut App, change: impl FnOnce(&mut StagePicture)) -> (usize, usize) {
        change(&mut app.world_mut().resource_mut::<StagePicture>());
        app.update();
        let frame = app.world().resource::<DrawCost>().frames.back().expect("a frame");
        (frame.draw_calls, frame.upload_bytes)
    }

    fn draw_calls(app: &mut App, change: impl FnOnce(&mut StagePicture)) -> usize {
        cost(app, change).0
    }

    fn heat() -> Heat {
        Heat { rect: [0.0, 0.0, 9.0, 9.0], clip: [0.0, 0.0, 9.0, 9.0], size: [1, 1], texels: vec![255] }
    }

    /// One PE.
    fn pes() -> Pes {
        let pitch = Vec2::splat(100.0);
        Pes {
            rect: [0.0, 0.0, 100.0, 100.0],
            clip: [0.0, 0.0, 100.0, 100.0],
            size: [1, 1],
            window: PeWindow { first: [0, 0], size: [1, 1] },
            texels: vec![1; Pes::BYTES],
            detail: PeDetail::new(pitch),
            parts: PeParts::new(pitch),
            shown: [1.0; 4],
        }
    }

    fn quad(width: f32) -> Quad {
        filled(Rect::new(Vec2::ZERO, Vec2::new(width, 1.0)), Theme::DARK.line, [0.0, 0.0, 9.0, 9.0])
    }

    #[test]
    fn layers_that_show_something_are_draw_calls() {
        let mut app = app();
        assert_eq!(draw_calls(&mut app, |_| ()), 0, "an empty stage");
        assert_eq!(draw_calls(&mut app, |picture| picture.list.back.push(quad(1.0))), 1);
        assert_eq!(draw_calls(&mut app, |picture| picture.list.heats.push(heat())), 2);
        assert_eq!(draw_calls(&mut app, |picture| picture.list.pes.extend([pes(), pes()])), 4);
        assert_eq!(draw_calls(&mut app, |picture| picture.list.heats[0].texels.clear()), 3, "an empty heat is hidden");
        assert_eq!(draw_calls(&mut app, |picture| picture.list.pes.clear()), 1);
    }

    #[test]
    fn only_what_has_changed_is_sent() {
        let mut app = app();
        let sent = |app: &mut App, change: fn(&mut StagePicture)| cost(app, change).1;
        let quads =
            |picture: &mut StagePicture| picture.list.chips.extend((0..600).map(|index| quad(1.0 + index as f32)));
        assert_eq!(sent(&mut app, quads), 600 * 80);
        assert_eq!(sent(&mut app, |_| ()), 0, "nothing has changed");
        assert_eq!(sent(&mut app, |picture| picture.list.chips[300] = quad(7.0)), 256 * 80, "one row of the texture");
        let rows = |rows: u8| (0..rows).flat_map(|row| [row; 9]).collect::<Vec<u8>>();
        let map = Heat { size: [9, 5], texels: rows(5), ..heat() };
        app.world_mut().resource_mut::<StagePicture>().list.heats.push(map);
        assert_eq!(sent(&mut app, |_| ()), 45);
        assert_eq!(sent(&mut app, |picture| picture.list.heats[0].texels[9..27].fill(77)), 18, "two rows");
        assert_eq!(sent(&mut app, |picture| picture.list.heats[0].texels.truncate(9)), 9, "all rows are the same");
    }
}
