//! The themes: all colours, sizes and distances of the program.

use super::colour::Rgba8;
use super::palette::{Palette, Ramp};
use crate::explain::CostKind;

/// The kinds of themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeKind {
    /// For dark rooms and projectors.
    #[default]
    Dark,
    /// For print and screens by day.
    Light,
    /// For projectors in bright rooms: black on white, strong lines.
    BrightRoom,
}

impl ThemeKind {
    /// All kinds, in the order in which they are chosen.
    pub const ALL: [ThemeKind; 3] = [ThemeKind::Dark, ThemeKind::Light, ThemeKind::BrightRoom];

    /// Whether the background is light.
    pub fn is_light(self) -> bool {
        self != ThemeKind::Dark
    }

    /// Its id, in what the program and the page keep.
    pub fn id(self) -> &'static str {
        match self {
            ThemeKind::Dark => "dark",
            ThemeKind::Light => "light",
            ThemeKind::BrightRoom => "bright-room",
        }
    }

    /// The kind of an id; `None` if there is none.
    pub fn find(id: &str) -> Option<ThemeKind> {
        ThemeKind::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The kind after this one.
    pub fn next(self) -> ThemeKind {
        match self {
            ThemeKind::Dark => ThemeKind::Light,
            ThemeKind::Light => ThemeKind::BrightRoom,
            ThemeKind::BrightRoom => ThemeKind::Dark,
        }
    }
}

