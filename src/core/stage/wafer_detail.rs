//! Single PEs of a wafer: which parts are drawn at which size, and where.
//!
//! Zoomed out, a PE is a texel of the heat map. Zooming in, a grid appears, then the lanes between routers, the routers with
//! their ramps, and the cores. All of them grow with the PE, so that nothing jumps.

use glam::{Vec2, vec2};

use super::fabric_layout::FabricLayout;
use super::geometry::{Rect, step};
use crate::fabric::{Direction, Mesh};

/// Sizes of a PE's smaller side between which the grid appears, points.
const GRID: (f32, f32) = (5.0, 10.0);
/// Sizes between which lanes, routers and cores appear, points.
const PARTS: (f32, f32) = (13.0, 24.0);
/// Sizes between which the ground replaces the heat, points.
const GROUND: (f32, f32) = (15.0, 34.0);
/// Smallest PE whose links can be picked and whose ramps show packets: its smaller side, points.
pub(crate) const MIN_PITCH: f32 = 34.0;

/// Half of a router's side, as a fraction of the PE's smaller side.
const ROUTER: f32 = 0.16;
/// Distance of a lane from the line between two routers, and half of its width.
const LANE: (f32, f32) = (0.08, 0.056);
/// Half of the width of a ramp.
const RAMP: f32 = 0.032;
/// Centre of a router from the centre of its PE, as fractions of the PE's sides.
const ROUTER_AT: Vec2 = vec2(-0.14, -0.14);
/// The same for the core, and half of its sides.
const CORE: (Vec2, Vec2) = (vec2(0.26, 0.265), vec2(0.18, 0.145));

/// How strongly each part of a PE is drawn, 0 (invisible) to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PeDetail {
    /// Lines between PEs.
    pub grid: f32,
    /// Lanes, routers, ramps and cores.
    pub parts: f32,
    /// The ground that replaces the heat.
    pub ground: f32,
}

impl PeDetail {
    /// The detail of PEs of this size.
    pub fn new(pitch: Vec2) -> PeDetail {
        let side = pitch.min_element();
        let between = |(from, to): (f32, f32)| {
            let share = ((side - from) / (to - from)).clamp(0.0, 1.0);
            share * share * (3.0 - 2.0 * share)
        };
        PeDetail { grid: between(GRID), parts: between(PARTS), ground: between(GROUND) }
    }
}

/// Positions of a PE's parts, in points from its centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeParts {
    /// Width and height of the PE.
    pub pitch: Vec2,
    /// Centre of the router.
    pub router: Vec2,
    /// Half of the router's side.
    pub router_half: f32,
    /// Distance of a lane from the line between two routers.
    pub lane: f32,
    /// Half of the width of a lane.
    pub lane_half: f32,
    /// Half of the width of a ramp.
    pub ramp_half: f32,
    /// Centre of the core.
    pub core: Vec2,
    /// Half of the core's sides.
    pub core_half: Vec2,
}

impl PeParts {
    /// The parts of PEs of this size.
    pub fn new(pitch: Vec2) -> PeParts {
        let side = pitch.min_element();
        // While routers are invisible, streams run through the texels of the heat map.
        let apart = PeDetail::new(pitch).parts;
        PeParts {
            pitch,
            router: ROUTER_AT * pitch * apart,
            router_half: ROUTER * side,
            lane: LANE.0 * side,
            lane_half: LANE.1 * side,
            ramp_half: RAMP * side,
            core: CORE.0 * pitch,
            core_half: CORE.1 * pitch,
        }
    }

    /// The lane of the link that leaves in a direction: from the router's edge to the edge of the next router, or of the
    /// core.
    pub fn lane_line(&self, direction: Direction) -> [Vec2; 2] {
        let step = step(direction);
        if direction == Direction::Ramp {
            let towards = (self.core - self.router).normalize_or_zero();
            let corner = self.router + Vec2::splat(self.router_half * 0.92);
            return [corner, self.core - self.core_half * 0.96 + towards * self.ramp_half];
        }
        let aside = step.perp() * self.lane;
        let from = self.router + aside + step * self.router_half;
        [from, self.router + aside + step * (self.pitch - self.router_half)]
    }

    /// Half of the width of the lane in a direction.
    pub fn half_width(&self, direction: Direction) -> f32 {
        if direction == Direction::Ramp { self.ramp_half } else { self.lane_half }
    }

