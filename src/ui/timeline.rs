//! Below the stage: one carpet of links over time for every fabric, on one axis, with phases and the playhead.

use egui::{Align2, Color32, ColorImage, Pos2, Rect, Sense, Stroke, TextureHandle, TextureOptions, Ui, pos2, vec2};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::elided;
use crate::formats::letter;
use crate::scene::{ClockMode, FabricRun};
use crate::units::Femtos;
use crate::view::{Carpet, FabricView, Intent, Rgba8, Theme, cividis, time_ticks};

/// Width of the names at the left, points.
const NAMES: f32 = 164.0;
/// Height of the axis, points.
const AXIS: f32 = 26.0;
/// Most rows of a carpet's texture; more links than this are shown as means of neighbours.
const MAX_ROWS: usize = 48;

/// The carpets as textures, made again when the runs change.
#[derive(Default)]
pub struct CarpetTextures {
    revision: u64,
    textures: Vec<Option<TextureHandle>>,
}

impl CarpetTextures {
    /// Makes textures of the views' carpets, unless they are those of `revision` already.
    pub fn update(&mut self, ctx: &egui::Context, revision: u64, views: &[FabricView]) {
        if self.revision == revision && self.textures.len() == views.len() {
            return;
        }
        self.revision = revision;
        let texture = |(index, view): (usize, &FabricView)| {
            let image = image(view.carpet.as_ref()?);
            Some(ctx.load_texture(format!("carpet {index}"), image, TextureOptions::LINEAR))
        };
        self.textures = views.iter().enumerate().map(texture).collect();
    }
}

/// How many links one row of the texture stands for.
fn links_per_row(carpet: &Carpet) -> usize {
    carpet.rows.len().div_ceil(MAX_ROWS).max(1)
}

fn image(carpet: &Carpet) -> ColorImage {
    let columns = carpet.cells.len() / carpet.rows.len().max(1);
    let group = links_per_row(carpet);
    let rows = carpet.rows.len().div_ceil(group);
    let mut pixels = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        let links = row * group..((row + 1) * group).min(carpet.rows.len());
        for column in 0..columns {
            let sum: f32 = links.clone().map(|link| carpet.cells[link * columns + column]).sum();
            pixels.push(colour(cividis(sum / links.len() as f32)));
        }
    }
    ColorImage::new([columns, rows], pixels)
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
    super::widgets::named(&response, egui::WidgetType::Other, "Timeline", &model.session.clock.at.to_string());
    let area = Rect::from_min_max(rect.min + vec2(NAMES, 0.0), rect.max - vec2(8.0, 20.0));
    let clock = &model.session.clock;
    let duration = clock.duration;
    let x_of = |at: Femtos| area.left() + area.width() * (at.0 as f64 / duration.0.max(1) as f64) as f32;
    axis(ui, theme, area, duration, x_of);
    let runs = &model.session.runs;
    let band = (area.height() - AXIS) / runs.len().max(1) as f32;
    for (index, run) in runs.iter().enumerate() {
        let top = area.top() + AXIS + band * index as f32;
        let row = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + band - 10.0));
        fabric(ui, model, index, run, row, x_of);
    }
    marks(ui, model, area, x_of);
    playhead(ui, theme, area, x_of(clock.at));
    let foot = pos2(rect.right() - 8.0, rect.bottom());
    let legend = legend(model.views);
    let font = words(Theme::TYPE[0]);
    let galley = ui.painter().layout_no_wrap(legend.clone(), font.clone(), colour(theme.muted));
    if galley.size().x <= rect.width() - 8.0 {
        ui.painter().galley(foot - galley.size(), galley, colour(theme.muted));
    } else {
        elided(ui.painter(), pos2(rect.left(), rect.bottom() - 7.0), legend, font, colour(theme.muted), rect.width());
    }

    let at_pointer = |pointer: Pos2| {
        let share = ((pointer.x - area.left()) / area.width()).clamp(0.0, 1.0);
        Femtos((f64::from(share) * duration.0 as f64) as u64)
    };
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
        intents.push(Intent::Seek(at_pointer(pointer)));
    } else if let Some(pointer) = response.hover_pos().filter(|pointer| pointer.x >= area.left()) {
        let row = ((pointer.y - area.top() - AXIS) / band).floor();
        let text = usize::try_from(row as i64).ok().and_then(|index| {
            let top = area.top() + AXIS + band * index as f32;
            under_pointer(model, index, at_pointer(pointer), (pointer.y - top - 10.0) / (band - 20.0))
        });
        if let Some(text) = text {
            response.on_hover_text_at_pointer(text);
        }
    }
}

