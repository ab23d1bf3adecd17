//! How the stage is looked at: what is seen of each fabric, what is selected, and which of the pictures is shown.

use super::camera::StageCamera;
use super::camera_move::CameraMove;
use super::fabric_layout::Rect;
use super::selection::{Pair, Selection};
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
    pub(crate) fn goal(&self, fabric: usize) -> StageCamera {
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
    pub(crate) fn of_another_scene(&self) -> ViewState {
        let ViewState { matrix, accumulated, timeline, path, reduced_motion, .. } = *self;
        ViewState { matrix, accumulated, timeline, path, reduced_motion, ..ViewState::default() }
    }

    /// After another run of the same scene: what was selected may be gone.
    pub(crate) fn forget(&mut self, fabric: usize) {
        if self.selection.is_some_and(|selection| selection.fabric == fabric) {
            self.selection = None;
            self.pair = None;
        }
    }

    pub(crate) fn look_at(&mut self, fabric: usize, look: StageCamera, fabrics: usize) {
        if fabric < fabrics {
            self.looks.resize(fabrics.max(self.looks.len()), StageCamera::WHOLE);
            self.looks[fabric] = look;
            self.active = fabric;
            if let Some(flight) = self.flights.get_mut(fabric) {
                *flight = None;
            }
        }
    }

    pub(crate) fn fly_to(&mut self, fabric: usize, look: StageCamera, fabrics: usize) {
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

/// What the timeline shows of each fabric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimelineShows {
    /// Every link (or group of neighbouring links) a row, with the mean utilisation of the group.
    #[default]
    Links,
    /// The same, with the utilisation of the busiest link of each group.
    BusiestLinks,
    /// Every class of links an area.
    Classes,
}
