//! Words over the stage: names, progress, chips, the binding link, the legend.

use egui::{Align2, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::elided;
use crate::fabric::Topology;
use crate::sample::{FabricFrame, FabricView};
use crate::scene::letter;
use crate::scene::{ChipAlgorithm, ClockMode, FabricKind, WaferLayout};
use crate::solve::FabricRun;
use crate::stage::{ChipKind, ChipPlace, FabricLayout, heat_brightness};
use crate::style::Theme;
use crate::units::grouped;
use crate::units::{Femtos, time_parts};

pub(super) fn show(painter: &Painter, model: &Model) {
    let prepared = model.session.runs.iter().zip(model.views).zip(model.frames).enumerate();
    for (index, ((run, view), frame)) in prepared.filter(|(_, ((_, view), _))| !view.layout.cell.is_empty()) {
        header(painter, model, index, run, &view.layout);
        if run.result().is_none() {
            cannot_run(painter, model, run, &view.layout);
            continue;
        }
        if model.session.view.matrix {
            let most = model.frames.iter().map(|frame| frame.matrix_most).fold(0.0, f32::max);
            let stage = &model.session.view;
            super::matrix::show(painter, model.theme(), stage, index, (view, frame), most);
            if view.matrix.is_some() {
                super::matrix::legend(painter, model.theme(), stage, view, model.session.runs.len(), most);
            }
            continue;
        }
        // Of an enlarged fabric nothing is written outside its picture.
        let clip = view.layout.clip();
        let clip = Rect::from_min_max(at(clip.min), at(clip.max)).intersect(painter.clip_rect());
        let on_stage = painter.with_clip_rect(clip);
        chips(&on_stage, model.theme(), run, view, frame);
        super::pes::show(&on_stage, model.theme(), &view.layout, frame);
        for (place, text) in &view.layout.captions {
            caption(painter, model.theme(), &view.layout, at(*place), text);
        }
        if let FabricKind::Wafer(wafer) = &run.scene.kind
            && let WaferLayout::Strips { layout, .. } = &wafer.layout
            && view.layout.camera.is_whole()
        {
            strip_names(painter, model.theme(), &view.layout, layout.strips, layout.strip_width);
        }
        binding(painter, model.theme(), run, view, frame);
        if let Some(locator) = view.layout.locator() {
            let place = at(locator.min) - vec2(0.0, 4.0);
            let (font, ink) = (words(Theme::TYPE[0]), colour(model.theme().soft));
            painter.text(place, Align2::LEFT_BOTTOM, "used part", font, ink);
        }
        super::minimap::show(painter, model.theme(), run, view, frame);
        super::minimap::caption(painter, model.theme(), run, &view.layout);
        legend(painter, model, &view.layout, frame);
    }
}

/// Words for a group of chips on a ground of their own, for lanes may pass behind; no farther than the cell.
fn caption(painter: &Painter, theme: &Theme, layout: &FabricLayout, place: Pos2, text: &str) {
    let ink = colour(theme.soft);
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), words(Theme::TYPE[0]), ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width((layout.cell.max.x - 8.0 - place.x).max(20.0));
    let galley = painter.layout_job(job);
    let min = place - vec2(0.0, galley.size().y / 2.0);
    let ground = Rect::from_min_size(min, galley.size()).expand2(vec2(4.0, 1.0));
    let boxed = layout.boxes.iter().any(|rect| rect.contains(glam::vec2(place.x, place.y)));
    painter.rect_filled(ground, 3.0, colour(if boxed { theme.panel } else { theme.ground }));
    painter.galley(min, galley, ink);
}

fn at(point: glam::Vec2) -> Pos2 {
    pos2(point.x, point.y)
}

/// What a fabric is, in a line.
fn subtitle(run: &FabricRun) -> String {
    match &run.scene.kind {
        FabricKind::Chips(fabric) => {
            let how = fabric.algorithm.label();
            let software =
                if run.timing_id() == "ideal" && run.scene.delays.launch > Femtos(0) { " with launch" } else { "" };
            let what = match (&fabric.topology, &fabric.network) {
                (Topology::Cluster(cluster), Some(network)) => {
                    format!("{} x {} GPUs, {}", grouped(cluster.nodes.into()), cluster.gpus_per_node, network.name)
                }
                (Topology::Grid(grid), _) => format!("{} x {} chips", grid.width, grid.height),
                (Topology::Graph(_), _) => format!("{} chips", run.ranks),
                _ => format!("{} GPUs", grouped(run.ranks)),
            };
            format!("{what} · {} timing{software} · {how}", run.timing_id())
        }
        FabricKind::Wafers(fabric) => {
            format!("{} wafers · ideal timing · SwarmX tree of {} levels", run.ranks, fabric.tree.depth())
        }
        FabricKind::Wafer(fabric) => {
            let how = match &fabric.layout {
                WaferLayout::PerPe { .. } => format!("every PE a rank · {}", run.algorithm),
                WaferLayout::Strips { layout, .. } => format!("{} replicas as strips", layout.strips),
            };
            let (columns, rows) = (fabric.machine.columns.count(), fabric.machine.rows.count());
            let part = match (fabric.mesh.width, fabric.mesh.height) {
                whole if whole == (columns, rows) => String::new(),
                _ => format!(" of {}", grouped(u64::from(columns) * u64::from(rows))),
            };
            format!("{}{part} PEs · cycle model · {how}", grouped(run.elements))
        }
    }
}

