//! GPUs and the switches of their machine: the switches are a bar, the GPUs stand under it, or above and below it in the
//! trays of a rack. Each GPU has one band of lanes up and one down, and no two bands cross.

use glam::{Vec2, vec2};

use super::builder::CAPTION;
use crate::catalog::NvlinkMachine;
use crate::fabric::Switch;
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::{FabricLayout, LinkPlace};
use crate::stage::geometry::Rect;

/// The most GPUs that are drawn at a switch.
const MAX_GPUS: u32 = 2_048;
/// The most GPUs in one row under their switches.
const MAX_IN_A_ROW: u32 = 16;
/// Chips of a switch tray: 9 trays of 2 in an NVL72 (NVIDIA).
const SWITCHES_PER_TRAY: u32 = 2;
/// Smallest width of a tray with a caption, points.
const NAMED_TRAY: f32 = 44.0;
/// Smallest width of a switch tray with a full caption, points.
const NAMED_SWITCH_TRAY: f32 = 96.0;
/// Smallest width of a switch tray with a short caption, points.
const SHORT_SWITCH_TRAY: f32 = 72.0;
/// Smallest distance between lanes that are drawn singly, points. Closer lanes are one band.
const LANE_PITCH: f32 = 3.2;
/// Smallest width of a column of GPUs, points.
const MIN_COLUMN: f32 = 9.0;
/// Share of a chip's width that each of its two bands takes.
const BAND: f32 = 0.26;

/// A column of GPUs over or under the switches, nearest first.
struct Column {
    /// Left and right end.
    across: [f32; 2],
    gpus: Vec<(u32, Rect)>,
}

impl FabricLayout {
    /// Adds GPUs at the switches of their machine, or chips at the one switch of a free topology.
    pub(crate) fn place_switched(&mut self, machine: Option<&NvlinkMachine>, switch: &Switch) {
        let count = |figure: fn(&NvlinkMachine) -> u32, free: u32| machine.map_or(free, figure).max(1);
        let switches = count(|machine| machine.switches.count(), 1);
        let lanes = count(|machine| machine.lanes.count(), 1);
        let ranks = switch.ranks.min(MAX_GPUS);
        let (bar, columns) = if ranks <= MAX_IN_A_ROW {
            self.place_row(ranks)
        } else {
            let per_tray = count(|machine| machine.gpus_per_tray.count(), ranks.div_ceil(16));
            self.place_trays(ranks, per_tray, switches, machine.is_some())
        };
        if ranks < switch.ranks {
            let text = format!("{ranks} of {} GPUs", crate::units::grouped(switch.ranks.into()));
            self.captions.push((vec2(self.picture.min.x, bar.max.y + CAPTION), text));
        }
        for column in &columns {
            self.place_bands(switch, column, bar, lanes);
        }
        self.apply_camera();
    }

    /// Adds few GPUs in a row under one bar for all switches.
    fn place_row(&mut self, ranks: u32) -> (Rect, Vec<Column>) {
        let room = self.picture;
        let size = room.size();
        let pitch = (size.x / ranks as f32).min(size.y * 0.5);
        let width = pitch * ranks as f32;
        let left = room.center().x - width / 2.0;
        let gap = (pitch * 0.14).min(14.0);
        let bar_height = (size.y * 0.14).clamp(12.0, 64.0);
        let chip_height = (size.y * 0.28).clamp(14.0, 150.0);
        // A picture higher than wide keeps its proportions.
        let height = size.y.min(width * 1.1);
        let top = room.center().y - height / 2.0;
        let bar = Rect::new(vec2(left + gap / 2.0, top), vec2(left + width - gap / 2.0, top + bar_height));
        self.add_chip(ChipKind::Switch, 0, bar, None, CellGrid::NONE);
        let columns = (0..ranks).map(|index| {
            let across = [left + pitch * index as f32 + gap / 2.0, left + pitch * (index + 1) as f32 - gap / 2.0];
            let bottom = top + height;
            let rect = Rect::new(vec2(across[0], bottom - chip_height), vec2(across[1], bottom));
            self.add_chip(ChipKind::Gpu, index, rect, Some(index), CellGrid::one(index));
            Column { across, gpus: vec![(index, rect)] }
        });
        let columns = columns.collect();
        (bar, columns)
    }

