// The PEs of a wafer that are seen one by one: grid, lanes, routers, ramps and cores, all of them in one quad.
// Every pixel works out which part of which PE it shows; src/view/routers.rs says where the parts stand.
// Lengths come in points; everything after the first lines of each stage is in physical pixels.

#import bevy_sprite::mesh2d_view_bindings::view
#import fabricscope::coverage::{linear, rectangle_coverage}

struct Pes {
    // Left, top, right, bottom of all PEs.
    rect: vec4<f32>,
    clip: vec4<f32>,
    // Of the window that the texture tells of: first column and row, columns, rows.
    window: vec4<f32>,
    // Columns and rows of all PEs, pixels per point.
    size: vec4<f32>,
    // Grid, parts, ground: 0 to 1.
    detail: vec4<f32>,
    // Router: middle from that of its PE, half of its side; distance of a lane.
    router: vec4<f32>,
    // Core: middle from that of its PE, half of its sides.
    core: vec4<f32>,
    // Ramp: from, to.
    ramp: vec4<f32>,
    // How brightly links to the east, west, north, south are drawn.
    shown: vec4<f32>,
    // Half of the width of a lane, and of a ramp.
    lane: vec4<f32>,
    // sRGB.
    ground: vec4<f32>,
    line: vec4<f32>,
    raised: vec4<f32>,
    border: vec4<f32>,
    level: vec4<f32>,
    surface: vec4<f32>,
    done: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> pes: Pes;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var carried: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var palette: texture_2d<f32>;

// Texels of a PE, side by side; src/app/render/pe_layers.rs says what they hold.
const TEXELS: i32 = 3;

@vertex
fn vertex(@location(0) corner: vec3<f32>) -> @builtin(position) vec4<f32> {
    let rect = pes.rect * pes.size.z;
    let pixel = select(rect.xy - 1.0, rect.zw + 1.0, corner.xy > vec2<f32>(0.0));
    let ndc = pixel / view.viewport.zw * 2.0 - 1.0;
    return vec4<f32>(ndc.x, -ndc.y, 0.5, 1.0);
}

// How much of a pixel lies between two places along one axis.
fn between(p: f32, low: f32, high: f32) -> f32 {
    return clamp(min(p + 0.5, high) - max(p - 0.5, low), 0.0, 1.0);
}

fn box_distance(p: vec2<f32>, half_size: vec2<f32>, radius: f32) -> f32 {
    let q = abs(p) - half_size + radius;
    return length(max(q, vec2<f32>(0.0))) + min(max(q.x, q.y), 0.0) - radius;
}

// What the texture tells of a PE; zero outside the window.
fn of_pe(pe: vec2<f32>, texel: i32) -> vec4<f32> {
    let place = pe - pes.window.xy;
    if any(place < vec2<f32>(0.0)) || any(place >= pes.window.zw) {
        return vec4<f32>(0.0);
    }
    return textureLoad(carried, vec2<i32>(i32(place.x) * TEXELS + texel, i32(place.y)), 0) * 255.0;
}

// The colour of a use from 1 (idle) to 255 (full).
fn heat(used: f32) -> vec3<f32> {
    let entry = textureLoad(palette, vec2<i32>(i32(max(used, 1.0) + 0.5) - 1, 0), 0).rgb;
    return select(entry, pes.line.rgb, used < 1.5);
}

// A lane in cross-section: `across` from its middle, `half` of its width, with a fine line between its streams.
fn lane_colour(used: f32, streams: f32, across: f32, half_width: f32, shown: f32) -> vec4<f32> {
    let inside = between(across, -half_width, half_width);
    if used < 0.5 || inside <= 0.0 {
        return vec4<f32>(0.0);
    }
    var ink = heat(used);
    let count = max(floor(streams + 0.5), 1.0);
    let strand = 2.0 * half_width / count;
    let place = (across + half_width) / strand;
    let nearest = round(place);
    if count > 1.5 && nearest > 0.5 && nearest < count - 0.5 {
        let thin = min(0.5, 0.14 * strand);
        let gap = between((place - nearest) * strand, -thin, thin);
        ink = mix(ink, pes.ground.rgb, gap * smoothstep(1.2, 2.4, strand));
    }
    return vec4<f32>(ink, inside * shown);
}

// Straight `top` over straight `under`, on the sRGB numbers, as a designer mixes.
fn over(top: vec3<f32>, alpha: f32, under: vec4<f32>) -> vec4<f32> {
    let all = alpha + under.a * (1.0 - alpha);
    return vec4<f32>((top * alpha + under.rgb * under.a * (1.0 - alpha)) / max(all, 1e-6), all);
}

@fragment
fn fragment(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let ppp = pes.size.z;
    let rect = pes.rect * ppp;
    let clip = pes.clip * ppp;
    let seen = rectangle_coverage(position.xy, rect.xy, rect.zw) * rectangle_coverage(position.xy, clip.xy, clip.zw);
    if seen <= 0.0 {
        discard;
    }
    let pitch = (rect.zw - rect.xy) / pes.size.xy;
    let parts = pes.detail.y;
    let at = (position.xy - rect.xy) / pitch;
    let pe = clamp(floor(at), vec2<f32>(0.0), pes.size.xy - 1.0);
    let from_middle = (at - pe - 0.5) * pitch;

    var colour = vec4<f32>(pes.ground.rgb, pes.detail.z);
    // The grid: a line along the edges of each PE.
    let edge = (vec2<f32>(0.5) - abs(at - pe - 0.5)) * pitch;
    let on_grid = clamp(1.0 - min(edge.x, edge.y), 0.0, 1.0);
    let grid_ink = mix(pes.ground.rgb, pes.line.rgb, pes.detail.z);
    colour = over(grid_ink, on_grid * pes.detail.x * mix(0.55, 0.9, pes.detail.z), colour);

    if parts > 0.0 {
        let router_at = pes.router.xy * ppp;
        let half_router = pes.router.z * ppp;
        let aside = pes.router.w * ppp;
        let half_lane = pes.lane.x * ppp;
        // Counted from router to router.
        let place = at - 0.5 - router_at / pitch;
        let near = round(place);
        let off = (place - near) * pitch;
        let before = floor(place);
        let along = (place - before) * pitch;

        if abs(off.y) < aside + half_lane + 1.0 {
            // East below the line between two routers, west above it.
            let east = off.y > 0.0;
            let source = vec2<f32>(before.x + select(1.0, 0.0, east), near.y);
            let links = of_pe(source, 0);
            let streams = of_pe(source, 2);
            let used = select(links.y, links.x, east);
            let count = select(streams.y, streams.x, east);
            let bright = select(pes.shown.y, pes.shown.x, east);
            let ink = lane_colour(used, count, abs(off.y) - aside, half_lane, bright);
            let free = between(along.x, half_router - 1.0, pitch.x - half_router + 1.0);
            colour = over(ink.rgb, ink.a * free * parts, colour);
        }
        if abs(off.x) < aside + half_lane + 1.0 {
            // South to the left, north to the right.
            let south = off.x < 0.0;
            let source = vec2<f32>(near.x, before.y + select(1.0, 0.0, south));
            let links = of_pe(source, 0);
            let streams = of_pe(source, 2);
            let used = select(links.z, links.w, south);
            let count = select(streams.z, streams.w, south);
            let bright = select(pes.shown.z, pes.shown.w, south);
            let ink = lane_colour(used, count, abs(off.x) - aside, half_lane, bright);
            let free = between(along.y, half_router - 1.0, pitch.y - half_router + 1.0);
            colour = over(ink.rgb, ink.a * free * parts, colour);
        }

        // The ramp of this PE, from its router to its core.
        let inner = of_pe(pe, 1);
        let ramp_from = pes.ramp.xy * ppp;
        let way = pes.ramp.zw * ppp - ramp_from;
        let length_of_way = max(length(way), 1e-3);
        let unit = way / length_of_way;
        let from_ramp = from_middle - ramp_from;
        let on_ramp = between(dot(from_ramp, unit), -1.0, length_of_way + 1.0);
        let across = from_ramp.x * unit.y - from_ramp.y * unit.x;
        let ramp_ink = lane_colour(max(inner.x, 1.0), inner.z, across, pes.lane.y * ppp, 1.0);
        colour = over(ramp_ink.rgb, ramp_ink.a * on_ramp * parts, colour);

        // The router.
        let corner = min(half_router * 0.3, 8.0 * ppp);
        let router = box_distance(off, vec2<f32>(half_router), corner);
        colour = over(pes.border.rgb, clamp(0.5 - router, 0.0, 1.0) * parts, colour);
        colour = over(pes.raised.rgb, clamp(0.5 - router - ppp, 0.0, 1.0) * parts, colour);

        // The core, filled from below by its share of the sum.
        let half_core = pes.core.zw * ppp;
        let from_core = from_middle - pes.core.xy * ppp;
        let core = box_distance(from_core, half_core, min(min(half_core.x, half_core.y) * 0.3, 8.0 * ppp));
        let share = clamp((inner.y - 1.0) / 254.0, 0.0, 1.0);
        let full = share > 0.998;
        let rim = select(pes.border.rgb, pes.done.rgb, full);
        colour = over(rim, clamp(0.5 - core, 0.0, 1.0) * parts, colour);
        var fill = pes.raised.rgb;
        if share > 0.0 {
            let surface = half_core.y - share * 2.0 * half_core.y;
            fill = mix(fill, pes.level.rgb, clamp(from_core.y - surface + 0.5, 0.0, 1.0));
            let shore = between(from_core.y - surface, -0.75 * ppp, 0.75 * ppp);
            fill = select(mix(fill, pes.surface.rgb, shore), fill, full);
        }
        colour = over(fill, clamp(0.5 - core - ppp, 0.0, 1.0) * parts, colour);
    }
    return vec4<f32>(linear(colour.rgb), 1.0) * (colour.a * seen);
}
