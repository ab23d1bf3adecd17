//! The egui pass: the panels read the session and leave their intents for the next frame.

use bevy::a11y::AccessibilityRequested;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

use super::camera::{EguiFonts, StageArea, root_ui};
use super::draw_cost::{CostPart, DrawCost};
use super::render::Backdrop;
use super::state::{Hidden, OpenSession, PendingIntents, Views};
use crate::sample::{Explanation, FabricFrame, FabricView};
use crate::style::{Theme, ThemeKind};
use crate::ui::{self, HeatmapTextures, Model, PanelStamp};

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
        .init_resource::<ShownPanels>()
        .add_systems(EguiPrimaryContextPass, panels);
}

/// What the panels of the last pass showed.
#[derive(Resource, Default)]
struct ShownPanels {
    stamp: PanelStamp,
    /// What views and window were.
    layouts: u64,
    explained: u64,
    zoom: f32,
    solving: Option<(usize, bool)>,
}

impl ShownPanels {
    /// Whether panels may be painted from their last shapes, and what these depend on.
    fn next(&mut self, open: &Res<OpenSession>, views: &Views, zoom: f32) -> PanelStamp {
        let clock = &open.0.clock;
        let solving = open.0.solve_progress().map(|progress| (progress.done, progress.is_long()));
        let is_same = !open.is_changed()
            && (self.layouts, self.explained, self.solving) == (views.layouts, views.explained, solving)
            && (self.zoom - zoom).abs() < f32::EPSILON;
        self.stamp.changes += u64::from(!is_same);
        (self.layouts, self.explained, self.solving, self.zoom) = (views.layouts, views.explained, solving, zoom);
        let beat_fs = (clock.speed() * BEAT_S * 1e15).max(1.0);
        self.stamp.at = clock.at.0;
        self.stamp.beat = if clock.playing { (clock.at.0 as f64 / beat_fs) as u64 } else { clock.at.0 };
        if open.0.shows_run() {
            // The low digits change with every frame; figures of a run do not follow its clock.
            self.stamp.at = open.0.run_clock.at.0 as u64;
            self.stamp.beat = 0;
        }
        self.stamp
    }
}

/// Seconds on the screen between two versions of figures that follow the clock.
const BEAT_S: f64 = 0.1;

/// The resources that the panels write.
#[derive(SystemParam)]
struct PanelOutput<'w> {
    heatmaps: ResMut<'w, Heatmaps>,
    shown_theme: ResMut<'w, ShownTheme>,
    backdrop: ResMut<'w, Backdrop>,
    pending: ResMut<'w, PendingIntents>,
    panels: ResMut<'w, ShownPanels>,
    area: ResMut<'w, StageArea>,
    cost: ResMut<'w, DrawCost>,
}

fn panels(
    mut contexts: EguiContexts,
    open: Res<OpenSession>,
    views: Res<Views>,
    hidden: Res<Hidden>,
    accessibility: Option<Res<AccessibilityRequested>>,
    mut output: PanelOutput,
) -> Result {
    output.cost.end_lap(CostPart::Bevy);
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
    let stamp = output.panels.next(&open, &views, zoom);
    // A screen reader needs all controls in every pass.
    let is_read = accessibility.is_some_and(|requested| requested.get());
    PanelStamp::set((current && !is_read).then_some(stamp), &context);
    let (shown, frames): (&[FabricView], &[FabricFrame]) =
        if current { (&views.views, &views.frames) } else { (&[], &[]) };
    let model = Model { session, views: shown, frames, heatmaps: &output.heatmaps.0 };
    output.pending.set_panels(ui::panels(&mut root, &model));
    let area_changed = output.area.set_if_neq(StageArea::new(&root));
    // The next frame continues with all of these, and nothing else requests one while the clock stands.
    let solving = session.solve_progress().is_some();
    let explaining = shown.iter().any(|view| view.explanation.as_ref().is_some_and(Explanation::is_working));
    let sweeping = session.sweep_job.as_ref().is_some_and(|sweeping| sweeping.next().is_some());
    let exporting = session.export_progress().is_some();
    let working = ((explaining || sweeping) && session.panels || solving || exporting) && !hidden.0;
    if area_changed || output.pending.has_panels() || working {
        context.request_repaint();
    }
    output.cost.end_lap(CostPart::Panels);
    Ok(())
}
