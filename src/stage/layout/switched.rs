//! GPUs around the switches of their machine: few on an ellipse, more in the trays of a rack.

use glam::{Vec2, vec2};

use super::builder::CAPTION;
use crate::catalog::NvlinkMachine;
use crate::fabric::Switch;
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::{FabricLayout, LinkPlace};
use crate::stage::geometry::Rect;

/// The most GPUs that are drawn around a switch.
const MAX_GPUS: u32 = 2_048;
/// Chips of a switch tray: 9 trays of 2 in an NVL72 (NVIDIA).
const SWITCHES_PER_TRAY: u32 = 2;
/// Smallest width of a tray with a caption, points.
const NAMED_TRAY: f32 = 50.0;
/// Smallest width of a switch tray with a full caption, points.
const NAMED_SWITCH_TRAY: f32 = 96.0;
/// Smallest width of a switch tray with a short caption, points.
const SHORT_SWITCH_TRAY: f32 = 72.0;

impl FabricLayout {
    /// Adds GPUs around the switches of their machine, or chips around the one switch of a free topology.
    pub(crate) fn place_switched(&mut self, machine: Option<&NvlinkMachine>, switch: &Switch) {
        let count = |figure: fn(&NvlinkMachine) -> u32, free: u32| machine.map_or(free, figure).max(1);
        let switches = count(|machine| machine.switches.count(), 1);
        let ranks = switch.ranks.min(MAX_GPUS);
        if ranks <= 16 {
            self.place_ring(ranks, switches);
        } else {
            let per_tray = count(|machine| machine.gpus_per_tray.count(), ranks.div_ceil(16));
            self.place_trays(ranks, per_tray, switches, machine.is_some());
        }
        if ranks < switch.ranks {
            let text = format!("{ranks} of {} GPUs", crate::units::grouped(switch.ranks.into()));
            self.captions.push((vec2(self.picture.min.x, self.picture.center().y + 40.0), text));
        }
        let lanes = count(|machine| machine.lanes.count(), 1);
        self.place_lanes(switch, lanes.div_ceil(switches));
        self.apply_camera();
    }

    /// Adds few GPUs on an ellipse around their switches, clockwise from the top.
    fn place_ring(&mut self, ranks: u32, switches: u32) {
        let size = self.picture.size();
        let chip = vec2((size.x * 0.17).clamp(24.0, 104.0), (size.y * 0.115).clamp(18.0, 64.0));
        let radius = ((size - chip) / 2.0).min(vec2(340.0, 300.0)).max(Vec2::ZERO);
        // At the top and the bottom, neighbours are side by side: chips must not overlap.
        let apart = 2.0 * radius.x * (std::f32::consts::PI / ranks as f32).sin();
        let chip = vec2(chip.x.min((apart * 0.86).max(14.0)), chip.y);
        let center = self.picture.center();
        for index in 0..ranks {
            let angle = (f64::from(index) + 0.5) / f64::from(ranks) * std::f64::consts::TAU;
            let direction = vec2(angle.sin() as f32, -angle.cos() as f32);
            let rect = Rect::centered(center + direction * radius, chip);
            self.add_chip(ChipKind::Gpu, index, rect, Some(index), CellGrid::one(index));
        }
        // In one row, or in two if the GPUs on both sides need the space.
        let rows = if (chip.x + 12.0) * switches as f32 > size.x * 0.45 { 2.min(switches) } else { 1 };
        let columns = switches.div_ceil(rows);
        // No wider than the space between the GPUs on both sides.
        let mut step = chip + 12.0;
        let high = (rows as f32 * step.y + chip.y) / 2.0;
        let beside = self.chips.iter().map(|gpu| (gpu.rect.center() - center).abs()).filter(|from| from.y < high);
        let room = beside.map(|from| from.x - chip.x / 2.0 - 6.0).fold(f32::INFINITY, f32::min).max(4.0);
        step.x = step.x.min(2.0 * room / columns as f32);
        let chip = vec2(chip.x.min(step.x * 0.9), chip.y);
        for index in 0..switches {
            let place = vec2((index % columns) as f32, (index / columns) as f32);
            let middle = vec2((columns - 1) as f32, (rows - 1) as f32) / 2.0;
            let rect = Rect::centered(center + (place - middle) * step, chip);
            self.add_chip(ChipKind::Switch, index, rect, None, CellGrid::NONE);
        }
    }

