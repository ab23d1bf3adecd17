// Every shape of one layer in one draw: the vertex shader fetches a shape's numbers from a table (a texture),
// the fragment shader works out how much of the pixel each of its parts covers.
// Lengths in the table are in points; everything after the vertex shader is in physical pixels.

#import bevy_sprite::mesh2d_view_bindings::view
#import fabricscope::coverage::{linear, rectangle_coverage, diamond_coverage}

struct Scale {
    // x: physical pixels per point. The rest is padding: WebGL2 wants whole 16-byte rows.
    pixels_per_point: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> scale: Scale;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var table: texture_2d<f32>;

// The layout of the table; src/app/render/quad_layers.rs writes it.
const SHAPES_PER_ROW: u32 = 256u;
const TEXELS_PER_SHAPE: u32 = 5u;
const DIAMOND: f32 = 1.0;

struct Varyings {
    @builtin(position) position: vec4<f32>,
    // From the middle of the shape, along its own axes.
    @location(0) local: vec2<f32>,
    // Half width, half height, corner radius, border width.
    @location(1) @interpolate(flat) outline: vec4<f32>,
    @location(2) @interpolate(flat) clip: vec4<f32>,
    // The colours are linear, with straight alpha.
    @location(3) @interpolate(flat) fill: vec4<f32>,
    @location(4) @interpolate(flat) border: vec4<f32>,
    @location(5) @interpolate(flat) level: vec4<f32>,
    // Level (0 to 1), kind.
    @location(6) @interpolate(flat) state: vec2<f32>,
}

// Three whole numbers from 0 to 255, packed into one that a float holds exactly.
fn unpack(packed: f32) -> vec3<f32> {
    let bits = u32(packed);
    return vec3<f32>(f32(bits >> 16u), f32((bits >> 8u) & 255u), f32(bits & 255u)) / 255.0;
}

@vertex
fn vertex(@location(0) corner: vec3<f32>) -> Varyings {
    // The index travels as an attribute: what the vertex index counts from differs between backends.
    let index = u32(corner.z);
    let cell = vec2<u32>((index % SHAPES_PER_ROW) * TEXELS_PER_SHAPE, index / SHAPES_PER_ROW);
    let place = textureLoad(table, cell, 0);
    let form = textureLoad(table, cell + vec2<u32>(1u, 0u), 0);
    let clip = textureLoad(table, cell + vec2<u32>(2u, 0u), 0);
    let colours = textureLoad(table, cell + vec2<u32>(3u, 0u), 0);
    let rest = textureLoad(table, cell + vec2<u32>(4u, 0u), 0);

    var out: Varyings;
    let ppp = scale.pixels_per_point.x;
    let half_size = place.zw * ppp;
    // An unused or empty entry: four equal corners cover no pixel.
    if half_size.x <= 0.0 || half_size.y <= 0.0 {
        out.position = vec4<f32>(2.0, 2.0, 0.5, 1.0);
        return out;
    }

    // One pixel more on every side, for the antialiased edge.
    let local = corner.xy * (half_size + 1.0);
    let turned = vec2<f32>(
        local.x * form.x - local.y * form.y,
        local.x * form.y + local.y * form.x,
    );
    let pixel = place.xy * ppp + turned;
    let ndc = pixel / view.viewport.zw * 2.0 - 1.0;
    out.position = vec4<f32>(ndc.x, -ndc.y, 0.5, 1.0);
    out.local = local;
    out.outline = vec4<f32>(half_size, min(form.z * ppp, min(half_size.x, half_size.y)), form.w * ppp);
    out.clip = clip * ppp;
    let alphas = unpack(rest.x);
    out.fill = vec4<f32>(linear(unpack(colours.x)), alphas.x);
    out.border = vec4<f32>(linear(unpack(colours.y)), alphas.y);
    out.level = vec4<f32>(linear(unpack(colours.z)), alphas.z);
    out.state = vec2<f32>(colours.w, rest.y);
    return out;
}

fn box_coverage(p: vec2<f32>, half_size: vec2<f32>, radius: f32) -> f32 {
    let straight = rectangle_coverage(p, -half_size, half_size);
    if radius <= 0.0 {
        return straight;
    }
    let q = abs(p) - half_size + radius;
    let distance = length(max(q, vec2<f32>(0.0))) + min(max(q.x, q.y), 0.0) - radius;
    return min(straight, clamp(0.5 - distance, 0.0, 1.0));
}

// Puts straight `top` over premultiplied `under`, as far as `coverage` goes; the result is premultiplied.
fn over(top: vec4<f32>, coverage: f32, under: vec4<f32>) -> vec4<f32> {
    let alpha = top.a * coverage;
    return vec4<f32>(top.rgb * alpha, alpha) + under * (1.0 - alpha);
}

@fragment
fn fragment(in: Varyings) -> @location(0) vec4<f32> {
    let half_size = in.outline.xy;
    let border = in.outline.w;
    let inner = half_size - border;

    var outside: f32;
    var inside: f32;
    if in.state.y == DIAMOND {
        outside = diamond_coverage(in.local, half_size, 0.0);
        inside = diamond_coverage(in.local, half_size, border);
    } else {
        outside = box_coverage(in.local, half_size, in.outline.z);
        inside = box_coverage(in.local, inner, max(in.outline.z - border, 0.0));
    }

    var colour = over(in.fill, 1.0, vec4<f32>(0.0));
    if in.state.x > 0.0 && in.state.y != DIAMOND {
        // Filled from below, between the borders.
        let surface = inner.y - in.state.x * 2.0 * inner.y;
        colour = over(in.level, clamp(in.local.y - surface + 0.5, 0.0, 1.0), colour);
    }
    if border > 0.0 {
        // Relative to the outline, so that the border takes all of the pixels which the outline only touches.
        colour = over(in.border, 1.0 - inside / max(outside, 1e-6), colour);
    }

    let seen = outside * rectangle_coverage(in.position.xy, in.clip.xy, in.clip.zw);
    if seen <= 0.0 {
        discard;
    }
    return colour * seen;
}
