//! A dark veil over a rectangle, with holes where something is lit.

use egui::{Color32, Mesh, Pos2, Rect, pos2};

/// Heights closer than this are the same, points.
const SAME: f32 = 0.01;

/// A convex outline, corner after corner.
pub(super) type Outline = Vec<Pos2>;

/// The veil: trapezoids between the holes, row by row.
pub(super) fn veil(area: Rect, holes: &[Outline], ink: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    let heights = heights(area, holes);
    for rows in heights.windows(2) {
        let [top, bottom] = [rows[0], rows[1]];
        let middle = (top + bottom) / 2.0;
        let mut spans: Vec<[Edge; 2]> = holes.iter().filter_map(|hole| span(hole, middle)).collect();
        spans.sort_by(|one, other| one[0].x(middle).total_cmp(&other[0].x(middle)));
        let mut from = Edge::upright(area.left());
        for [left, right] in spans {
            add(&mut mesh, [from, left], [top, middle, bottom], area, ink);
            if right.x(middle) > from.x(middle) {
                from = right;
            }
        }
        add(&mut mesh, [from, Edge::upright(area.right())], [top, middle, bottom], area, ink);
    }
    mesh
}

/// A straight edge of an outline.
#[derive(Clone, Copy)]
struct Edge {
    from: Pos2,
    to: Pos2,
}

impl Edge {
    fn upright(x: f32) -> Edge {
        Edge { from: pos2(x, 0.0), to: pos2(x, 1.0) }
    }

    /// Where it is at a height.
    fn x(self, y: f32) -> f32 {
        let rise = self.to.y - self.from.y;
        self.from.x + (self.to.x - self.from.x) * (y - self.from.y) / rise
    }

    /// Whether it passes a height.
    fn passes(self, y: f32) -> bool {
        (self.from.y < y) != (self.to.y < y)
    }

    /// The height at which two edges cross.
    fn crossing(self, other: Edge) -> Option<f32> {
        let (a, b) = (self.to - self.from, other.to - other.from);
        let across = a.x * b.y - a.y * b.x;
        let between = other.from - self.from;
        let along = (between.x * b.y - between.y * b.x) / across;
        let along_other = (between.x * a.y - between.y * a.x) / across;
        let is_inside = |share: f32| (0.0..=1.0).contains(&share);
        (across.abs() > f32::EPSILON && is_inside(along) && is_inside(along_other)).then_some(self.from.y + a.y * along)
    }
}

fn edges(outline: &Outline) -> impl Iterator<Item = Edge> + '_ {
    let next = outline.iter().cycle().skip(1);
    outline.iter().zip(next).map(|(from, to)| Edge { from: *from, to: *to })
}

/// The heights between which no edge begins, ends or crosses another.
fn heights(area: Rect, holes: &[Outline]) -> Vec<f32> {
    let mut all = vec![area.top(), area.bottom()];
    all.extend(holes.iter().flatten().map(|corner| corner.y));
    for (index, hole) in holes.iter().enumerate() {
        for other in &holes[index + 1..] {
            if !bounds(hole).intersects(bounds(other)) {
                continue;
            }
            all.extend(edges(hole).flat_map(|edge| edges(other).filter_map(move |one| edge.crossing(one))));
        }
    }
    all.retain(|y| (area.top()..=area.bottom()).contains(y));
    all.sort_by(f32::total_cmp);
    all.dedup_by(|one, other| (*one - *other).abs() < SAME);
    all
}

fn bounds(outline: &Outline) -> Rect {
    Rect::from_points(outline)
}

/// The left and the right edge of a convex outline at a height.
fn span(outline: &Outline, y: f32) -> Option<[Edge; 2]> {
    let by_place = |one: &Edge, other: &Edge| one.x(y).total_cmp(&other.x(y));
    let passing = || edges(outline).filter(|edge| edge.passes(y));
    Some([passing().min_by(by_place)?, passing().max_by(by_place)?])
}

