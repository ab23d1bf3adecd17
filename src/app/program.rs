//! The program in every mode: a session, the panels that read it, and the order in which things happen.
//!
//! Order of a frame: intents of the last frame and of keys, files and page are applied; time passes; the runs are
//! prepared for the stage and asked for this instant; entities follow; the picture is made of the entities; panels are
//! shown over it and leave their intents for the next frame.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

use super::cameras::{EguiFonts, StageArea, root_ui};
use super::draw::Backdrop;
use super::draw_cost::DrawCost;
use super::window::Playing;
use crate::app::draw_cost;
use crate::app::{stage, sweeper};
use crate::sample::{Explanation, FabricFrame, FabricView};
use crate::session::{Effect, Intent, Session};
use crate::stage::{Rect, stage_cells};
use crate::style::{Theme, ThemeKind};
use crate::ui;
use crate::ui::{HeatmapTextures, Model};

/// The open session.
#[derive(Resource)]
pub struct OpenSession(pub Session);

/// What is wanted of the session.
#[derive(Resource, Default)]
pub(super) struct PendingIntents {
    /// From keys, files and the page, in order.
    queue: Vec<Intent>,
    /// From the panels. The egui pass may run more than once per frame: only the last one counts.
    panels: Vec<Intent>,
}

impl PendingIntents {
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

/// Draw at least so many packets of each fabric: for measuring only.
#[derive(Resource, Clone, Copy, Debug)]
pub(super) struct MinPackets(pub usize);

#[derive(Resource, Default)]
struct Carpets(HeatmapTextures);

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

/// The program round `session`: fonts, everything that happens in a frame, and the panels.
pub fn plugin(session: Session) -> impl FnOnce(&mut App) {
    move |app: &mut App| {
        world(session)(app);
        app.insert_resource(EguiFonts(ui::fonts()))
            .init_resource::<Carpets>()
            .init_resource::<ShownTheme>()
            .add_plugins((draw_cost::plugin, sweeper::plugin))
            .add_systems(EguiPrimaryContextPass, panels);
    }
}

/// The part of the program that needs neither renderer nor panels.
fn world(session: Session) -> impl FnOnce(&mut App) {
    move |app: &mut App| {
        app.insert_resource(OpenSession(session))
            .init_resource::<PendingIntents>()
            .init_resource::<Effects>()
            .init_resource::<Views>()
            .configure_sets(
                Update,
                (FrameSystems::Want, FrameSystems::Apply, FrameSystems::Follow, FrameSystems::Tell).chain(),
            )
            .add_systems(Update, (apply, advance).chain().in_set(FrameSystems::Apply))
            .add_systems(Update, (prepare, ask, stage::follow, stage::paint).chain().in_set(FrameSystems::Follow));
    }
}

fn apply(mut open: ResMut<OpenSession>, mut wanted: ResMut<PendingIntents>, mut effects: ResMut<Effects>) {
    if wanted.queue.is_empty() && wanted.panels.is_empty() {
        return;
    }
    let panels = std::mem::take(&mut wanted.panels);
    let queue = std::mem::take(&mut wanted.queue);
    for intent in panels.into_iter().chain(queue) {
        effects.0.extend(open.0.apply(intent));
    }
}

fn advance(mut open: ResMut<OpenSession>, time: Res<Time>, playing: Option<ResMut<Playing>>) {
    if open.0.clock.playing {
        open.0.advance(time.delta_secs_f64());
    }
    if open.0.stage.is_camera_moving() {
        open.0.stage.advance_cameras(time.delta_secs_f64());
    }
    if let Some(mut playing) = playing {
        playing.set_if_neq(Playing(open.0.clock.playing || open.0.stage.is_camera_moving()));
    }
}

/// Prepares the runs when they or the stage's size have changed.
fn prepare(mut open: ResMut<OpenSession>, area: Res<StageArea>, views: ResMut<Views>) {
    let [left, top, right, bottom] = area.0;
    if right - left < 1.0 || bottom - top < 1.0 {
        return;
    }
    let session = &mut open.bypass_change_detection().0;
    let runs = &session.runs;
    let stage = Rect::new(Vec2::new(left, top), Vec2::new(right, bottom));
    let cells = stage_cells(stage, runs.len(), session.stage.active);
    let views = views.into_inner();
    if views.revision != session.revision {
        views.revision = session.revision;
        views.views = runs.iter().zip(&cells).map(|(run, cell)| FabricView::new(run, *cell)).collect();
        for (index, (view, run)) in views.views.iter_mut().zip(runs).enumerate() {
            session.stage.keep_inside(index, view.content);
            view.place(run, cells[index], session.stage.camera(index));
            view.update_selection(run, &session.stage, index);
            view.compare(run, session.edits.before(index));
        }
        views.frames = vec![FabricFrame::default(); runs.len()];
        views.layouts += 1;
        return;
    }
    explain(session, &mut views.views);
    let runs = &session.runs;
    for (index, ((view, run), cell)) in views.views.iter_mut().zip(runs).zip(cells).enumerate() {
        session.stage.keep_inside(index, view.content);
        view.update_selection(run, &session.stage, index);
        let camera = session.stage.camera(index);
        if view.layout.cell != cell || view.layout.camera != camera {
            view.place(run, cell, camera);
            views.layouts += 1;
        }
    }
}

/// Tries one figure more of what would change a run, and looks at the instant at which the clock stands. Nobody reads
/// that while the panels are hidden.
fn explain(session: &Session, views: &mut [FabricView]) {
    let playing = session.clock.playing;
    let mut worked = !session.panels;
    for (view, run) in views.iter_mut().zip(&session.runs) {
        let Some(explained) = &mut view.explained else { continue };
        worked = worked || explained.work(run, playing);
        if !playing && session.panels {
            explained.ask(run, session.local_time(run));
        }
    }
}

/// Asks every run what it is like now.
fn ask(open: Res<OpenSession>, views: ResMut<Views>, least: Option<Res<MinPackets>>) {
    let Views { views, frames, .. } = views.into_inner();
    for (index, ((run, view), frame)) in open.0.runs.iter().zip(views.iter()).zip(frames).enumerate() {
        let before = open.0.edits.before(index);
        let at = before.map_or_else(Default::default, |before| open.0.local_time(before));
        view.frame_before(before, at, frame);
        let own = run.result().map_or(crate::units::Femtos(0), |result| result.time);
        view.frame(run, open.0.clock.local(own), open.0.clock.local_speed(own), &open.0.stage, frame);
        // For measuring: as many packets as are asked for, over and over the same.
        if let Some(MinPackets(least)) = least.as_deref()
            && !frame.packets.is_empty()
        {
            let seen = frame.packets.clone();
            let more = least.saturating_sub(seen.len());
            frame.packets.extend(seen.into_iter().cycle().take(more));
        }
    }
}

/// What panels leave behind for others.
#[derive(SystemParam)]
struct PanelOutput<'w> {
    carpets: ResMut<'w, Carpets>,
    shown: ResMut<'w, ShownTheme>,
    backdrop: ResMut<'w, Backdrop>,
    wanted: ResMut<'w, PendingIntents>,
    area: ResMut<'w, StageArea>,
    cost: ResMut<'w, DrawCost>,
}

