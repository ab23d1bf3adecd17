//! What points at the stage in a talk: the surroundings of the pointer lit alone, a dot in its place, a circle that stays.

use egui::{Color32, Context, CursorIcon, Id, LayerId, Mesh, Order, Pos2, Rect, Response, Shape, Stroke, pos2};

use crate::session::{OpenStory, StoryIntent};
use crate::style::Theme;
use crate::ui::style::colour;

/// Radius of the light as a share of the height of the window.
const RADIUS: f32 = 0.16;
/// Share of the light that the rest loses.
const DARKNESS: f32 = 0.78;
/// Width of the edge, as a share of the radius: video compression keeps a soft edge.
const EDGE: f32 = 0.08;
/// Corners of the circle.
const CORNERS: u32 = 96;
/// Radius of the dot as a share of the height of the window: the last row sees it.
const DOT: f32 = 0.012;
/// Radius of the circle that stays, as a share of the height of the window.
const CIRCLE: f32 = 0.07;
/// Width of its line, and of the rim of the dot, as a share of the height of the window.
const LINE: f32 = 0.005;
/// Parts of the width and of the height of the window in which a circle is placed.
const PARTS: f32 = 1000.0;

/// What a click on the stage asks for in a talk: a circle with Shift, else what a clicker sends.
pub(in crate::ui) fn click_intent(response: &Response) -> Option<StoryIntent> {
    if !is_next(response) {
        return None;
    }
    let at = response.interact_pointer_pos().filter(|_| response.ctx.input(|input| input.modifiers.shift));
    Some(at.map_or(StoryIntent::Next, |at| StoryIntent::Circle(part_of(response.ctx.content_rect(), at))))
}

/// Whether a click on the stage means the next beat. A double-click is one.
fn is_next(response: &Response) -> bool {
    response.clicked() && !response.double_clicked() && !response.triple_clicked()
}

/// A place of the window in parts of its width and its height.
fn part_of(window: Rect, at: Pos2) -> [u16; 2] {
    let share = (at - window.min) / window.size();
    [share.x, share.y].map(|share| (share.clamp(0.0, 1.0) * PARTS).round() as u16)
}

fn place_in(window: Rect, part: [u16; 2]) -> Pos2 {
    let [x, y] = part.map(|part| f32::from(part) / PARTS);
    window.lerp_inside(egui::vec2(x, y))
}

/// The light, the dot and the circle over everything else.
pub(in crate::ui) fn pointing_ui(ctx: &Context, theme: &Theme, open: &OpenStory) {
    let window = ctx.content_rect();
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::new("spotlight")));
    let height = window.height();
    // Two strokes, so that one of them differs from whatever is below.
    let ring = |centre: Pos2, radius: f32| {
        let line = (height * LINE).max(1.5);
        painter.circle_stroke(centre, radius, Stroke::new(3.0 * line, colour(theme.ground)));
        painter.circle_stroke(centre, radius, Stroke::new(line, colour(theme.text)));
    };
    let pointer = ctx.pointer_latest_pos();
    if let Some(pointer) = pointer.filter(|_| open.spotlight) {
        let (radius, far) = (height * RADIUS, window.width() + height);
        painter.add(Shape::mesh(darkness(pointer, [radius, radius * (1.0 + EDGE), far])));
    }
    if let Some(part) = open.circle {
        ring(place_in(window, part), height * CIRCLE);
    }
    if let Some(pointer) = pointer.filter(|_| open.dot) {
        ctx.set_cursor_icon(CursorIcon::None);
        painter.circle_filled(pointer, height * DOT, colour(theme.selection));
        ring(pointer, height * DOT);
    }
}

/// A dark ring from a radius to another, which begins with a soft edge.
fn darkness(centre: Pos2, radii: [f32; 3]) -> Mesh {
    let dark = Color32::BLACK.gamma_multiply(DARKNESS);
    let inks = [Color32::TRANSPARENT, dark, dark];
    let mut mesh = Mesh::default();
    for corner in 0..CORNERS {
        let (sin, cos) = (corner as f32 / CORNERS as f32 * core::f32::consts::TAU).sin_cos();
        for (radius, ink) in radii.iter().zip(inks) {
            mesh.colored_vertex(pos2(centre.x + radius * cos, centre.y + radius * sin), ink);
        }
    }
    for corner in 0..CORNERS {
        let (here, next) = (corner * 3, (corner + 1) % CORNERS * 3);
        for part in [0, 1] {
            mesh.add_triangle(here + part, here + part + 1, next + part);
            mesh.add_triangle(next + part, here + part + 1, next + part + 1);
        }
    }
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_is_a_hole_in_the_dark() {
        let centre = pos2(300.0, 200.0);
        let mesh = darkness(centre, [50.0, 54.0, 2000.0]);
        assert!(mesh.is_valid());
        let nearest = mesh.vertices.iter().map(|vertex| vertex.pos.distance(centre)).fold(f32::MAX, f32::min);
        assert!((nearest - 50.0).abs() < 1e-3, "{nearest}");
        assert_eq!(mesh.indices.len() as u32, CORNERS * 4 * 3, "a closed ring");
    }

    #[test]
    fn a_circle_stays_on_its_place_when_the_window_changes_its_size() {
        let (small, large) = ([0.0, 0.0, 640.0, 360.0], [0.0, 0.0, 1920.0, 1080.0]);
        let window = |[left, top, right, bottom]: [f32; 4]| Rect::from_min_max(pos2(left, top), pos2(right, bottom));
        let part = part_of(window(small), pos2(160.0, 270.0));
        assert_eq!(part, [250, 750]);
        assert!(place_in(window(large), part).distance(pos2(480.0, 810.0)) < 1.0);
    }
}
