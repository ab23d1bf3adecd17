//! How a fabric is looked at: the whole of it, or a part, larger.

use glam::{Vec2, vec2};

use super::fabric_layout::Rect;

/// Most that a fabric is enlarged: a PE of a whole wafer is then as large as a GPU.
const MAX: f32 = 400.0;

/// Share of half a picture by which the edge of a fabric may come in.
const EDGE: f32 = 0.3;

/// Which part of a fabric's picture is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageCamera {
    /// The place in the middle, as shares of the whole picture.
    pub center: Vec2,
    /// How much larger than the whole.
    pub scale: f32,
}

impl StageCamera {
    /// The whole fabric.
    pub const WHOLE: StageCamera = StageCamera { center: vec2(0.5, 0.5), scale: 1.0 };

    /// Whether all of it is seen.
    pub fn is_whole(&self) -> bool {
        self.scale <= 1.0
    }

    /// Larger by a factor, the place under `at` staying where it is.
    pub fn zoomed(self, factor: f32, at: Vec2, picture: Rect) -> StageCamera {
        let scale = (self.scale * factor).clamp(1.0, MAX);
        let size = picture.size().max(Vec2::ONE);
        let from_middle = (at - picture.center()) / size;
        let under = self.center + from_middle / self.scale;
        StageCamera { center: under - from_middle / scale, scale }.within()
    }

    /// Moved by points on the screen.
    pub fn moved(self, by: Vec2, picture: Rect) -> StageCamera {
        let size = picture.size().max(Vec2::ONE);
        StageCamera { center: self.center - by / size / self.scale, ..self }.within()
    }

    /// A place of the fabric in the middle, so that about `span` of its width is seen.
    pub fn at(place: Vec2, span: f32) -> StageCamera {
        StageCamera { center: place, scale: (1.0 / span.max(1e-6)).clamp(1.0, MAX) }.within()
    }

    /// Which place of the fabric is seen at a point, as shares of the whole picture.
    pub fn place(&self, point: Vec2, picture: Rect) -> Vec2 {
        self.center + (point - picture.center()) / picture.size().max(Vec2::ONE) / self.scale
    }

    /// No part of the picture without fabric.
    fn within(self) -> StageCamera {
        let half = Vec2::splat(0.5 / self.scale);
        StageCamera { center: self.center.clamp(half, Vec2::ONE - half), ..self }
    }

    /// Not beside the fabric, which takes `content` of the picture (as shares of it): its edge may come in a little.
    pub fn inside(self, content: Rect) -> StageCamera {
        if self.is_whole() {
            return StageCamera { scale: self.scale, ..StageCamera::WHOLE };
        }
        let half = 0.5 / self.scale;
        let clamped = |at: f32, low: f32, high: f32| {
            let (low, high) = (low + half * (1.0 - EDGE), high - half * (1.0 - EDGE));
            if low < high { at.clamp(low, high) } else { (low + high) / 2.0 }
        };
        let center = vec2(
            clamped(self.center.x, content.min.x, content.max.x),
            clamped(self.center.y, content.min.y, content.max.y),
        );
        StageCamera { center, ..self }
    }

    /// Where a point of the whole picture is seen.
    pub(crate) fn point(&self, point: Vec2, picture: Rect) -> Vec2 {
        let share = (point - picture.min) / picture.size().max(Vec2::ONE);
        picture.center() + (share - self.center) * picture.size() * self.scale
    }

    /// Where a rectangle of the whole picture is seen.
    pub(crate) fn rect(&self, rect: Rect, picture: Rect) -> Rect {
        Rect::new(self.point(rect.min, picture), self.point(rect.max, picture))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_the_pointer_stays_there() {
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
    fn one_never_looks_beside_what_the_fabric_takes_of_its_picture() {
        let content = Rect::new(vec2(0.3, 0.1), vec2(0.7, 0.9));
        let lost = StageCamera::at(vec2(0.95, 0.5), 1.0 / 150.0).inside(content);
        assert!((lost.center.x - 0.7).abs() < 0.01, "{lost:?}");
        assert_eq!(lost.center.y, 0.5);
        let fine = StageCamera::at(vec2(0.4, 0.3), 1.0 / 150.0);
        assert_eq!(fine.inside(content), fine);
        assert_eq!(
            StageCamera::at(vec2(0.9, 0.5), 1.0 / 1.5).inside(content).center.x,
            0.5,
            "all of its width is seen"
        );
        assert_eq!(StageCamera::WHOLE.inside(content), StageCamera::WHOLE);
    }

    #[test]
    fn one_never_looks_beyond_the_picture() {
        let picture = Rect::new(vec2(0.0, 0.0), vec2(600.0, 400.0));
        let camera = StageCamera::WHOLE.zoomed(4.0, vec2(0.0, 0.0), picture).moved(vec2(1e4, 1e4), picture);
        assert_eq!(camera.center, vec2(0.125, 0.125));
    }
}
