//! A session with its panels, without window and renderer.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
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
        // As in the window: only movement makes a press a drag.
        ui.ctx().options_mut(|options| options.input_options.max_click_duration = f64::INFINITY);
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

/// The tree of a screen for screen readers, with the control of this name in focus.
pub fn tree_of(session: Session, size: [f32; 2], focused: Option<&str>) -> egui::accesskit::TreeUpdate {
    let mut screen = Screen {
        session,
        heatmaps: HeatmapTextures::default(),
        views: (0, Vec::new()),
        stage: Rect::new(vec2(280.0, 60.0), vec2(1110.0, 640.0)),
        ready: false,
    };
    let ctx = egui::Context::default();
    ctx.enable_accesskit();
    let mut tree = None;
    for _ in 0..6 {
        let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size.into()));
        let mut input = egui::RawInput { screen_rect, ..egui::RawInput::default() };
        let found = tree.as_ref().zip(focused).and_then(|(tree, name)| node_named(tree, name));
        input.events.extend(found.map(|target_node| {
            egui::Event::AccessKitActionRequest(egui::accesskit::ActionRequest {
                action: egui::accesskit::Action::Focus,
                target_tree: egui::accesskit::TreeId::ROOT,
                target_node,
                data: None,
            })
        }));
        let mut output = ctx.run_ui(input, |ui| show(ui, &mut screen));
        output.textures_delta.clear();
        tree = output.platform_output.accesskit_update;
    }
    tree.expect("a tree")
}

fn node_named(tree: &egui::accesskit::TreeUpdate, name: &str) -> Option<egui::accesskit::NodeId> {
    tree.nodes.iter().find(|(_, node)| node.label() == Some(name)).map(|(id, _)| *id)
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

/// Clicks a value, types another one over it and confirms.
pub fn type_over(harness: &mut Harness<Screen>, value: &str, text: &str) {
    harness.get_by_label(value).click();
    harness.run();
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
}
