//! The way from one look to another, eased: so that one sees where one goes.

use super::camera::StageCamera;

/// Seconds on the screen that it takes.
const DURATION_S: f64 = 0.3;

/// A look on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CameraMove {
    from: StageCamera,
    pub to: StageCamera,
    /// Seconds since its first frame; none before that: a paused screen may have stood for long.
    passed_s: Option<f64>,
}

impl CameraMove {
    pub fn new(from: StageCamera, to: StageCamera) -> CameraMove {
        CameraMove { from, to, passed_s: None }
    }

    /// Lets time pass. Answers the look now, and whether it has arrived.
    pub fn advance(&mut self, screen_s: f64) -> (StageCamera, bool) {
        let passed_s = self.passed_s.map_or(0.0, |passed_s| passed_s + screen_s.max(0.0));
        self.passed_s = Some(passed_s);
        let share = (passed_s / DURATION_S).min(1.0);
        if share >= 1.0 { (self.to, true) } else { (self.at(share as f32), false) }
    }

    /// The look at a share of the time: slow at both ends, even in doublings of the scale, and the place that is gone to
    /// on a straight way over the screen.
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
    fn a_flight_begins_where_one_is_and_ends_where_one_wants_to_be_without_a_jump() {
        let to = StageCamera::at(vec2(0.8, 0.3), 1.0 / 120.0);
        let mut camera_move = CameraMove::new(StageCamera::WHOLE, to);
        // Whatever time has passed before, the first frame shows the start.
        let (mut before, arrived) = camera_move.advance(5.0);
        assert!((before.scale - 1.0).abs() < 1e-5 && !arrived);
        let place = |camera: StageCamera| (to.center - camera.center) * camera.scale;
        for frame in 1..100 {
            let (now, arrived) = camera_move.advance(1.0 / 60.0);
            let grown = now.scale / before.scale;
            assert!((1.0..1.7).contains(&grown), "frame {frame}: {grown} times as large at once");
            assert!(place(now).length() <= place(before).length() + 1e-3, "the goal comes nearer");
            before = now;
            if arrived {
                assert_eq!(now, to);
                assert!((18..=19).contains(&frame), "three tenths of a second, not {frame} frames");
                return;
            }
        }
        panic!("it never arrives");
    }
}
