//! The session in every frame: intents are applied, time passes, and the runs are laid out and sampled.

use bevy::prelude::*;

use super::camera::StageArea;
use super::schedule::FrameSystems;
use super::state::{Effects, Hidden, MinPackets, OpenSession, PendingIntents, Playing, PreparedViews, Shown, Views};
use crate::sample::{FabricFrame, FabricView};
use crate::stage::{Rect, stage_cells};
use crate::units::Femtos;

/// The resources of [`state`](super::state), and the systems that keep them up to date. Entities and picture follow after
/// [`UpdateViews`].
///
/// Session and views are resources and not components: a session is one document, whose parts change together.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<PendingIntents>()
        .init_resource::<Effects>()
        .init_resource::<Views>()
        .init_resource::<PreparedViews>()
        .init_resource::<Shown>()
        .init_resource::<Hidden>()
        .add_systems(Update, (apply, advance).chain().in_set(FrameSystems::Apply))
        .add_systems(
            Update,
            (lay_out, update_shown, sample.run_if(resource_changed::<Shown>)).chain().in_set(UpdateViews),
        )
        .configure_sets(Update, UpdateViews.in_set(FrameSystems::Update));
}

/// The systems that lay the runs out and sample them.
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) struct UpdateViews;

/// Applies all pending intents.
fn apply(mut open: ResMut<OpenSession>, mut pending: ResMut<PendingIntents>, mut effects: ResMut<Effects>) {
    if pending.is_empty() {
        return;
    }
    for intent in pending.take() {
        effects.0.extend(open.0.apply(intent));
    }
}

/// Advances the clock and the cameras by the time of the frame, unless nobody can see them.
fn advance(mut open: ResMut<OpenSession>, time: Res<Time>, hidden: Res<Hidden>, playing: Option<ResMut<Playing>>) {
    if hidden.0 {
        return;
    }
    if open.0.clock.playing {
        open.0.advance(time.delta_secs_f64());
    }
    if open.0.view.is_camera_moving() {
        open.0.view.advance_cameras(time.delta_secs_f64());
    }
    if let Some(mut playing) = playing {
        playing.set_if_neq(Playing(open.0.clock.playing || open.0.view.is_camera_moving()));
    }
}

/// Lays the runs out on the stage if they, the cameras or the size of the stage have changed.
fn lay_out(
    mut open: ResMut<OpenSession>,
    area: Res<StageArea>,
    mut prepared: ResMut<PreparedViews>,
    views: ResMut<Views>,
) {
    let [left, top, right, bottom] = area.0;
    if right - left < 1.0 || bottom - top < 1.0 {
        return;
    }
    let session = &mut open.bypass_change_detection().0;
    let runs = &session.runs;
    let stage = Rect::new(Vec2::new(left, top), Vec2::new(right, bottom));
    let cells = stage_cells(stage, runs.len(), session.view.active);
    let views = views.into_inner();
    if views.revision != session.revision {
        // Only what was prepared knows which runs are the same as before.
        let was_prepared = prepared.revision == session.revision;
        let mut prepared = if was_prepared { std::mem::take(&mut prepared.views) } else { Vec::new() };
        prepared.resize_with(runs.len(), || None);
        let mut old: Vec<Option<FabricView>> = std::mem::take(&mut views.views).into_iter().map(Some).collect();
        old.resize_with(runs.len(), || None);
        for (index, (run, cell)) in runs.iter().zip(&cells).enumerate() {
            let before = session.undo.before(index);
            let view = match (prepared[index].take(), old[index].take()) {
                (Some(view), _) => view,
                (None, Some(mut view)) if was_prepared => {
                    match before {
                        Some(before) if before.is_same_run(run) => view.compare_with_itself(),
                        Some(_) => {}
                        None => view.compare(run, None),
                    }
                    view
                }
                (None, _) => {
                    let mut view = FabricView::new(run, *cell);
                    view.compare(run, before);
                    view
                }
            };
            views.views.push(view);
        }
        views.revision = session.revision;
        for (index, (view, run)) in views.views.iter_mut().zip(runs).enumerate() {
            session.view.keep_inside(index, view.content);
            view.place(run, cells[index], session.view.camera(index));
            view.update_selection(run, &session.view, index);
        }
        views.frames.resize_with(runs.len(), FabricFrame::default);
        views.layouts += 1;
        return;
    }
    for (index, ((view, run), cell)) in views.views.iter_mut().zip(runs).zip(cells).enumerate() {
        session.view.keep_inside(index, view.content);
        view.update_selection(run, &session.view, index);
        let camera = session.view.camera(index);
        if view.layout.cell != cell || view.layout.camera != camera {
            view.place(run, cell, camera);
            views.layouts += 1;
        }
    }
}

/// Finds out whether anything has changed that the stage shows.
fn update_shown(open: Res<OpenSession>, views: Res<Views>, mut shown: ResMut<Shown>) {
    shown.set_if_neq(Shown::new(&open.0, &views));
}

/// Samples every run at the current time.
fn sample(open: Res<OpenSession>, views: ResMut<Views>, min_packets: Option<Res<MinPackets>>) {
    let Views { views, frames, .. } = views.into_inner();
    for (index, ((run, view), frame)) in open.0.runs.iter().zip(views.iter()).zip(frames).enumerate() {
        let before = open.0.undo.before(index);
        let at = before.map_or_else(Default::default, |before| open.0.local_time(before));
        view.frame_before(before, at, frame);
        let own = run.result().map_or(Femtos(0), |result| result.time);
        view.frame(run, open.0.clock.local(own), open.0.clock.playback(own), &open.0.view, frame);
        // For measurements: the same packets again, until there are enough.
        if let Some(MinPackets(min_packets)) = min_packets.as_deref()
            && !frame.packets.is_empty()
        {
            let sampled = frame.packets.clone();
            let missing = min_packets.saturating_sub(sampled.len());
            frame.packets.extend(sampled.into_iter().cycle().take(missing));
        }
    }
}
