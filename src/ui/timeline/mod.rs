//! Below the stage: for every fabric its links (or classes of links) over time, on one axis, with phases, marks, the
//! loop and the playhead.
//!
//! | file | what |
//! |---|---|
//! | `carpet` | every link a row |
//! | `classes` | every class of links an area |
//! | `path` | the critical path over both |
//! | `pointer` | scrub, loop, zoom, select |

mod carpet;
mod classes;
mod path;
mod pointer;

pub use carpet::CarpetTextures;

use egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::{elided, named};
use crate::explain::CostKind;
use crate::fabric::{Direction, LinkId, Topology};
use crate::sample::{FabricView, LinkHeatmap, time_ticks};
use crate::scene::ClockMode;
use crate::scene::letter;
use crate::session::Intent;
use crate::solve::FabricRun;
use crate::stage::TimelineShows;
use crate::style::{Rgba8, Theme};
use crate::units::Femtos;
use crate::units::grouped;

/// Width of the names at the left, points.
const NAMES: f32 = 164.0;
/// Height of the axis, points.
const AXIS: f32 = 26.0;
/// Height of the line below, points.
const FOOT: f32 = 20.0;

/// The axis: which instant stands where.
#[derive(Clone, Copy, Debug)]
struct Axis {
    /// Axis and rows, without names and foot.
    area: Rect,
    /// The span that is shown.
    span: (Femtos, Femtos),
    /// Of the slowest fabric.
    duration: Femtos,
    /// Height of a fabric's row and what is below it.
    band: f32,
    mode: ClockMode,
}

impl Axis {
    fn new(model: &Model, rect: Rect) -> Axis {
        let area = Rect::from_min_max(rect.min + vec2(NAMES, 0.0), rect.max - vec2(8.0, FOOT));
        let clock = &model.session.clock;
        let span = model.session.view.span.unwrap_or((Femtos(0), clock.duration));
        let band = (area.height() - AXIS) / model.session.runs.len().max(1) as f32;
        Axis { area, span, duration: clock.duration, band, mode: clock.mode }
    }

    /// Where an instant of the clock stands.
    fn x(&self, at: Femtos) -> f32 {
        let length = self.span.1.since(self.span.0).0.max(1) as f64;
        self.area.left() + self.area.width() * ((at.0 as f64 - self.span.0.0 as f64) / length) as f32
    }

    /// Where an instant of a fabric's own time stands, which takes `own` in all.
    fn x_local(&self, at: Femtos, own: Femtos) -> f32 {
        match self.mode {
            ClockMode::Same => self.x(at),
            // On the normalised clock every fabric takes the whole width.
            ClockMode::Normalised => {
                let share = at.0 as f64 / own.0.max(1) as f64;
                self.x(Femtos((share * self.duration.0 as f64) as u64))
            }
        }
    }

    /// The instant of the clock at a place.
    fn at(&self, x: f32) -> Femtos {
        let share = f64::from(((x - self.area.left()) / self.area.width().max(1.0)).clamp(0.0, 1.0));
        let length = self.span.1.since(self.span.0).0 as f64;
        Femtos(self.span.0.0 + (share * length) as u64)
    }

    /// The row of a fabric.
    fn row(&self, index: usize) -> Rect {
        let top = self.area.top() + AXIS + self.band * index as f32;
        Rect::from_min_max(pos2(self.area.left(), top), pos2(self.area.right(), top + self.band - 10.0))
    }
}

/// How high the panel is: enough for every fabric, never more than a third of the window.
pub(super) fn height(model: &Model, available: f32) -> f32 {
    let fabrics = model.session.runs.len() as f32;
    (AXIS + 44.0 + fabrics * 70.0).min(available * 0.29).max(120.0)
}

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    // Not reached by Tab: the transport and the keys do what a key could do here.
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::CLICK | Sense::DRAG);
    named(&response, egui::WidgetType::Other, "Timeline", &model.session.clock.at.to_string());
    let axis = Axis::new(model, rect);
    ticks(ui, theme, &axis);
    looped(ui, theme, &axis, model.session.clock.looped);
    for (index, run) in model.session.runs.iter().enumerate() {
        fabric(ui, model, index, run, &axis);
    }
    let now = axis.x(model.session.clock.at);
    if axis.area.x_range().contains(now) {
        playhead(ui, theme, axis.area, now);
    }
    marks(ui, model, &axis);
    pointer::act(ui, model, &axis, &response, intents);
    foot(ui, model, rect, intents);
}

