//! The cost of drawing a frame: time on the main thread, draw calls, and bytes sent to the graphics.
//!
//! The time covers our systems (intents, solving, layout, samples, entities, picture), the panels, the upload, and the
//! extraction into the renderer. It excludes the renderer's own work and waiting for the screen.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bevy::app::SubApp;
use bevy::platform::time::Instant;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy_egui::EguiRenderOutput;
use bevy_egui::egui::epaint::Primitive;

use super::render::{DrawSystems, Uploads};
use super::schedule::FrameSystems;
use super::state::Views;

/// Frames of which the median is taken.
const FRAMES: usize = 300;

/// One frame.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    ours: Duration,
    extraction: Duration,
    draw_calls: usize,
    upload_bytes: usize,
}

/// The last frames.
#[derive(Resource, Default)]
pub(super) struct DrawCost {
    frames: VecDeque<Frame>,
    now: Frame,
    began: Option<Instant>,
    extraction: Arc<Mutex<Duration>>,
}

/// The cost of drawing, as medians over the last frames.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DrawReport {
    /// Number of measured frames.
    pub frames: usize,
    /// Our systems on the main thread, panels included, milliseconds.
    pub systems_ms: f64,
    /// Extraction into the renderer, milliseconds.
    pub extraction_ms: f64,
    /// The longest frame, systems and extraction, milliseconds.
    pub longest_ms: f64,
    /// Draw calls of stage and panels.
    pub draw_calls: usize,
    /// Bytes sent to the graphics per frame.
    pub upload_bytes: usize,
    /// Packets on the stage in the last frame.
    pub packets: usize,
}

/// Measures every frame, in all modes: the page publishes the result.
pub(super) fn plugin(app: &mut App) {
    let cost = DrawCost::default();
    let extraction = cost.extraction.clone();
    app.insert_resource(cost)
        .add_systems(Update, (begin.before(FrameSystems::Input), end.after(FrameSystems::Publish)))
        .add_systems(PostUpdate, (begin.before(DrawSystems).before(count), end.after(DrawSystems), count.after(end)));
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
    cost.began = Some(Instant::now());
}

fn end(mut cost: ResMut<DrawCost>) {
    if let Some(began) = cost.began.take() {
        cost.now.ours += began.elapsed();
    }
}

impl DrawCost {
    /// Forgets all frames.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn clear(&mut self) {
        self.frames.clear();
    }

    /// Adds the time of the panels.
    pub(super) fn add_panels(&mut self, took: Duration) {
        self.now.ours += took;
    }

    /// The medians.
    pub(super) fn report(&self, packets: usize) -> DrawReport {
        let ms = |of: fn(&Frame) -> Duration| median(self.frames.iter().map(|frame| of(frame).as_secs_f64() * 1e3));
        let count = |of: fn(&Frame) -> usize| median(self.frames.iter().map(|frame| of(frame) as f64)) as usize;
        DrawReport {
            frames: self.frames.len(),
            systems_ms: ms(|frame| frame.ours),
            extraction_ms: ms(|frame| frame.extraction),
            longest_ms: self
                .frames
                .iter()
                .map(|frame| (frame.ours + frame.extraction).as_secs_f64() * 1e3)
                .fold(0.0, f64::max),
            draw_calls: count(|frame| frame.draw_calls),
            upload_bytes: count(|frame| frame.upload_bytes),
            packets,
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
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
    frame.extraction = cost.extraction.lock().map_or(Duration::ZERO, |time| *time);
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
