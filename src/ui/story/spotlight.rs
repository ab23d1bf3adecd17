//! The surroundings of the pointer, lit alone.

use egui::{Color32, Context, Id, LayerId, Mesh, Order, Pos2, Shape, pos2};

/// Radius of the light as a share of the height of the window.
const RADIUS: f32 = 0.16;
/// Share of the light that the rest loses.
const DARKNESS: f32 = 0.78;
/// Width of the edge, as a share of the radius: video compression keeps a soft edge.
const EDGE: f32 = 0.08;
/// Corners of the circle.
const CORNERS: u32 = 96;

/// Darkens everything but the surroundings of the pointer.
pub(in crate::ui) fn spotlight_ui(ctx: &Context) {
    let Some(pointer) = ctx.pointer_latest_pos() else { return };
    let window = ctx.content_rect();
    let radius = window.height() * RADIUS;
    let far = window.width() + window.height();
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::new("spotlight")));
    painter.add(Shape::mesh(ring(pointer, [radius, radius * (1.0 + EDGE), far])));
}

/// A dark ring from a radius to another, which begins with a soft edge.
fn ring(centre: Pos2, radii: [f32; 3]) -> Mesh {
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
        let mesh = ring(centre, [50.0, 54.0, 2000.0]);
        assert!(mesh.is_valid());
        let nearest = mesh.vertices.iter().map(|vertex| vertex.pos.distance(centre)).fold(f32::MAX, f32::min);
        assert!((nearest - 50.0).abs() < 1e-3, "{nearest}");
        assert_eq!(mesh.indices.len() as u32, CORNERS * 4 * 3, "a closed ring");
    }
}
