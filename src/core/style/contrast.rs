//! Tests of the tokens: contrast as WCAG 2.2 measures it, also with stray light and for colour vision deficiencies.

use super::{Palette, Rgba8, Theme, ThemeKind};

/// Linear light of the channels, 0 to 1.
fn linear(colour: Rgba8) -> [f64; 3] {
    let [r, g, b, _] = colour.0;
    [r, g, b].map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
fn luminance([r, g, b]: [f64; 3]) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Contrast of two luminances; `stray` is the light of the room as a share of white.
fn contrast_of(a: f64, b: f64, stray: f64) -> f64 {
    (a.max(b) + 0.05 + stray) / (a.min(b) + 0.05 + stray)
}

fn contrast(a: Rgba8, b: Rgba8) -> f64 {
    contrast_of(luminance(linear(a)), luminance(linear(b)), 0.0)
}

fn themes() -> impl Iterator<Item = &'static Theme> {
    ThemeKind::ALL.into_iter().map(Theme::new)
}

/// Checks that each of `inks` has a contrast of at least `least` with each of `grounds`.
fn assert_contrast(theme: &Theme, inks: &[(&str, Rgba8)], grounds: &[(&str, Rgba8)], least: f64) {
    for (ink, colour) in inks {
        for (ground, under) in grounds {
            let found = contrast(*colour, *under);
            assert!(found >= least, "{ink} on {ground} in {:?}: {found:.2} instead of {least}", theme.kind);
        }
    }
}

#[test]
fn text_has_a_contrast_of_four_and_a_half() {
    for theme in themes() {
        let grounds = [("ground", theme.ground), ("panels", theme.panel), ("controls", theme.raised)];
        let inks = [
            ("text", theme.text),
            ("soft", theme.soft),
            ("muted", theme.muted),
            ("done", theme.done),
            ("binding", theme.binding),
        ];
        assert_contrast(theme, &inks, &grounds, 4.5);
        assert_contrast(theme, &inks[..2], &[("chosen options", theme.chosen)], 4.5);
        assert_contrast(theme, &inks[..1], &[("filled chips", theme.fill)], 4.5);
        assert_contrast(theme, &inks[..1], &[("complete chips", theme.done_fill)], 4.5);
    }
}

#[test]
fn text_on_the_stage_has_a_contrast_of_seven() {
    for theme in themes() {
        let inks = [("text", theme.text), ("soft", theme.soft)];
        assert_contrast(theme, &inks, &[("ground", theme.ground), ("chips", theme.raised)], 7.0);
    }
}

#[test]
fn shapes_with_a_meaning_have_a_contrast_of_three() {
    for theme in themes() {
        let shapes = [
            ("selection", theme.selection),
            ("done", theme.done),
            ("binding", theme.binding),
            ("partial sums", theme.sum),
            ("copies", theme.copy),
            ("critical path", theme.path),
            ("filled chips", theme.fill),
        ];
        assert_contrast(theme, &shapes, &[("ground", theme.ground), ("chips", theme.raised)], 3.0);
        let named = |colours: &[Rgba8], name: &'static str| -> Vec<(&str, Rgba8)> {
            colours.iter().map(|&colour| (name, colour)).collect()
        };
        assert_contrast(theme, &named(&theme.parts, "parts"), &[("panels", theme.panel)], 3.0);
        assert_contrast(theme, &named(&theme.curves, "curves"), &[("ground", theme.ground)], 3.0);
        assert_contrast(theme, &[("a full link", theme.heat(1.0))], &[("ground", theme.ground)], 3.0);
    }
}

#[test]
fn a_bright_room_leaves_its_theme_readable() {
    let theme = Theme::new(ThemeKind::BrightRoom);
    let with_stray_light =
        |ink: Rgba8, ground: Rgba8| contrast_of(luminance(linear(ink)), luminance(linear(ground)), 0.10);
    for ground in [theme.ground, theme.panel, theme.raised] {
        for ink in [theme.text, theme.soft, theme.muted, theme.done, theme.binding] {
            let found = with_stray_light(ink, ground);
            assert!(found >= 4.5, "{ink:?} on {ground:?}: {found:.2}");
        }
        let shapes = [theme.selection, theme.sum, theme.copy, theme.path, theme.fill, theme.heat(1.0), theme.line];
        for shape in shapes.into_iter().chain(theme.parts).chain(theme.curves) {
            let found = with_stray_light(shape, ground);
            assert!(found >= 2.0, "{shape:?} on {ground:?}: {found:.2}");
        }
    }
}

#[test]
fn more_utilisation_stands_out_more_from_the_background() {
    for theme in themes() {
        let from_ground = |step: u16| contrast(theme.heat(f32::from(step) / 255.0), theme.ground);
        for step in 1..256 {
            assert!(from_ground(step) >= from_ground(step - 1) - 0.02, "{:?} at {step}", theme.kind);
        }
    }
    for palette in [Palette::Cividis, Palette::Viridis, Palette::Inferno] {
        let theme = Theme::with(ThemeKind::Dark, palette);
        let light = |step: u16| luminance(linear(theme.heat(f32::from(step) / 255.0)));
        assert!((1..256).all(|step| light(step - 1) <= light(step) + 0.01), "{palette:?}");
    }
}

/// A colour as eyes without one kind of cones see it, linear light: Viénot, Brettel and Mollon, "Digital video
/// colourmaps for checking the legibility of displays by dichromats" (1999) for red and green, and their model with the
/// matrix of Brettel (1997), simplified to one plane, for blue; the last is grey.
fn seen([r, g, b]: [f64; 3], filter: usize) -> [f64; 3] {
    let rows: [[f64; 3]; 3] = match filter {
        0 => [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
        1 => [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
        2 => [[1.0, 0.14461, -0.14461], [0.0, 0.85924, 0.14076], [0.0, 0.85924, 0.14076]],
        _ => [[0.2126, 0.7152, 0.0722]; 3],
    };
    rows.map(|[x, y, z]| (x * r + y * g + z * b).clamp(0.0, 1.0))
}

/// Distance of two colours in lightness and hue: CIE 1976, linear light of sRGB.
fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let lab = |[r, g, b]: [f64; 3]| {
        let x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505;
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089;
        let root = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let [x, y, z] = [x, y, z].map(root);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    };
    let (a, b) = (lab(a), lab(b));
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn all_kinds_of_colour_vision_tell_data_from_full_links() {
    for theme in themes() {
        for filter in 0..4 {
            let apart = |a: Rgba8, b: Rgba8| distance(seen(linear(a), filter), seen(linear(b), filter));
            let full = theme.heat(1.0);
            // In grey, packets are told apart by their outline.
            let packet = if filter == 3 { theme.outline } else { theme.sum };
            assert!(apart(packet, full) >= 12.0, "packets on full links, filter {filter}, {:?}", theme.kind);
            assert!(apart(full, theme.heat(0.0)) >= 25.0, "full and idle, filter {filter}, {:?}", theme.kind);
            assert!(apart(theme.fill, theme.raised) >= 25.0, "full and empty chips, {filter}, {:?}", theme.kind);
        }
    }
}
