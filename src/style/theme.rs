//! The two themes: all colours, sizes and distances of the program.

use super::colour::Rgba8;
use super::palette::Palette;
use crate::explain::CostKind;

/// The kinds of themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeKind {
    /// For dark rooms and projectors.
    #[default]
    Dark,
    /// For print and bright rooms.
    Light,
}

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The kind.
    pub kind: ThemeKind,
    /// The background.
    pub ground: Rgba8,
    /// Panels.
    pub panel: Rgba8,
    /// Chips and controls on panels.
    pub raised: Rgba8,
    /// Dividing lines.
    pub line: Rgba8,
    /// Text.
    pub text: Rgba8,
    /// Secondary text.
    pub soft: Rgba8,
    /// Tertiary text.
    pub muted: Rgba8,
    /// Selected items and active controls.
    pub selection: Rgba8,
    /// Background of chosen options.
    pub chosen: Rgba8,
    /// Completed chips and runs.
    pub done: Rgba8,
    /// The bottleneck.
    pub binding: Rgba8,
    /// Partial sums (Okabe-Ito orange), drawn as diamonds.
    pub sum: Rgba8,
    /// Copies of the finished sum (Okabe-Ito sky blue), drawn as squares.
    pub copy: Rgba8,
    /// The critical path.
    pub path: Rgba8,
    /// Parts of the time: latency, serialization, contention, processing, launch.
    pub parts: [Rgba8; 5],
    /// Curves of a plot, in order (after Okabe and Ito).
    pub curves: [Rgba8; 8],
    /// The filled part of a chip.
    pub fill: Rgba8,
    /// The outline of packets, visible on any heat.
    pub outline: Rgba8,
    /// Idle PEs: a colour outside the palette.
    pub idle: Rgba8,
    /// The palette of heat.
    pub palette: Palette,
}

impl Theme {
    /// The dark theme.
    pub const DARK: Theme = Theme {
        kind: ThemeKind::Dark,
        ground: Rgba8::hex(0x0A0D12),
        panel: Rgba8::hex(0x10151D),
        raised: Rgba8::hex(0x161D28),
        line: Rgba8::hex(0x212A38),
        text: Rgba8::hex(0xE7EBF1),
        soft: Rgba8::hex(0x9BA7B7),
        muted: Rgba8::hex(0x748296),
        selection: Rgba8::hex(0x7CC4FF),
        chosen: Rgba8::hex(0x1D3A52),
        done: Rgba8::hex(0x3DDC97),
        binding: Rgba8::hex(0xFF6B57),
        sum: Rgba8::hex(0xFFB733),
        copy: Rgba8::hex(0x7FD0FF),
        path: Rgba8::hex(0xF59BE0),
        parts: [
            Rgba8::hex(0x7CC4FF),
            Rgba8::hex(0xC9B95B),
            Rgba8::hex(0xFF8A70),
            Rgba8::hex(0xB79CFF),
            Rgba8::hex(0x748296),
        ],
        curves: [
            Rgba8::hex(0xE69F00),
            Rgba8::hex(0x56B4E9),
            Rgba8::hex(0x2FBF91),
            Rgba8::hex(0xF0E442),
            Rgba8::hex(0xE08AB8),
            Rgba8::hex(0xF0763A),
            Rgba8::hex(0x9FA8FF),
            Rgba8::hex(0xC8CDD6),
        ],
        fill: Rgba8::hex(0x1F4B6E),
        outline: Rgba8::hex(0x0A0D12),
        idle: Rgba8::hex(0x141B27),
        palette: Palette::Cividis,
    };

