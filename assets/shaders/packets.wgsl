// Packets, all of a stage in one draw: one texel each on lanes, two elsewhere. Those on lanes are placed by the table of lanes.
// Lengths come in points; everything after the first lines of the vertex shader is in physical pixels.

#import bevy_sprite::mesh2d_view_bindings::view
#import fabricscope::coverage::{linear, rectangle_coverage, diamond_coverage}

struct Packets {
    // x: physical pixels per point.
    scale: vec4<f32>,
    // sRGB.
    sum: vec4<f32>,
    copied: vec4<f32>,
    outline: vec4<f32>,
    // Half of the size of sums, small sums, copies and small copies, in points.
    halves: vec4<f32>,
    // By fabric: left, top, right, bottom, in points.
    clips: array<vec4<f32>, 16>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> packets: Packets;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var table: texture_2d<u32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var lanes: texture_2d<f32>;

// The layout of the tables; src/app/render/packet_layer.rs and lane_layer.rs write them.
const TEXELS_PER_ROW: u32 = 512u;
const LANES_PER_ROW: u32 = 256u;
// The kind of a texel, its lowest three bits: 0 for none, 1 to 4 for the style of a packet on a lane, and these.
const POINT: u32 = 5u;
const PLACE: u32 = 7u;
// Points around the part of a fabric in which packets can be.
const AROUND: f32 = 16.0;

struct Varyings {
    @builtin(position) position: vec4<f32>,
    // From the middle of the packet.
    @location(0) local: vec2<f32>,
    @location(1) @interpolate(flat) clip: vec4<f32>,
    // Linear.
    @location(2) @interpolate(flat) ink: vec3<f32>,
    @location(3) @interpolate(flat) outline: vec3<f32>,
    // Half of the size, width of the outline, whether it is a diamond.
    @location(4) @interpolate(flat) form: vec3<f32>,
}

fn texel(index: u32) -> u32 {
    return textureLoad(table, vec2<u32>(index % TEXELS_PER_ROW, index / TEXELS_PER_ROW), 0).x;
}

@vertex
fn vertex(@location(0) corner: vec3<f32>) -> Varyings {
    let index = u32(corner.z);
    let packet = texel(index);
    var out: Varyings;
    let kind = packet & 7u;
    // An unused texel, or the second one of a packet: four equal corners cover no pixel.
    if kind == 0u || kind == PLACE {
        out.position = vec4<f32>(2.0, 2.0, 0.5, 1.0);
        return out;
    }
    var style = kind;
    var clip: vec4<f32>;
    var at: vec2<f32>;
    if kind == POINT {
        style = (packet >> 3u) & 7u;
        clip = packets.clips[(packet >> 6u) & 15u];
        let place = texel(index + 1u);
        let shares = vec2<f32>(f32((place >> 3u) & 16383u), f32(place >> 17u)) / 16383.0;
        at = mix(clip.xy - AROUND, clip.zw + AROUND, shares);
    } else {
        let lane = packet >> 13u;
        let cell = vec2<u32>((lane % LANES_PER_ROW) * 2u, lane / LANES_PER_ROW);
        let ends = textureLoad(lanes, cell, 0);
        // Width, link, fabric, whether it is a bed.
        let rest = textureLoad(lanes, cell + vec2<u32>(1u, 0u), 0);
        clip = packets.clips[min(u32(rest.z), 15u)];
        at = mix(ends.xy, ends.zw, f32((packet >> 3u) & 1023u) / 1023.0);
    }
    let is_sum = style < 3u;
    let small = (style & 1u) == 0u;
    let half_points = select(
        select(packets.halves.z, packets.halves.w, small),
        select(packets.halves.x, packets.halves.y, small),
        is_sum,
    );
    let ppp = packets.scale.x;
    let half_size = half_points * ppp;
    // One pixel more on every side, for the antialiased edge.
    let local = corner.xy * (half_size + 1.0);
    let ndc = (at * ppp + local) / view.viewport.zw * 2.0 - 1.0;
    out.position = vec4<f32>(ndc.x, -ndc.y, 0.5, 1.0);
    out.local = local;
    out.clip = clip * ppp;
    out.ink = linear(select(packets.copied.rgb, packets.sum.rgb, is_sum));
    out.outline = linear(packets.outline.rgb);
    out.form = vec3<f32>(half_size, ppp, select(0.0, 1.0, is_sum));
    return out;
}

@fragment
fn fragment(in: Varyings) -> @location(0) vec4<f32> {
    let half_size = in.form.x;
    let border = in.form.y;
    var outside: f32;
    var inside: f32;
    if in.form.z > 0.5 {
        outside = diamond_coverage(in.local, vec2<f32>(half_size), 0.0);
        inside = diamond_coverage(in.local, vec2<f32>(half_size), border);
    } else {
        outside = rectangle_coverage(in.local, vec2<f32>(-half_size), vec2<f32>(half_size));
        inside = rectangle_coverage(in.local, vec2<f32>(border - half_size), vec2<f32>(half_size - border));
    }
    let seen = outside * rectangle_coverage(in.position.xy, in.clip.xy, in.clip.zw);
    if seen <= 0.0 {
        discard;
    }
    // The outline takes all of the pixels which the packet only touches.
    let rim = 1.0 - inside / max(outside, 1e-6);
    return vec4<f32>(mix(in.ink, in.outline, rim), 1.0) * seen;
}
