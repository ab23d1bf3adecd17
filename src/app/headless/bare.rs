//! The app without graphics and panels: what our own systems do in a frame.

use std::time::Duration;

use bevy::asset::AssetPlugin;
use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;

use crate::app::camera::{PixelsPerPoint, StageArea};
use crate::app::{program, render, schedule};
use crate::session::Session;

/// An app whose frames last 1/60 s each.
pub struct Bare(App);

impl Bare {
    /// A session on a stage of 1400 x 800 points, up to the bytes for the graphics.
    pub fn new(session: Session) -> Bare {
        let Bare(mut app) = Bare::empty();
        app.insert_resource(StageArea([0.0, 0.0, 1400.0, 800.0])).insert_resource(PixelsPerPoint(1.0));
        app.add_plugins(render::plugin);
        program::without_panels(session)(&mut app);
        Bare(app)
    }

    /// Bevy alone.
    pub fn empty() -> Bare {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, AssetPlugin::default(), schedule::plugin))
            .init_asset::<Mesh>()
            .init_asset::<Image>()
            .init_asset::<Shader>()
            .init_resource::<ClearColor>()
            // As Bevy's own plugin of cameras does.
            .register_required_components::<Mesh2d, Visibility>()
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs_f64(1.0 / 60.0)));
        Bare(app)
    }

    /// Runs a frame.
    pub fn update(&mut self) {
        self.0.update();
    }
}
