//! An animated camera move: eased, so that the user can follow it.

use super::camera::StageCamera;

/// Duration on the screen, seconds.
const DURATION_S: f64 = 0.3;

/// A camera on its path from one view to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CameraMove {
    from: StageCamera,
    pub to: StageCamera,
    /// Seconds since the first frame of the move; `None` before it, because a paused screen may have waited for long.
    elapsed_s: Option<f64>,
}

impl CameraMove {
    pub fn new(from: StageCamera, to: StageCamera) -> CameraMove {
        CameraMove { from, to, elapsed_s: None }
    }

    /// Advances by seconds on the screen. Returns the camera, and whether the move is complete.
    pub fn advance(&mut self, screen_s: f64) -> (StageCamera, bool) {
        let elapsed_s = self.elapsed_s.map_or(0.0, |elapsed_s| elapsed_s + screen_s.max(0.0));
        self.elapsed_s = Some(elapsed_s);
        let share = (elapsed_s / DURATION_S).min(1.0);
        if share >= 1.0 { (self.to, true) } else { (self.at(share as f32), false) }
    }

    /// The camera after a fraction of the time: slow at both ends, the scale in equal ratios, the target on a straight
    /// line over the screen.
    fn at(&self, share: f32) -> StageCamera {
        let eased = share * share * (3.0 - 2.0 * share);
        let (from, to) = (self.from.scale, self.to.scale);
        let scale = (from.ln() + (to.ln() - from.ln()) * eased).exp();
        let (first, now, last) = (1.0 / from, 1.0 / scale, 1.0 / to);
        let moved = if (first - last).abs() > 1e-6 * first { (first - now) / (first - last) } else { eased };
        StageCamera { center: self.from.center.lerp(self.to.center, moved.clamp(0.0, 1.0)), scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::vec2;

    #[test]
    fn a_camera_move_starts_and_ends_in_place_without_a_jump() {
        let to = StageCamera::at(vec2(0.8, 0.3), 1.0 / 120.0);
        let mut camera_move = CameraMove::new(StageCamera::WHOLE, to);
        // The first frame shows the start, however much time has passed before.
        let (mut before, complete) = camera_move.advance(5.0);
        assert!((before.scale - 1.0).abs() < 1e-5 && !complete);
        let distance = |camera: StageCamera| ((to.center - camera.center) * camera.scale).length();
        for frame in 1..100 {
            let (now, complete) = camera_move.advance(1.0 / 60.0);
            let ratio = now.scale / before.scale;
            assert!((1.0..1.7).contains(&ratio), "frame {frame}: {ratio}x the scale in one frame");
            assert!(distance(now) <= distance(before) + 1e-3, "the target comes nearer");
            before = now;
            if complete {
                assert_eq!(now, to);
                assert!((18..=19).contains(&frame), "0.3 s, not {frame} frames");
                return;
            }
        }
        panic!("the move never completes");
    }
}