    /// The router of a PE with this centre.
    pub fn router_at(&self, center: Vec2) -> Rect {
        Rect::centered(center + self.router, Vec2::splat(2.0 * self.router_half))
    }

    /// The core of a PE with this centre.
    pub fn core_at(&self, center: Vec2) -> Rect {
        Rect::centered(center + self.core, 2.0 * self.core_half)
    }
}

/// A rectangle of PEs of the used region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeWindow {
    /// Column and row of the first one.
    pub first: [u32; 2],
    /// Columns and rows.
    pub size: [u32; 2],
}

impl PeWindow {
    /// The visible PEs with a margin of one; none while their parts are invisible.
    pub(crate) fn new(layout: &FabricLayout, mesh: &Mesh) -> PeWindow {
        let Some(wafer) = layout.wafer.as_ref().filter(|wafer| PeDetail::new(wafer.pitch()).parts > 0.0) else {
            return PeWindow::default();
        };
        let visible = layout.picture.meet(&wafer.region);
        let low = ((visible.min - wafer.region.min) / wafer.pitch()).floor() - 1.0;
        let high = ((visible.max - wafer.region.min) / wafer.pitch()).ceil() + 1.0;
        let within = |low: f32, high: f32, all: u32| {
            let (low, high) = (low.max(0.0) as u32, (high.max(0.0) as u32).min(all));
            (low.min(high), high - low.min(high))
        };
        let (x, columns) = within(low.x, high.x, mesh.width);
        let (y, rows) = within(low.y, high.y, mesh.height);
        PeWindow { first: [x, y], size: [columns, rows] }
    }

    /// Number of PEs.
    pub fn len(&self) -> usize {
        self.size[0] as usize * self.size[1] as usize
    }

    /// Whether it has no PEs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index of a PE in the window, row by row.
    pub fn place(&self, [x, y]: [u32; 2]) -> Option<usize> {
        let (x, y) = (x.checked_sub(self.first[0])?, y.checked_sub(self.first[1])?);
        (x < self.size[0] && y < self.size[1]).then(|| (y * self.size[0] + x) as usize)
    }

    /// Its PEs, row by row.
    pub fn pes(&self) -> impl Iterator<Item = [u32; 2]> + use<> {
        let PeWindow { first: [left, top], size: [columns, rows] } = *self;
        (top..top + rows).flat_map(move |y| (left..left + columns).map(move |x| [x, y]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_appear_one_after_another_without_a_jump() {
        let detail = |side: f32| PeDetail::new(Vec2::splat(side));
        assert_eq!(detail(4.0), PeDetail::default());
        assert!(detail(8.0).grid > 0.3 && detail(8.0).parts == 0.0);
        assert!(detail(20.0).parts > 0.5 && detail(20.0).ground < 0.3);
        assert_eq!(detail(80.0), PeDetail { grid: 1.0, parts: 1.0, ground: 1.0 });
        for step in 0..800 {
            let (here, next) = (detail(step as f32 * 0.1), detail((step + 1) as f32 * 0.1));
            for (a, b) in [(here.grid, next.grid), (here.parts, next.parts), (here.ground, next.ground)] {
                assert!((0.0..0.05).contains(&(b - a)), "at {} points", step as f32 * 0.1);
            }
        }
    }

    #[test]
    fn parts_of_a_pe_do_not_overlap() {
        for pitch in [vec2(60.0, 40.0), vec2(200.0, 200.0), vec2(138.0, 90.0)] {
            let parts = PeParts::new(pitch);
            let (router, core) = (parts.router_at(Vec2::ZERO), parts.core_at(Vec2::ZERO));
            assert!(!router.touches(&core));
            let band = parts.lane + parts.lane_half;
            assert!(band < parts.router_half, "lanes end at a router");
            assert!(parts.lane > parts.lane_half, "two lanes side by side");
            // South of the router, and east of it.
            assert!(core.min.x > parts.router.x + band && core.min.y > parts.router.y + band);
            assert!(core.max.cmple(pitch / 2.0).all());
        }
    }

    #[test]
    fn a_window_indexes_its_pes() {
        let window = PeWindow { first: [3, 5], size: [4, 2] };
        for (place, pe) in window.pes().enumerate() {
            assert_eq!(window.place(pe), Some(place));
        }
        assert_eq!((window.place([2, 5]), window.place([7, 5]), window.place([3, 7])), (None, None, None));
    }
}