fn header(painter: &Painter, model: &Model, index: usize, run: &FabricRun, layout: &FabricLayout) {
    let theme = model.theme();
    let low = layout.is_low();
    let left = pos2(layout.picture.min.x, layout.cell.min.y + if low { 8.0 } else { 20.0 });
    let right = layout.picture.max.x;
    let painter = painter.with_clip_rect(Rect::from_min_max(at(layout.cell.min), at(layout.cell.max)));
    let width = right - left.x;
    let Some(result) = run.result() else {
        names(&painter, theme, index, run, left, [width, width], low);
        return;
    };
    let local = model.session.local_time(run);
    let done = local >= result.time;
    let share = local.0 as f32 / result.time.0.max(1) as f32;
    let top = left.y + if low { 26.0 } else { 54.0 };
    let bar = Rect::from_min_max(pos2(left.x, top), pos2(right, top + 3.0));
    painter.rect_filled(bar, 1.5, colour(theme.line));
    let filled = Rect::from_min_max(bar.min, pos2(bar.left() + bar.width() * share, bar.bottom()));
    painter.rect_filled(filled, 1.5, colour(if done { theme.done } else { theme.selection }));
    let before = model.session.undo.before(index).and_then(FabricRun::result);
    if let Some(before) = before.filter(|before| before.time != result.time) {
        ghost(&painter, model, bar, before.time, result.time);
    }
    let roomy = width > 460.0;
    let (text, ink) = match (done, roomy) {
        (true, true) => (format!("done in {}{}", result.time, compared(model, result.time)), theme.done),
        (true, false) => (format!("done in {}", result.time), theme.done),
        (false, true) => (format!("{} of {}", clock(local), clock(result.time)), theme.soft),
        (false, false) => (clock(local), theme.soft),
    };
    // Beside the name where there is room for both, else beside the line below it.
    let galley = painter.layout_no_wrap(text, mono(Theme::TYPE[1]), colour(ink));
    let beside = width - galley.size().x - 12.0;
    let y = match (low, roomy) {
        (true, _) => left.y + 2.0,
        (false, true) => left.y + 4.0,
        (false, false) => left.y + 30.0,
    };
    painter.galley(pos2(right - galley.size().x, y), galley, colour(ink));
    let widths = if low || roomy { [beside, width] } else { [width, beside] };
    names(&painter, theme, index, run, left, widths, low);
}

/// Below the progress bar, the progress of the run before the last change at the same instant.
fn ghost(painter: &Painter, model: &Model, bar: Rect, before: Femtos, now: Femtos) {
    let theme = model.theme();
    let clock = &model.session.clock;
    let at = match clock.mode {
        ClockMode::Same => clock.at.min(before),
        ClockMode::Normalised => clock.local(before),
    };
    let share = at.0 as f32 / before.0.max(1) as f32;
    let line = bar.translate(vec2(0.0, 5.0)).with_max_y(bar.max.y + 4.0);
    painter.rect_filled(line, 1.0, colour(theme.line));
    let done = Rect::from_min_max(line.min, pos2(line.left() + line.width() * share, line.bottom()));
    painter.rect_filled(done, 1.0, colour(theme.muted));
    let change = 100.0 * (now.0 as f64 / before.0.max(1) as f64 - 1.0);
    let text = format!("before: {before}, now {change:+.1} %; on chips: notches");
    // At the right: captions begin at the left.
    let at = pos2(line.right(), line.bottom() + 9.0);
    painter.text(at, Align2::RIGHT_CENTER, text, words(Theme::TYPE[0]), colour(theme.soft));
}

/// A running time: always with four digits, so that it does not jump.
fn clock(at: Femtos) -> String {
    let (number, unit) = time_parts(at.secs());
    format!("{number} {unit}")
}

