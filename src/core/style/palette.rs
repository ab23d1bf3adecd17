//! Palettes: from a number between 0 and 1 to a colour, even in lightness, so that equal steps look equal.

use super::colour::Rgba8;

/// Colours of equally spaced utilisations from 0 to 1. A theme has its own, which begins near its background.
pub(super) type Ramp = [Rgba8; 5];

/// Cividis by Nuñez, Anderton and Renslow (2018), as matplotlib publishes it (CC0), rounded to 8 bits: from dark
/// blue to yellow, even in lightness, and the same with and without red-green colour blindness.
#[rustfmt::skip]
const CIVIDIS: [u32; 256] = [
    0x00224E, 0x00234F, 0x002451, 0x002553, 0x002554, 0x002656, 0x002758, 0x002859,
    0x00285B, 0x00295D, 0x002A5F, 0x002A61, 0x002B62, 0x002C64, 0x002C66, 0x002D68,
    0x002E6A, 0x002E6C, 0x002F6D, 0x00306F, 0x003070, 0x003170, 0x003171, 0x013271,
    0x053371, 0x083370, 0x0C3470, 0x0F3570, 0x123570, 0x143670, 0x163770, 0x18376F,
    0x1A386F, 0x1C396F, 0x1E3A6F, 0x203A6F, 0x213B6E, 0x233C6E, 0x243C6E, 0x263D6E,
    0x273E6E, 0x293F6E, 0x2A3F6D, 0x2B406D, 0x2D416D, 0x2E416D, 0x2F426D, 0x31436D,
    0x32436D, 0x33446D, 0x34456C, 0x35456C, 0x36466C, 0x38476C, 0x39486C, 0x3A486C,
    0x3B496C, 0x3C4A6C, 0x3D4A6C, 0x3E4B6C, 0x3F4C6C, 0x404C6C, 0x414D6C, 0x424E6C,
    0x434E6C, 0x444F6C, 0x45506C, 0x46516C, 0x47516C, 0x48526C, 0x49536C, 0x4A536C,
    0x4B546C, 0x4C556C, 0x4D556C, 0x4E566C, 0x4F576C, 0x50576C, 0x51586D, 0x52596D,
    0x535A6D, 0x545A6D, 0x555B6D, 0x555C6D, 0x565C6D, 0x575D6D, 0x585E6D, 0x595E6E,
    0x5A5F6E, 0x5B606E, 0x5C616E, 0x5D616E, 0x5E626E, 0x5E636F, 0x5F636F, 0x60646F,
    0x61656F, 0x62656F, 0x636670, 0x646770, 0x656870, 0x656870, 0x666970, 0x676A71,
    0x686A71, 0x696B71, 0x6A6C71, 0x6B6D72, 0x6C6D72, 0x6C6E72, 0x6D6F72, 0x6E6F73,
    0x6F7073, 0x707173, 0x717274, 0x727274, 0x727374, 0x737475, 0x747475, 0x757575,
    0x767676, 0x777776, 0x777777, 0x787877, 0x797977, 0x7A7A78, 0x7B7A78, 0x7C7B78,
    0x7D7C78, 0x7E7C78, 0x7E7D78, 0x7F7E78, 0x807F78, 0x817F78, 0x828079, 0x838179,
    0x848279, 0x858279, 0x868379, 0x878478, 0x888578, 0x898578, 0x8A8678, 0x8B8778,
    0x8C8878, 0x8D8878, 0x8E8978, 0x8F8A78, 0x908B78, 0x918B78, 0x928C78, 0x928D78,
    0x938E78, 0x948E77, 0x958F77, 0x969077, 0x979177, 0x989277, 0x999277, 0x9A9376,
    0x9B9476, 0x9C9576, 0x9D9576, 0x9E9676, 0x9F9775, 0xA09875, 0xA19975, 0xA29975,
    0xA39A74, 0xA49B74, 0xA59C74, 0xA69C74, 0xA79D73, 0xA89E73, 0xA99F73, 0xAAA073,
    0xABA072, 0xACA172, 0xADA272, 0xAEA371, 0xAFA471, 0xB0A571, 0xB1A570, 0xB3A670,
    0xB4A76F, 0xB5A86F, 0xB6A96F, 0xB7A96E, 0xB8AA6E, 0xB9AB6D, 0xBAAC6D, 0xBBAD6D,
    0xBCAE6C, 0xBDAE6C, 0xBEAF6B, 0xBFB06B, 0xC0B16A, 0xC1B26A, 0xC2B369, 0xC3B369,
    0xC4B468, 0xC5B568, 0xC6B667, 0xC7B767, 0xC8B866, 0xC9B965, 0xCBB965, 0xCCBA64,
    0xCDBB63, 0xCEBC63, 0xCFBD62, 0xD0BE62, 0xD1BF61, 0xD2C060, 0xD3C05F, 0xD4C15F,
    0xD5C25E, 0xD6C35D, 0xD7C45C, 0xD9C55C, 0xDAC65B, 0xDBC75A, 0xDCC859, 0xDDC858,
    0xDEC958, 0xDFCA57, 0xE0CB56, 0xE1CC55, 0xE2CD54, 0xE4CE53, 0xE5CF52, 0xE6D051,
    0xE7D150, 0xE8D24F, 0xE9D34E, 0xEAD34C, 0xEBD44B, 0xEDD54A, 0xEED649, 0xEFD748,
    0xF0D846, 0xF1D945, 0xF2DA44, 0xF3DB42, 0xF5DC41, 0xF6DD3F, 0xF7DE3E, 0xF8DF3C,
    0xF9E03A, 0xFBE138, 0xFCE236, 0xFDE334, 0xFEE434, 0xFEE535, 0xFEE636, 0xFEE838,
];

