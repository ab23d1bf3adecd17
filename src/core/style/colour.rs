//! Colours.

/// An sRGB colour with straight alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgba8(pub [u8; 4]);

impl Rgba8 {
    /// Transparent.
    pub const CLEAR: Rgba8 = Rgba8([0; 4]);

    /// An opaque colour from `0xRRGGBB`.
    pub const fn hex(rgb: u32) -> Rgba8 {
        Rgba8([(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8, 255])
    }

    /// A colour between this one (0) and another (1).
    pub fn mixed(self, other: Rgba8, share: f32) -> Rgba8 {
        let mut parts = self.0;
        for (part, to) in parts.iter_mut().zip(other.0) {
            *part = (f32::from(*part) + (f32::from(to) - f32::from(*part)) * share).round() as u8;
        }
        Rgba8(parts)
    }

    /// The same colour with another alpha, 0 to 255.
    pub const fn with_alpha(self, alpha: u8) -> Rgba8 {
        let [r, g, b, _] = self.0;
        Rgba8([r, g, b, alpha])
    }
}