/// Name and line below it, each in its width; in a low cell the name alone.
fn names(
    painter: &Painter,
    theme: &Theme,
    index: usize,
    run: &FabricRun,
    left: Pos2,
    [of_name, of_line]: [f32; 2],
    low: bool,
) {
    let name = format!("{}   {}", letter(index), run.scene.name);
    let (down, size) = if low { (11.0, Theme::TYPE[2]) } else { (12.0, Theme::TYPE[4]) };
    elided(painter, left + vec2(0.0, down), name, semibold(size), colour(theme.text), of_name);
    if !low {
        let at = left + vec2(0.0, 38.0);
        elided(painter, at, subtitle(run), words(Theme::TYPE[1]), colour(theme.soft), of_line);
    }
}

/// ", 5.0x longer" for all but the fastest.
fn compared(model: &Model, time: Femtos) -> String {
    let fastest = model.session.runs.iter().filter_map(FabricRun::result).map(|result| result.time).min();
    match fastest {
        Some(fastest) if fastest < time && fastest.0 > 0 => {
            format!(", {:.1}x as long", time.0 as f64 / fastest.0 as f64)
        }
        _ => String::new(),
    }
}

fn cannot_run(painter: &Painter, model: &Model, run: &FabricRun, layout: &FabricLayout) {
    let theme = model.theme();
    let words_of = super::results::why_not(run);
    let painter = painter.with_clip_rect(Rect::from_min_max(at(layout.cell.min), at(layout.cell.max)));
    let width = (layout.picture.size().x - 64.0).clamp(120.0, 420.0);
    let size = Theme::TYPE[if layout.is_low() { 0 } else { 2 }];
    let galley = painter.layout(words_of, words(size), colour(theme.text), width);
    let size = galley.size() + vec2(40.0, 32.0);
    let card = Rect::from_center_size(at(layout.picture.center()), size);
    painter.rect(
        card,
        Theme::CORNER_LARGE,
        colour(theme.panel),
        Stroke::new(1.0, colour(theme.binding)),
        egui::StrokeKind::Inside,
    );
    painter.galley(card.min + vec2(20.0, 16.0), galley, colour(theme.text));
}

fn chips(painter: &Painter, theme: &Theme, run: &FabricRun, view: &FabricView, frame: &FabricFrame) {
    let adds = matches!(&run.scene.kind, FabricKind::Chips(fabric) if matches!(fabric.algorithm, ChipAlgorithm::Nvls | ChipAlgorithm::NvlsTree));
    let switches_do = if adds { "sum + copy" } else { "forwards" };
    // Numbers are written on all ranks or on none.
    let ranks = view.layout.chips.iter().filter(|chip| chip.kind.is_rank());
    let digits = ranks.map(|chip| chip.index).max().unwrap_or(0).max(1).ilog10() + 1;
    for (chip, fill) in view.layout.chips.iter().zip(&frame.fills) {
        let size = chip.rect.size();
        let roomy = size.x >= 76.0;
        let center = at(chip.rect.center());
        if chip.kind == ChipKind::Die || size.x < 11.0 || size.y < 12.0 {
            continue;
        }
        let Some((name, sub)) = words_of(chip, *fill, run, switches_do) else { continue };
        // A low bar has its name alone; of a small chip the number is left, of a tiny one nothing.
        let low = size.y < if chip.kind.holds() { 32.0 } else { 38.0 };
        let long = painter.layout_no_wrap(name.clone(), semibold(Theme::TYPE[0]), colour(theme.text)).size().x + 8.0;
        if size.x < long || (low && chip.kind.holds()) {
            let single = matches!(chip.kind, ChipKind::Leaf | ChipKind::Node | ChipKind::Units(0));
            let numbered = chip.kind.is_rank() || single;
            let number = number_of(chip, run).to_string();
            let digits = if chip.kind.is_rank() { digits as usize } else { number.len() };
            if numbered && size.x >= digits as f32 * 7.0 + 4.0 {
                painter.text(center, Align2::CENTER_CENTER, number, semibold(Theme::TYPE[0]), colour(theme.text));
            }
            continue;
        }
        let sub = if low || !(roomy || chip.kind.holds()) { String::new() } else { sub };
        let sub_font = if chip.kind.holds() { mono(Theme::TYPE[0]) } else { words(Theme::TYPE[0]) };
        let size = if roomy && !low { Theme::TYPE[1] } else { Theme::TYPE[0] };
        let lift = match (sub.is_empty(), roomy) {
            (true, _) => 0.0,
            (false, true) => 9.0,
            (false, false) => 7.0,
        };
        painter.text(center - vec2(0.0, lift), Align2::CENTER_CENTER, name, semibold(size), colour(theme.text));
        painter.text(center + vec2(0.0, lift), Align2::CENTER_CENTER, sub, sub_font, colour(theme.soft));
    }
}