/// The palette of heat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// From the background over greys to amber, as the theme has it: full links are seen, and packets stand out on them.
    #[default]
    Amber,
    /// Dark blue to yellow, for all kinds of colour vision.
    Cividis,
    /// Violet over green to yellow.
    Viridis,
    /// Black over red to pale yellow.
    Inferno,
}

impl Palette {
    /// All palettes, in the order of the menu.
    pub const ALL: [Palette; 4] = [Palette::Amber, Palette::Cividis, Palette::Viridis, Palette::Inferno];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Palette::Amber => "grey to amber",
            Palette::Cividis => "cividis",
            Palette::Viridis => "viridis",
            Palette::Inferno => "inferno",
        }
    }

    /// The colour of a utilisation between 0 and 1; values outside are clamped, NaN reads as idle. `ramp` is that of the
    /// theme, for [`Palette::Amber`].
    pub(super) fn colour(self, u: f32, ramp: &Ramp) -> Rgba8 {
        let u = if u.is_nan() { 0.0 } else { u.clamp(0.0, 1.0) };
        let sampled = |map: colorous::Gradient| {
            let colorous::Color { r, g, b } = map.eval_continuous(f64::from(u));
            Rgba8([r, g, b, 255])
        };
        match self {
            Palette::Amber => {
                let place = u * (ramp.len() - 1) as f32;
                let below = (place as usize).min(ramp.len() - 2);
                ramp[below].mixed(ramp[below + 1], place - below as f32)
            }
            Palette::Cividis => {
                let entry = (u * 255.0).round() as usize;
                Rgba8::hex(CIVIDIS.get(entry).copied().unwrap_or(CIVIDIS[0]))
            }
            Palette::Viridis => sampled(colorous::VIRIDIS),
            Palette::Inferno => sampled(colorous::INFERNO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_clamped_and_nan_is_idle() {
        let ramp = [0x10, 0x20, 0x30, 0x40, 0x50].map(Rgba8::hex);
        let amber = |u: f32| Palette::Amber.colour(u, &ramp);
        assert_eq!([0.0, 0.25, 0.375, 1.0, 2.0].map(amber), [0x10, 0x20, 0x28, 0x50, 0x50].map(Rgba8::hex));
        let cividis = |u: f32| Palette::Cividis.colour(u, &ramp);
        assert_eq!(cividis(-1.0), Rgba8::hex(0x00224E));
        assert_eq!(cividis(0.0), Rgba8::hex(0x00224E));
        assert_eq!(cividis(1.0), Rgba8::hex(0xFEE838));
        assert_eq!(cividis(f32::INFINITY), Rgba8::hex(0xFEE838));
        // As published by matplotlib.
        assert_eq!(Palette::Viridis.colour(0.0, &ramp), Rgba8::hex(0x440154));
        assert_eq!(Palette::Viridis.colour(1.0, &ramp), Rgba8::hex(0xFDE725));
        assert_eq!(Palette::Inferno.colour(1.0, &ramp), Rgba8::hex(0xFCFFA4));
        for palette in Palette::ALL {
            // NaN is drawn as idle.
            assert_eq!(palette.colour(f32::NAN, &ramp), palette.colour(0.0, &ramp));
        }
    }
}
