//! The session in every frame: intents are applied, time passes, and the runs are laid out and sampled.

use bevy::prelude::*;

use super::camera::StageArea;
use super::schedule::FrameSystems;
use super::state::{Effects, Hidden, MinPackets, OpenSession, PendingIntents, Playing, PreparedViews, Shown, Views};
use crate::sample::{FabricFrame, FabricView};
use crate::stage::{Rect, stage_cell};
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
        // The passing of time does not count as a change: panels that do not show it are not described again.
        open.bypass_change_detection().0.advance(time.delta_secs_f64());
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
    let active = session.view.active;
    let cell = |index: usize| stage_cell(stage, runs.len(), active, index);
    let views = views.into_inner();
    if views.revision != session.revision {
        // Only what was prepared knows which runs are the same as before.
        let was_prepared = prepared.revision == session.revision;
        let mut prepared = if was_prepared { std::mem::take(&mut prepared.views) } else { Vec::new() };
        prepared.resize_with(runs.len(), || None);
        let mut old: Vec<Option<FabricView>> = std::mem::take(&mut views.views).into_iter().map(Some).collect();
        let mut is_same_picture = old.len() == runs.len();
        old.resize_with(runs.len(), || None);
        for (index, run) in runs.iter().enumerate() {
            let cell = cell(index);
            let before = session.undo.before(index);
            let (mut view, old_layout) = match (prepared[index].take(), old[index].take()) {
                (Some(view), old) => (view, old.map(|old| old.layout)),
                (None, Some(mut view)) if was_prepared => {
                    match before {
                        Some(before) if before.is_same_run(run) => view.compare_with_itself(),
                        Some(_) => {}
                        None => view.compare(run, None),
                    }
                    let layout = view.layout.clone();
                    (view, Some(layout))
                }
                (None, old) => {
                    let mut view = FabricView::new(run, cell);
                    view.compare(run, before);
                    (view, old.map(|old| old.layout))
                }
            };
            session.view.keep_inside(index, view.content);
            view.place(run, cell, session.view.camera(index));
            view.update_selection(run, &session.view, index);
            is_same_picture &= old_layout.is_some_and(|old| old == view.layout);
            views.views.push(view);
        }
        views.revision = session.revision;
        views.frames.resize_with(runs.len(), FabricFrame::default);
        views.frames.iter_mut().for_each(FabricFrame::forget);
        // A change of the message, for example, moves nothing: lanes are not sent again.
        views.layouts += u64::from(!is_same_picture);
        return;
    }
    for (index, (view, run)) in views.views.iter_mut().zip(runs).enumerate() {
        let cell = cell(index);
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
        if let Some(&MinPackets(min_packets)) = min_packets.as_deref()
            && !frame.packets.is_empty()
        {
            while frame.packets.len() < min_packets {
                let more = (min_packets - frame.packets.len()).min(frame.packets.len());
                frame.packets.extend_from_within(..more);
            }
        }
    }
}
