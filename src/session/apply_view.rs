//! Applies the intents that concern the picture: camera, selection, what is shown.

use glam::Vec2;

use super::intent::Intent;
use crate::stage::Rect;
use crate::stage::StageCamera;
use crate::stage::ViewState;
use crate::stage::{Item, Selection};
use crate::units::Femtos;

impl ViewState {
    /// Does what concerns the stage. Answers whether it was that.
    pub(crate) fn apply(&mut self, intent: &Intent, fabrics: usize, duration: Femtos) -> bool {
        match *intent {
            Intent::SetCamera(fabric, camera) => self.set_camera(fabric, camera, fabrics),
            Intent::MoveCamera(fabric, camera) => self.move_camera(fabric, camera, fabrics),
            Intent::Activate(fabric) => self.active = fabric.min(fabrics.saturating_sub(1)),
            Intent::Closer(factor) => {
                let camera = self.target_camera(self.active);
                // Shares of a picture of size one are places of the fabric.
                let unit = Rect::new(Vec2::ZERO, Vec2::ONE);
                let next = if factor > 0.0 { camera.zoomed(factor, unit.center(), unit) } else { StageCamera::WHOLE };
                self.move_camera(self.active, next, fabrics);
            }
            Intent::Pan(by) => {
                let camera = self.target_camera(self.active).moved(-by, Rect::new(Vec2::ZERO, Vec2::ONE));
                self.move_camera(self.active, camera, fabrics);
            }
            Intent::Select(selection) => {
                self.selection = selection.filter(|selection| selection.fabric < fabrics);
                self.pair = None;
                if let Some(selection) = self.selection {
                    self.active = selection.fabric;
                }
            }
            Intent::SelectPair(fabric, pair) if fabric < fabrics => {
                self.active = fabric;
                self.pair = Some(pair);
                self.selection = pair.link.map(|link| Selection { fabric, item: Item::Link(link) });
            }
            Intent::ShowMatrix(matrix) => self.matrix = matrix,
            Intent::Accumulate(accumulated) => self.accumulated = accumulated,
            Intent::ShowPath(path) => self.path = path,
            Intent::HeatOf(direction) => self.heat_of = direction,
            Intent::Timeline(shows) => self.timeline = shows,
            Intent::Span(span) => {
                let ordered = span.map(|(from, to)| (from.min(to), from.max(to).min(duration)));
                // A span of less than a thousand femtoseconds shows nothing.
                let whole = |(from, to): &(Femtos, Femtos)| *from == Femtos(0) && *to >= duration;
                self.span = ordered.filter(|span| span.1.since(span.0).0 >= 1000 && !whole(span));
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{ChipKind, Item};

    #[test]
    fn keys_look_closer_at_the_active_fabric_and_move_it() {
        let mut stage = ViewState::default();
        stage.reduced_motion = true;
        let mut apply = |intent| stage.apply(&intent, 2, Femtos(1_000_000));
        assert!(apply(Intent::Activate(1)) && apply(Intent::Closer(4.0)) && apply(Intent::Pan(Vec2::new(0.5, 0.0))));
        assert!(!apply(Intent::Play));
        assert_eq!(stage.camera(0), StageCamera::WHOLE);
        let camera = stage.camera(1);
        assert_eq!((camera.scale, camera.center.y), (4.0, 0.5));
        assert!((camera.center.x - 0.625).abs() < 1e-6, "half a picture to the right: {camera:?}");
        stage.apply(&Intent::Closer(0.0), 2, Femtos(1));
        assert_eq!(stage.camera(1), StageCamera::WHOLE);
    }

    #[test]
    fn keys_pressed_on_the_way_count_from_where_it_leads_and_a_drag_ends_it() {
        let mut stage = ViewState::default();
        for _ in 0..2 {
            stage.apply(&Intent::Closer(2.0), 2, Femtos(1));
            stage.advance_cameras(1.0);
        }
        assert!(stage.is_camera_moving());
        assert_eq!(stage.camera(0), StageCamera::WHOLE, "the first frame of a flight is where it began");
        stage.advance_cameras(1.0);
        assert_eq!((stage.camera(0).scale, stage.is_camera_moving()), (4.0, false));
        stage.apply(&Intent::Closer(2.0), 2, Femtos(1));
        let dragged = StageCamera { scale: 3.0, ..StageCamera::WHOLE };
        stage.apply(&Intent::SetCamera(0, dragged), 2, Femtos(1));
        stage.advance_cameras(1.0);
        assert_eq!((stage.camera(0), stage.is_camera_moving()), (dragged, false));
    }

    #[test]
    fn nothing_beyond_the_fabrics_is_selected_and_no_empty_span_is_shown() {
        let mut stage = ViewState::default();
        let beyond = Selection { fabric: 2, item: Item::Chip(ChipKind::Gpu, 0) };
        stage.apply(&Intent::Select(Some(beyond)), 2, Femtos(1));
        assert_eq!(stage.selection, None);
        let duration = Femtos(1_000_000_000);
        stage.apply(&Intent::Span(Some((Femtos(500), Femtos(400)))), 2, duration);
        assert_eq!(stage.span, None);
        stage.apply(&Intent::Span(Some((Femtos(5_000_000), Femtos(4_000)))), 2, duration);
        assert_eq!(stage.span, Some((Femtos(4_000), Femtos(5_000_000))));
        stage.apply(&Intent::Span(Some((Femtos(0), Femtos(2_000_000_000)))), 2, duration);
        assert_eq!(stage.span, None, "the whole run is no span");
    }
}
