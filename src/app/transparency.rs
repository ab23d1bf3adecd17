//! Pictures with nothing behind the stage.

use bevy::prelude::*;

use super::render::Backdrop;
use crate::style::Rgba8;

/// Takes the ground of the theme away. Returns it.
pub(super) fn remove_backdrop(world: &mut World) -> Rgba8 {
    std::mem::replace(&mut world.resource_mut::<Backdrop>().0, Rgba8([0; 4]))
}

/// Divides the colours of transparent pixels by their alpha. The renderer has multiplied them as light, before it stored them as
/// sRGB; files have them undivided.
pub(super) fn undo_premultiplication(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4).filter(|pixel| pixel[3] < 255) {
        let alpha = f32::from(pixel[3]) / 255.0;
        for part in &mut pixel[..3] {
            let light = Srgba::gamma_function(f32::from(*part) / 255.0);
            let own = if alpha > 0.0 { (light / alpha).min(1.0) } else { 0.0 };
            *part = (Srgba::gamma_function_inverse(own) * 255.0).round() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_over_nothing_is_itself_again() {
        for (colour, alpha) in [([255_u8, 128, 0], 128_u8), ([40, 200, 90], 200), ([7, 7, 7], 255)] {
            let share = f32::from(alpha) / 255.0;
            let stored = colour.map(|part| {
                let light = Srgba::gamma_function(f32::from(part) / 255.0) * share;
                (Srgba::gamma_function_inverse(light) * 255.0).round() as u8
            });
            let mut rgba = [stored[0], stored[1], stored[2], alpha];
            undo_premultiplication(&mut rgba);
            let far = colour.iter().zip(rgba).any(|(wanted, got)| wanted.abs_diff(got) > 2);
            assert!(!far && rgba[3] == alpha, "{colour:?} {rgba:?}");
        }
        let mut nothing = [9, 9, 9, 0];
        undo_premultiplication(&mut nothing);
        assert_eq!(nothing, [0; 4]);
    }
}
