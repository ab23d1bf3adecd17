//! The program in every mode: a session, the panels that read it, and the order in which things happen.
//!
//! Order of a frame: intents of the last frame and of keys, files and page are applied; time passes; the runs are
//! prepared for the stage and asked for this instant; entities follow; the picture is made of the entities; panels are
//! shown over it and leave their intents for the next frame.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

use super::cameras::{EguiFonts, StageArea, root_ui};
use super::draw::Backdrop;
use super::stage;
use super::window::Playing;
use crate::ui::{self, CarpetTextures, Model};
use crate::view::{Effect, FabricFrame, FabricView, Intent, Rect, Session, Theme, ThemeKind, stage_cells};

/// The open session.
#[derive(Resource)]
pub struct Open(pub Session);

/// What is wanted of the session.
#[derive(Resource, Default)]
pub(super) struct Wanted {
    /// From keys, files and the page, in order.
    queue: Vec<Intent>,
    /// From the panels. The egui pass may run more than once per frame: only the last one counts.
    panels: Vec<Intent>,
}

impl Wanted {
    /// Wants something more.
    pub(super) fn push(&mut self, intent: Intent) {
        self.queue.push(intent);
    }
}

/// What the platform has to do for the session.
#[derive(Resource, Default)]
pub(super) struct Effects(pub Vec<Effect>);

/// The runs, prepared for the stage, and as they are now.
#[derive(Resource, Default)]
pub(super) struct Views {
    /// One per run.
    pub views: Vec<FabricView>,
    /// One per run.
    pub frames: Vec<FabricFrame>,
    revision: u64,
    /// Counts changes of places, so that entities are made anew.
    pub layouts: u64,
}

#[derive(Resource, Default)]
struct Carpets(CarpetTextures);

#[derive(Resource, Default)]
struct ShownTheme(Option<ThemeKind>);

/// The parts of a frame, in order.
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) enum FrameSystems {
    /// Keys, files and the page say what is wanted.
    Want,
    /// It is done.
    Apply,
    /// Runs, entities and picture follow.
    Follow,
    /// Effects and the published state.
    Tell,
}

/// The program round `session`.
pub fn plugin(session: Session) -> impl FnOnce(&mut App) {
    move |app: &mut App| {
        app.insert_resource(EguiFonts(ui::fonts()))
            .insert_resource(Open(session))
            .init_resource::<Wanted>()
            .init_resource::<Effects>()
            .init_resource::<Views>()
            .init_resource::<Carpets>()
            .init_resource::<ShownTheme>()
            .configure_sets(
                Update,
                (FrameSystems::Want, FrameSystems::Apply, FrameSystems::Follow, FrameSystems::Tell).chain(),
            )
            .add_systems(Update, (apply, advance).chain().in_set(FrameSystems::Apply))
            .add_systems(Update, (prepare, ask, stage::follow, stage::paint).chain().in_set(FrameSystems::Follow))
            .add_systems(EguiPrimaryContextPass, panels);
    }
}

fn apply(mut open: ResMut<Open>, mut wanted: ResMut<Wanted>, mut effects: ResMut<Effects>) {
    if wanted.queue.is_empty() && wanted.panels.is_empty() {
        return;
    }
    let panels = std::mem::take(&mut wanted.panels);
    let queue = std::mem::take(&mut wanted.queue);
    for intent in panels.into_iter().chain(queue) {
        effects.0.extend(open.0.apply(intent));
    }
}

fn advance(mut open: ResMut<Open>, time: Res<Time>, playing: Option<ResMut<Playing>>) {
    if open.0.clock.playing {
        open.0.advance(time.delta_secs_f64());
    }
    if let Some(mut playing) = playing {
        playing.set_if_neq(Playing(open.0.clock.playing));
    }
}

/// Prepares the runs when they or the stage's size have changed.
fn prepare(open: Res<Open>, area: Res<StageArea>, views: ResMut<Views>) {
    let [left, top, right, bottom] = area.0;
    if right - left < 1.0 || bottom - top < 1.0 {
        return;
    }
    let runs = &open.0.runs;
    let stage = Rect::new(Vec2::new(left, top), Vec2::new(right, bottom));
    let cells = stage_cells(stage, runs.len());
    let views = views.into_inner();
    if views.revision != open.0.revision {
        views.revision = open.0.revision;
        views.views = runs.iter().zip(&cells).map(|(run, cell)| FabricView::of(run, *cell)).collect();
        views.frames = vec![FabricFrame::default(); runs.len()];
        views.layouts += 1;
        return;
    }
    for ((view, run), cell) in views.views.iter_mut().zip(runs).zip(cells) {
        if view.layout.cell != cell {
            view.place(run, cell);
            views.layouts += 1;
        }
    }
}

/// Asks every run what it is like now.
fn ask(open: Res<Open>, views: ResMut<Views>) {
    let Views { views, frames, .. } = views.into_inner();
    for ((run, view), frame) in open.0.runs.iter().zip(views.iter()).zip(frames) {
        let own = run.result().map_or(crate::units::Femtos(0), |result| result.time);
        view.frame(run, open.0.clock.local(own), open.0.clock.local_speed(own), frame);
    }
}

fn panels(
    mut contexts: EguiContexts,
    open: Res<Open>,
    views: Res<Views>,
    mut carpets: ResMut<Carpets>,
    mut shown: ResMut<ShownTheme>,
    mut backdrop: ResMut<Backdrop>,
    mut wanted: ResMut<Wanted>,
    mut area: ResMut<StageArea>,
) -> Result {
    let context = contexts.ctx_mut()?.clone();
    let session = &open.0;
    if shown.0 != Some(session.theme) {
        shown.0 = Some(session.theme);
        context.set_global_style(ui::style(session.theme));
        backdrop.0 = Theme::of(session.theme).ground;
    }
    if (context.zoom_factor() - session.zoom).abs() > 1e-3 {
        context.set_zoom_factor(session.zoom);
    }
    let fresh = views.revision == session.revision;
    if fresh {
        carpets.0.update(&context, session.revision, &views.views);
    }
    let mut root = root_ui(&context);
    let (seen, frames): (&[FabricView], &[FabricFrame]) =
        if fresh { (&views.views, &views.frames) } else { (&[], &[]) };
    let model = Model { session, views: seen, frames, carpets: &carpets.0 };
    wanted.panels = ui::panels(&mut root, &model);
    area.set_if_neq(StageArea::of(&root));
    Ok(())
}
