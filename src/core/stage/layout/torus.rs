//! Tori of three axes, drawn at an angle: each layer of chips a little to the top right of the one before it.

use glam::{Vec2, vec2};

use super::builder::{CAPTION, MAX_CHIPS, MAX_LINKS};
use crate::fabric::{Torus, TorusDirection};
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::FabricLayout;
use crate::stage::geometry::Rect;
use crate::units::grouped;

/// Largest distance between columns and between rows, points.
const MAX_PITCH: Vec2 = vec2(150.0, 110.0);
/// Columns are at most this many times as far apart as rows.
const MAX_STRETCH: f32 = 2.2;
/// A smaller distance between layers shows the chips of all layers as one box, points.
const MIN_STEP: f32 = 4.0;
/// The share of the distance between layers that a chip fills.
const CHIP_SHARE: f32 = 0.72;
/// Largest chip, points.
const MAX_CHIP: Vec2 = vec2(44.0, 32.0);

/// Positions of the chips of a torus, in points of the whole picture: a step to the next layer is a short step to the top
/// right. No two layers have a row or a column on one line, so that no link passes behind a chip.
#[derive(Clone, Copy, Debug)]
struct Layers {
    /// The first chip of the lowest layer.
    origin: Vec2,
    /// Distance between columns, and between rows.
    pitch: Vec2,
    /// From a layer to the next one.
    step: Vec2,
}

impl Layers {
    fn new(torus: &Torus, picture: Rect, count: u32) -> Layers {
        let [x, y, _] = torus.axes.map(|axis| axis.length as f32);
        let room = picture.inset(0.0, 0.0, 0.0, CAPTION);
        // Joined ends stick out of the first and the last chip of a line.
        let cells = vec2(x, y) + 0.4;
        let mut pitch = (room.size() / cells).min(MAX_PITCH);
        pitch.x = pitch.x.min(MAX_STRETCH * pitch.y);
        if count == 1 {
            pitch = Vec2::splat(pitch.min_element());
        }
        let step = vec2(pitch.x, -pitch.y) / (count as f32 + 0.7);
        let size = vec2(x - 1.0, y - 1.0) * pitch;
        let depth = step * (count as f32 - 1.0);
        Layers { origin: room.center() - (size + depth) / 2.0, pitch, step }
    }

    /// The rectangle of a chip.
    fn rect(&self, [x, y, z]: [u32; 3]) -> Rect {
        let center = self.origin + vec2(x as f32, y as f32) * self.pitch + self.step * z as f32;
        Rect::centered(center, (self.step.abs() * CHIP_SHARE).clamp(Vec2::splat(1.5), MAX_CHIP))
    }

    /// Where a link round the joined ends of an axis leaves: a little beyond the last chip.
    fn stub(&self, from: Rect, direction: TorusDirection) -> Rect {
        let along = match direction.axis {
            0 => vec2(self.pitch.x * 0.25, 0.0),
            1 => vec2(0.0, self.pitch.y * 0.25),
            _ => self.step * 0.5,
        };
        let half = from.size() / 2.0 * vec2(f32::from(along.x != 0.0), f32::from(along.y != 0.0));
        let along = along.clamp_length_max(16.0) + half * along.signum();
        let at = if direction.forwards { from.center() + along } else { from.center() - along };
        Rect::centered(at, Vec2::splat(1.0))
    }
}

impl FabricLayout {
    pub(crate) fn place_torus(&mut self, torus: &Torus) {
        let [columns, rows, layers] = torus.axes.map(|axis| axis.length);
        let whole = Layers::new(torus, self.picture, layers);
        let links = 6 * u64::from(torus.chips());
        let fits = whole.step.abs().min_element() >= MIN_STEP
            && u64::from(torus.chips()) <= MAX_CHIPS as u64
            && links <= MAX_LINKS as u64;
        // All layers, or one box for the chips above one another.
        let (plan, drawn) = if fits { (whole, layers) } else { (Layers::new(torus, self.picture, 1), 1) };
        let stacked = if drawn == layers { 1 } else { layers };
        let width = (plan.step.abs().min_element() * 0.12).clamp(0.7, 3.0);
        for z in 0..drawn {
            for (x, y) in (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y))) {
                let (chip, here) = (torus.chip([x, y, z]), plan.rect([x, y, z]));
                if stacked == 1 {
                    self.add_chip(ChipKind::Chip, chip, here, Some(chip), CellGrid::one(chip));
                } else {
                    let chips = CellGrid::row(chip, stacked, columns * rows);
                    self.add_chip(ChipKind::Block(0), chip, here, None, chips);
                }
                for direction in TorusDirection::ALL {
                    let Some(next) = torus.neighbour(chip, direction) else { continue };
                    if direction.axis == 2 && stacked > 1 {
                        continue;
                    }
                    let links = CellGrid::row(torus.link_id(chip, direction).0, stacked, columns * rows);
                    let step = torus.place(chip)[direction.axis].abs_diff(torus.place(next)[direction.axis]);
                    let wraps_round = step > 1
                        || (torus.axes[direction.axis].length == 2 && {
                            // Of the two links between two chips, one is drawn between them and the other round the ends.
                            (torus.place(chip)[direction.axis] == 0) != direction.forwards
                        });
                    let there = if wraps_round { plan.stub(here, direction) } else { plan.rect(torus.place(next)) };
                    self.add_between(links, here, there, width);
                }
            }
        }
        self.apply_camera();
        if self.camera.is_whole() {
            let lengths = torus.used_lengths().iter().map(|&length| grouped(length.into())).collect::<Vec<_>>();
            let joined = torus.axes.iter().filter(|axis| axis.length > 1 && axis.wraps).count();
            let kind = if joined > 0 { "torus" } else { "mesh" };
            let mut text = format!("{kind} of {} chips", lengths.join(" x "));
            if stacked > 1 {
                text +=
                    &format!(" · each box: {stacked} chips above one another; the links between them are not drawn");
            }
            self.captions.push((vec2(self.picture.min.x, self.picture.max.y - 6.0), text));
        }
    }
}
