// One triangle over the whole target, for passes that copy a picture: the corners (-1, 1), (-1, -3) and (3, 1) of clip space.
// Bevy's pipelines import it by this name; Bevy's own comes with its passes of three dimensions.
#define_import_path bevy_core_pipeline::fullscreen_vertex_shader

struct FullscreenVertexOutput {
    @builtin(position) position: vec4<f32>,
    @location(0) uv: vec2<f32>,
}

@vertex
fn fullscreen_vertex_shader(@builtin(vertex_index) corner: u32) -> FullscreenVertexOutput {
    var uv = vec2<f32>(0.0, 0.0);
    if corner == 1u {
        uv.y = 2.0;
    } else if corner == 2u {
        uv.x = 2.0;
    }
    var out: FullscreenVertexOutput;
    out.position = vec4<f32>(2.0 * uv.x - 1.0, 1.0 - 2.0 * uv.y, 0.0, 1.0);
    out.uv = uv;
    return out;
}
