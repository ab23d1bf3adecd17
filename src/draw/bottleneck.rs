//! The binding links among chips: a few of them ringed, lane by lane, however many bind alike.

use glam::Vec2;

use super::display_list::Quad;
use super::display_list::line;
use crate::fabric::{LinkId, Topology};
use crate::stage::{ChipPlace, FabricLayout, LinkPlace};
use crate::style::Theme;

/// Up to so many binding links are all ringed; of more, one of each class stands for all, and the words say how many.
const MAX_ALL: usize = 4;
/// Links that are looked through for those that are on the stage.
const MAX_LOOKED_AT: usize = 256;

/// The binding links that are ringed, as places of the layout.
pub fn ringed<'a>(layout: &'a FabricLayout, topology: &Topology, links: &[LinkId]) -> Vec<&'a LinkPlace> {
    let mut found: Vec<(u8, &LinkPlace)> = Vec::new();
    for &link in links.iter().take(MAX_LOOKED_AT) {
        let Some(class) = topology.link(link).map(|spec| spec.class) else { continue };
        // One of each class is enough where there are many.
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
    // All rims first: lanes close together share one.
    for (more, ink) in [(5.0, theme.binding), (1.6, theme.ground)] {
        let width = place.width + more;
        shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, width, ink, clip)));
    }
}

/// Whether a ringed link begins or ends at this chip.
pub fn touches(chip: &ChipPlace, ringed: &[&LinkPlace]) -> bool {
    let near = |at: Vec2| at.cmpge(chip.rect.min - 3.0).all() && at.cmple(chip.rect.max + 3.0).all();
    chip.kind.holds() && ringed.iter().flat_map(|place| &place.lanes).flatten().any(|&end| near(end))
}
