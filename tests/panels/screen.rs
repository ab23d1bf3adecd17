//! A session with its panels, without window and renderer.

use egui_kittest::Harness;
use fabricscope::sample::{FabricFrame, FabricView};
use fabricscope::session::{Intent, Session};
use fabricscope::stage::{Rect, stage_cells};
use fabricscope::ui::{HeatmapTextures, Model, fonts, panels, style};
use fabricscope::units::Femtos;
use glam::vec2;

/// A session with its panels; intents are applied as the app does.
pub struct Screen {
    pub session: Session,
    heatmaps: HeatmapTextures,
    /// Made for this revision of the session.
    pub views: (u64, Vec<FabricView>),
    /// What the panels leave free.
    stage: Rect,
    ready: bool,
}

fn show(ui: &mut egui::Ui, screen: &mut Screen) {
    if !screen.ready {
        screen.ready = true;
        ui.ctx().set_fonts(fonts());
        ui.ctx().set_global_style(style(screen.session.theme));
        return;
    }
    let session = &screen.session;
    // Between the panels, as in the window.
    let cells = stage_cells(screen.stage, session.runs.len(), session.view.active);
    if screen.views.0 != session.revision {
        let views = session.runs.iter().zip(&cells).map(|(run, cell)| FabricView::new(run, *cell));
        screen.views = (session.revision, views.collect());
    }
    for (index, (run, view)) in session.runs.iter().zip(&mut screen.views.1).enumerate() {
        if view.layout.cell != cells[index] {
            view.place(run, cells[index], session.camera(index));
        }
        view.update_selection(run, &session.view, index);
        if let Some(explained) = &mut view.explanation {
            explained.finish(run);
            explained.examine(run, session.local_time(run));
        }
    }
    let views = &screen.views.1;
    let mut frames = vec![FabricFrame::default(); views.len()];
    for ((run, view), frame) in session.runs.iter().zip(views).zip(&mut frames) {
        let own = run.result().map_or(Femtos(0), |result| result.time);
        view.frame(run, session.clock.local(own), session.clock.playback(own), &session.view, frame);
    }
    screen.heatmaps.update(ui.ctx(), session, views);
    let model = Model { session, views, frames: &frames, heatmaps: &screen.heatmaps };
    for intent in panels(ui, &model) {
        screen.session.apply(intent);
    }
    let left = ui.available_rect_before_wrap();
    let stage = Rect::new(vec2(left.left(), left.top()), vec2(left.right(), left.bottom()));
    if screen.stage != stage {
        screen.stage = stage;
        ui.ctx().request_repaint();
    }
}

pub fn screen() -> Harness<'static, Screen> {
    screen_of(Session::first_look().expect("the first look"), [1440.0, 900.0])
}

pub fn screen_of(mut session: Session, size: [f32; 2]) -> Harness<'static, Screen> {
    session.apply(Intent::Pause);
    let screen = Screen {
        session,
        heatmaps: HeatmapTextures::default(),
        views: (0, Vec::new()),
        stage: Rect::new(vec2(280.0, 60.0), vec2(1110.0, 640.0)),
        ready: false,
    };
    let mut harness = Harness::builder().with_size(size).build_ui_state(show, screen);
    harness.run();
    harness
}
