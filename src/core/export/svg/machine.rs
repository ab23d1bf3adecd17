//! The machines of a scene: chips, links and boxes as the stage places them.

use glam::{Vec2, vec2};

use super::canvas::{Anchor, Canvas, Paint, Type, fitted, sized, text_width};
use crate::export::content::Content;
use crate::export::provenance::Provenance;
use crate::export::source::{Options, Source, SourceRun};
use crate::sample::item_title;
use crate::scene::letter;
use crate::stage::{ChipKind, FabricLayout, Item};
use crate::style::Theme;

/// Size of the cell of a fabric, and space above it for its name, points.
const CELL: Vec2 = Vec2::new(620.0, 540.0);
const HEADER: f32 = 80.0;
const FOOTER: f32 = 14.0;

/// The figure of all fabrics, side by side.
pub(in crate::export) fn machine(source: Source<'_>, options: Options) -> Content {
    let runs: Vec<SourceRun<'_>> = source.runs_of(options.fabric).collect();
    let columns = runs.len().clamp(1, 2);
    let rows = runs.len().div_ceil(columns).max(1);
    let size = vec2(columns as f32 * CELL.x, rows as f32 * CELL.y);
    let mut canvas = Canvas::new(size, Theme::new(options.theme.0));
    for (place, one) in runs.iter().enumerate() {
        let corner = vec2((place % columns) as f32 * CELL.x, (place / columns) as f32 * CELL.y);
        draw(&mut canvas, *one, corner);
    }
    canvas.finish(&source.scene.title, &Provenance::new(source, options), Vec::new())
}

fn draw(canvas: &mut Canvas, SourceRun { index, run }: SourceRun<'_>, corner: Vec2) {
    let theme = canvas.theme;
    let mut layout = FabricLayout::new(
        run,
        sized(corner.x, corner.y + HEADER - 96.0, CELL.x, CELL.y - HEADER + 96.0 + 72.0 - FOOTER),
    );
    let name = format!("{}  {}", letter(index), run.scene.name);
    let width = CELL.x - 56.0;
    canvas.text(corner + vec2(28.0, 30.0), &fitted(&name, 16.0, width), Type::bold(16.0, theme.text), Anchor::Start);
    let time = run.result().map_or("cannot run".to_owned(), |result| result.time.to_string());
    let below = format!("{}, {}, {time}", run.scene.collective.as_str(), run.algorithm);
    canvas.text(corner + vec2(28.0, 48.0), &fitted(&below, 12.0, width), Type::plain(12.0, theme.soft), Anchor::Start);
    for rect in std::mem::take(&mut layout.boxes) {
        let paint = Paint { fill: theme.panel, border: Some(theme.line), radius: Theme::CORNER };
        canvas.rect(rect, paint, "");
    }
    if let Some(wafer) = &layout.wafer {
        canvas.rect(wafer.region, Paint { fill: theme.idle, border: Some(theme.muted), radius: 2.0 }, &run.scene.name);
    }
    for place in layout.links.iter().filter(|_| layout.wafer.is_none()) {
        let ink = theme.heat(0.35);
        let title = item_title(run, if place.all.is_one() { Item::Link(place.link) } else { Item::Links(place.all) });
        for lane in &place.lanes {
            canvas.line(*lane, place.width.max(0.6), ink, &title);
        }
    }
    for chip in &layout.chips {
        let title = item_title(run, Item::Chip(chip.kind, chip.index));
        let is_die = chip.kind == ChipKind::Die;
        let fill = if chip.kind.holds() { theme.raised } else { theme.line };
        let size = chip.rect.size();
        let radius = if is_die { 0.0 } else { (size.min_element() * 0.14).min(Theme::CORNER) };
        canvas.rect(chip.rect, Paint { fill, border: Some(theme.muted), radius }, &title);
        if !is_die && size.y >= 12.0 {
            label(canvas, chip.index, &title, chip.rect.center(), size);
        }
    }
    for (at, caption) in &layout.captions {
        canvas.text(*at + vec2(0.0, 4.0), caption, Type::plain(11.0, theme.soft), Anchor::Start);
    }
}

/// The name of a chip, or its number where the name has no room.
fn label(canvas: &mut Canvas, number: u32, title: &str, center: Vec2, size: Vec2) {
    let type_size = (size.y * 0.4).clamp(8.0, 13.0);
    let short = number.to_string();
    let Some(text) = [title, short.as_str()].into_iter().find(|text| text_width(text, type_size) + 4.0 <= size.x)
    else {
        return;
    };
    let ink = canvas.theme.text;
    canvas.text(center + vec2(0.0, type_size * 0.36), text, Type::plain(type_size, ink), Anchor::Middle);
}
