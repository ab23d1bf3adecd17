//! Graphs: chips on an ellipse, by number.

use glam::{Vec2, vec2};

use super::builder::CAPTION;
use crate::fabric::Graph;
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::FabricLayout;
use crate::stage::geometry::Rect;

/// The most chips that are drawn.
const MAX_GRAPH_CHIPS: u32 = 1_024;

impl FabricLayout {
    pub(crate) fn place_graph(&mut self, graph: &Graph) {
        let count = graph.nodes().min(MAX_GRAPH_CHIPS);
        let size = self.picture.size();
        let largest = ((size - vec2(84.0, 48.0)) / 2.0).min(vec2(360.0, 300.0)).max(Vec2::splat(1.0));
        let circumference = std::f32::consts::PI * (largest.x + largest.y);
        let chip = vec2(
            (circumference / count as f32 * 0.5).clamp(1.0, 84.0),
            (circumference / count as f32 * 0.4).clamp(1.0, 48.0),
        );
        let radius = ((size - chip) / 2.0).min(vec2(360.0, 300.0)).max(Vec2::ZERO);
        for index in 0..count {
            let angle = f64::from(index) / f64::from(count) * std::f64::consts::TAU;
            let direction = vec2(angle.sin() as f32, -angle.cos() as f32);
            let rect = Rect::centered(self.picture.center() + direction * radius, chip);
            self.add_chip(ChipKind::Chip, index, rect, Some(index), CellGrid::one(index));
        }
        // Lines thinner than a point are drawn fainter: thousands of them over each other still show what is behind.
        let width = match graph.links().len() {
            0..=512 => 2.0,
            513..=1_500 => 0.8,
            _ => 0.1,
        };
        for (id, link) in graph.links().iter().enumerate() {
            let ends = (self.chips.get(link.from.0 as usize), self.chips.get(link.to.0 as usize));
            if let (Some(from), Some(to)) = ends {
                let (from, to) = (from.rect, to.rect);
                self.add_between(CellGrid::one(id as u32), from, to, width);
            }
        }
        self.apply_camera();
        if count < graph.nodes() && self.camera.is_whole() {
            let text = format!("{count} of {} chips", crate::units::grouped(graph.nodes().into()));
            self.captions.push((vec2(self.picture.min.x, self.picture.max.y - CAPTION / 2.0), text));
        }
    }
}
