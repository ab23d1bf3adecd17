//! Camera, selection and time span of the stage.

use glam::Vec2;

use crate::session::blank_screen::BlankScreen;
use crate::session::session::Session;
use crate::stage::{Item, Pair, Rect, Selection, StageCamera, ViewState};
use crate::units::Femtos;

/// A picture of size one: distances on it are fractions of the picture.
const UNIT_PICTURE: Rect = Rect { min: Vec2::ZERO, max: Vec2::ONE };
/// The shortest time span of the timeline. A shorter one shows nothing.
const MIN_SPAN: Femtos = Femtos(1_000);

impl Session {
    /// Makes the screen black or white, or shows the picture again. Nothing plays unseen.
    pub(super) fn toggle_blank(&mut self, screen: BlankScreen) {
        self.blank = if self.blank.is_some() { None } else { Some(screen) };
        self.clock.playing &= self.blank.is_none();
    }
}

impl ViewState {
    /// Zooms the active fabric by a factor around the middle of the picture.
    pub(super) fn zoom_active(&mut self, factor: f32, fabrics: usize) {
        let camera = self.target_camera(self.active).zoomed(factor, UNIT_PICTURE.center(), UNIT_PICTURE);
        self.move_camera(self.active, camera, fabrics);
    }

    pub(super) fn show_whole_fabric(&mut self, fabrics: usize) {
        self.move_camera(self.active, StageCamera::WHOLE, fabrics);
    }

    /// Moves the visible part of the active fabric by fractions of its picture.
    pub(super) fn pan_active(&mut self, by: Vec2, fabrics: usize) {
        let camera = self.target_camera(self.active).moved(-by, UNIT_PICTURE);
        self.move_camera(self.active, camera, fabrics);
    }

    pub(super) fn select(&mut self, selection: Option<Selection>, fabrics: usize) {
        self.selection = selection.filter(|selection| selection.fabric < fabrics);
        self.pair = None;
        if let Some(selection) = self.selection {
            self.active = selection.fabric;
        }
    }

    pub(super) fn select_pair(&mut self, fabric: usize, pair: Pair, fabrics: usize) {
        if fabric < fabrics {
            self.active = fabric;
            self.pair = Some(pair);
            self.selection = pair.link.map(|link| Selection { fabric, item: Item::Link(link) });
        }
    }

    /// Sets the time span of the timeline; spans that are too short or cover the whole run show the whole run.
    pub(super) fn set_span(&mut self, span: Option<(Femtos, Femtos)>, duration: Femtos) {
        let ordered = span.map(|(from, to)| (from.min(to), from.max(to).min(duration)));
        let is_whole = |(from, to): &(Femtos, Femtos)| *from == Femtos(0) && *to >= duration;
        self.span = ordered.filter(|span| span.1.since(span.0) >= MIN_SPAN && !is_whole(span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::ChipKind;

    #[test]
    fn zoom_and_pan_apply_to_the_active_fabric() {
        let mut view = ViewState::default();
        (view.reduced_motion, view.active) = (true, 1);
        view.zoom_active(4.0, 2);
        view.pan_active(Vec2::new(0.5, 0.0), 2);
        assert_eq!(view.camera(0), StageCamera::WHOLE);
        let camera = view.camera(1);
        assert_eq!((camera.scale, camera.center.y), (4.0, 0.5));
        assert!((camera.center.x - 0.625).abs() < 1e-6, "half a picture to the right: {camera:?}");
        view.show_whole_fabric(2);
        assert_eq!(view.camera(1), StageCamera::WHOLE);
    }

    #[test]
    fn zooming_during_a_move_continues_from_its_target_and_a_drag_ends_it() {
        let mut view = ViewState::default();
        for _ in 0..2 {
            view.zoom_active(2.0, 2);
            view.advance_cameras(1.0);
        }
        assert!(view.is_camera_moving());
        assert_eq!(view.camera(0), StageCamera::WHOLE, "the first frame of a move shows its start");
        view.advance_cameras(1.0);
        assert_eq!((view.camera(0).scale, view.is_camera_moving()), (4.0, false));
        view.zoom_active(2.0, 2);
        let dragged = StageCamera { scale: 3.0, ..StageCamera::WHOLE };
        view.set_camera(0, dragged, 2);
        view.advance_cameras(1.0);
        assert_eq!((view.camera(0), view.is_camera_moving()), (dragged, false));
    }

    #[test]
    fn invalid_selections_and_spans_are_ignored() {
        let mut view = ViewState::default();
        view.select(Some(Selection { fabric: 2, item: Item::Chip(ChipKind::Gpu, 0) }), 2);
        assert_eq!(view.selection, None);
        let duration = Femtos(1_000_000_000);
        view.set_span(Some((Femtos(500), Femtos(400))), duration);
        assert_eq!(view.span, None);
        view.set_span(Some((Femtos(5_000_000), Femtos(4_000))), duration);
        assert_eq!(view.span, Some((Femtos(4_000), Femtos(5_000_000))));
        view.set_span(Some((Femtos(0), Femtos(2_000_000_000))), duration);
        assert_eq!(view.span, None, "the whole run is not a span");
    }
}
