//! The arrangement of all panels in a window.

use egui::{Margin, Ui};

use super::frozen::{Follows, PanelPiece, frozen, frozen_ui};
use super::model::Model;
use super::style::colour;
use super::text::panels as text;
use super::widgets::Sign;
use super::{
    blank, fabric_tabs, first_start, hero, inspector, labels, lesson, measured_log, parameters, paste, result_line,
    results, stage_mode, stage_pointer, story, sweep, timeline, top_bar, training, widgets, windows,
};
use crate::session::Intent;
use crate::stage::Rect;

/// Height of the top bar in a low window, points: buttons that a finger hits.
const LOW_TOP_BAR: f32 = widgets::TOUCH + 4.0;
/// Lower windows have a line instead of the timeline, points.
const MIN_HEIGHT: f32 = 420.0;
/// Lower windows have no hero line over the stage, points.
const MIN_HEIGHT_OF_HERO: f32 = 720.0;
/// Height of the line with the button that leads from a collective to its run, points.
const BACK_LINE: f32 = 36.0;
/// In a narrower stage, points, the window of the selection takes more than half of it.
const MIN_WIDTH_FOR_HALF: f32 = 520.0;
/// Lower windows have no line of results, points.
const MIN_HEIGHT_OF_RESULTS: f32 = 240.0;

/// Shows all panels in `root`; what they leave free is the stage.
pub fn panels(root: &mut Ui, model: &Model) -> Vec<Intent> {
    let mut intents = Vec::new();
    paste::paste_ui(root.ctx(), &mut intents);
    let height = root.available_height();
    let low = height < MIN_HEIGHT;
    let compact = root.available_width() < widgets::MIN_WIDTH_OF_SIDES;
    let side = if compact { 12 } else { 20 };
    let on_stage = stage_mode::is_on(model.session, root.available_size());
    let first_start = model.session.first_start;
    if let Some(first) = first_start.filter(|_| on_stage) {
        first_start::first_start_ui(root, model, first, &mut intents);
    } else if on_stage {
        stage_mode::frame_ui(root, model, &mut intents);
    } else {
        // A window that is too low has no room for it.
        intents.extend(first_start.map(|_| Intent::EndFirstStart));
        egui::Panel::top("top bar")
            .exact_size(if low { LOW_TOP_BAR } else { widgets::TOP_BAR })
            .frame(frame(model, Margin::symmetric(side, 0)))
            .show(root, |ui| {
                frozen_ui(ui, "top bar", Follows::Clock, |ui| top_bar::top_bar_ui(ui, model, &mut intents));
            });
    }
    if let Some(open) = &model.session.story {
        if !on_stage {
            egui::Panel::top("story")
                .exact_size(story::BAR)
                .frame(frame(model, Margin::symmetric(side, 0)))
                .show(root, |ui| story::story_bar_ui(ui, model, open, &mut intents));
        }
        story::notes_ui(root, model, open);
    }
    let with_sides = model.session.panels && !compact;
    if model.session.panels {
        bottom_panel(root, model, low, &mut intents);
    }
    if model.session.panels && compact && height >= MIN_HEIGHT_OF_RESULTS {
        egui::Panel::bottom("results in a line")
            .exact_size(result_line::height(model, root.available_width()))
            .frame(frame(model, Margin::symmetric(side + 4, 0)))
            .show(root, |ui| result_line::result_line_ui(ui, model));
    }
    if with_sides {
        side_panels(root, model, &mut intents);
    }
    let has_hero = with_sides && height >= MIN_HEIGHT_OF_HERO;
    if let Some(outcome) = has_hero.then(|| hero::Outcome::new(model.session)).flatten() {
        egui::Panel::top("hero")
            .exact_size(hero::height(&outcome))
            .frame(egui::Frame::new().inner_margin(Margin::symmetric(28, 0)))
            .show(root, |ui| hero::hero_ui(ui, model.theme(), &outcome));
    }
    let on_run = model.session.shows_run();
    if model.session.call_stage().is_some() {
        egui::Panel::top("back to the run").exact_size(BACK_LINE).frame(frame(model, Margin::symmetric(side, 0))).show(
            root,
            |ui| {
                training::call_ui(ui, model, &mut intents);
            },
        );
    }
    if on_run && !model.session.panels {
        let height = training::height(model.session, root.available_height());
        egui::Panel::bottom("axis").exact_size(height).frame(frame(model, Margin::symmetric(16, 4))).show(root, |ui| {
            training::axis_ui(ui, model, &mut intents);
        });
    }
    if !on_run && crate::stage::is_crowded(stage_rect(root.available_rect_before_wrap()), model.session.runs.len()) {
        egui::Panel::top("fabrics")
            .exact_size(fabric_tabs::HEIGHT)
            .frame(frame(model, Margin::symmetric(side, 0)))
            .show(root, |ui| fabric_tabs::fabric_tabs_ui(ui, model, &mut intents));
    }
    let area = root.available_rect_before_wrap();
    if on_run {
        training::stage_ui(root, model);
    } else {
        stage_pointer::stage_pointer_ui(root, model, &mut intents);
        let part = PanelPiece { name: "labels", index: 0, follows: Follows::Clock, rect: area, is_touched: false };
        frozen(root.ctx(), root.layer_id(), &part, || {
            labels::paint_labels(&root.painter().with_clip_rect(area), model);
            area
        });
    }
    if let Some(open) = &model.session.story {
        story::dim_others(&root.painter().with_clip_rect(area), model, open);
    }
    if !with_sides {
        floating_inspector(root.ctx(), model, area, &mut intents);
    }
    // Where the side panels have no room, the log is a window over the stage.
    if let Some(log) = model.session.log.as_ref().filter(|_| compact && model.session.panels) {
        measured_log::log_window_ui(root.ctx(), model, log, &mut intents);
    }
    if let Some(open) = model.session.lesson.as_ref().filter(|_| !with_sides) {
        lesson::lesson_window_ui(root.ctx(), model, open, &mut intents);
    }
    if let Some(open) = &model.session.story {
        story::overview_ui(root.ctx(), model, open, &mut intents);
        story::pointing_ui(root.ctx(), model.theme(), open);
    }
    windows::windows_ui(root.ctx(), model, &mut intents);
    if let Some(term) = widgets::take_requested_term(root.ctx()) {
        intents.push(Intent::ShowGlossary(Some(term)));
    }
    if let Some(screen) = model.session.blank {
        blank::blank_ui(root.ctx(), screen, &mut intents);
    }
    if model.session.undo.is_dragging() && !root.input(|input| input.pointer.any_down()) {
        intents.push(Intent::EndDrag);
    }
    intents
}