/// A chip's number as it is written on it: of a leaf switch that of its rail.
fn number_of(chip: &ChipPlace, run: &FabricRun) -> u32 {
    match (chip.kind, &run.fabric.topology) {
        (ChipKind::Leaf, Topology::Cluster(cluster)) => chip.index % cluster.gpus_per_node.max(1),
        _ => chip.index,
    }
}

/// Name of a chip, and what stands below it.
fn words_of(chip: &ChipPlace, fill: f32, run: &FabricRun, switches_do: &str) -> Option<(String, String)> {
    let holds = format!("{:.0} %", 100.0 * fill);
    let number = number_of(chip, run);
    Some(match chip.kind {
        ChipKind::Gpu => (format!("GPU {number}"), holds),
        ChipKind::Chip => (format!("chip {number}"), holds),
        ChipKind::Wafer => (format!("wafer {number}"), holds),
        ChipKind::Node => (format!("node {number}"), holds),
        ChipKind::Units(0) => (format!("unit {number}"), holds),
        ChipKind::Units(_) => (format!("{} GPUs", grouped(chip.ranks.len())), holds),
        ChipKind::Block(_) => (format!("{} chips", grouped(chip.ranks.len())), holds),
        ChipKind::Wafers(_) => (format!("{} wafers", grouped(chip.ranks.len())), holds),
        ChipKind::Leaf => (format!("leaf {number}"), String::new()),
        ChipKind::Leaves => ("leaf switches".to_owned(), String::new()),
        ChipKind::Spine => ("spine".to_owned(), String::new()),
        ChipKind::TreeNode => ("SwarmX".to_owned(), "sum + copy".to_owned()),
        ChipKind::Switch => {
            let name = match (&run.fabric.topology, run.layout()) {
                (Topology::Cluster(_), _) => "NVSwitches",
                (_, crate::solve::Layout::NvLink) => "NVSwitch",
                _ => "switch",
            };
            (name.to_owned(), switches_do.to_owned())
        }
        ChipKind::Die => return None,
    })
}

/// "replica 0 ... replica 7" under the strips.
fn strip_names(painter: &Painter, theme: &Theme, layout: &FabricLayout, strips: u32, strip_width: u32) {
    let Some(wafer) = layout.wafer.as_ref().filter(|_| !layout.is_low()) else { return };
    let pitch = wafer.rect.size().x / wafer.size[0] as f32;
    let width = pitch * strip_width as f32;
    let every = (26.0 / width).ceil().max(1.0) as u32;
    let long = width > 68.0;
    for strip in (0..strips).step_by(every as usize) {
        let x = wafer.region.min.x + width * (strip as f32 + 0.5);
        let text = if long { format!("replica {strip}") } else { format!("{strip}") };
        let place = pos2(x, wafer.region.max.y + 25.0);
        painter.text(place, Align2::CENTER_CENTER, text, words(Theme::TYPE[0]), colour(theme.soft));
    }
}