/// Adds the trapezoid between two edges, if there is one.
fn add(mesh: &mut Mesh, [left, right]: [Edge; 2], [top, middle, bottom]: [f32; 3], area: Rect, ink: Color32) {
    if left.x(middle) >= right.x(middle) {
        return;
    }
    let first = mesh.vertices.len() as u32;
    for (edge, y) in [(left, top), (right, top), (right, bottom), (left, bottom)] {
        mesh.colored_vertex(pos2(edge.x(y).clamp(area.left(), area.right()), y), ink);
    }
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first, first + 2, first + 3);
}

/// The smallest convex outline around points.
pub(super) fn hull(mut points: Vec<Pos2>) -> Outline {
    points.sort_by(|one, other| one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y)));
    let turns_right = |a: Pos2, b: Pos2, c: Pos2| (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) <= 0.0;
    let half = |points: &mut dyn Iterator<Item = Pos2>| {
        let mut outline: Outline = Vec::new();
        for point in points {
            while outline.len() >= 2 && turns_right(outline[outline.len() - 2], outline[outline.len() - 1], point) {
                outline.pop();
            }
            outline.push(point);
        }
        outline.pop();
        outline
    };
    let mut outline = half(&mut points.iter().copied());
    outline.extend(half(&mut points.iter().rev().copied()));
    outline
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    const AREA: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(100.0, 80.0) };

    /// How many triangles of the veil cover a point.
    fn cover(mesh: &Mesh, at: Pos2) -> usize {
        let inside = |corners: [Pos2; 3]| {
            let sides = [0, 1, 2].map(|index: usize| {
                let (a, b) = (corners[index], corners[(index + 1) % 3]);
                (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x)
            });
            sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0)
        };
        let corner = |index: &u32| mesh.vertices[*index as usize].pos;
        mesh.indices.chunks(3).filter(|three| inside([corner(&three[0]), corner(&three[1]), corner(&three[2])])).count()
    }

    fn rect(x: f32, y: f32, width: f32, height: f32) -> Outline {
        let rect = Rect::from_min_size(pos2(x, y), vec2(width, height));
        vec![rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom()]
    }

    fn contains(outline: &Outline, at: Pos2) -> bool {
        span(outline, at.y).is_some_and(|[left, right]| left.x(at.y) < at.x && at.x < right.x(at.y))
    }

    #[test]
    fn every_point_is_either_lit_or_covered_once() {
        // Separate, overlapping, crossing and touching holes, and one that leaves the area.
        let beam = hull(vec![pos2(5.0, 70.0), pos2(8.0, 73.0), pos2(90.0, 4.0), pos2(93.0, 7.0)]);
        let other = hull(vec![pos2(3.0, 10.0), pos2(6.0, 8.0), pos2(95.0, 71.0), pos2(92.0, 75.0)]);
        let holes =
            [rect(10.0, 10.0, 20.0, 10.0), rect(25.0, 15.0, 20.0, 20.0), rect(80.0, 60.0, 40.0, 40.0), beam, other];
        let mesh = veil(AREA, &holes, Color32::BLACK);
        assert!(mesh.is_valid());
        for x in 0..50 {
            for y in 0..40 {
                // Off the edges, where two triangles meet.
                let at = pos2(x as f32 * 2.0 + 0.613, y as f32 * 2.0 + 0.377);
                let is_lit = holes.iter().any(|hole| contains(hole, at));
                let covered = cover(&mesh, at);
                assert!(if is_lit { covered == 0 } else { (1..=2).contains(&covered) }, "{at}: {is_lit} {covered}");
            }
        }
    }

    #[test]
    fn without_holes_everything_is_covered_and_with_one_large_hole_nothing() {
        let whole = veil(AREA, &[], Color32::BLACK);
        assert_eq!(whole.indices.len(), 6);
        assert!(veil(AREA, &[rect(-10.0, -10.0, 200.0, 200.0)], Color32::BLACK).is_empty());
    }
}