    /// Adds trays of GPUs above and below their switches. The switches of a rack have trays of their own.
    fn place_trays(&mut self, ranks: u32, gpus_per_tray: u32, switches: u32, is_rack: bool) -> (Rect, Vec<Column>) {
        let room = self.picture.inset(0.0, CAPTION, 0.0, CAPTION);
        let size = room.size();
        let trays = ranks.div_ceil(gpus_per_tray);
        let per_row = trays.div_ceil(2).max(1);
        let pitch = size.x / per_row as f32;
        // As many GPUs side by side as have room for their bands.
        let across = ((pitch * 0.9 / MIN_COLUMN) as u32).clamp(1, gpus_per_tray);
        let down = gpus_per_tray.div_ceil(across);
        let across = gpus_per_tray.div_ceil(down);
        // Space for a caption inside the box, away from the switches.
        let head = if is_rack { (size.y * 0.05).min(18.0) } else { 0.0 };
        let cell = vec2(pitch * 0.88 / across as f32, ((size.y * 0.26 - head) / down as f32).min(90.0));
        let chip = vec2(cell.x * 0.86, cell.y * if down > 1 { 0.8 } else { 0.94 });
        let tray_size = vec2(pitch * 0.94, cell.y * down as f32 + head + 4.0);
        let mut columns = Vec::new();
        for tray in 0..trays {
            let (below, column) = (tray / per_row == 1, tray % per_row);
            let x = room.min.x + (column as f32 + 0.5) * pitch;
            let top = if below { room.max.y - tray_size.y } else { room.min.y };
            let rect = Rect::new(vec2(x - tray_size.x / 2.0, top), vec2(x + tray_size.x / 2.0, top + tray_size.y));
            // The edge that faces the switches, and the way from it.
            let (near, away) = if below { (rect.min.y + 2.0, 1.0) } else { (rect.max.y - 2.0, -1.0) };
            let first = tray * gpus_per_tray;
            for place in 0..across {
                let middle = x + (place as f32 - (across - 1) as f32 / 2.0) * cell.x;
                let numbers = (0..down).map(|row| (row, first + row * across + place));
                let gpus = numbers.filter(|(row, index)| {
                    *index < ranks && *index < first + gpus_per_tray && row * across + place < gpus_per_tray
                });
                let gpus: Vec<(u32, Rect)> = gpus
                    .map(|(row, index)| {
                        let y = near + away * cell.y * (row as f32 + 0.5);
                        (index, Rect::centered(vec2(middle, y), chip))
                    })
                    .collect();
                for &(index, rect) in &gpus {
                    self.add_chip(ChipKind::Gpu, index, rect, Some(index), CellGrid::one(index));
                }
                columns.push(Column { across: [middle - chip.x / 2.0, middle + chip.x / 2.0], gpus });
            }
            if is_rack {
                self.boxes.push(rect);
                if tray_size.x * self.camera.scale >= NAMED_TRAY {
                    let y = if below { rect.max.y - head / 2.0 - 1.0 } else { rect.min.y + head / 2.0 + 1.0 };
                    self.captions.push((vec2(rect.min.x + 5.0, y), format!("tray {tray}")));
                }
            }
        }
        let bar = self.place_switch_row(room, switches, is_rack);
        let whole = self.picture;
        let text = |gpus: u32| format!("{gpus} GPUs in {} trays", gpus.div_ceil(gpus_per_tray));
        let above = (per_row * gpus_per_tray).min(ranks);
        if is_rack && self.camera.is_whole() {
            self.captions.push((vec2(whole.min.x, whole.min.y + CAPTION / 2.0 - 4.0), text(above)));
            if ranks > above {
                self.captions.push((vec2(whole.min.x, whole.max.y - CAPTION / 2.0 + 4.0), text(ranks - above)));
            }
        }
        (bar, columns)
    }

