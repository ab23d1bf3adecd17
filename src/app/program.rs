//! The program in every mode: a session, the stage and the panels.
//!
//! Order of a frame: the intents of keys, files, page and of the panels of the last frame are applied; time passes; the
//! runs are laid out and sampled; entities follow, and the picture is made of them; the panels are shown over it.

use bevy::prelude::*;

use super::state::OpenSession;
use super::{draw_cost, explainer, fabric, panels, schedule, solver, sweeper, update};
use crate::session::Session;

/// The program around a session. Add it to an app that draws ([`run_window`](super::run_window),
/// [`Headless`](super::Headless)).
pub fn plugin(session: Session) -> impl FnOnce(&mut App) {
    move |app: &mut App| {
        without_panels(session)(app);
        app.add_plugins((panels::plugin, draw_cost::plugin, sweeper::plugin));
    }
}

/// The part of the program that needs neither renderer nor panels.
fn without_panels(session: Session) -> impl FnOnce(&mut App) {
    move |app: &mut App| {
        app.insert_resource(OpenSession(session)).add_plugins((
            schedule::plugin,
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
    use crate::app::fabric::{Chip, Link, Packet};
    use crate::app::render::StagePicture;
    use crate::app::state::PendingIntents;
    use crate::scene::Setting;
    use crate::session::Intent;
    use crate::stage::ChipKind;
    use crate::units::Femtos;
    use bevy::time::TimeUpdateStrategy;
    use core::time::Duration;

    /// The program without renderer and panels. Each update lasts a tenth of a second of screen time.
    fn app() -> App {
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(100)))
            .insert_resource(StageArea([272.0, 56.0, 1120.0, 690.0]))
            .init_resource::<StagePicture>();
        without_panels(Session::first_look().expect("the first look"))(&mut app);
        app
    }

    fn count<T: Component>(app: &mut App, keep: impl Fn(&T) -> bool) -> usize {
        let world = app.world_mut();
        world.query::<&T>().iter(world).filter(|component| keep(component)).count()
    }

    fn visible_packets(app: &mut App) -> Vec<Vec2> {
        let world = app.world_mut();
        world.query::<&Packet>().iter(world).filter(|packet| packet.visible).map(|packet| packet.position).collect()
    }

    #[test]
    fn chips_links_and_packets_are_entities() {
        let mut app = app();
        (0..5).for_each(|_| app.update());
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Gpu), 8);
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Switch), 2);
        assert_eq!(count(&mut app, |chip: &Chip| chip.kind == ChipKind::Die), 84);
        assert_eq!(count(&mut app, |link: &Link| link.fabric == 0), 16, "each GPU has a port in each direction");
        // 11 x 7 edges between dies in a row, 12 x 6 between dies in a column, both directions.
        assert_eq!(count(&mut app, |link: &Link| link.fabric == 1), 2 * (11 * 7 + 12 * 6));
        for fabric in [0, 1] {
            assert!(count(&mut app, |packet: &Packet| packet.visible && packet.fabric == fabric) > 0);
        }
        assert!(app.world().resource::<StagePicture>().front.len() > 300);
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
