//! One wafer: dies in their true proportions and the links between them.

use glam::{Vec2, vec2};

use crate::catalog::WaferMachine;
use crate::fabric::{Direction, Mesh};
use crate::scene::WaferFabric;
use crate::stage::cell_grid::CellGrid;
use crate::stage::chip_kind::ChipKind;
use crate::stage::fabric_layout::{ChipPlace, FabricLayout, LinkPlace, WaferPlace};
use crate::stage::geometry::Rect;

/// Columns of PEs at which a new die begins, and rows, with both ends of the wafer.
pub(crate) fn die_lines(machine: &WaferMachine) -> [Vec<u32>; 2] {
    let lines = |all: u32, dies: u32, pes: Option<u32>| -> Vec<u32> {
        let dies = dies.max(1);
        let line = |index: u32| match pes {
            Some(pes) => (index * pes).min(all),
            // The pitch of the dies is not published: equal parts.
            None => (f64::from(index) * f64::from(all) / f64::from(dies)).round() as u32,
        };
        (0..=dies).map(line).collect()
    };
    let pes = |figure: &Option<crate::catalog::Figure>| figure.as_ref().map(|figure| figure.count());
    [
        lines(machine.columns.count(), machine.die_columns.count(), pes(&machine.die_width_pe)),
        lines(machine.rows.count(), machine.die_rows.count(), pes(&machine.die_height_pe)),
    ]
}

/// Space for the wafer's rim between the picture's edge and the PEs, points; in a low cell.
const RIM: [f32; 2] = [14.0, 10.0];

impl FabricLayout {
    pub(crate) fn place_wafer(&mut self, fabric: &WaferFabric, mesh: &Mesh) {
        let machine = &fabric.machine;
        let size = [machine.columns.count(), machine.rows.count()];
        // A die is 17 x 30 mm (Hot Chips 34). The picture has the wafer's true proportions.
        let dies = [machine.die_columns.count().max(1), machine.die_rows.count().max(1)];
        let aspect = (dies[0] * 17) as f32 / (dies[1] * 30) as f32;
        let origin = [(size[0] - mesh.width) / 2, (size[1] - mesh.height) / 2];
        // The used region fills the picture; the unused rest of the wafer is not drawn.
        let share = vec2(mesh.width as f32 / size[0] as f32, mesh.height as f32 / size[1] as f32);
        let rim = RIM[usize::from(self.is_low())];
        let used = self.picture.inset(rim, rim, rim, rim).fit(aspect * share.x / share.y);
        let pitch = used.size() / vec2(mesh.width as f32, mesh.height as f32);
        let start = used.min - pitch * vec2(origin[0] as f32, origin[1] as f32);
        let rect = Rect::new(start, start + pitch * vec2(size[0] as f32, size[1] as f32));
        let corner = |x: u32, y: u32| rect.min + pitch * vec2(x as f32, y as f32);
        let die_lines = die_lines(machine);
        for row in 0..dies[1] as usize {
            for column in 0..dies[0] as usize {
                let min = corner(die_lines[0][column], die_lines[1][row]);
                let max = corner(die_lines[0][column + 1], die_lines[1][row + 1]);
                let index = (row * dies[0] as usize + column) as u32;
                self.chips.push(ChipPlace {
                    kind: ChipKind::Die,
                    index,
                    rect: Rect::new(min, max),
                    node: None,
                    ranks: CellGrid::NONE,
                });
            }
        }
        let wafer = WaferPlace { rect, size, origin, region: used, die_lines };
        self.place_bundles(&wafer, mesh);
        self.wafer = Some(wafer);
        self.apply_camera();
    }

    /// Adds one link per direction between neighbouring dies: the middle link of the bundle.
    fn place_bundles(&mut self, wafer: &WaferPlace, mesh: &Mesh) {
        let [columns, rows] = &wafer.die_lines;
        let pitch = wafer.rect.size() / vec2(wafer.size[0] as f32, wafer.size[1] as f32);
        let middle = |lines: &[u32], index: usize| (lines[index] + lines[index + 1]) / 2;
        let mut add = |x: u32, y: u32, direction: Direction, step: Vec2| {
            let inside = |at: u32, origin: u32, size: u32| at.checked_sub(origin).filter(|&at| at < size);
            let (Some(mx), Some(my)) =
                (inside(x, wafer.origin[0], mesh.width), inside(y, wafer.origin[1], mesh.height))
            else {
                return;
            };
            let next = [i64::from(mx) + step.x as i64, i64::from(my) + step.y as i64];
            if next[0] < 0 || next[1] < 0 || next[0] >= i64::from(mesh.width) || next[1] >= i64::from(mesh.height) {
                return;
            }
            let from = wafer.rect.min + pitch * (vec2(x as f32, y as f32) + 0.5);
            let lanes = vec![[from, from + step * pitch]];
            let link = mesh.link_id(mx, my, direction);
            self.links.push(LinkPlace { link, all: CellGrid::one(link.0), lanes, width: 1.0 });
        };
        for row in 0..rows.len() - 1 {
            let y = middle(rows, row);
            for &edge in &columns[1..columns.len() - 1] {
                add(edge.saturating_sub(1), y, Direction::East, vec2(1.0, 0.0));
                add(edge, y, Direction::West, vec2(-1.0, 0.0));
            }
        }
        for column in 0..columns.len() - 1 {
            let x = middle(columns, column);
            for &edge in &rows[1..rows.len() - 1] {
                add(x, edge.saturating_sub(1), Direction::South, vec2(0.0, 1.0));
                add(x, edge, Direction::North, vec2(0.0, -1.0));
            }
        }
    }
}