/// The colours of a theme. The machine is neutral; one accent is for data, red for what limits, green for what is done.
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
    /// The filled part of a chip that is complete.
    pub done_fill: Rgba8,
    /// The bottleneck.
    pub binding: Rgba8,
    /// Data: partial sums, drawn as diamonds, and progress.
    pub sum: Rgba8,
    /// Copies of the finished sum, drawn as squares: a tone of the same colour.
    pub copy: Rgba8,
    /// The critical path.
    pub path: Rgba8,
    /// Parts of the time: latency, serialization, contention, processing, launch. Their hatching tells them apart, too.
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
    /// The colours of [`Palette::Amber`].
    pub ramp: Ramp,
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
        soft: Rgba8::hex(0xA3AEBD),
        muted: Rgba8::hex(0x7F8DA1),
        selection: Rgba8::hex(0xF2F5F9),
        chosen: Rgba8::hex(0x2B3645),
        done: Rgba8::hex(0x3DDC97),
        done_fill: Rgba8::hex(0x1F5E46),
        binding: Rgba8::hex(0xFF6B57),
        sum: Rgba8::hex(0x7CC4FF),
        copy: Rgba8::hex(0xCFE8FF),
        path: Rgba8::hex(0xF59BE0),
        parts: [
            Rgba8::hex(0x7A889B),
            Rgba8::hex(0xB9C3D0),
            Rgba8::hex(0xE0A866),
            Rgba8::hex(0x94A0B0),
            Rgba8::hex(0x66738A),
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
        fill: Rgba8::hex(0x2C6E9F),
        outline: Rgba8::hex(0x0A0D12),
        idle: Rgba8::hex(0x141B27),
        palette: Palette::Amber,
        ramp: [
            Rgba8::hex(0x1E2733),
            Rgba8::hex(0x3D4858),
            Rgba8::hex(0x626E7F),
            Rgba8::hex(0x858891),
            Rgba8::hex(0xB39575),
        ],
    };

    /// The light theme.
    pub const LIGHT: Theme = Theme {
        kind: ThemeKind::Light,
        ground: Rgba8::hex(0xF7F8FA),
        panel: Rgba8::hex(0xFFFFFF),
        raised: Rgba8::hex(0xEEF1F5),
        line: Rgba8::hex(0xD3DAE3),
        text: Rgba8::hex(0x131A24),
        soft: Rgba8::hex(0x434F62),
        muted: Rgba8::hex(0x5F6C7E),
        selection: Rgba8::hex(0x131A24),
        chosen: Rgba8::hex(0xD9DFE7),
        done: Rgba8::hex(0x0B7A4B),
        done_fill: Rgba8::hex(0x5FA886),
        binding: Rgba8::hex(0xC8321D),
        sum: Rgba8::hex(0x0B5FA5),
        copy: Rgba8::hex(0x3F8CCB),
        path: Rgba8::hex(0xA32A83),
        parts: [
            Rgba8::hex(0x6A7789),
            Rgba8::hex(0x465366),
            Rgba8::hex(0xB45F06),
            Rgba8::hex(0x5A6678),
            Rgba8::hex(0x7C8897),
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
        fill: Rgba8::hex(0x5B8DB8),
        outline: Rgba8::hex(0xFFFFFF),
        idle: Rgba8::hex(0xE3E8EF),
        palette: Palette::Amber,
        ramp: [
            Rgba8::hex(0xD5DCE5),
            Rgba8::hex(0xB7C0CC),
            Rgba8::hex(0x99A3B1),
            Rgba8::hex(0x9D9284),
            Rgba8::hex(0xAE7A48),
        ],
    };

    /// The theme for bright rooms. Stray light of a tenth of white leaves its text readable.
    pub const BRIGHT_ROOM: Theme = Theme {
        kind: ThemeKind::BrightRoom,
        ground: Rgba8::hex(0xFFFFFF),
        panel: Rgba8::hex(0xFFFFFF),
        raised: Rgba8::hex(0xF0F2F5),
        line: Rgba8::hex(0x96A1AF),
        text: Rgba8::hex(0x000000),
        soft: Rgba8::hex(0x242B35),
        muted: Rgba8::hex(0x3A434F),
        selection: Rgba8::hex(0x000000),
        chosen: Rgba8::hex(0xD5DAE1),
        done: Rgba8::hex(0x00552F),
        done_fill: Rgba8::hex(0x5FA886),
        binding: Rgba8::hex(0xA01505),
        sum: Rgba8::hex(0x00417A),
        copy: Rgba8::hex(0x2A6DAB),
        path: Rgba8::hex(0x7A1060),
        parts: [
            Rgba8::hex(0x5A6678),
            Rgba8::hex(0x2B333E),
            Rgba8::hex(0x8A3D00),
            Rgba8::hex(0x434C59),
            Rgba8::hex(0x6E7885),
        ],
        curves: [
            Rgba8::hex(0x8A5A00),
            Rgba8::hex(0x00527F),
            Rgba8::hex(0x005C42),
            Rgba8::hex(0x6A5C0A),
            Rgba8::hex(0x86335F),
            Rgba8::hex(0x963A00),
            Rgba8::hex(0x34389C),
            Rgba8::hex(0x414A56),
        ],
        fill: Rgba8::hex(0x5B8DB8),
        outline: Rgba8::hex(0xFFFFFF),
        idle: Rgba8::hex(0xDDE2E9),
        palette: Palette::Amber,
        ramp: [
            Rgba8::hex(0xCDD4DD),
            Rgba8::hex(0xA4AEBB),
            Rgba8::hex(0x7C8794),
            Rgba8::hex(0x806C58),
            Rgba8::hex(0x7F420C),
        ],
    };

    /// A theme with the default palette.
    pub fn new(kind: ThemeKind) -> &'static Theme {
        Theme::with(kind, Palette::Amber)
    }

    /// A theme with a palette.
    pub fn with(kind: ThemeKind, palette: Palette) -> &'static Theme {
        static DARK: [Theme; 4] = Theme::DARK.with_all();
        static LIGHT: [Theme; 4] = Theme::LIGHT.with_all();
        static BRIGHT_ROOM: [Theme; 4] = Theme::BRIGHT_ROOM.with_all();
        let themes = match kind {
            ThemeKind::Dark => &DARK,
            ThemeKind::Light => &LIGHT,
            ThemeKind::BrightRoom => &BRIGHT_ROOM,
        };
        match palette {
            Palette::Amber => &themes[0],
            Palette::Cividis => &themes[1],
            Palette::Viridis => &themes[2],
            Palette::Inferno => &themes[3],
        }
    }

    const fn with_all(self) -> [Theme; 4] {
        [
            self,
            Theme { palette: Palette::Cividis, ..self },
            Theme { palette: Palette::Viridis, ..self },
            Theme { palette: Palette::Inferno, ..self },
        ]
    }

    /// The colour of a utilisation between 0 and 1.
    pub fn heat(&self, utilisation: f32) -> Rgba8 {
        self.palette.colour(utilisation, &self.ramp)
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
    pub const CORNER: f32 = 4.0;
    /// Corner radius of windows and wafers, points.
    pub const CORNER_LARGE: f32 = 12.0;
}