    /// Adds trays of GPUs above and below a row of switches. The switches of a rack have trays of their own.
    fn place_trays(&mut self, ranks: u32, gpus_per_tray: u32, switches: u32, is_rack: bool) {
        let room = self.picture.inset(0.0, CAPTION, 0.0, CAPTION);
        let size = room.size();
        let trays = ranks.div_ceil(gpus_per_tray);
        let per_row = trays.div_ceil(2).max(1);
        let pitch = size.x / per_row as f32;
        let across = (gpus_per_tray as f32).sqrt().ceil() as u32;
        let down = gpus_per_tray.div_ceil(across);
        // Space for a caption above the chips, inside the box.
        let head = if is_rack { (size.y * 0.05).min(18.0) } else { 0.0 };
        let chip_room = vec2(pitch * 0.86 / across as f32, ((size.y * 0.26 - head) / down as f32).min(46.0));
        let chip = (chip_room * 0.86).min(vec2(44.0, 40.0));
        let tray_size = vec2(pitch * 0.93, chip_room.y * down as f32 + head + 4.0);
        for tray in 0..trays {
            let (row, column) = (tray / per_row, tray % per_row);
            let x = room.min.x + (column as f32 + 0.5) * pitch;
            let top = if row == 0 { room.min.y } else { room.max.y - tray_size.y };
            let rect = Rect::new(vec2(x - tray_size.x / 2.0, top), vec2(x + tray_size.x / 2.0, top + tray_size.y));
            let first = tray * gpus_per_tray;
            for index in first..(first + gpus_per_tray).min(ranks) {
                let place = vec2(((index - first) % across) as f32, ((index - first) / across) as f32);
                let from_middle = (place - vec2((across - 1) as f32, 0.0) / 2.0) * chip_room;
                let center = vec2(x + from_middle.x, top + head + chip_room.y / 2.0 + from_middle.y + 1.0);
                let rect = Rect::centered(center, chip);
                self.add_chip(ChipKind::Gpu, index, rect, Some(index), CellGrid::one(index));
            }
            if is_rack {
                self.boxes.push(rect);
                if tray_size.x * self.camera.scale >= NAMED_TRAY {
                    self.captions.push((vec2(rect.min.x + 5.0, top + head / 2.0 + 1.0), format!("tray {tray}")));
                }
            }
        }
        self.place_switch_row(room, switches, is_rack);
        let whole = self.picture;
        let text = |gpus: u32| format!("{gpus} GPUs in {} trays", gpus.div_ceil(gpus_per_tray));
        let above = (per_row * gpus_per_tray).min(ranks);
        if is_rack && self.camera.is_whole() {
            self.captions.push((vec2(whole.min.x, whole.min.y + CAPTION / 2.0 - 4.0), text(above)));
            if ranks > above {
                self.captions.push((vec2(whole.min.x, whole.max.y - CAPTION / 2.0 + 4.0), text(ranks - above)));
            }
        }
    }

    /// Adds the switches of a rack in a row, two to a tray.
    fn place_switch_row(&mut self, room: Rect, switches: u32, is_rack: bool) {
        let size = room.size();
        let per_tray = if is_rack && switches.is_multiple_of(SWITCHES_PER_TRAY) { SWITCHES_PER_TRAY } else { 1 };
        let trays = switches / per_tray;
        let pitch = size.x / trays as f32;
        let each = pitch * 0.86 / per_tray as f32;
        let chip = vec2((each * 0.88).min(60.0), (size.y * 0.08).clamp(8.0, 40.0));
        for index in 0..switches {
            let (tray, place) = (index / per_tray, index % per_tray);
            let from_middle = (place as f32 - (per_tray - 1) as f32 / 2.0) * each;
            let x = room.min.x + (tray as f32 + 0.5) * pitch + from_middle;
            let rect = Rect::centered(vec2(x, room.center().y), chip);
            self.add_chip(ChipKind::Switch, index, rect, None, CellGrid::NONE);
        }
        if per_tray < 2 {
            return;
        }
        let head = (size.y * 0.04).min(16.0);
        for tray in 0..trays {
            let x = room.min.x + (tray as f32 + 0.5) * pitch;
            let (half, middle) = (pitch * 0.465, room.center().y);
            let (top, bottom) = (middle - chip.y / 2.0 - head - 2.0, middle + chip.y / 2.0 + 4.0);
            self.boxes.push(Rect::new(vec2(x - half, top), vec2(x + half, bottom)));
            let wide = 2.0 * half * self.camera.scale;
            if wide >= SHORT_SWITCH_TRAY {
                let name = if wide >= NAMED_SWITCH_TRAY { "switch tray" } else { "switches" };
                self.captions.push((vec2(x - half + 5.0, top + head / 2.0 + 1.0), format!("{name} {tray}")));
            }
        }
    }

    /// Adds the lanes of each port, spread over the switches: up on one side of the line between the two chips, down on
    /// the other.
    fn place_lanes(&mut self, switch: &Switch, lanes: u32) {
        let gpus: Vec<Rect> = self.rects(ChipKind::Gpu);
        let switches: Vec<Rect> = self.rects(ChipKind::Switch);
        let many = gpus.len() > 16;
        let gap: f32 = if many { 1.0 } else { 1.7 };
        let width = if many { 0.6 } else { 1.0 };
        for upwards in [true, false] {
            for (rank, &gpu) in gpus.iter().enumerate() {
                let mut lines = Vec::with_capacity(switches.len() * lanes as usize);
                for &switch_rect in &switches {
                    let (from, hub) = (gpu.center(), switch_rect.center());
                    let across = (hub - from).normalize_or_zero().perp();
                    // Lanes end at the edges of the chips, even if the chips are small.
                    let fits = |rect: Rect| distance_to_edge(across, rect) * 0.94 / (lanes as f32 - 0.25).max(0.75);
                    let (at_gpu, at_switch) = (gap.min(fits(gpu)), (gap * 0.6).min(fits(switch_rect)));
                    for lane in 0..lanes {
                        let side = if upwards { -1.0 } else { 1.0 };
                        let offset = across * side * (lane as f32 + 0.75);
                        // Lanes are closer together at the switch.
                        let [from, to] = [from + offset * at_gpu, hub + offset * at_switch];
                        let line = [gpu.leave(from, to), switch_rect.leave(to, from)];
                        lines.push(if upwards { line } else { [line[1], line[0]] });
                    }
                }
                let rank = rank as u32;
                let link = if upwards { switch.up(rank) } else { switch.down(rank) };
                self.links.push(LinkPlace { link, all: CellGrid::one(link.0), lanes: lines, width });
            }
        }
    }

    fn rects(&self, kind: ChipKind) -> Vec<Rect> {
        self.chips.iter().filter(|chip| chip.kind == kind).map(|chip| chip.rect).collect()
    }
}

/// Distance from the centre of a rectangle to its edge in a direction.
fn distance_to_edge(direction: Vec2, rect: Rect) -> f32 {
    let distances = rect.size() / 2.0 / direction.abs().max(Vec2::splat(1e-6));
    distances.min_element()
}
