//! Rims around the bottleneck links among chips; of many, around a few.

use glam::Vec2;

use super::display_list::Quad;
use super::display_list::line;
use crate::fabric::{LinkId, Topology};
use crate::stage::{ChipPlace, FabricLayout, LinkPlace};
use crate::style::Theme;

/// The most links with a rim. Of more bottleneck links, one of each class gets a rim, and the label has their number.
const MAX_ALL: usize = 4;
/// The most bottleneck links that are searched for links on the stage.
const MAX_SEARCHED: usize = 256;

/// The bottleneck links that get a rim.
pub fn ringed<'a>(layout: &'a FabricLayout, topology: &Topology, links: &[LinkId]) -> Vec<&'a LinkPlace> {
    let mut found: Vec<(u8, &LinkPlace)> = Vec::new();
    for &link in links.iter().take(MAX_SEARCHED) {
        let Some(class) = topology.link(link).map(|spec| spec.class) else { continue };
        // Of many links, one of each class is enough.
        if links.len() > MAX_ALL && found.iter().any(|(known, _)| *known == class) {
            continue;
        }
        if let Some(place) = layout.link_or_bundle(link)
            && found.iter().all(|(_, known)| known.link != place.link)
        {
            found.push((class, place));
        }
        if found.len() == MAX_ALL {
            break;
        }
    }
    found.into_iter().map(|(_, place)| place).collect()
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