fn frame(model: &Model, margin: Margin) -> egui::Frame {
    egui::Frame::new().fill(colour(model.theme().panel)).inner_margin(margin)
}

/// Timeline or sweep; a line in a low window, such as a page that embeds the program, so that the stage keeps its room.
fn bottom_panel(root: &mut Ui, model: &Model, low: bool, intents: &mut Vec<Intent>) {
    let panel = egui::Panel::bottom("timeline").resizable(false);
    if low {
        panel
            .exact_size(timeline::STRIP)
            .frame(frame(model, Margin::symmetric(20, 0)))
            .show(root, |ui| timeline::strip_ui(ui, model, intents));
        return;
    }
    let sweeping = model.session.sweep_job.as_ref();
    let available = root.available_size();
    let on_run = model.session.shows_run();
    let height = match sweeping {
        Some(_) => sweep::height(available.y),
        None if on_run => training::height(model.session, available.y),
        None => timeline::height(model, available),
    };
    panel.exact_size(height).frame(frame(model, Margin::symmetric(20, 12))).show(root, |ui| match sweeping {
        Some(sweeping) => sweep::sweep_ui(ui, model, sweeping, intents),
        None if on_run => training::axis_ui(ui, model, intents),
        None => frozen_ui(ui, "timeline", Follows::Clock, |ui| timeline::timeline_ui(ui, model, intents)),
    });
}

/// Least width of a side panel, points.
const MIN_SIDE: f32 = 208.0;
/// Least width that side panels leave for the stage, points.
const MIN_STAGE: f32 = 420.0;
/// Width of a side panel that is collapsed, points.
const COLLAPSED: f32 = 32.0;

fn side_panels(root: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let width = root.available_width();
    // A log has a cluster of its own: its panel takes the place of the parameters.
    match (&model.session.log, &model.session.lesson) {
        (Some(log), _) => measured_log::log_panel_ui(root, model, log, intents),
        (None, Some(open)) => {
            let margin = Margin { left: 20, right: 8, top: 16, bottom: 16 };
            egui::Panel::left("lesson")
                .exact_size((width * 0.24).clamp(272.0, 340.0))
                .resizable(false)
                .frame(frame(model, margin))
                .show(root, |ui| {
                    lesson::lesson_panel_ui(ui, model, open, intents);
                    if open.has_controls() {
                        ui.separator();
                        match open.may_change() {
                            Some(paths) => parameters::task_controls_ui(ui, model, paths, intents),
                            None => parameters::parameters_ui(ui, model, intents),
                        }
                    }
                });
        }
        (None, None) => side_panel(root, model, Side::Parameters, (width * 0.19).clamp(224.0, 272.0), |ui| {
            frozen_ui(ui, "parameters", Follows::Changes, |ui| parameters::parameters_ui(ui, model, intents));
        }),
    }
    side_panel(root, model, Side::Results, (width * 0.22).clamp(264.0, 320.0), |ui| {
        frozen_ui(ui, "results", Follows::Beat, |ui| results::results_ui(ui, model, intents));
    });
}

