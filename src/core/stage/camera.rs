//! The camera of a fabric: which part of it is visible, and how large.

use glam::{Vec2, vec2};

use super::geometry::Rect;

/// The largest scale. It shows a PE of a whole wafer as large as a GPU.
const MAX_SCALE: f32 = 400.0;

/// How far the edge of a fabric may move into the picture, as a fraction of half of the picture.
const MAX_EDGE: f32 = 0.3;

/// The visible part of a fabric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageCamera {
    /// The point in the middle, as fractions of the whole picture.
    pub center: Vec2,
    /// The scale; 1 shows the whole fabric.
    pub scale: f32,
}

impl StageCamera {
    /// The whole fabric.
    pub const WHOLE: StageCamera = StageCamera { center: vec2(0.5, 0.5), scale: 1.0 };

    /// Whether the whole fabric is visible.
    pub fn is_whole(&self) -> bool {
        self.scale <= 1.0
    }

    /// Zoomed by a factor around a point of the screen, which stays in place.
    pub fn zoomed(self, factor: f32, at: Vec2, picture: Rect) -> StageCamera {
        let scale = (self.scale * factor).clamp(1.0, MAX_SCALE);
        let size = picture.size().max(Vec2::ONE);
        let from_middle = (at - picture.center()) / size;
        let fixed = self.center + from_middle / self.scale;
        StageCamera { center: fixed - from_middle / scale, scale }.clamped()
    }

    /// Panned by points on the screen.
    pub fn moved(self, by: Vec2, picture: Rect) -> StageCamera {
        let size = picture.size().max(Vec2::ONE);
        StageCamera { center: self.center - by / size / self.scale, ..self }.clamped()
    }

    /// A camera with this point (fractions of the whole picture) in the middle that shows `span` of the picture's width.
    pub fn at(center: Vec2, span: f32) -> StageCamera {
        StageCamera { center, scale: (1.0 / span.max(1e-6)).clamp(1.0, MAX_SCALE) }.clamped()
    }

    /// The point of the fabric at a point of the screen, as fractions of the whole picture.
    pub fn place(&self, point: Vec2, picture: Rect) -> Vec2 {
        self.center + (point - picture.center()) / picture.size().max(Vec2::ONE) / self.scale
    }

    /// Keeps the visible part inside the whole picture.
    fn clamped(self) -> StageCamera {
        let half = Vec2::splat(0.5 / self.scale);
        StageCamera { center: self.center.clamp(half, Vec2::ONE - half), ..self }
    }

    /// Keeps the camera on the fabric, which covers `content` of the picture (as fractions of it). Its edge may move into
    /// the picture a little.
    pub fn inside(self, content: Rect) -> StageCamera {
        if self.is_whole() {
            return StageCamera { scale: self.scale, ..StageCamera::WHOLE };
        }
        let half = 0.5 / self.scale;
        let clamp = |at: f32, low: f32, high: f32| {
            let (low, high) = (low + half * (1.0 - MAX_EDGE), high - half * (1.0 - MAX_EDGE));
            if low < high { at.clamp(low, high) } else { (low + high) / 2.0 }
        };
        let center = vec2(
            clamp(self.center.x, content.min.x, content.max.x),
            clamp(self.center.y, content.min.y, content.max.y),
        );
        StageCamera { center, ..self }
    }

    /// Where a point of the whole picture appears on the screen.
    pub(crate) fn point(&self, point: Vec2, picture: Rect) -> Vec2 {
        let share = (point - picture.min) / picture.size().max(Vec2::ONE);
        picture.center() + (share - self.center) * picture.size() * self.scale
    }

    /// Where a rectangle of the whole picture appears on the screen.
    pub(crate) fn rect(&self, rect: Rect, picture: Rect) -> Rect {
        Rect::new(self.point(rect.min, picture), self.point(rect.max, picture))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let picture = Rect::new(vec2(100.0, 50.0), vec2(700.0, 450.0));
        let at = vec2(300.0, 120.0);
        let mut camera = StageCamera::WHOLE;
        let place = camera.center + (at - picture.center()) / picture.size() / camera.scale;
        for factor in [1.5, 2.0, 3.0, 0.7] {
            camera = camera.zoomed(factor, at, picture);
            let share = camera.center + (at - picture.center()) / picture.size() / camera.scale;
            assert!((share - place).length() < 1e-5, "{camera:?}");
        }
        assert_eq!(camera.zoomed(1e-6, at, picture), StageCamera::WHOLE);
    }

    #[test]
    fn the_camera_stays_on_the_fabric() {
        let content = Rect::new(vec2(0.3, 0.1), vec2(0.7, 0.9));
        let lost = StageCamera::at(vec2(0.95, 0.5), 1.0 / 150.0).inside(content);
        assert!((lost.center.x - 0.7).abs() < 0.01, "{lost:?}");
        assert_eq!(lost.center.y, 0.5);
        let fine = StageCamera::at(vec2(0.4, 0.3), 1.0 / 150.0);
        assert_eq!(fine.inside(content), fine);
        assert_eq!(
            StageCamera::at(vec2(0.9, 0.5), 1.0 / 1.5).inside(content).center.x,
            0.5,
            "its whole width is visible"
        );
        assert_eq!(StageCamera::WHOLE.inside(content), StageCamera::WHOLE);
    }

    #[test]
    fn the_camera_stays_in_the_picture() {
        let picture = Rect::new(vec2(0.0, 0.0), vec2(600.0, 400.0));
        let camera = StageCamera::WHOLE.zoomed(4.0, vec2(0.0, 0.0), picture).moved(vec2(1e4, 1e4), picture);
        assert_eq!(camera.center, vec2(0.125, 0.125));
    }
}
