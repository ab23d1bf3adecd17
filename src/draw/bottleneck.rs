//! Rims around the bottleneck links among chips. Links that are all equal get none: the label has their number.

use glam::Vec2;

use super::display_list::Quad;
use super::display_list::line;
use crate::fabric::LinkId;
use crate::stage::{ChipPlace, FabricLayout, LinkPlace};
use crate::style::Theme;

/// The most links with a rim. More of them are the rule, and a rim round one of them would accuse it.
const MAX_RINGED: usize = 4;

/// The bottleneck links that get a rim.
pub fn ringed<'a>(layout: &'a FabricLayout, links: &[LinkId]) -> Vec<&'a LinkPlace> {
    if links.len() > MAX_RINGED {
        return Vec::new();
    }
    let mut found: Vec<&LinkPlace> = Vec::new();
    for place in links.iter().filter_map(|&link| layout.link_or_bundle(link)) {
        if found.iter().all(|known| known.link != place.link) {
            found.push(place);
        }
    }
    found
}

/// A rim round each lane of a link, to be drawn before the lane.
pub fn rims(layout: &FabricLayout, place: &LinkPlace, theme: &Theme, shapes: &mut Vec<Quad>) {
    let clip = layout.clip().to_array();
    // All rims first: neighbouring lanes share one.
    for (more, ink) in [(5.0, theme.binding), (1.6, theme.ground)] {
        let width = place.width + more;
        shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, width, ink, clip)));
    }
}

/// Whether a link with a rim begins or ends at this chip.
pub fn touches(chip: &ChipPlace, ringed: &[&LinkPlace]) -> bool {
    let near = |at: Vec2| at.cmpge(chip.rect.min - 3.0).all() && at.cmple(chip.rect.max + 3.0).all();
    chip.kind.holds() && ringed.iter().flat_map(|place| &place.lanes).flatten().any(|&end| near(end))
}