fn binding(painter: &Painter, theme: &Theme, run: &FabricRun, view: &FabricView, frame: &FabricFrame) {
    let Some(binding) = &frame.bottleneck else { return };
    let layout = &view.layout;
    let ink = colour(if binding.links.is_empty() { theme.soft } else { theme.binding });
    let place = match (&run.fabric.topology, &layout.wafer) {
        _ if layout.is_low() => pos2(layout.picture.center().x, layout.cell.max.y - 34.0),
        (Topology::Mesh(_), Some(wafer)) if layout.camera.is_whole() => {
            pos2(wafer.region.center().x, wafer.region.min.y - 21.0)
        }
        _ => pos2(layout.picture.center().x, layout.picture.max.y + 14.0),
    };
    let mut job = egui::text::LayoutJob::simple_singleline(binding.label(), semibold(12.0), ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(layout.cell.size().x - 24.0);
    let galley = painter.layout_job(job);
    // In the middle of the picture, or as near to it as the cell allows.
    let half = galley.size().x / 2.0;
    let x = place.x.min(layout.cell.max.x - 12.0 - half).max(layout.cell.min.x + 12.0 + half);
    painter.galley(pos2(x - half, place.y - galley.size().y / 2.0), galley, ink);
}

/// What a packet stands for; below it the scale of the heat and the two signs.
fn legend(painter: &Painter, model: &Model, layout: &FabricLayout, frame: &FabricFrame) {
    let (theme, stage) = (model.theme(), &model.session.view);
    let painter = painter.with_clip_rect(Rect::from_min_max(at(layout.cell.min), at(layout.cell.max)));
    let font = words(Theme::TYPE[0]);
    let ink = colour(theme.soft);
    let width = layout.picture.size().x;
    let roomy = width > 440.0;
    let y = layout.cell.max.y - if layout.is_low() { 14.0 } else { 18.0 };
    let mut x = layout.picture.min.x;
    let word = |x: f32, text: &str, after: f32| {
        painter.text(pos2(x, y), Align2::LEFT_CENTER, text, font.clone(), ink).right() + after
    };
    let steps = 24;
    let tight = width < 250.0;
    let scale = if roomy {
        72.0
    } else if tight {
        24.0
    } else {
        48.0
    };
    let gap = if tight { 9.0 } else { 16.0 };
    // As the picture shows it: a wafer's heat is dimmed under packets, and what is idle has a colour of its own.
    let brightness = heat_brightness(layout, !frame.packets.is_empty());
    let idle = if layout.wafer.is_some() { theme.idle } else { theme.line };
    let idle_cell = Rect::from_min_max(pos2(x, y - 3.0), pos2(x + 6.0, y + 3.0));
    painter.rect(idle_cell, 0.0, colour(idle), Stroke::new(1.0, colour(theme.line)), egui::StrokeKind::Inside);
    x += 8.0;
    for step in 0..steps {
        let left = x + scale * step as f32 / steps as f32;
        let cell = Rect::from_min_max(pos2(left, y - 3.0), pos2(left + scale / steps as f32 + 0.5, y + 3.0));
        painter.rect_filled(cell, 0.0, colour(theme.heat(step as f32 / (steps - 1) as f32).dimmed(brightness)));
    }
    let of = match (roomy, stage.heat_of.filter(|_| layout.wafer.is_some()), stage.accumulated) {
        (false, _, false) => "0 to 100 %".to_owned(),
        (false, _, true) => "mean, 0 to 100 %".to_owned(),
        (true, None, false) => "link utilisation 0 to 100 %".to_owned(),
        (true, None, true) => "mean utilisation since start, 0 to 100 %".to_owned(),
        (true, Some(direction), false) => format!("links going {}, 0 to 100 %", direction.word()),
        (true, Some(direction), true) => format!("links going {}, mean since start", direction.word()),
    };
    x = word(x + scale + 8.0, &of, gap);
    let outline = Stroke::new(1.0, colour(theme.outline));
    let center = pos2(x + 5.0, y);
    let diamond = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)].map(|corner| center + corner);
    painter.add(egui::Shape::convex_polygon(diamond.to_vec(), colour(theme.sum), outline));
    x = word(x + 14.0, if roomy { "sum on the way" } else { "sum" }, gap);
    let square = Rect::from_center_size(pos2(x + 4.0, y), vec2(8.0, 8.0));
    painter.rect(square, 0.0, colour(theme.copy), outline, egui::StrokeKind::Inside);
    x = word(x + 12.0, "copy", gap);
    if layout.wafer.is_some() && !tight {
        // A die that is half full.
        let die = Rect::from_center_size(pos2(x + 5.0, y), vec2(10.0, 10.0));
        painter.rect_filled(die, 1.0, colour(theme.idle));
        let held = die.with_min_y(y);
        painter.rect_filled(held, 0.0, colour(theme.selection.with_alpha(60)));
        painter.hline(die.x_range(), y, Stroke::new(2.0, colour(theme.selection)));
        painter.rect_stroke(die, 1.0, Stroke::new(1.0, colour(theme.muted)), egui::StrokeKind::Outside);
        x = word(x + 15.0, if roomy { "share of the sum held" } else { "held" }, 16.0);
    }
    let shown = !frame.packets.is_empty() && !layout.is_low();
    let Some(packets) = frame.scale.filter(|_| shown) else { return };
    let speed = if packets.true_speed { "true speed" } else { "flow, not to scale" };
    let galley = painter.layout_no_wrap(format!("1 packet = {} · {speed}", packets.bytes), font.clone(), ink);
    let right = layout.picture.max.x;
    let place = if x + galley.size().x <= right {
        pos2(right - galley.size().x, y - galley.size().y / 2.0)
    } else {
        // No room beside the legend: a line above it.
        pos2(layout.picture.min.x, y - 20.0 - galley.size().y / 2.0)
    };
    painter.galley(place, galley, ink);
}