/// What the rows are, said once for fabrics alike.
fn legend(views: &[FabricView]) -> String {
    let mut said: Vec<(String, String)> = Vec::new();
    for (index, view) in views.iter().enumerate() {
        let Some(carpet) = &view.carpet else { continue };
        let group = links_per_row(carpet);
        let mean = if group > 1 { format!(", mean of {group} links a row") } else { String::new() };
        let text = format!("{}{mean}", carpet.legend);
        match said.iter_mut().find(|(_, known)| *known == text) {
            Some((letters, _)) => *letters = format!("{letters}, {}", letter(index)),
            None => said.push((letter(index), text)),
        }
    }
    let parts: Vec<String> = said.into_iter().map(|(letters, text)| format!("{letters}: {text}")).collect();
    parts.join("   ·   ")
}

/// "GPU 3 → NVSwitch: 99.8 % at 214 µs".
fn under_pointer(model: &Model, index: usize, at: Femtos, height: f32) -> Option<String> {
    let (run, view) = model.session.runs.get(index).zip(model.views.get(index))?;
    let carpet = view.carpet.as_ref()?;
    let own = run.result()?.time;
    let local = model.session.clock_at(at).local(own);
    if at > own && model.session.clock.mode == ClockMode::Same || !(0.0..1.0).contains(&height) {
        return None;
    }
    let row = (height * carpet.rows.len() as f32) as usize;
    let name = &carpet.rows.get(row)?.name;
    Some(format!("{name}: {:.1} % at {local}", 100.0 * carpet.at(row, local)))
}

fn axis(ui: &Ui, theme: &Theme, area: Rect, duration: Femtos, x_of: impl Fn(Femtos) -> f32) {
    let painter = ui.painter();
    let most = (area.width() / 84.0) as usize;
    for (at, text) in time_ticks(duration, most) {
        let x = x_of(at);
        painter.vline(x, area.top() + 18.0..=area.bottom(), Stroke::new(1.0, colour(theme.line)));
        let anchor = if at.0 == 0 { Align2::LEFT_TOP } else { Align2::CENTER_TOP };
        // A label at the very end would be cut.
        if x < area.right() - 20.0 || at.0 == 0 {
            painter.text(pos2(x, area.top()), anchor, text, mono(Theme::TYPE[0]), colour(theme.soft));
        }
    }
}

fn fabric(ui: &Ui, model: &Model, index: usize, run: &FabricRun, row: Rect, x_of: impl Fn(Femtos) -> f32) {
    let theme = model.theme();
    let painter = ui.painter();
    let name = pos2(row.left() - NAMES, row.center().y - 9.0);
    let title = format!("{}   {}", letter(index), run.scene.name);
    elided(painter, name, title, semibold(Theme::TYPE[1]), colour(theme.text), NAMES - 16.0);
    let sub = name + vec2(0.0, 18.0);
    let algorithm = run.algorithm.clone();
    elided(painter, sub, algorithm, words(Theme::TYPE[0]), colour(theme.soft), NAMES - 16.0);
    let Some(result) = run.result() else {
        let words_at = pos2(row.left() + 8.0, row.center().y);
        painter.text(words_at, Align2::LEFT_CENTER, "cannot run", words(Theme::TYPE[1]), colour(theme.binding));
        return;
    };
    // On the normalised clock every fabric takes the whole width.
    let end = match model.session.clock.mode {
        ClockMode::Same => x_of(result.time),
        ClockMode::Normalised => row.right(),
    };
    let end = end.max(row.left() + 2.0);
    if let Some(carpet) = model.views.get(index).and_then(|view| view.carpet.as_ref()) {
        phases(ui, theme, run, carpet, Rect::from_min_max(row.min, pos2(end, row.top() + 8.0)));
    }
    let body = Rect::from_min_max(pos2(row.left(), row.top() + 10.0), pos2(end, row.bottom()));
    if let Some(Some(texture)) = model.carpets.textures.get(index) {
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        painter.image(texture.id(), body, whole, Color32::WHITE);
        // Rows apart from each other where there is room for a line.
        let rows = texture.size()[1];
        let row_height = body.height() / rows as f32;
        if row_height >= 2.5 {
            let stroke = Stroke::new(0.7, colour(theme.panel));
            for index in 1..rows {
                painter.hline(body.x_range(), body.top() + row_height * index as f32, stroke);
            }
        }
    }
}

