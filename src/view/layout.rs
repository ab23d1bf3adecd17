//! Where fabrics, chips and links stand on the stage, in points from the top left of the window.

use glam::{Vec2, vec2};

use super::look::Look;
use crate::catalog::{NvlinkMachine, WaferMachine};
use crate::fabric::{Direction, LinkId, Mesh, Shape, Switch};
use crate::scene::{FabricKind, FabricRun, WaferFabric};

/// A rectangle, points, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Top left.
    pub min: Vec2,
    /// Bottom right.
    pub max: Vec2,
}

impl Rect {
    /// From two corners.
    pub fn new(min: Vec2, max: Vec2) -> Rect {
        Rect { min, max }
    }

    /// From the middle and the size.
    pub fn centered(center: Vec2, size: Vec2) -> Rect {
        Rect { min: center - size / 2.0, max: center + size / 2.0 }
    }

    /// Width and height.
    pub fn size(&self) -> Vec2 {
        self.max - self.min
    }

    /// The middle.
    pub fn center(&self) -> Vec2 {
        (self.min + self.max) / 2.0
    }

    /// The same, smaller by these amounts at left, top, right, bottom.
    pub fn inset(&self, left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        let min = self.min + vec2(left, top);
        Rect { min, max: (self.max - vec2(right, bottom)).max(min) }
    }

    /// What it has in common with another one.
    pub fn meet(&self, other: &Rect) -> Rect {
        let min = self.min.max(other.min);
        Rect { min, max: self.max.min(other.max).max(min) }
    }

    /// Whether a point lies within.
    pub fn contains(&self, point: Vec2) -> bool {
        point.cmpge(self.min).all() && point.cmple(self.max).all()
    }

    /// As left, top, right, bottom.
    pub fn to_array(&self) -> [f32; 4] {
        [self.min.x, self.min.y, self.max.x, self.max.y]
    }

    /// Where the way from a point within towards another one leaves the rectangle; the point itself if it never does.
    pub(super) fn leave(&self, from: Vec2, to: Vec2) -> Vec2 {
        let way = to - from;
        let share = |way: f32, to_min: f32, to_max: f32| match way {
            _ if way > 0.0 => to_max / way,
            _ if way < 0.0 => to_min / way,
            _ => f32::INFINITY,
        };
        let along = share(way.x, self.min.x - from.x, self.max.x - from.x).min(share(
            way.y,
            self.min.y - from.y,
            self.max.y - from.y,
        ));
        if (0.0..1.0).contains(&along) { from + way * along } else { from }
    }

    /// The largest rectangle of this aspect (width over height) in the middle.
    fn fit(&self, aspect: f32) -> Rect {
        let size = self.size();
        let fitted =
            if size.x > size.y * aspect { vec2(size.y * aspect, size.y) } else { vec2(size.x, size.x / aspect) };
        Rect::centered(self.center(), fitted)
    }
}

/// What a chip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipKind {
    /// A GPU: a rank.
    Gpu,
    /// A switch chip.
    Switch,
    /// A die of a wafer.
    Die,
    /// A leaf switch of a rail.
    Leaf,
    /// The spine over the leaves.
    Spine,
    /// A chip of a mesh, torus or graph: a rank.
    Chip,
    /// A whole wafer: a rank.
    Wafer,
    /// A node of the tree over wafers.
    TreeNode,
}

impl ChipKind {
    /// Whether it holds a vector of the collective by itself.
    pub fn is_rank(self) -> bool {
        matches!(self, ChipKind::Gpu | ChipKind::Chip | ChipKind::Wafer)
    }
}

/// A chip on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct ChipPlace {
    /// What it is.
    pub kind: ChipKind,
    /// Its number among its kind.
    pub index: u32,
    /// Where it stands.
    pub rect: Rect,
    /// Its node in the fabric, if it is one.
    pub node: Option<u32>,
}

/// A link on the stage, from its source to its sink.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkPlace {
    /// The link; on a wafer the middle one of the bundle between two dies.
    pub link: LinkId,
    /// The lanes that it is drawn as.
    pub lanes: Vec<[Vec2; 2]>,
    /// Width of a lane, points.
    pub width: f32,
}

