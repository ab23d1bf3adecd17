//! The program in every mode: a session, the stage and the panels.
//!
//! Order of a frame: the intents of keys, files, page and of the panels of the last frame are applied; time passes; the
//! runs are laid out and sampled; entities follow, and the picture is made of them; the panels are shown over it.

use bevy::prelude::*;

use super::state::OpenSession;
use super::{draw_cost, explainer, fabric, panels, schedule, solver, sweeper, talk, update};
use crate::session::Session;

/// The program around a session. Add it to an app that draws ([`run_window`](super::run_window),
/// [`Headless`](super::Headless)).
pub fn plugin(session: Session) -> impl FnOnce(&mut App) {
    move |app: &mut App| {
        app.add_plugins(schedule::plugin);
        without_panels(session)(app);
        app.add_plugins((panels::plugin, draw_cost::plugin, sweeper::plugin, talk::plugin));
    }
}

/// The part of the program that needs neither renderer nor panels.
pub(super) fn without_panels(session: Session) -> impl FnOnce(&mut App) {
    move |app: &mut App| {
        app.insert_resource(OpenSession(session)).add_plugins((
            update::plugin,
            solver::plugin,
            explainer::plugin,
            fabric::plugin,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::camera::StageArea;
    use crate::app::fabric::{
        Bottleneck, Chip, Fabric, HeldShare, Late, Link, LinkOf, Lit, OnCriticalPath, Packet, Rank, Selected,
        Utilisation,
    };
    use crate::app::render::{StageLinks, StagePackets, StagePicture};
    use crate::app::state::{PendingIntents, Views};
    use crate::draw::{LinkLevel, PacketPlace};
    use crate::scene::{FaultEdit, FaultPlace, Setting};
    use crate::session::Intent;
    use crate::stage::{ChipKind, Item, Selection, StageCamera};
    use crate::units::Femtos;
    use bevy::time::TimeUpdateStrategy;
    use core::time::Duration;

    /// The program without renderer and panels. Each update lasts a tenth of a second of screen time.
    fn app() -> App {
        app_of(Session::first_look().expect("the first look"))
    }

    fn app_of(session: Session) -> App {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, schedule::plugin))
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(100)))
            .insert_resource(StageArea([272.0, 56.0, 1120.0, 690.0]));
        without_panels(session)(&mut app);
        app
    }

    fn count<T: Component>(app: &mut App, keep: impl Fn(&T) -> bool) -> usize {
        let world = app.world_mut();
        world.query::<&T>().iter(world).filter(|component| keep(component)).count()
    }

    fn visible_packets(app: &mut App) -> Vec<PacketPlace> {
        let world = app.world_mut();
        world.query::<&Packet>().iter(world).filter(|packet| packet.visible).map(|packet| packet.place).collect()
    }

    #[test]
    fn chips_links_and_packets_are_entities() {
        let mut app = app();
        (0..5).for_each(|_| app.update());
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), 8);
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Switch), 1, "two switches are one bar");
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Die), 84);
        assert_eq!(count(&mut app, |link: &Link| link.fabric == 0), 16, "each GPU has a port in each direction");
        // 11 x 7 edges between dies in a row, 12 x 6 between dies in a column, both directions.
        assert_eq!(count(&mut app, |link: &Link| link.fabric == 1), 2 * (11 * 7 + 12 * 6));
        for fabric in [0, 1] {
            assert!(count(&mut app, |packet: &Packet| packet.visible && packet.fabric == fabric) > 0);
        }
        let visible = visible_packets(&mut app).len();
        assert!(app.world().resource::<StageLinks>().lanes.len() >= 16);
        assert_eq!(app.world().resource::<StagePackets>().0.len(), visible);
    }

    #[test]
    fn the_first_scene_plays_and_its_packets_move() {
        let mut app = app();
        (0..5).for_each(|_| app.update());
        let (at, packets) = (app.world().resource::<OpenSession>().0.clock.at, visible_packets(&mut app));
        app.update();
        assert!(app.world().resource::<OpenSession>().0.clock.at > at);
        assert_ne!(visible_packets(&mut app), packets);
    }

    #[test]
    fn a_change_is_drawn_within_two_frames() {
        let mut app = app();
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Seek(Femtos::from_secs(200e-6)));
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
        (0..3).for_each(|_| app.update());
        let before = (visible_packets(&mut app), app.world().resource::<OpenSession>().0.report());
        let share = |app: &App| {
            let clock = &app.world().resource::<OpenSession>().0.clock;
            clock.at.0 as f64 / clock.duration.0 as f64
        };
        let share_before = share(&app);
        let setting = Setting::parse("workload.replicas=4").expect("a setting");
        app.world_mut().resource_mut::<PendingIntents>().push(Intent::Set(vec![setting]));
        (0..2).for_each(|_| app.update());
        assert!((share(&app) - share_before).abs() < 1e-9);
        assert_ne!(app.world().resource::<OpenSession>().0.report(), before.1);
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), 4);
        assert_ne!(visible_packets(&mut app), before.0);
    }

    #[test]
    fn a_change_that_is_solved_beside_the_frames_is_drawn() {
        let mut app = app();
        app.world_mut().resource_mut::<OpenSession>().0.solve_in_background();
        (0..3).for_each(|_| app.update());
        let setting = Setting::parse("workload.replicas=4").expect("a setting");
        app.world_mut().resource_mut::<PendingIntents>().push(Intent::Set(vec![setting]));
        app.update();
        let mut updates = 0;
        while app.world().resource::<OpenSession>().0.solve_progress().is_some() {
            assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), 8, "the old picture stays");
            updates += 1;
            assert!(updates < 1_000_000, "the task never ends");
            app.update();
        }
        app.update();
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), 4);
    }

    /// The first entity with a component that fits.
    fn find<T: Component>(app: &mut App, fits: impl Fn(&T) -> bool) -> Entity {
        let world = app.world_mut();
        let mut all = world.query::<(Entity, &T)>();
        all.iter(world).find(|(_, component)| fits(component)).expect("an entity").0
    }

    #[test]
    fn a_chip_or_link_that_is_despawned_disappears_from_the_picture() {
        let mut app = app();
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Seek(Femtos::from_secs(100e-6)));
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
        (0..3).for_each(|_| app.update());
        let chips = |app: &App| app.world().resource::<StagePicture>().list.chips.len();
        let (before, gpu) = (chips(&app), find(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu));
        app.world_mut().despawn(gpu);
        app.update();
        assert!(chips(&app) < before);
        let level = |app: &App| app.world().resource::<StageLinks>().level(0);
        let link = find(&mut app, |link: &Link| (link.fabric, link.index) == (0, 0));
        let used = app.world().get::<Utilisation>(link).expect("a utilisation").0;
        assert_eq!(level(&app), LinkLevel::new(used));
        assert!(used > 0.0);
        app.world_mut().despawn(link);
        app.update();
        assert_eq!(level(&app), LinkLevel::NONE);
        let fabric = find(&mut app, |fabric: &Fabric| fabric.index == 1);
        app.world_mut().despawn(fabric);
        app.update();
        assert_eq!(count(&mut app, |chip: &Chip| chip.fabric == 1), 0, "chips are children of their fabric");
    }

    #[test]
    fn links_connect_the_chips_at_their_ends() {
        let mut app = app();
        (0..3).for_each(|_| app.update());
        let world = app.world_mut();
        let mut links = world.query::<(&Link, &LinkOf)>();
        let of_gpus: Vec<LinkOf> =
            links.iter(world).filter(|(link, _)| link.fabric == 0).map(|(_, &link_of)| link_of).collect();
        assert_eq!(of_gpus.len(), 16);
        for link_of in of_gpus {
            let ends = [link_of.from, link_of.to];
            let chips = ends.into_iter().flatten().map(|end| world.get::<Chip>(end).expect("a chip").kind);
            assert_eq!(chips.collect::<Vec<_>>(), [ChipKind::Gpu], "the other end is a switch that is drawn as two");
        }
        assert_eq!(count(&mut app, |_: &Rank| true), 8);
    }

    #[test]
    fn a_camera_that_moves_changes_no_entity() {
        let mut app = app();
        (0..3).for_each(|_| app.update());
        let before = find(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu);
        let camera = StageCamera::at(Vec2::new(0.5, 0.5), 0.8);
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::SetCamera(0, camera));
        app.update();
        assert_eq!(find(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), before);
    }

    #[test]
    fn bottleneck_and_selection_are_markers() {
        let mut session = Session::first_look().expect("the first look");
        // Of links that are all alike, none is marked.
        let place = FaultPlace::Link("GPU 3 -> NVSwitch".to_owned());
        session.apply(Intent::EditFault(0, place, FaultEdit::Slow(0.5)));
        let mut app = app_of(session);
        let apply = |app: &mut App, intent| {
            app.world_mut().resource_mut::<OpenSession>().0.apply(intent);
            (0..2).for_each(|_| app.update());
        };
        apply(&mut app, Intent::Pause);
        apply(&mut app, Intent::Seek(Femtos::from_secs(100e-6)));
        assert!(count(&mut app, |_: &Bottleneck| true) > 0);
        let select = |number| {
            let item = Item::Chip(ChipKind::Gpu, number);
            Intent::Select(Some(Selection { fabric: 0, item }))
        };
        for number in [3, 5] {
            apply(&mut app, select(number));
            let selected = find(&mut app, |_: &Selected| true);
            assert_eq!(app.world().get::<Rank>(selected), Some(&Rank(number)));
            assert_eq!(count(&mut app, |_: &Selected| true), 1);
        }
        apply(&mut app, Intent::Select(None));
        apply(&mut app, Intent::Seek(Femtos(0)));
        assert_eq!(count(&mut app, |_: &Selected| true) + count(&mut app, |_: &Bottleneck| true), 0);
    }

    #[test]
    fn links_that_carry_bytes_and_the_critical_path_are_marked() {
        let mut app = app();
        let seek = |app: &mut App, us: f64| {
            app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
            app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Seek(Femtos::from_secs(us * 1e-6)));
            (0..2).for_each(|_| app.update());
        };
        seek(&mut app, 100.0);
        let world = app.world_mut();
        let mut links = world.query::<(&Utilisation, Has<Lit>)>();
        for (utilisation, is_lit) in links.iter(world) {
            assert_eq!(is_lit, utilisation.0 > 0.0);
        }
        assert!(count(&mut app, |_: &Lit| true) > 0 && count(&mut app, |_: &OnCriticalPath| true) > 0);
        seek(&mut app, 0.0);
        assert_eq!(count(&mut app, |_: &Lit| true), 0);
        let end = app.world().resource::<OpenSession>().0.clock.duration;
        seek(&mut app, end.secs() * 1e6);
        assert_eq!(count(&mut app, |_: &OnCriticalPath| true) + count(&mut app, |_: &Lit| true), 0);
    }

    #[test]
    fn chips_that_are_not_done_when_the_first_one_is_are_late() {
        let mut app = app();
        let late = |app: &mut App, at: Femtos| {
            app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
            app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Seek(at));
            (0..2).for_each(|_| app.update());
            count(app, |_: &Late| true)
        };
        assert_eq!(late(&mut app, Femtos::from_secs(1e-6)), 0);
        let views = app.world().resource::<Views>();
        let first = views.views[1].first_done.expect("a die that is done first");
        assert!(late(&mut app, first) > 0, "the other dies of the wafer");
        let end = app.world().resource::<OpenSession>().0.clock.duration;
        assert_eq!(late(&mut app, end), 0);
    }

    #[test]
    fn nothing_is_drawn_again_while_nothing_changes() {
        /// Frames in which a chip, a link or the picture has changed.
        #[derive(Resource, Default)]
        struct Changes(usize);
        fn count_changes(
            held: Query<(), Changed<HeldShare>>,
            used: Query<(), Changed<Utilisation>>,
            picture: Res<StagePicture>,
            mut changes: ResMut<Changes>,
        ) {
            changes.0 += usize::from(!held.is_empty() || !used.is_empty() || picture.is_changed());
        }
        let mut app = app();
        app.init_resource::<Changes>().add_systems(Last, count_changes);
        (0..3).for_each(|_| app.update());
        let changes = |app: &App| app.world().resource::<Changes>().0;
        assert_eq!(changes(&app), 3, "it plays");
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
        (0..2).for_each(|_| app.update());
        let at_rest = changes(&app);
        (0..10).for_each(|_| app.update());
        assert_eq!(changes(&app), at_rest);
    }

    #[test]
    fn a_rejected_scene_changes_nothing() {
        let mut app = app();
        app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Pause);
        (0..3).for_each(|_| app.update());
        let before = visible_packets(&mut app);
        let load = Intent::Load { name: "bad.ron".to_owned(), text: "(version: 9)".to_owned() };
        app.world_mut().resource_mut::<PendingIntents>().push(load);
        (0..2).for_each(|_| app.update());
        assert!(app.world().resource::<OpenSession>().0.diagnostics.is_some());
        assert_eq!(visible_packets(&mut app), before);
    }
}
