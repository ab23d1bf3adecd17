//! Rims around the bottleneck links among chips. Links that are all equal get none: the label has their number.

use glam::Vec2;

use super::display_list::Quad;
use super::display_list::line;
use crate::fabric::LinkId;
use crate::stage::{ChipPlace, FabricLayout, LinkPlace};
use crate::style::Theme;

/// The most links with a rim. More of them are the rule, and a rim round one of them would accuse it.
const MAX_RINGED: usize = 4;

/// Links with a rim.
pub type Ringed<'a> = [Option<&'a LinkPlace>; MAX_RINGED];

/// The bottleneck links that get a rim.
pub fn ringed<'a>(layout: &'a FabricLayout, links: &[LinkId]) -> Ringed<'a> {
    let mut found: Ringed = [None; MAX_RINGED];
    if links.len() > MAX_RINGED {
        return found;
    }
    for place in links.iter().filter_map(|&link| layout.link_or_bundle(link)) {
        let is_known = found.iter().flatten().any(|known| known.link == place.link);
        if let Some(free) = found.iter_mut().find(|slot| slot.is_none() && !is_known) {
            *free = Some(place);
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
pub fn touches(chip: &ChipPlace, ringed: &Ringed) -> bool {
    let near = |at: Vec2| at.cmpge(chip.rect.min - 3.0).all() && at.cmple(chip.rect.max + 3.0).all();
    chip.kind.holds() && ringed.iter().flatten().flat_map(|place| &place.lanes).flatten().any(|&end| near(end))
}