/// A side panel at its width of the first frame, until the user drags its edge, or collapsed to a button.
fn side_panel(root: &mut Ui, model: &Model, side: Side, width: f32, contents: impl FnOnce(&mut Ui)) {
    let is_left = side == Side::Parameters;
    let id = side.id();
    let new = |id: &'static str| if is_left { egui::Panel::left(id) } else { egui::Panel::right(id) };
    if is_collapsed(root.ctx(), side) {
        let margin = Margin { left: 4, right: 4, top: 12, bottom: 12 };
        new(side.collapsed_id()).exact_size(COLLAPSED).resizable(false).frame(frame(model, margin)).show(root, |ui| {
            collapse_button(ui, model, side);
        });
        return;
    }
    let margin = Margin { left: 20, right: 8, top: 16, bottom: 16 };
    let most = ((root.ctx().content_rect().width() - MIN_STAGE) / 2.0).max(width);
    new(id).resizable(true).default_size(width).size_range(MIN_SIDE..=most).frame(frame(model, margin)).show(
        root,
        |ui| {
            ui.set_min_width(ui.available_width());
            let corner = ui.max_rect().right_top() + egui::vec2(-widgets::TARGET - widgets::SCROLL_BAR, -8.0);
            let corner = egui::Rect::from_min_size(corner, egui::Vec2::splat(widgets::TARGET));
            contents(ui);
            // Over the contents, which scroll below it, and not a part of them: it would stretch the panel's border.
            collapse_button(&mut ui.new_child(egui::UiBuilder::new().max_rect(corner)), model, side);
        },
    );
}

/// The side panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Parameters,
    Results,
}

impl Side {
    fn id(self) -> &'static str {
        match self {
            Side::Parameters => "parameters",
            Side::Results => "results",
        }
    }

    fn collapsed_id(self) -> &'static str {
        match self {
            Side::Parameters => "collapsed parameters",
            Side::Results => "collapsed results",
        }
    }
}

fn is_collapsed(ctx: &egui::Context, side: Side) -> bool {
    ctx.data(|data| data.get_temp::<bool>(egui::Id::new(side.collapsed_id()))).unwrap_or(false)
}

/// Collapses a side panel, or shows it again.
fn collapse_button(ui: &mut Ui, model: &Model, side: Side) {
    let collapsed = is_collapsed(ui.ctx(), side);
    let sign = if collapsed == (side == Side::Parameters) { Sign::Forward } else { Sign::Back };
    let name = match side {
        Side::Parameters => text::parameters(collapsed),
        Side::Results => text::results(collapsed),
    };
    let size = egui::Vec2::splat(widgets::TARGET);
    if widgets::sign_button(ui, model.theme(), sign, size, false, name).clicked() {
        ui.ctx().data_mut(|data| data.insert_temp(egui::Id::new(side.collapsed_id()), !collapsed));
    }
}

/// Without side panels, the inspector floats over the stage, at the side where the selected fabric is not.
fn floating_inspector(ctx: &egui::Context, model: &Model, area: egui::Rect, intents: &mut Vec<Intent>) {
    let Some(selection) = model.session.view.selection else { return };
    let view = model.views.get(selection.fabric);
    let is_right = view.is_some_and(|view| view.layout.cell.min.x > area.center().x - 1.0);
    let (pivot, x) = if is_right {
        (egui::Align2::LEFT_BOTTOM, area.left() + 16.0)
    } else {
        (egui::Align2::RIGHT_BOTTOM, area.right() - 16.0)
    };
    let corner = egui::pos2(x, area.bottom() - 44.0);
    egui::Area::new("inspector".into()).pivot(pivot).fixed_pos(corner).show(ctx, |ui| {
        // On a phone its rows need the whole width, and the top of the machine stays in sight.
        let is_narrow = area.width() < MIN_WIDTH_FOR_HALF;
        let (width, height) = if is_narrow { (area.width() - 32.0, 0.5) } else { (area.width() * 0.5, 0.75) };
        ui.set_max_width(width.min(320.0));
        egui::ScrollArea::vertical()
            .max_height(area.height() * height)
            .show(ui, |ui| inspector::inspector_ui(ui, model, intents));
    });
}

fn stage_rect(area: egui::Rect) -> Rect {
    Rect::new(glam::vec2(area.left(), area.top()), glam::vec2(area.right(), area.bottom()))
}
