//! Lanes and levels of links, from their components.

use bevy::prelude::*;

use super::components::{Link, Utilisation};
use super::systems::WorldSystems;
use crate::app::render::StageLinks;
use crate::app::state::{OpenSession, Views};
use crate::draw::{LinkLevel, lanes};
use crate::style::Theme;

/// Draws links: their lanes when the layout or the theme changes, their levels when their utilisation does. A link that is
/// despawned is no longer drawn.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<LaneIndex>()
        .init_resource::<StageLinks>()
        .add_observer(hide_removed)
        .add_systems(Update, draw_lanes.in_set(WorldSystems::Sync))
        .add_systems(Update, draw_levels.in_set(WorldSystems::Draw));
}

/// What the lanes were drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DrawnFor {
    layouts: u64,
    theme: &'static Theme,
    matrix: bool,
}

/// Numbers of links and lanes among those of all fabrics.
#[derive(Resource, Default)]
pub(super) struct LaneIndex {
    drawn_for: Option<DrawnFor>,
    /// The number of the first link of each fabric.
    first_links: Vec<u32>,
    /// The number of the first lane of each link, by fabric.
    first_lanes: Vec<Vec<u32>>,
    /// Whether the levels of all links are to be drawn, not only those that have changed.
    all_levels: bool,
}

impl LaneIndex {
    /// The number of the first lane of each link of a fabric.
    pub(super) fn lanes(&self, fabric: usize) -> &[u32] {
        self.first_lanes.get(fabric).map_or(&[], Vec::as_slice)
    }

    fn number(&self, link: &Link) -> Option<u32> {
        Some(self.first_links.get(link.fabric)? + link.index as u32)
    }
}

/// Draws the lanes again if the layout, the theme or the kind of picture has changed.
pub(super) fn draw_lanes(
    open: Res<OpenSession>,
    views: Res<Views>,
    mut index: ResMut<LaneIndex>,
    mut links: ResMut<StageLinks>,
) {
    let session = &open.0;
    let drawn_for = DrawnFor { layouts: views.layouts, theme: session.theme(), matrix: session.view.matrix };
    if index.drawn_for == Some(drawn_for) {
        return;
    }
    let theme = session.theme();
    let LaneIndex { first_links, first_lanes, .. } = &mut *index;
    first_links.clear();
    let mut count = 0;
    for (fabric, view) in views.views.iter().enumerate() {
        first_links.push(count);
        count += view.layout.links.len() as u32;
        if let Some(clip) = links.clips.get_mut(fabric) {
            *clip = Vec4::from_array(view.layout.clip().to_array());
        }
    }
    links.set_lanes(count as usize, |all| {
        // The traffic matrix replaces the fabrics.
        let shown = views.views.iter().filter(|_| !session.view.matrix);
        for (fabric, (view, first)) in shown.zip(first_links.iter()).enumerate() {
            lanes(&view.layout, fabric as u32, *first, theme, all);
        }
    });
    first_lanes.resize_with(views.views.len(), Vec::new);
    for (fabric, lanes) in first_lanes.iter_mut().enumerate() {
        lanes.clear();
        lanes.resize(views.views[fabric].layout.links.len(), 0);
    }
    // From the last to the first: the first lane of a link stays.
    for (number, lane) in links.lanes.iter().enumerate().rev().filter(|(_, lane)| !lane.is_bed) {
        let fabric = lane.fabric as usize;
        if let Some(first) = first_lanes[fabric].get_mut((lane.link - first_links[fabric]) as usize) {
            *first = number as u32;
        }
    }
    index.drawn_for = Some(drawn_for);
    index.all_levels = true;
}

fn draw_levels(
    changed: Query<(&Link, &Utilisation), Changed<Utilisation>>,
    all: Query<(&Link, &Utilisation)>,
    mut index: ResMut<LaneIndex>,
    mut links: ResMut<StageLinks>,
) {
    let all_levels = core::mem::take(&mut index.bypass_change_detection().all_levels);
    let mut draw = |link: &Link, utilisation: &Utilisation| {
        if let Some(number) = index.number(link) {
            links.set_level(number, LinkLevel::new(utilisation.0));
        }
    };
    if all_levels {
        all.iter().for_each(|(link, utilisation)| draw(link, utilisation));
    } else if !changed.is_empty() {
        changed.iter().for_each(|(link, utilisation)| draw(link, utilisation));
    }
}

fn hide_removed(
    removed: On<Remove, Link>,
    removed_links: Query<&Link>,
    index: Res<LaneIndex>,
    mut links: ResMut<StageLinks>,
) {
    if let Some(number) = removed_links.get(removed.entity).ok().and_then(|link| index.number(link)) {
        links.set_level(number, LinkLevel::NONE);
    }
}