    /// The light theme.
    pub const LIGHT: Theme = Theme {
        kind: ThemeKind::Light,
        ground: Rgba8::hex(0xF7F8FA),
        panel: Rgba8::hex(0xFFFFFF),
        raised: Rgba8::hex(0xEEF1F5),
        line: Rgba8::hex(0xD3DAE3),
        text: Rgba8::hex(0x131A24),
        soft: Rgba8::hex(0x465366),
        muted: Rgba8::hex(0x6A7789),
        selection: Rgba8::hex(0x0B6BB8),
        chosen: Rgba8::hex(0xCFE4F6),
        done: Rgba8::hex(0x0B7A4B),
        binding: Rgba8::hex(0xC8321D),
        sum: Rgba8::hex(0xE69F00),
        copy: Rgba8::hex(0x56B4E9),
        path: Rgba8::hex(0xA32A83),
        parts: [
            Rgba8::hex(0x0B6BB8),
            Rgba8::hex(0x8F7D14),
            Rgba8::hex(0xC8321D),
            Rgba8::hex(0x6B3FA0),
            Rgba8::hex(0x6A7789),
        ],
        curves: [
            Rgba8::hex(0xB87800),
            Rgba8::hex(0x0072B2),
            Rgba8::hex(0x00805C),
            Rgba8::hex(0x8F7D14),
            Rgba8::hex(0xA8497F),
            Rgba8::hex(0xC24E00),
            Rgba8::hex(0x4B4FC4),
            Rgba8::hex(0x5A6472),
        ],
        fill: Rgba8::hex(0xA9CFEA),
        outline: Rgba8::hex(0x131A24),
        idle: Rgba8::hex(0xE3E8EF),
        palette: Palette::Cividis,
    };

    /// A theme with the default palette.
    pub fn new(kind: ThemeKind) -> &'static Theme {
        Theme::with(kind, Palette::Cividis)
    }

    /// A theme with a palette.
    pub fn with(kind: ThemeKind, palette: Palette) -> &'static Theme {
        static DARK: [Theme; 3] = Theme::DARK.with_all();
        static LIGHT: [Theme; 3] = Theme::LIGHT.with_all();
        let themes = if kind == ThemeKind::Dark { &DARK } else { &LIGHT };
        match palette {
            Palette::Cividis => &themes[0],
            Palette::Viridis => &themes[1],
            Palette::Inferno => &themes[2],
        }
    }

    const fn with_all(self) -> [Theme; 3] {
        [self, Theme { palette: Palette::Viridis, ..self }, Theme { palette: Palette::Inferno, ..self }]
    }

    /// The colour of a utilisation between 0 and 1.
    pub fn heat(&self, utilisation: f32) -> Rgba8 {
        self.palette.colour(utilisation)
    }

    /// The colour of a part of the time.
    pub fn part(&self, kind: CostKind) -> Rgba8 {
        let [latency, serialization, contention, processing, launch] = self.parts;
        match kind {
            CostKind::Latency => latency,
            CostKind::Serialization => serialization,
            CostKind::Contention => contention,
            CostKind::Processing => processing,
            CostKind::Launch => launch,
        }
    }

    /// Font sizes, points.
    pub const TYPE: [f32; 6] = [11.0, 13.0, 14.0, 16.0, 20.0, 34.0];
    /// The unit of distances, points.
    pub const STEP: f32 = 4.0;
    /// Corner radius of controls and chips, points.
    pub const CORNER: f32 = 8.0;
    /// Corner radius of windows and wafers, points.
    pub const CORNER_LARGE: f32 = 12.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Rgba8) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b, _] = colour.0;
        0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
    }

    fn contrast(a: Rgba8, b: Rgba8) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_has_the_contrast_of_wcag() {
        for theme in [Theme::DARK, Theme::LIGHT] {
            for (name, colour) in [("text", theme.text), ("soft", theme.soft)] {
                assert!(contrast(colour, theme.chosen) >= 4.5, "{name} on a chosen option in {:?}", theme.kind);
            }
            for ground in [theme.ground, theme.panel, theme.raised] {
                for (name, colour) in
                    [("text", theme.text), ("soft", theme.soft), ("done", theme.done), ("binding", theme.binding)]
                {
                    assert!(
                        contrast(colour, ground) >= 4.5,
                        "{name} in {:?}: {}",
                        theme.kind,
                        contrast(colour, ground)
                    );
                }
                for curve in theme.curves {
                    assert!(contrast(curve, ground) >= 3.0, "{curve:?} in {:?}", theme.kind);
                }
                // Muted text repeats other text: 3 is enough, 4 is better.
                assert!(contrast(theme.muted, ground) >= 4.0, "muted in {:?}", theme.kind);
            }
        }
    }
}