/// A wafer's picture.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferPlace {
    /// All PEs that applications can use.
    pub rect: Rect,
    /// Columns and rows of PEs in `rect`.
    pub size: [u32; 2],
    /// Where the used region begins.
    pub origin: [u32; 2],
    /// The used region.
    pub region: Rect,
    /// Lines between dies: columns at which a new die begins, and rows.
    pub die_lines: [Vec<u32>; 2],
}

/// One fabric on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricLayout {
    /// The fabric's part of the stage.
    pub cell: Rect,
    /// The picture within it.
    pub picture: Rect,
    /// Its chips.
    pub chips: Vec<ChipPlace>,
    /// Its links.
    pub links: Vec<LinkPlace>,
    /// If it is a wafer: the wafer.
    pub wafer: Option<WaferPlace>,
    /// Words for groups of chips that are too small for words of their own, from their left middle.
    pub captions: Vec<(Vec2, String)>,
    /// Which part of it is seen.
    pub look: Look,
}

/// Height of a fabric's header, points.
const HEADER: f32 = 96.0;
/// Height of what stands below a picture, points.
const FOOTER: f32 = 72.0;
/// Most GPUs round a switch that are drawn one by one.
const MAX_GPUS: u32 = 576;
/// Space at both sides, points.
const MARGIN: f32 = 28.0;

/// Splits the stage into equal cells, one per fabric: side by side, in two rows from four fabrics on.
pub fn stage_cells(stage: Rect, fabrics: usize) -> Vec<Rect> {
    let fabrics = fabrics.max(1);
    let rows = if fabrics > 3 { 2 } else { 1 };
    let columns = fabrics.div_ceil(rows);
    let size = stage.size() / vec2(columns as f32, rows as f32);
    (0..fabrics)
        .map(|index| {
            let min = stage.min + size * vec2((index % columns) as f32, (index / columns) as f32);
            Rect::new(min, min + size)
        })
        .collect()
}

