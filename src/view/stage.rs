//! How the stage is looked at: what is seen of each fabric, what is selected, and which of the pictures is shown.

use glam::Vec2;

use super::flight::CameraMove;
use super::intent::{Intent, TimelineShows};
use super::layout::Rect;
use super::look::StageCamera;
use super::selection::{Item, Pair, Selection};
use crate::fabric::Direction;
use crate::units::Femtos;

/// Everything about the picture that is not time and not the scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewState {
    /// What is selected.
    pub selection: Option<Selection>,
    /// The fabric that keys speak to.
    pub active: usize,
    /// Who sends to whom, instead of the map.
    pub matrix: bool,
    /// Mean utilisation since the start, instead of utilisation now.
    pub accumulated: bool,
    /// Heat of a wafer's links in this direction only, instead of the busiest.
    pub heat_of: Option<Direction>,
    /// What the timeline shows of links.
    pub timeline: TimelineShows,
    /// The critical path over stage and timeline.
    pub path: bool,
    /// The span that the timeline shows, instead of the whole run.
    pub span: Option<(Femtos, Femtos)>,
    /// Whose traffic is selected in the matrix of the selection's fabric.
    pub pair: Option<Pair>,
    /// Nothing moves but what must: no eased ways.
    pub reduced_motion: bool,
    /// How each fabric is looked at; those beyond the end as a whole.
    looks: Vec<StageCamera>,
    /// Looks on their way, by fabric.
    flights: Vec<Option<CameraMove>>,
}

impl ViewState {
    /// How a fabric is looked at.
    pub fn look(&self, fabric: usize) -> StageCamera {
        self.looks.get(fabric).copied().unwrap_or(StageCamera::WHOLE)
    }

    /// How a fabric will be looked at when its look has arrived.
    fn goal(&self, fabric: usize) -> StageCamera {
        self.flights.get(fabric).copied().flatten().map_or_else(|| self.look(fabric), |flight| flight.to)
    }

    /// Whether a look is on its way: frames are wanted.
    pub fn is_flying(&self) -> bool {
        self.flights.iter().any(Option::is_some)
    }

    /// Lets looks on their way move on.
    pub fn fly(&mut self, screen_s: f64) {
        for (flight, look) in self.flights.iter_mut().zip(&mut self.looks) {
            let Some(flying) = flight else { continue };
            let arrived;
            (*look, arrived) = flying.advance(screen_s);
            if arrived {
                *flight = None;
            }
        }
    }

    /// Keeps looks off what lies beside a fabric, which takes `content` of its picture (as shares of it).
    pub fn keep_inside(&mut self, fabric: usize, content: Rect) {
        if let Some(look) = self.looks.get_mut(fabric) {
            *look = look.inside(content);
        }
        if let Some(Some(flight)) = self.flights.get_mut(fabric) {
            flight.to = flight.to.inside(content);
        }
    }

    /// What is left of it when another scene is opened: which kind of picture one looks at.
    pub(super) fn of_another_scene(&self) -> ViewState {
        let ViewState { matrix, accumulated, timeline, path, reduced_motion, .. } = *self;
        ViewState { matrix, accumulated, timeline, path, reduced_motion, ..ViewState::default() }
    }

    /// Does what concerns the stage. Answers whether it was that.
    pub(super) fn apply(&mut self, intent: &Intent, fabrics: usize, duration: Femtos) -> bool {
        match *intent {
            Intent::SetCamera(fabric, look) => self.look_at(fabric, look, fabrics),
            Intent::MoveCamera(fabric, look) => self.fly_to(fabric, look, fabrics),
            Intent::Activate(fabric) => self.active = fabric.min(fabrics.saturating_sub(1)),
            Intent::Closer(factor) => {
                let look = self.goal(self.active);
                // Shares of a picture of size one are places of the fabric.
                let unit = Rect::new(Vec2::ZERO, Vec2::ONE);
                let next = if factor > 0.0 { look.zoomed(factor, unit.center(), unit) } else { StageCamera::WHOLE };
                self.fly_to(self.active, next, fabrics);
            }
            Intent::Pan(by) => {
                let look = self.goal(self.active).moved(-by, Rect::new(Vec2::ZERO, Vec2::ONE));
                self.fly_to(self.active, look, fabrics);
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

    /// After another run of the same scene: what was selected may be gone.
    pub(super) fn forget(&mut self, fabric: usize) {
        if self.selection.is_some_and(|selection| selection.fabric == fabric) {
            self.selection = None;
            self.pair = None;
        }
    }

    fn look_at(&mut self, fabric: usize, look: StageCamera, fabrics: usize) {
        if fabric < fabrics {
            self.looks.resize(fabrics.max(self.looks.len()), StageCamera::WHOLE);
            self.looks[fabric] = look;
            self.active = fabric;
            if let Some(flight) = self.flights.get_mut(fabric) {
                *flight = None;
            }
        }
    }

    fn fly_to(&mut self, fabric: usize, look: StageCamera, fabrics: usize) {
        let from = self.look(fabric);
        if self.reduced_motion || from == look || fabric >= fabrics {
            self.look_at(fabric, look, fabrics);
            return;
        }
        self.look_at(fabric, from, fabrics);
        self.flights.resize(self.looks.len(), None);
        self.flights[fabric] = Some(CameraMove::new(from, look));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{ChipKind, Item};

    #[test]
    fn keys_look_closer_at_the_active_fabric_and_move_it() {
        let mut stage = ViewState { reduced_motion: true, ..ViewState::default() };
        let mut apply = |intent| stage.apply(&intent, 2, Femtos(1_000_000));
        assert!(apply(Intent::Activate(1)) && apply(Intent::Closer(4.0)) && apply(Intent::Pan(Vec2::new(0.5, 0.0))));
        assert!(!apply(Intent::Play));
        assert_eq!(stage.look(0), StageCamera::WHOLE);
        let look = stage.look(1);
        assert_eq!((look.scale, look.center.y), (4.0, 0.5));
        assert!((look.center.x - 0.625).abs() < 1e-6, "half a picture to the right: {look:?}");
        stage.apply(&Intent::Closer(0.0), 2, Femtos(1));
        assert_eq!(stage.look(1), StageCamera::WHOLE);
    }

    #[test]
    fn keys_pressed_on_the_way_count_from_where_it_leads_and_a_drag_ends_it() {
        let mut stage = ViewState::default();
        for _ in 0..2 {
            stage.apply(&Intent::Closer(2.0), 2, Femtos(1));
            stage.fly(1.0);
        }
        assert!(stage.is_flying());
        assert_eq!(stage.look(0), StageCamera::WHOLE, "the first frame of a flight is where it began");
        stage.fly(1.0);
        assert_eq!((stage.look(0).scale, stage.is_flying()), (4.0, false));
        stage.apply(&Intent::Closer(2.0), 2, Femtos(1));
        let dragged = StageCamera { scale: 3.0, ..StageCamera::WHOLE };
        stage.apply(&Intent::SetCamera(0, dragged), 2, Femtos(1));
        stage.fly(1.0);
        assert_eq!((stage.look(0), stage.is_flying()), (dragged, false));
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
