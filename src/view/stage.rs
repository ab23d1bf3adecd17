//! How the stage is looked at: what is seen of each fabric, what is selected, and which of the pictures is shown.

use glam::Vec2;

use super::intent::{Intent, TimelineShows};
use super::layout::Rect;
use super::look::Look;
use super::selection::Selection;
use crate::fabric::Direction;
use crate::units::Femtos;

/// Everything about the picture that is not time and not the scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
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
    /// How each fabric is looked at; those beyond the end as a whole.
    looks: Vec<Look>,
}

impl Stage {
    /// How a fabric is looked at.
    pub fn look(&self, fabric: usize) -> Look {
        self.looks.get(fabric).copied().unwrap_or(Look::WHOLE)
    }

    /// What is left of it when another scene is opened: which kind of picture one looks at.
    pub(super) fn of_another_scene(&self) -> Stage {
        let Stage { matrix, accumulated, timeline, path, .. } = *self;
        Stage { matrix, accumulated, timeline, path, ..Stage::default() }
    }

    /// Does what concerns the stage. Answers whether it was that.
    pub(super) fn apply(&mut self, intent: &Intent, fabrics: usize, duration: Femtos) -> bool {
        match *intent {
            Intent::LookAt(fabric, look) => self.look_at(fabric, look, fabrics),
            Intent::Activate(fabric) => self.active = fabric.min(fabrics.saturating_sub(1)),
            Intent::Closer(factor) => {
                let look = self.look(self.active);
                // Shares of a picture of size one are places of the fabric.
                let unit = Rect::new(Vec2::ZERO, Vec2::ONE);
                let next = if factor > 0.0 { look.zoomed(factor, unit.center(), unit) } else { Look::WHOLE };
                self.look_at(self.active, next, fabrics);
            }
            Intent::Pan(by) => {
                let look = self.look(self.active).moved(-by, Rect::new(Vec2::ZERO, Vec2::ONE));
                self.look_at(self.active, look, fabrics);
            }
            Intent::Select(selection) => {
                self.selection = selection.filter(|selection| selection.fabric < fabrics);
                if let Some(selection) = self.selection {
                    self.active = selection.fabric;
                }
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
        }
    }

    fn look_at(&mut self, fabric: usize, look: Look, fabrics: usize) {
        if fabric < fabrics {
            self.looks.resize(fabrics.max(self.looks.len()), Look::WHOLE);
            self.looks[fabric] = look;
            self.active = fabric;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{ChipKind, Item};

    #[test]
    fn keys_look_closer_at_the_active_fabric_and_move_it() {
        let mut stage = Stage::default();
        let mut apply = |intent| stage.apply(&intent, 2, Femtos(1_000_000));
        assert!(apply(Intent::Activate(1)) && apply(Intent::Closer(4.0)) && apply(Intent::Pan(Vec2::new(0.5, 0.0))));
        assert!(!apply(Intent::Play));
        assert_eq!(stage.look(0), Look::WHOLE);
        let look = stage.look(1);
        assert_eq!((look.scale, look.center.y), (4.0, 0.5));
        assert!((look.center.x - 0.625).abs() < 1e-6, "half a picture to the right: {look:?}");
        stage.apply(&Intent::Closer(0.0), 2, Femtos(1));
        assert_eq!(stage.look(1), Look::WHOLE);
    }

    #[test]
    fn nothing_beyond_the_fabrics_is_selected_and_no_empty_span_is_shown() {
        let mut stage = Stage::default();
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
