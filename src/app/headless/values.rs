//! Values of the command line: cameras, sizes and instants.

use bevy::prelude::*;

use super::error::RenderError;
use crate::stage::StageCamera;
use crate::units::Femtos;

/// Largest side of a picture in pixels; all graphics drivers support it.
const MAX_SIDE: u32 = 8192;
/// Most pictures of a film: ten minutes at 60 pictures per second.
const MAX_PICTURES: u64 = 36_000;

/// A camera on one fabric.
pub(super) struct FabricCamera {
    pub(super) fabric: usize,
    pub(super) camera: StageCamera,
}

/// `FABRIC:X,Y,SCALE`: the number of a fabric, and its camera.
pub(super) fn camera(text: &str) -> Result<FabricCamera, RenderError> {
    let parts = || {
        let (fabric, rest) = text.split_once(':')?;
        let mut numbers = rest.split(',').map(|number| number.trim().parse::<f32>().ok());
        let (x, y, scale) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let fits = [x, y].iter().all(|share| (0.0..=1.0).contains(share)) && (1.0..=400.0).contains(&scale);
        fits.then_some(FabricCamera {
            fabric: fabric.parse().ok()?,
            camera: StageCamera::at(Vec2::new(x, y), 1.0 / scale),
        })
    };
    parts()
        .ok_or_else(|| RenderError::Value(format!("--look {text}: accepted: FABRIC:X,Y,SCALE, such as 1:0.5,0.5,40")))
}

/// `WIDTHxHEIGHT` in pixels.
pub(super) fn size(text: &str) -> Result<UVec2, RenderError> {
    let parts = text.split_once('x').and_then(|(w, h)| Some(UVec2::new(w.parse().ok()?, h.parse().ok()?)));
    match parts {
        Some(size) if size.min_element() >= 64 && size.max_element() <= MAX_SIDE => Ok(size),
        _ => Err(RenderError::Value(format!("--size {text}: accepted: WIDTHxHEIGHT, from 64 to {MAX_SIDE} pixels"))),
    }
}

/// `120us`, or `50%` of the time of the slowest fabric.
pub(super) fn instant(text: &str, duration: Femtos) -> Result<Femtos, RenderError> {
    let Some(percent) = text.strip_suffix('%') else { return Ok(Femtos::parse(text)?) };
    match percent.trim().parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => {
            Ok(Femtos((duration.0 as f64 * percent / 100.0).round() as u64))
        }
        _ => Err(RenderError::Value(format!("`{text}`: accepted: a time such as 120us, or 0% to 100%"))),
    }
}

/// The instants of a film. `speed` is simulated seconds per second on the screen.
pub(super) fn film(from: Femtos, to: Femtos, speed: f64, fps: u32) -> Result<Vec<Femtos>, RenderError> {
    if to < from || !(1..=240).contains(&fps) {
        return Err(RenderError::Value(format!(
            "--from {from} --to {to} --fps {fps}: accepted: to after from, 1 to 240 pictures per second"
        )));
    }
    let step = Femtos::from_secs((speed / f64::from(fps)).max(1e-15));
    let pictures = to.since(from).0 / step.0.max(1) + 1;
    if pictures > MAX_PICTURES {
        return Err(RenderError::Value(format!("too many pictures: {pictures}; the limit is {MAX_PICTURES}")));
    }
    Ok((0..pictures).map(|number| Femtos(from.0 + number * step.0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_times_or_shares_of_the_slowest_fabric() {
        let duration = Femtos(2_000);
        assert_eq!(instant("50%", duration).expect("a share"), Femtos(1_000));
        assert_eq!(instant("1ns", duration).expect("a time"), Femtos(1_000_000));
        for text in ["101%", "-1%", "%", "1h"] {
            assert!(instant(text, duration).is_err(), "{text}");
        }
    }

    #[test]
    fn a_film_contains_its_first_and_last_instant() {
        let film = film(Femtos(100), Femtos(300), 1e-12, 10).expect("a film");
        assert_eq!(film, [100, 200, 300].map(Femtos));
    }

    #[test]
    fn films_that_are_backwards_or_too_long_are_rejected() {
        assert!(film(Femtos(2), Femtos(1), 1e-12, 10).is_err());
        assert!(film(Femtos(0), Femtos(1), 1e-12, 0).is_err());
        assert!(film(Femtos(0), Femtos(u64::MAX), 1e-12, 10).is_err());
    }

    #[test]
    fn sizes_and_cameras_have_limits() {
        assert_eq!(size("1280x720").expect("a size"), UVec2::new(1280, 720));
        for text in ["63x720", "9000x720", "1280", "x"] {
            assert!(size(text).is_err(), "{text}");
        }
        assert_eq!(camera("1:0.5,0.5,40").expect("a camera").fabric, 1);
        for text in ["0.5,0.5,40", "1:1.5,0.5,40", "1:0.5,0.5,0.5", "1:0.5,0.5"] {
            assert!(camera(text).is_err(), "{text}");
        }
    }
}