/// Bands over the carpet: software launch, when sums are on the way, and when copies are.
fn phases(ui: &Ui, theme: &Theme, run: &FabricRun, carpet: &Carpet, area: Rect) {
    let Some(result) = run.result() else { return };
    let duration = result.time.0.max(1) as f64;
    let x = |at: Femtos| area.left() + area.width() * (at.0 as f64 / duration).min(1.0) as f32;
    let band = |from: Femtos, until: Femtos, lane: f32, ink: Rgba8| {
        let top = area.top() + 4.0 * lane;
        let bar = Rect::from_min_max(pos2(x(from), top), pos2(x(until).max(x(from) + 1.0), top + 3.0));
        ui.painter().rect_filled(bar, 1.0, colour(ink));
    };
    if run.plan.launch() > Femtos(0) {
        band(Femtos(0), run.plan.launch(), 0.0, theme.muted);
    }
    for (lane, (span, ink)) in carpet.phases.iter().zip([theme.sum, theme.copy]).enumerate() {
        if let Some((from, until)) = span {
            band(*from, *until, lane as f32, ink);
        }
    }
}

/// Where each fabric is done, in words beside the line.
fn marks(ui: &Ui, model: &Model, area: Rect, x_of: impl Fn(Femtos) -> f32) {
    if model.session.clock.mode == ClockMode::Normalised {
        return;
    }
    let theme = model.theme();
    let duration = model.session.clock.duration;
    let runs = &model.session.runs;
    let band = (area.height() - AXIS) / runs.len().max(1) as f32;
    for (index, run) in runs.iter().enumerate() {
        let Some(result) = run.result() else { continue };
        let x = x_of(result.time);
        if result.time == duration || x > area.right() - 200.0 {
            continue;
        }
        let stroke = Stroke::new(1.0, colour(theme.done));
        ui.painter().add(egui::Shape::dashed_line(
            &[pos2(x, area.top() + 18.0), pos2(x, area.bottom())],
            stroke,
            4.0,
            4.0,
        ));
        let ratio = duration.0 as f64 / result.time.0.max(1) as f64;
        let text = format!("{} done in {}, the slowest takes {:.1}x as long", letter(index), result.time, ratio);
        let at = pos2(x + 8.0, area.top() + AXIS + band * (index as f32 + 0.5) - 2.0);
        ui.painter().text(at, Align2::LEFT_CENTER, text, words(Theme::TYPE[1]), colour(theme.done));
    }
}

fn playhead(ui: &Ui, theme: &Theme, area: Rect, x: f32) {
    let painter = ui.painter();
    painter.vline(x, area.top() + 16.0..=area.bottom(), Stroke::new(2.0, colour(theme.text)));
    let tip = pos2(x, area.top() + 24.0);
    let head = vec![tip, tip + vec2(-6.0, -9.0), tip + vec2(6.0, -9.0)];
    painter.add(egui::Shape::convex_polygon(head, colour(theme.text), Stroke::NONE));
}
