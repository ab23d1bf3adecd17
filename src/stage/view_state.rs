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
    cameras: Vec<StageCamera>,
    /// Looks on their way, by fabric.
    camera_moves: Vec<Option<CameraMove>>,
}

impl ViewState {
    /// How a fabric is looked at.
    pub fn camera(&self, fabric: usize) -> StageCamera {
        self.cameras.get(fabric).copied().unwrap_or(StageCamera::WHOLE)
    }

    /// How a fabric will be looked at when its look has arrived.
    pub(crate) fn goal(&self, fabric: usize) -> StageCamera {
        self.camera_moves
            .get(fabric)
            .copied()
            .flatten()
            .map_or_else(|| self.camera(fabric), |camera_move| camera_move.to)
    }

    /// Whether a look is on its way: frames are wanted.
    pub fn is_camera_moving(&self) -> bool {
        self.camera_moves.iter().any(Option::is_some)
    }

    /// Lets looks on their way move on.
    pub fn advance_cameras(&mut self, screen_s: f64) {
        for (camera_move, camera) in self.camera_moves.iter_mut().zip(&mut self.cameras) {
            let Some(flying) = camera_move else { continue };
            let arrived;
            (*camera, arrived) = flying.advance(screen_s);
            if arrived {
                *camera_move = None;
            }
        }
    }

    /// Keeps looks off what lies beside a fabric, which takes `content` of its picture (as shares of it).
    pub fn keep_inside(&mut self, fabric: usize, content: Rect) {
        if let Some(camera) = self.cameras.get_mut(fabric) {
            *camera = camera.inside(content);
        }
        if let Some(Some(camera_move)) = self.camera_moves.get_mut(fabric) {
            camera_move.to = camera_move.to.inside(content);
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

    pub(crate) fn camera_for(&mut self, fabric: usize, camera: StageCamera, fabrics: usize) {
        if fabric < fabrics {
            self.cameras.resize(fabrics.max(self.cameras.len()), StageCamera::WHOLE);
            self.cameras[fabric] = camera;
            self.active = fabric;
            if let Some(camera_move) = self.camera_moves.get_mut(fabric) {
                *camera_move = None;
            }
        }
    }

    pub(crate) fn move_camera(&mut self, fabric: usize, camera: StageCamera, fabrics: usize) {
        let from = self.camera(fabric);
        if self.reduced_motion || from == camera || fabric >= fabrics {
            self.camera_for(fabric, camera, fabrics);
            return;
        }
        self.camera_for(fabric, from, fabrics);
        self.camera_moves.resize(self.cameras.len(), None);
        self.camera_moves[fabric] = Some(CameraMove::new(from, camera));
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