/// Height of the line that stands for the timeline in a low window, points.
pub(super) const STRIP: f32 = 36.0;

/// The timeline as one line: where every fabric is done, and the playhead.
pub(super) fn strip(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::CLICK | Sense::DRAG);
    named(&response, egui::WidgetType::Slider, "Timeline", &model.session.clock.at.to_string());
    let duration = model.session.clock.duration;
    let rail = Rect::from_center_size(rect.center(), vec2(rect.width() - 8.0, 4.0));
    let x = |share: f64| rail.left() + rail.width() * share as f32;
    let painter = ui.painter();
    painter.rect_filled(rail, 2.0, colour(theme.line));
    let share = |at: Femtos| at.0 as f64 / duration.0.max(1) as f64;
    let now = x(share(model.session.clock.at));
    painter.rect_filled(rail.with_max_x(now), 2.0, colour(theme.selection));
    let mut last = f32::NEG_INFINITY;
    for (index, run) in model.session.runs.iter().enumerate() {
        let Some(result) = run.result() else { continue };
        let end = match model.session.clock.mode {
            ClockMode::Same => x(share(result.time)),
            ClockMode::Normalised => continue,
        };
        painter.vline(end, rail.top() - 4.0..=rail.bottom() + 4.0, Stroke::new(2.0, colour(theme.done)));
        let at = pos2(end, rail.bottom() + 9.0);
        if (end - last).abs() > 10.0 && end < rect.right() - 12.0 {
            painter.text(at, Align2::CENTER_CENTER, letter(index), words(Theme::TYPE[0]), colour(theme.done));
            last = end;
        }
    }
    painter.circle(pos2(now, rail.center().y), 6.0, colour(theme.text), Stroke::new(2.0, colour(theme.panel)));
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let share = f64::from(((pointer.x - rail.left()) / rail.width().max(1.0)).clamp(0.0, 1.0));
        intents.push(Intent::Seek(Femtos((share * duration.0 as f64) as u64)));
    }
}

/// What is shown of links, to choose; and what the rows are.
fn foot(ui: &mut Ui, model: &Model, rect: Rect, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let line = Rect::from_min_max(pos2(rect.left(), rect.bottom() - FOOT + 2.0), rect.max + vec2(0.0, 2.0));
    let shown = model.session.view.timeline;
    let left = ui.scope_builder(egui::UiBuilder::new().max_rect(line), |ui| {
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.spacing_mut().button_padding = vec2(7.0, 1.0);
            ui.spacing_mut().interact_size.y = FOOT - 2.0;
            for (shows, name, explanation) in [
                (TimelineShows::Links, "links", "Every link a row; of joined links the mean"),
                (TimelineShows::BusiestLinks, "busiest", "Every link a row; of joined links the busiest"),
                (TimelineShows::Classes, "classes", "Every class of links an area, as high as its mean use"),
            ] {
                let chosen = shows == shown;
                let ink = colour(if chosen { theme.text } else { theme.soft });
                let text = egui::RichText::new(name).font(words(Theme::TYPE[0])).color(ink);
                let fill = colour(if chosen { theme.chosen } else { theme.raised });
                let button = ui.add(egui::Button::new(text).fill(fill).corner_radius(5.0));
                named(&button, egui::WidgetType::RadioButton, &format!("Timeline: {name}"), "");
                if button.on_hover_text(explanation).clicked() && !chosen {
                    intents.push(Intent::SetTimeline(shows));
                }
            }
            ui.min_rect().right()
        })
        .inner
    });
    let from = left.inner + 14.0;
    let legend = legend(model.views, shown);
    let font = words(Theme::TYPE[0]);
    let galley = ui.painter().layout_no_wrap(legend.clone(), font.clone(), colour(theme.soft));
    let y = line.center().y;
    let right = rect.right() - 8.0;
    if galley.size().x <= right - from {
        ui.painter().galley(pos2(right - galley.size().x, y - galley.size().y / 2.0), galley, colour(theme.soft));
    } else {
        elided(ui.painter(), pos2(from, y), legend, font, colour(theme.soft), right - from);
    }
}

