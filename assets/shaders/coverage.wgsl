// What all shaders of the stage share.

#define_import_path fabricscope::coverage

fn linear(srgb: vec3<f32>) -> vec3<f32> {
    let low = srgb / 12.92;
    let high = pow((srgb + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, srgb <= vec3<f32>(0.04045));
}

// The share of the pixel around `p` inside the rectangle: exact, also for lines thinner than a pixel.
fn rectangle_coverage(p: vec2<f32>, low: vec2<f32>, high: vec2<f32>) -> f32 {
    let overlap = clamp(min(p + 0.5, high) - max(p - 0.5, low), vec2<f32>(0.0), vec2<f32>(1.0));
    return overlap.x * overlap.y;
}

// A square on its corner, shrunk by `inset` on all sides.
fn diamond_coverage(p: vec2<f32>, half_size: vec2<f32>, inset: f32) -> f32 {
    let edge = dot(abs(p), half_size.yx) - half_size.x * half_size.y;
    return clamp(0.5 - inset - edge / length(half_size), 0.0, 1.0);
}