    /// Adds the switches of a rack in a row, two to a tray, or one bar for all. Returns the area that they cover.
    fn place_switch_row(&mut self, room: Rect, switches: u32, is_rack: bool) -> Rect {
        let size = room.size();
        let half = vec2(size.x / 2.0, (size.y * 0.055).clamp(6.0, 34.0));
        let per_tray = if is_rack && switches.is_multiple_of(SWITCHES_PER_TRAY) { SWITCHES_PER_TRAY } else { 1 };
        if per_tray < 2 {
            let bar = Rect::new(room.center() - half, room.center() + half);
            self.add_chip(ChipKind::Switch, 0, bar, None, CellGrid::NONE);
            return bar;
        }
        let trays = switches / per_tray;
        let pitch = size.x / trays as f32;
        let each = pitch * 0.86 / per_tray as f32;
        let chip = vec2((each * 0.88).min(72.0), (size.y * 0.08).clamp(8.0, 40.0));
        let head = (size.y * 0.04).min(16.0);
        let middle = room.center().y;
        let (top, bottom) = (middle - chip.y / 2.0 - head - 2.0, middle + chip.y / 2.0 + 5.0);
        for index in 0..switches {
            let (tray, place) = (index / per_tray, index % per_tray);
            let from_middle = (place as f32 - (per_tray - 1) as f32 / 2.0) * each;
            let x = room.min.x + (tray as f32 + 0.5) * pitch + from_middle;
            let rect = Rect::centered(vec2(x, middle), chip);
            self.add_chip(ChipKind::Switch, index, rect, None, CellGrid::NONE);
        }
        // All switch trays are joined: each GPU has a lane to each switch.
        let bar = Rect::new(vec2(room.min.x, top - 3.0), vec2(room.max.x, bottom + 3.0));
        self.boxes.push(bar);
        for tray in 0..trays {
            let x = room.min.x + (tray as f32 + 0.5) * pitch;
            let half = pitch * 0.465;
            self.boxes.push(Rect::new(vec2(x - half, top), vec2(x + half, bottom)));
            let wide = 2.0 * half * self.camera.scale;
            if wide >= SHORT_SWITCH_TRAY {
                let name = if wide >= NAMED_SWITCH_TRAY { "switch tray" } else { "switches" };
                self.captions.push((vec2(x - half + 5.0, top + head / 2.0 + 1.0), format!("{name} {tray}")));
            }
        }
        bar
    }

    /// Adds the bands of a column's GPUs, up and down, each in its own part of the column's width: the lanes of a GPU that
    /// is farther away pass behind those that are nearer. Lanes are drawn singly where they have room.
    fn place_bands(&mut self, switch: &Switch, column: &Column, bar: Rect, lanes: u32) {
        let [left, right] = column.across;
        let part = (right - left) / column.gpus.len().max(1) as f32;
        let scale = self.camera.scale;
        // `apply_camera` multiplies widths by this.
        let thicker = scale.sqrt().min(5.0);
        let band = part * BAND;
        let singly = lanes > 1 && band * scale / lanes as f32 >= LANE_PITCH;
        let (count, width) =
            if singly { (lanes, (band / lanes as f32) * 0.62 * scale / thicker) } else { (1, band * scale / thicker) };
        for (place, (rank, gpu)) in column.gpus.iter().enumerate() {
            let middle = left + part * (place as f32 + 0.5);
            let (from, to) =
                if gpu.center().y > bar.center().y { (gpu.min.y, bar.max.y) } else { (gpu.max.y, bar.min.y) };
            for upwards in [true, false] {
                let center = middle + part * if upwards { -0.2 } else { 0.2 };
                let lines = (0..count).map(|lane| {
                    let x = center + band * ((lane as f32 + 0.5) / count as f32 - 0.5);
                    let line: [Vec2; 2] = [vec2(x, from), vec2(x, to)];
                    if upwards { line } else { [line[1], line[0]] }
                });
                let link = if upwards { switch.up(*rank) } else { switch.down(*rank) };
                let lanes = lines.collect();
                self.links.push(LinkPlace { link, all: CellGrid::one(link.0), lanes, width });
            }
        }
    }
}