/// What the rows are, said once for fabrics alike.
fn legend(views: &[FabricView], shows: TimelineShows) -> String {
    let mut said: Vec<(String, String)> = Vec::new();
    for (index, view) in views.iter().enumerate() {
        let Some(carpet) = &view.link_heatmap else { continue };
        let joined = carpet::links_per_row(carpet);
        let how = match shows {
            TimelineShows::Classes => {
                let names: Vec<&str> = view.class_utilisation.classes.iter().map(|class| class.name).collect();
                format!("mean use by class, from above: {}", names.join(", "))
            }
            TimelineShows::BusiestLinks if joined > 1 => {
                format!(
                    "{}, the busiest of {joined} links a row, over {} each",
                    carpet.legend,
                    carpet::column_time(carpet)
                )
            }
            TimelineShows::Links if joined > 1 => format!("{}, mean of {joined} links a row", carpet.legend),
            TimelineShows::Links | TimelineShows::BusiestLinks => carpet.legend.clone(),
        };
        match said.iter_mut().find(|(_, known)| *known == how) {
            Some((letters, _)) => *letters = format!("{letters}, {}", letter(index)),
            None => said.push((letter(index), how)),
        }
    }
    let parts: Vec<String> = said.into_iter().map(|(letters, text)| format!("{letters}: {text}")).collect();
    parts.join("   ·   ")
}

fn ticks(ui: &Ui, theme: &Theme, axis: &Axis) {
    let painter = ui.painter();
    let area = axis.area;
    let most = (area.width() / 84.0) as usize;
    let marks = match axis.mode {
        ClockMode::Same => time_ticks(axis.span, most),
        ClockMode::Normalised => percent_ticks(axis, most),
    };
    for (at, text) in marks {
        let x = axis.x(at);
        painter.vline(x, area.top() + 18.0..=area.bottom(), Stroke::new(1.0, colour(theme.line)));
        let anchor = if x < area.left() + 20.0 { Align2::LEFT_TOP } else { Align2::CENTER_TOP };
        // A label at the very end would be cut.
        if x < area.right() - 20.0 || at.0 == 0 {
            painter.text(pos2(x, area.top()), anchor, text, mono(Theme::TYPE[0]), colour(theme.soft));
        }
    }
}

/// Round shares of every run: on the normalised clock no instant is that of all fabrics.
fn percent_ticks(axis: &Axis, most: usize) -> Vec<(Femtos, String)> {
    let percent = |at: Femtos| 100.0 * at.0 as f64 / axis.duration.0.max(1) as f64;
    let (from, to) = (percent(axis.span.0), percent(axis.span.1));
    let step =
        [1.0, 2.0, 5.0, 10.0, 20.0, 50.0].into_iter().find(|step| (to - from) / step <= most as f64).unwrap_or(50.0);
    let instant = |percent: f64| Femtos((percent / 100.0 * axis.duration.0 as f64) as u64);
    let tick = |number: u32| f64::from(number) * step;
    let all = (0..=(100.0 / step) as u32).map(tick).filter(|percent| (from..=to).contains(percent));
    all.map(|percent| (instant(percent), format!("{percent:.0} %"))).collect()
}

/// The span that is played over and over.
fn looped(ui: &Ui, theme: &Theme, axis: &Axis, looped: Option<(Femtos, Femtos)>) {
    let Some((from, to)) = looped else { return };
    let area = axis.area;
    let band =
        Rect::from_min_max(pos2(axis.x(from), area.top() + 16.0), pos2(axis.x(to), area.bottom())).intersect(area);
    if !band.is_positive() {
        return;
    }
    ui.painter().rect_filled(band, 0.0, colour(theme.selection.with_alpha(28)));
    let rail = Rect::from_min_max(band.min, pos2(band.right(), band.top() + 3.0));
    ui.painter().rect_filled(rail, 1.0, colour(theme.selection));
}