/// Columns of PEs at which a new die begins, and rows; the ends of the wafer included.
pub(super) fn die_lines(machine: &WaferMachine) -> [Vec<u32>; 2] {
    let lines = |all: u32, dies: u32, pes: Option<u32>| -> Vec<u32> {
        let dies = dies.max(1);
        let line = |index: u32| match pes {
            Some(pes) => (index * pes).min(all),
            // No pitch is published: equal shares.
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

impl WaferPlace {
    /// Width and height of a PE, points.
    pub fn pitch(&self) -> Vec2 {
        (self.rect.size() / vec2(self.size[0] as f32, self.size[1] as f32)).max(Vec2::splat(1e-6))
    }
}

impl FabricLayout {
    /// Places a fabric in its cell, the whole of it.
    pub fn of(run: &FabricRun, cell: Rect) -> FabricLayout {
        // A low cell has less room round its picture.
        let (header, footer) = if cell.size().y < 340.0 { (HEADER - 14.0, FOOTER - 14.0) } else { (HEADER, FOOTER) };
        let picture = cell.inset(MARGIN, header, MARGIN, footer);
        let (chips, links, captions) = (Vec::new(), Vec::new(), Vec::new());
        let mut layout = FabricLayout { cell, picture, chips, links, wafer: None, captions, look: Look::WHOLE };
        match (&run.scene.kind, &run.fabric.shape) {
            (FabricKind::Wafer(wafer), Shape::Mesh(mesh)) => layout.place_wafer(wafer, mesh),
            (FabricKind::Chips(chips), Shape::Switch(switch)) => layout.place_switched(chips.machine.nvlink(), switch),
            (_, Shape::Cluster(cluster)) => layout.place_cluster(cluster),
            (_, Shape::Grid(grid)) => layout.place_grid(grid),
            (_, Shape::Graph(graph)) => layout.place_graph(graph),
            (_, Shape::Wafers(tree)) => layout.place_wafers(tree),
            (_, Shape::Mesh(_) | Shape::Switch(_)) => {}
        }
        layout.links.sort_by_key(|place| place.link);
        layout
    }

    /// The place of a link, if it is drawn.
    pub fn link(&self, id: LinkId) -> Option<&LinkPlace> {
        let place = self.links.binary_search_by_key(&id, |place| place.link).ok()?;
        self.links.get(place)
    }

    /// GPUs round the switches of their machine; chips round the one switch of a free one.
    fn place_switched(&mut self, machine: Option<&NvlinkMachine>, switch: &Switch) {
        let count = |figure: fn(&NvlinkMachine) -> u32, free: u32| machine.map_or(free, figure).max(1);
        let switches = count(|machine| machine.switches.count(), 1);
        let ranks = switch.ranks.min(MAX_GPUS);
        if ranks <= 16 {
            self.place_ring(ranks, switches);
        } else {
            self.place_trays(ranks, count(|machine| machine.gpus_per_tray.count(), ranks.div_ceil(16)), switches);
        }
        if ranks < switch.ranks {
            let words = format!("{ranks} of {} GPUs", crate::scene::grouped(switch.ranks.into()));
            self.captions.push((vec2(self.picture.min.x, self.picture.center().y + 40.0), words));
        }
        let lanes = count(|machine| machine.lanes.count(), 1);
        self.place_lanes(switch, lanes.div_ceil(switches));
    }

    /// Few GPUs: on an ellipse round their switches, clockwise from the top.
    fn place_ring(&mut self, ranks: u32, switches: u32) {
        let size = self.picture.size();
        let chip = vec2((size.x * 0.17).clamp(24.0, 104.0), (size.y * 0.115).clamp(18.0, 64.0));
        let radius = ((size - chip) / 2.0).min(vec2(340.0, 300.0)).max(Vec2::ZERO);
        // Neighbours at the top and the bottom stand side by side.
        let apart = 2.0 * radius.x * (std::f32::consts::PI / ranks as f32).sin();
        let chip = vec2(chip.x.min((apart * 0.86).max(14.0)), chip.y);
        let center = self.picture.center();
        for index in 0..ranks {
            let angle = (f64::from(index) + 0.5) / f64::from(ranks) * std::f64::consts::TAU;
            let direction = vec2(angle.sin() as f32, -angle.cos() as f32);
            let rect = Rect::centered(center + direction * radius, chip);
            self.chips.push(ChipPlace { kind: ChipKind::Gpu, index, rect, node: Some(index) });
        }
        // Side by side, or in two rows where the GPUs beside them need the room.
        let rows = if (chip.x + 12.0) * switches as f32 > size.x * 0.45 { 2.min(switches) } else { 1 };
        let columns = switches.div_ceil(rows);
        let step = chip + 12.0;
        for index in 0..switches {
            let place = vec2((index % columns) as f32, (index / columns) as f32);
            let middle = vec2((columns - 1) as f32, (rows - 1) as f32) / 2.0;
            let rect = Rect::centered(center + (place - middle) * step, chip);
            self.chips.push(ChipPlace { kind: ChipKind::Switch, index, rect, node: None });
        }
    }

    /// A rack: trays of GPUs above and below a row of switches.
    fn place_trays(&mut self, ranks: u32, gpus_per_tray: u32, switches: u32) {
        const CAPTION: f32 = 18.0;
        let whole = self.picture;
        self.picture = whole.inset(0.0, CAPTION, 0.0, CAPTION);
        let trays = ranks.div_ceil(gpus_per_tray);
        let per_row = trays.div_ceil(2).max(1);
        let size = self.picture.size();
        let across = gpus_per_tray.div_ceil(2).max(1);
        let pitch = size.x / per_row as f32;
        let chip = vec2(((pitch - 10.0) / across as f32 - 4.0).clamp(4.0, 44.0), (size.y * 0.07).clamp(8.0, 40.0));
        for index in 0..ranks {
            let (tray, place) = (index / gpus_per_tray, index % gpus_per_tray);
            let (row, column) = (tray / per_row, tray % per_row);
            let x = self.picture.min.x
                + (column as f32 + 0.5) * pitch
                + ((place % across) as f32 - (across - 1) as f32 / 2.0) * (chip.x + 4.0);
            let depth = (place / across) as f32 * (chip.y + 4.0);
            let y = if row == 0 {
                self.picture.min.y + chip.y / 2.0 + depth
            } else {
                self.picture.max.y - chip.y / 2.0 - depth
            };
            let rect = Rect::centered(vec2(x, y), chip);
            self.chips.push(ChipPlace { kind: ChipKind::Gpu, index, rect, node: Some(index) });
        }
        let pitch = size.x / switches as f32;
        let chip = vec2((pitch - 6.0).clamp(4.0, 60.0), (size.y * 0.08).clamp(8.0, 40.0));
        for index in 0..switches {
            let center = vec2(self.picture.min.x + (index as f32 + 0.5) * pitch, self.picture.center().y);
            let rect = Rect::centered(center, chip);
            self.chips.push(ChipPlace { kind: ChipKind::Switch, index, rect, node: None });
        }
        let above = (per_row * gpus_per_tray).min(ranks);
        let left = whole.min.x;
        let words = |gpus: u32| format!("{gpus} GPUs in {} trays", gpus.div_ceil(gpus_per_tray));
        self.captions.push((vec2(left, whole.min.y + CAPTION / 2.0), words(above)));
        if ranks > above {
            self.captions.push((vec2(left, whole.max.y - CAPTION / 2.0), words(ranks - above)));
        }
        let over_switches = self.picture.center().y - chip.y / 2.0 - CAPTION / 2.0;
        self.captions.push((vec2(left, over_switches), format!("{switches} NVSwitches")));
        self.picture = whole;
    }

    /// The lanes of each port: some to each switch, up on one side of the line between the two chips, down on the
    /// other.
    fn place_lanes(&mut self, switch: &Switch, lanes: u32) {
        let gpus: Vec<Rect> = self.rects(ChipKind::Gpu);
        let switches: Vec<Rect> = self.rects(ChipKind::Switch);
        let many = gpus.len() > 16;
        let gap = if many { 1.0 } else { 1.7 };
        let width = if many { 0.6 } else { 1.0 };
        for upwards in [true, false] {
            for (rank, &gpu) in gpus.iter().enumerate() {
                let mut lines = Vec::with_capacity(switches.len() * lanes as usize);
                for &switch_rect in &switches {
                    let (from, hub) = (gpu.center(), switch_rect.center());
                    let across = (hub - from).normalize_or_zero().perp();
                    for lane in 0..lanes {
                        let side = if upwards { -1.0 } else { 1.0 };
                        let offset = across * side * (lane as f32 + 0.75) * gap;
                        // Lanes draw together at the switch, and end at the chips' edges.
                        let [from, to] = [from + offset, hub + offset * 0.6];
                        let line = [gpu.leave(from, to), switch_rect.leave(to, from)];
                        lines.push(if upwards { line } else { [line[1], line[0]] });
                    }
                }
                let rank = rank as u32;
                let link = if upwards { switch.up(rank) } else { switch.down(rank) };
                self.links.push(LinkPlace { link, lanes: lines, width });
            }
        }
    }

    fn rects(&self, kind: ChipKind) -> Vec<Rect> {
        self.chips.iter().filter(|chip| chip.kind == kind).map(|chip| chip.rect).collect()
    }

    fn place_wafer(&mut self, fabric: &WaferFabric, mesh: &Mesh) {
        let machine = &fabric.machine;
        let size = [machine.columns.count(), machine.rows.count()];
        // A die is 17 x 30 mm (Hot Chips 34): the picture has the wafer's true proportions.
        let dies = [machine.die_columns.count().max(1), machine.die_rows.count().max(1)];
        let aspect = (dies[0] * 17) as f32 / (dies[1] * 30) as f32;
        let origin = [(size[0] - mesh.width) / 2, (size[1] - mesh.height) / 2];
        // The used region fills the picture; of a wafer that is used in part, what is round it is cut.
        let share = vec2(mesh.width as f32 / size[0] as f32, mesh.height as f32 / size[1] as f32);
        let low = self.cell.size().y < 340.0;
        let room = if share == Vec2::ONE || low { 14.0 } else { 34.0 };
        let used = self.picture.inset(room, room, room, room).fit(aspect * share.x / share.y);
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
                self.chips.push(ChipPlace { kind: ChipKind::Die, index, rect: Rect::new(min, max), node: None });
            }
        }
        let wafer = WaferPlace { rect, size, origin, region: used, die_lines };
        self.place_bundles(&wafer, mesh);
        self.wafer = Some(wafer);
    }

    /// One link entity per direction between neighbouring dies: the middle link of the bundle stands for it.
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
            self.links.push(LinkPlace { link: mesh.link_id(mx, my, direction), lanes, width: 1.0 });
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
