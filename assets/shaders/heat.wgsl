// The utilisation of a regular fabric, one texel per place, through a colour map.
// Where several places share a pixel, the pixel shows their mean, weighted by area: no shimmer, whatever the zoom.

#import bevy_sprite::mesh2d_view_bindings::view
#import fabricscope::coverage::{linear, rectangle_coverage}

struct Heat {
    // Left, top, right, bottom, in points.
    rect: vec4<f32>,
    clip: vec4<f32>,
    // Nothing, physical pixels per point, columns, rows.
    look: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> heat: Heat;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var places: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var palette: texture_2d<f32>;

// Most places that one pixel looks at along an axis. Beyond that (a wafer drawn as a stamp) it takes a sample.
const MOST: f32 = 8.0;

@vertex
fn vertex(@location(0) corner: vec3<f32>) -> @builtin(position) vec4<f32> {
    let rect = heat.rect * heat.look.y;
    // One pixel more on every side, for the antialiased edge.
    let pixel = select(rect.xy - 1.0, rect.zw + 1.0, corner.xy > vec2<f32>(0.0));
    let ndc = pixel / view.viewport.zw * 2.0 - 1.0;
    return vec4<f32>(ndc.x, -ndc.y, 0.5, 1.0);
}

// The mean of the places between `low` and `high`, in texels.
fn mean(low: vec2<f32>, high: vec2<f32>, size: vec2<f32>) -> f32 {
    let first = clamp(floor(low), vec2<f32>(0.0), size - 1.0);
    let last = clamp(ceil(high) - 1.0, first, size - 1.0);
    let count = min(last - first + 1.0, vec2<f32>(MOST));
    let stride = (last - first + 1.0) / count;
    // A single row stands for all.
    let bottom = i32(textureDimensions(places).y) - 1;
    var sum = 0.0;
    var weights = 0.0;
    for (var j = 0.0; j < count.y; j += 1.0) {
        for (var i = 0.0; i < count.x; i += 1.0) {
            let place = floor(first + vec2<f32>(i, j) * stride);
            let shared_part = clamp(min(place + 1.0, high) - max(place, low), vec2<f32>(0.0), vec2<f32>(1.0));
            // Never nothing, so that rounding at the rim cannot divide by zero.
            let weight = max(shared_part.x * shared_part.y, 1e-6);
            sum += weight * textureLoad(places, vec2<i32>(i32(place.x), min(i32(place.y), bottom)), 0).r;
            weights += weight;
        }
    }
    return sum / weights;
}

@fragment
fn fragment(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let rect = heat.rect * heat.look.y;
    let clip = heat.clip * heat.look.y;
    let seen = rectangle_coverage(position.xy, rect.xy, rect.zw) * rectangle_coverage(position.xy, clip.xy, clip.zw);
    if seen <= 0.0 {
        discard;
    }
    let size = heat.look.zw;
    let texels_per_pixel = size / (rect.zw - rect.xy);
    let low = (position.xy - 0.5 - rect.xy) * texels_per_pixel;
    let value = mean(max(low, vec2<f32>(0.0)), min(low + texels_per_pixel, size), size);
    let entry = textureLoad(palette, vec2<i32>(i32(value * 255.0 + 0.5), 0), 0).rgb;
    return vec4<f32>(linear(entry), 1.0) * seen;
}