fn fabric(ui: &Ui, model: &Model, index: usize, run: &FabricRun, axis: &Axis) {
    let theme = model.theme();
    let row = axis.row(index);
    // A low row has room for the name alone.
    let low = row.height() < 32.0;
    let name = pos2(row.left() - NAMES, row.center().y - if low { 0.0 } else { 9.0 });
    let title = format!("{}   {}", letter(index), run.scene.name);
    elided(ui.painter(), name, title, semibold(Theme::TYPE[1]), colour(theme.text), NAMES - 16.0);
    let sub = name + vec2(0.0, 18.0);
    let algorithm = run.algorithm.clone();
    if !low {
        elided(ui.painter(), sub, algorithm, words(Theme::TYPE[0]), colour(theme.soft), NAMES - 16.0);
    }
    let painter = ui.painter().with_clip_rect(row.expand2(vec2(0.0, 4.0)));
    let Some(result) = run.result() else {
        let words_at = pos2(row.left() + 8.0, row.center().y);
        painter.text(words_at, Align2::LEFT_CENTER, "cannot run", words(Theme::TYPE[1]), colour(theme.binding));
        return;
    };
    let x_of = |at: Femtos| axis.x_local(at, result.time);
    let (start, end) = (x_of(Femtos(0)), x_of(result.time));
    let end = end.max(start + 2.0);
    let view = model.views.get(index);
    before(&painter, model, index, row, axis);
    let explained = view.and_then(|view| view.explanation.as_ref()).filter(|_| model.session.view.path);
    if let Some(explained) = explained {
        path::band(ui.painter(), theme, explained, row, x_of);
    }
    if let Some(view) = view.filter(|_| model.session.view.timeline == TimelineShows::Classes) {
        classes::show(&painter, theme, &view.class_utilisation, result.time, row, x_of);
        if let Some(selected) = &view.selected {
            classes::selected(&painter, theme, &view.class_utilisation, row, &selected.classes);
        }
        return;
    }
    if let Some(carpet) = view.and_then(|view| view.link_heatmap.as_ref()) {
        phases(&painter, theme, run, carpet, row.top(), x_of);
    }
    let body = Rect::from_min_max(pos2(start, row.top() + 10.0), pos2(end, row.bottom()));
    if model.carpets.paint(&painter, index, theme, body) {
        selected_rows(&painter, theme, run, view, body);
        if let Some((explained, carpet)) = explained.zip(view.and_then(|view| view.link_heatmap.as_ref())) {
            path::line(&painter, run, explained, carpet, body, x_of);
        }
    } else if !model.views.is_empty() {
        painter.rect_filled(body, 3.0, colour(theme.raised));
        let words_at = pos2(row.left() + 8.0, body.center().y);
        let text = format!("{} transfers: too many to draw one by one", grouped(run.plan.logical_transfers()));
        painter.text(words_at, Align2::LEFT_CENTER, text, words(Theme::TYPE[0]), colour(theme.soft));
    }
}

/// Below the row, how long the run before the last change took.
fn before(painter: &egui::Painter, model: &Model, index: usize, row: Rect, axis: &Axis) {
    let Some(result) = model.session.undo.before(index).and_then(FabricRun::result) else { return };
    let theme = model.theme();
    let end = axis.x_local(result.time, result.time);
    let bar = Rect::from_min_max(pos2(axis.x(Femtos(0)), row.bottom() + 1.0), pos2(end, row.bottom() + 3.5));
    painter.rect_filled(bar, 1.0, colour(theme.muted));
    painter.vline(end, row.bottom() - 3.0..=row.bottom() + 4.0, Stroke::new(1.5, colour(theme.soft)));
}

/// Frames round the rows of what is selected: of a link, of the links of a chip or a PE, or of a line of several. On a
/// wafer a row stands for the links beside it too.
fn selected_rows(painter: &egui::Painter, theme: &Theme, run: &FabricRun, view: Option<&FabricView>, body: Rect) {
    let Some(view) = view else { return };
    let (Some(selected), Some(carpet)) = (&view.selected, &view.link_heatmap) else { return };
    let stands_for = |shown: LinkId, link: LinkId| match &run.fabric.topology {
        Topology::Mesh(mesh) => match (mesh.place(shown), mesh.place(link)) {
            (Some((x, y, of)), Some((link_x, link_y, direction))) if of == direction => match of {
                Direction::East | Direction::West => x == link_x,
                Direction::North | Direction::South => y == link_y,
                Direction::Ramp => x == link_x && y == link_y,
            },
            _ => false,
        },
        _ => shown == link,
    };
    let is_selected = |row: usize| {
        let mut shown = carpet.rows[row].links.iter();
        shown.any(|&shown| selected.links.iter().any(|&link| stands_for(shown, link)))
    };
    let rows: Vec<usize> = (0..link_heatmap.rows.len()).filter(|&row| is_selected(row)).collect();
    let height = body.height() / carpet.rows.len().max(1) as f32;
    let ring = Stroke::new(1.5, colour(theme.selection));
    // Neighbours share a frame.
    for rows in rows.chunk_by(|row, next| row + 1 == *next) {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
        let top = body.top() + height * *first as f32;
        let bottom = (body.top() + height * (*last + 1) as f32).max(top + 2.0);
        let frame = Rect::from_min_max(pos2(body.left(), top), pos2(body.right(), bottom));
        painter.rect_stroke(frame.expand2(vec2(1.0, 1.0)), 1.0, ring, egui::StrokeKind::Outside);
    }
}