fn panels(mut contexts: EguiContexts, open: Res<OpenSession>, views: Res<Views>, mut left: PanelOutput) -> Result {
    let began = bevy::platform::time::Instant::now();
    let context = contexts.ctx_mut()?.clone();
    let session = &open.0;
    if left.shown.0 != Some(session.theme) {
        left.shown.0 = Some(session.theme);
        context.set_global_style(ui::style(session.theme));
        left.backdrop.0 = Theme::new(session.theme).ground;
    }
    if (context.zoom_factor() - session.zoom).abs() > 1e-3 {
        context.set_zoom_factor(session.zoom);
    }
    let fresh = views.revision == session.revision;
    if fresh {
        left.carpets.0.update(&context, session, &views.views);
    }
    let mut root = root_ui(&context);
    let (seen, frames): (&[FabricView], &[FabricFrame]) =
        if fresh { (&views.views, &views.frames) } else { (&[], &[]) };
    let model = Model { session, views: seen, frames, heatmaps: &left.carpets.0 };
    left.wanted.panels = ui::panels(&mut root, &model);
    let area_changed = left.area.set_if_neq(StageArea::new(&root));
    let explaining = seen.iter().any(|view| view.explained.as_ref().is_some_and(Explanation::is_working));
    // All are taken up by the next frame, which nothing else may ask for while the clock stands.
    let sweeping = session.sweeping.as_ref().is_some_and(|sweeping| sweeping.next().is_some());
    if area_changed || !left.wanted.panels.is_empty() || (explaining || sweeping) && session.panels {
        context.request_repaint();
    }
    left.cost.add_panels(began.elapsed());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::draw::StagePicture;
    use crate::app::stage::{Chip, Link, Packet};
    use crate::scene::Setting;
    use crate::stage::ChipKind;
    use crate::units::Femtos;
    use bevy::time::TimeUpdateStrategy;
    use core::time::Duration;

    /// The program without renderer and panels; each update lasts a tenth of a second on the screen.
    fn app() -> App {
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(100)))
            .insert_resource(StageArea([272.0, 56.0, 1120.0, 690.0]))
            .init_resource::<StagePicture>();
        world(Session::first_look().expect("the first look"))(&mut app);
        app
    }

    fn count<T: Component>(app: &mut App, keep: impl Fn(&T) -> bool) -> usize {
        let world = app.world_mut();
        world.query::<&T>().iter(world).filter(|component| keep(component)).count()
    }

    fn seen(app: &mut App) -> Vec<Vec2> {
        let world = app.world_mut();
        world.query::<&Packet>().iter(world).filter(|packet| packet.seen).map(|packet| packet.at).collect()
    }

    #[test]
    fn chips_links_and_packets_are_entities() {
        let mut app = app();
        (0..5).for_each(|_| app.update());
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), 8);
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Switch), 2);
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Die), 84);
        assert_eq!(count(&mut app, |link: &Link| link.fabric == 0), 16, "a port each way per GPU");
        // 11 x 7 edges between dies side by side, 12 x 6 between dies one below the other, both ways.
        assert_eq!(count(&mut app, |link: &Link| link.fabric == 1), 2 * (11 * 7 + 12 * 6));
        for fabric in [0, 1] {
            assert!(count(&mut app, |packet: &Packet| packet.seen && packet.fabric == fabric) > 0);
        }
        assert!(app.world().resource::<StagePicture>().front.len() > 300);
    }

    #[test]
    fn the_first_look_plays_by_itself_and_packets_move() {
        let mut app = app();
        (0..5).for_each(|_| app.update());
        let (at, packets) = (app.world().resource::<OpenSession>().0.clock.at, seen(&mut app));
        app.update();
        assert!(app.world().resource::<OpenSession>().0.clock.at > at);
        assert_ne!(seen(&mut app), packets);
    }

    #[test]
    fn a_change_is_solved_and_drawn_within_two_frames_and_keeps_the_clock() {
        let mut app = app();
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Seek(Femtos::from_secs(200e-6)));
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
        (0..3).for_each(|_| app.update());
        let before = (seen(&mut app), app.world().resource::<OpenSession>().0.report());
        let setting = Setting::parse("workload.replicas=4").expect("a setting");
        app.world_mut().resource_mut::<PendingIntents>().push(Intent::Set(vec![setting]));
        (0..2).for_each(|_| app.update());
        let session = &app.world().resource::<OpenSession>().0;
        assert_eq!(session.clock.at, Femtos::from_secs(200e-6));
        assert_ne!(session.report(), before.1);
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), 4);
        assert_ne!(seen(&mut app), before.0);
    }

    #[test]
    fn a_refused_scene_leaves_stage_and_clock_as_they_are() {
        let mut app = app();
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
        (0..3).for_each(|_| app.update());
        let before = seen(&mut app);
        let load = Intent::Load { name: "bad.ron".to_owned(), text: "(version: 9)".to_owned() };
        app.world_mut().resource_mut::<PendingIntents>().push(load);
        (0..2).for_each(|_| app.update());
        assert!(app.world().resource::<OpenSession>().0.faults.is_some());
        assert_eq!(seen(&mut app), before);
    }
}
