//! The egui pass: the panels read the session and leave their intents for the next frame.

use bevy::ecs::system::SystemParam;
use bevy::platform::time::Instant;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

use super::camera::{EguiFonts, StageArea, root_ui};
use super::draw_cost::DrawCost;
use super::render::Backdrop;
use super::state::{Hidden, OpenSession, PendingIntents, Views};
use crate::sample::{Explanation, FabricFrame, FabricView};
use crate::style::{Theme, ThemeKind};
use crate::ui::{self, HeatmapTextures, Model};

/// The textures of the link heatmaps on the timeline.
#[derive(Resource, Default)]
struct Heatmaps(HeatmapTextures);

/// The theme that egui and the backdrop have.
#[derive(Resource, Default)]
struct ShownTheme(Option<ThemeKind>);

/// The panels, with their fonts.
///
/// They run after `Update`, so they show the frame that is about to be drawn. They never change the session: a click
/// becomes an intent that the next frame applies.
pub(super) fn plugin(app: &mut App) {
    app.insert_resource(EguiFonts(ui::fonts()))
        .init_resource::<Heatmaps>()
        .init_resource::<ShownTheme>()
        .add_systems(EguiPrimaryContextPass, panels);
}

/// The resources that the panels write.
#[derive(SystemParam)]
struct PanelOutput<'w> {
    heatmaps: ResMut<'w, Heatmaps>,
    shown_theme: ResMut<'w, ShownTheme>,
    backdrop: ResMut<'w, Backdrop>,
    pending: ResMut<'w, PendingIntents>,
    area: ResMut<'w, StageArea>,
    cost: ResMut<'w, DrawCost>,
}

fn panels(
    mut contexts: EguiContexts,
    open: Res<OpenSession>,
    views: Res<Views>,
    hidden: Res<Hidden>,
    mut output: PanelOutput,
) -> Result {
    let began = Instant::now();
    let context = contexts.ctx_mut()?.clone();
    let session = &open.0;
    if output.shown_theme.0 != Some(session.theme) {
        output.shown_theme.0 = Some(session.theme);
        context.set_global_style(ui::style(session.theme));
        // However long a finger or a button stays down: only movement makes a click a drag.
        context.options_mut(|options| options.input_options.max_click_duration = f64::INFINITY);
        output.backdrop.0 = Theme::new(session.theme).ground;
    }
    let window = context.content_rect().size() * context.zoom_factor();
    let zoom = ui::interface_zoom(session, window);
    if (context.zoom_factor() - zoom).abs() > 1e-3 {
        context.set_zoom_factor(zoom);
    }
    let current = views.revision == session.revision;
    if current {
        output.heatmaps.0.update(&context, session, &views.views);
    }
    let mut root = root_ui(&context);
    let (shown, frames): (&[FabricView], &[FabricFrame]) =
        if current { (&views.views, &views.frames) } else { (&[], &[]) };
    let model = Model { session, views: shown, frames, heatmaps: &output.heatmaps.0 };
    output.pending.set_panels(ui::panels(&mut root, &model));
    let area_changed = output.area.set_if_neq(StageArea::new(&root));
    let explaining = shown.iter().any(|view| view.explanation.as_ref().is_some_and(Explanation::is_working));
    let sweeping = session.sweep_job.as_ref().is_some_and(|sweeping| sweeping.next().is_some());
    // The next frame continues with all of these, and nothing else requests one while the clock stands.
    let solving = session.solve_progress().is_some();
    let working = ((explaining || sweeping) && session.panels || solving) && !hidden.0;
    if area_changed || output.pending.has_panels() || working {
        context.request_repaint();
    }
    output.cost.add_panels(began.elapsed());
    Ok(())
}