/// Bands over the carpet: start-up of software, a pipeline that fills, when sums are on the way, and when copies are.
fn phases(
    painter: &egui::Painter,
    theme: &Theme,
    run: &FabricRun,
    carpet: &LinkHeatmap,
    top: f32,
    x_of: impl Fn(Femtos) -> f32,
) {
    let band = |from: Femtos, until: Femtos, lane: f32, ink: Rgba8| {
        let top = top + 4.0 * lane;
        let bar = Rect::from_min_max(pos2(x_of(from), top), pos2(x_of(until).max(x_of(from) + 1.0), top + 3.0));
        painter.rect_filled(bar, 1.0, colour(ink));
    };
    let launched = run.plan.launch();
    if launched > Femtos(0) {
        band(Femtos(0), launched, 0.0, theme.muted);
    }
    if run.plan.fill() > Femtos(0) {
        band(launched, launched + run.plan.fill(), 0.0, theme.part(CostKind::Processing));
    }
    for (lane, (span, ink)) in carpet.phases.iter().zip([theme.sum, theme.copy]).enumerate() {
        if let Some((from, until)) = span {
            band(*from, *until, lane as f32, ink);
        }
    }
}

/// Where the first chip of each fabric is done, and where each fabric is, in words beside the line.
fn marks(ui: &Ui, model: &Model, axis: &Axis) {
    let theme = model.theme();
    let area = axis.area;
    let painter = ui.painter().with_clip_rect(area.expand2(vec2(6.0, 0.0)));
    for (index, run) in model.session.runs.iter().enumerate() {
        let Some(result) = run.result() else { continue };
        let row = axis.row(index);
        let first = model.views.get(index).and_then(|view| view.first_done);
        if let Some(first) = first.filter(|first| *first < result.time) {
            mark(&painter, theme, pos2(axis.x_local(first, result.time), row.top() + 1.0), false);
        }
        let x = axis.x_local(result.time, result.time);
        mark(&painter, theme, pos2(x, row.top() + 1.0), true);
        if axis.mode == ClockMode::Normalised || result.time == axis.duration || !area.x_range().contains(x) {
            continue;
        }
        let stroke = Stroke::new(1.0, colour(theme.done));
        painter.add(egui::Shape::dashed_line(&[pos2(x, area.top() + 18.0), pos2(x, area.bottom())], stroke, 4.0, 4.0));
        let ratio = axis.duration.0 as f64 / result.time.0.max(1) as f64;
        let text = format!("{} done in {}, the slowest takes {:.1}x as long", letter(index), result.time, ratio);
        let galley = painter.layout_no_wrap(text, words(Theme::TYPE[1]), colour(theme.done));
        let at = pos2(x + 8.0, row.center().y - galley.size().y / 2.0);
        if at.x + galley.size().x <= area.right() {
            // On a ground of its own: lines of other fabrics pass here.
            let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(4.0, 1.0));
            painter.rect_filled(ground, 3.0, colour(theme.panel));
            painter.galley(at, galley, colour(theme.done));
        }
    }
}

/// A triangle that points down at an instant: outlined for the first chip, full for all.
fn mark(painter: &egui::Painter, theme: &Theme, tip: Pos2, full: bool) {
    let points = vec![tip, tip + vec2(-4.0, -6.0), tip + vec2(4.0, -6.0)];
    let ink = colour(theme.done);
    let fill = if full { ink } else { colour(theme.panel) };
    painter.add(egui::Shape::convex_polygon(points, fill, Stroke::new(1.0, ink)));
}

fn playhead(ui: &Ui, theme: &Theme, area: Rect, x: f32) {
    let painter = ui.painter();
    painter.vline(x, area.top() + 16.0..=area.bottom(), Stroke::new(2.0, colour(theme.text)));
    let tip = pos2(x, area.top() + 24.0);
    let head = vec![tip, tip + vec2(-6.0, -9.0), tip + vec2(6.0, -9.0)];
    painter.add(egui::Shape::convex_polygon(head, colour(theme.text), Stroke::NONE));
}
