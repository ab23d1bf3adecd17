//! View state: cameras, selection and display options of the stage.

use super::camera::StageCamera;
use super::camera_move::CameraMove;
use super::geometry::Rect;
use super::selection::{Item, Pair, Selection};
use crate::fabric::Direction;
use crate::units::Femtos;

/// What the stage shows, apart from the scene and the time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewState {
    /// The selected item.
    pub selection: Option<Selection>,
    /// Number of the active fabric, to which keyboard commands apply.
    pub active: usize,
    /// Shows the traffic matrix instead of the map.
    pub matrix: bool,
    /// Shows the mean utilisation since the start instead of the current one.
    pub accumulated: bool,
    /// Direction of the links whose heat a wafer shows; `None` for the busiest link of each PE.
    pub heat_of: Option<Direction>,
    /// What the timeline shows.
    pub timeline: TimelineShows,
    /// Shows the critical path on stage and timeline.
    pub path: bool,
    /// The time span of the timeline; `None` for the whole run.
    pub span: Option<(Femtos, Femtos)>,
    /// The selected cell of the active fabric's traffic matrix.
    pub pair: Option<Pair>,
    /// Reduced motion: camera moves are not animated.
    pub reduced_motion: bool,
    /// The camera of each fabric; fabrics beyond the end are shown whole.
    cameras: Vec<StageCamera>,
    /// Animated camera moves, by fabric.
    camera_moves: Vec<Option<CameraMove>>,
}

impl ViewState {
    /// The camera of a fabric.
    pub fn camera(&self, fabric: usize) -> StageCamera {
        self.cameras.get(fabric).copied().unwrap_or(StageCamera::WHOLE)
    }

    /// The camera of a fabric at the end of its move.
    pub(crate) fn target_camera(&self, fabric: usize) -> StageCamera {
        self.camera_moves
            .get(fabric)
            .copied()
            .flatten()
            .map_or_else(|| self.camera(fabric), |camera_move| camera_move.to)
    }

    /// Whether a camera is moving, so that frames are needed.
    pub fn is_camera_moving(&self) -> bool {
        self.camera_moves.iter().any(Option::is_some)
    }

    /// Advances camera moves by seconds on the screen.
    pub fn advance_cameras(&mut self, screen_s: f64) {
        for (camera_move, camera) in self.camera_moves.iter_mut().zip(&mut self.cameras) {
            let Some(moving) = camera_move else { continue };
            let complete;
            (*camera, complete) = moving.advance(screen_s);
            if complete {
                *camera_move = None;
            }
        }
    }

    /// Keeps the camera on a fabric that covers `content` of its picture (as fractions of it).
    pub fn keep_inside(&mut self, fabric: usize, content: Rect) {
        if let Some(camera) = self.cameras.get_mut(fabric) {
            *camera = camera.inside(content);
        }
        if let Some(Some(camera_move)) = self.camera_moves.get_mut(fabric) {
            camera_move.to = camera_move.to.inside(content);
        }
    }

    /// The view state for another scene: display options stay, cameras and selection are reset.
    pub(crate) fn for_another_scene(&self) -> ViewState {
        let ViewState { matrix, accumulated, timeline, path, reduced_motion, .. } = *self;
        ViewState { matrix, accumulated, timeline, path, reduced_motion, ..ViewState::default() }
    }

    /// Replaces the selected item of a fabric that has changed; `None` clears the selection.
    pub(crate) fn change_selection(&mut self, fabric: usize, change: impl FnOnce(Item) -> Option<Item>) {
        let Some(selection) = self.selection.filter(|selection| selection.fabric == fabric) else { return };
        let item = change(selection.item);
        if item != Some(selection.item) {
            self.pair = None;
        }
        self.selection = item.map(|item| Selection { fabric, item });
    }

    /// Sets the camera of a fabric at once; `fabrics` is their number.
    pub(crate) fn set_camera(&mut self, fabric: usize, camera: StageCamera, fabrics: usize) {
        if fabric < fabrics {
            self.cameras.resize(fabrics.max(self.cameras.len()), StageCamera::WHOLE);
            self.cameras[fabric] = camera;
            self.active = fabric;
            if let Some(camera_move) = self.camera_moves.get_mut(fabric) {
                *camera_move = None;
            }
        }
    }

    /// Starts an animated move of a camera, or sets it at once with reduced motion.
    pub(crate) fn move_camera(&mut self, fabric: usize, camera: StageCamera, fabrics: usize) {
        let from = self.camera(fabric);
        if self.reduced_motion || from == camera || fabric >= fabrics {
            self.set_camera(fabric, camera, fabrics);
            return;
        }
        self.set_camera(fabric, from, fabrics);
        self.camera_moves.resize(self.cameras.len(), None);
        self.camera_moves[fabric] = Some(CameraMove::new(from, camera));
    }
}

/// What the timeline shows for each fabric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimelineShows {
    /// A row for each link or group of neighbouring links, with the mean utilisation of the group.
    #[default]
    Links,
    /// The same rows with the utilisation of the busiest link of each group.
    BusiestLinks,
    /// The utilisation of each link class as an area.
    Classes,
}
