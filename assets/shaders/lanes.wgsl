// Lanes of links, all of a stage in one draw: a table holds their geometry, a second one a byte per link, which selects
// the colour. Lengths come in points; everything after the first lines of the vertex shader is in physical pixels.

#import bevy_sprite::mesh2d_view_bindings::view
#import fabricscope::coverage::{linear, rectangle_coverage}

struct Lanes {
    // x: physical pixels per point.
    scale: vec4<f32>,
    // sRGB.
    idle: vec4<f32>,
    bed: vec4<f32>,
    // By fabric: left, top, right, bottom, in points.
    clips: array<vec4<f32>, 16>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> lanes: Lanes;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var table: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var levels: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var palette: texture_2d<f32>;

// The layout of the tables; src/app/render/lane_layer.rs writes them.
const LANES_PER_ROW: u32 = 256u;
const LEVELS_PER_ROW: u32 = 256u;

struct Varyings {
    @builtin(position) position: vec4<f32>,
    // From the middle of the lane, along and across.
    @location(0) local: vec2<f32>,
    @location(1) @interpolate(flat) half_size: vec2<f32>,
    @location(2) @interpolate(flat) clip: vec4<f32>,
    // Linear, with straight alpha.
    @location(3) @interpolate(flat) ink: vec4<f32>,
}

@vertex
fn vertex(@location(0) corner: vec3<f32>) -> Varyings {
    let index = u32(corner.z);
    let cell = vec2<u32>((index % LANES_PER_ROW) * 2u, index / LANES_PER_ROW);
    let ends = textureLoad(table, cell, 0);
    // Width, link, fabric, whether it is a bed.
    let rest = textureLoad(table, cell + vec2<u32>(1u, 0u), 0);
    let link = u32(rest.y);
    let level = textureLoad(levels, vec2<u32>(link % LEVELS_PER_ROW, link / LEVELS_PER_ROW), 0).r * 255.0;
    let is_bed = rest.w > 0.5;
    let carries = level > 1.5;

    var out: Varyings;
    let along = ends.zw - ends.xy;
    let reach = length(along);
    // No lane, no link, or a bed without traffic on it: four equal corners cover no pixel.
    if rest.x <= 0.0 || reach <= 0.0 || level < 0.5 || (is_bed && !carries) {
        out.position = vec4<f32>(2.0, 2.0, 0.5, 1.0);
        return out;
    }
    let ppp = lanes.scale.x;
    let half_size = vec2<f32>(reach, rest.x) * 0.5 * ppp;
    // One pixel more on every side, for the antialiased edge.
    let local = corner.xy * (half_size + 1.0);
    let unit = along / reach;
    let turned = vec2<f32>(local.x * unit.x - local.y * unit.y, local.x * unit.y + local.y * unit.x);
    let pixel = (ends.xy + ends.zw) * 0.5 * ppp + turned;
    let ndc = pixel / view.viewport.zw * 2.0 - 1.0;
    out.position = vec4<f32>(ndc.x, -ndc.y, 0.5, 1.0);
    out.local = local;
    out.half_size = half_size;
    out.clip = lanes.clips[min(u32(rest.z), 15u)] * ppp;

    // 1 is idle, 2 to 255 are uses up to full.
    let entry = i32((level - 1.0) * 255.0 / 254.0 + 0.5);
    var ink = select(lanes.idle.rgb, textureLoad(palette, vec2<i32>(entry, 0), 0).rgb, carries);
    var alpha = 1.0;
    // Many thin lanes are faint; a bed is as strong as its lane, which is thinner by 1.2 points.
    let width = select(rest.x, rest.x - 1.2, is_bed);
    if width < 1.0 {
        alpha = select(56.0, 64.0, carries) / 255.0;
    }
    if is_bed {
        ink = lanes.bed.rgb;
    }
    out.ink = vec4<f32>(linear(ink), alpha);
    return out;
}

@fragment
fn fragment(in: Varyings) -> @location(0) vec4<f32> {
    let inside = rectangle_coverage(in.local, -in.half_size, in.half_size);
    let seen = inside * rectangle_coverage(in.position.xy, in.clip.xy, in.clip.zw);
    if seen <= 0.0 {
        discard;
    }
    return vec4<f32>(in.ink.rgb * in.ink.a, in.ink.a) * seen;
}
