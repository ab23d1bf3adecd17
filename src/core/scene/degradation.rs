//! The degradations of a fabric, one by one, and the fabric without some of them: broken and slow links, slow chips,
//! ranks that start late, other traffic.

use super::{FabricScene, Traffic};
use crate::fabric::LinkId;
use crate::units::Femtos;

/// One degradation of a fabric.
#[derive(Clone, Debug, PartialEq)]
pub enum Degradation {
    /// A link that is slow or down, and the link back if it has the same share: a cable is repaired as a whole.
    Links {
        /// One link, or both directions of a cable.
        links: Vec<LinkId>,
        /// The remaining share of its capacity; 0 if the link is down.
        share: f64,
    },
    /// A chip whose ports and software are slow.
    SlowChip {
        /// The chip.
        chip: u32,
        /// The remaining share of its speed.
        share: f64,
        /// Its ports.
        links: Vec<LinkId>,
    },
    /// All ranks that start late.
    Late(Vec<u32>),
    /// A stream outside the collective.
    Traffic(Traffic),
}

impl Degradation {
    /// The links that it slows.
    pub fn links(&self) -> &[LinkId] {
        match self {
            Degradation::Links { links, .. } | Degradation::SlowChip { links, .. } => links,
            Degradation::Late(_) | Degradation::Traffic(_) => &[],
        }
    }
}

impl FabricScene {
    /// All its degradations.
    pub fn degradations(&self) -> Vec<Degradation> {
        let mut left = self.changed.clone();
        let mut degradations = Vec::new();
        let topology = self.topology();
        for &(chip, share) in &self.delays.slow {
            let links = topology.ports(chip);
            for link in &links {
                take_out(&mut left, (*link, share));
            }
            degradations.push(Degradation::SlowChip { chip, share, links });
        }
        while let Some((link, share)) = (!left.is_empty()).then(|| left.remove(0)) {
            let mut links = vec![link];
            let back = |other: &(LinkId, f64)| {
                let turned = topology.ends(other.0).map(|(from, to)| (to, from));
                other.1 == share && turned.is_some() && turned == topology.ends(link)
            };
            links.extend(left.iter().position(back).map(|place| left.remove(place).0));
            degradations.push(Degradation::Links { links, share });
        }
        let late = self.delays.start.iter().enumerate().filter(|(_, delay)| **delay > Femtos(0));
        let late: Vec<u32> = late.map(|(rank, _)| rank as u32).collect();
        if !late.is_empty() {
            degradations.push(Degradation::Late(late));
        }
        degradations.extend(self.traffic.iter().cloned().map(Degradation::Traffic));
        degradations
    }

    /// The same fabric without the given degradations.
    pub fn without(&self, degradations: &[Degradation]) -> FabricScene {
        let mut mended = self.clone();
        for degradation in degradations {
            match degradation {
                Degradation::Links { links, share } => {
                    links.iter().for_each(|link| take_out(&mut mended.changed, (*link, *share)));
                }
                Degradation::SlowChip { chip, share, links } => {
                    links.iter().for_each(|link| take_out(&mut mended.changed, (*link, *share)));
                    mended.delays.slow.retain(|slow| slow != &(*chip, *share));
                }
                Degradation::Late(_) => mended.delays.start.clear(),
                Degradation::Traffic(traffic) => mended.traffic.retain(|other| other != traffic),
            }
        }
        mended
    }

    /// The name of a rank: `GPU 3 of node 1`, `strip 2`, `PE (3, 4)`, `wafer 0`, `chip 5`.
    pub fn rank_name(&self, rank: u32) -> String {
        self.rank_names().name(rank)
    }
}

/// Takes one entry out of a list, if it is there.
fn take_out(changed: &mut Vec<(LinkId, f64)>, entry: (LinkId, f64)) {
    if let Some(place) = changed.iter().position(|other| *other == entry) {
        changed.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::edit::Setting;
    use crate::scene::presets::{CLAIMS, first_look};

    #[test]
    fn both_directions_of_a_cable_are_one_degradation_and_without_all_the_fabric_is_whole() {
        let catalog = Catalog::bundled().expect("the catalog");
        let slow_nic = CLAIMS.iter().find(|scene| scene.file.contains("one-slow-nic")).expect("the scene");
        let document = slow_nic.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let [whole, slow] = [&document.scene.fabrics[0], &document.scene.fabrics[1]];
        assert_eq!(whole.degradations(), []);
        let degradations = slow.degradations();
        assert!(matches!(degradations.as_slice(), [Degradation::Links { links, share: 0.5 }] if links.len() == 2));
        assert_eq!(FabricScene { name: whole.name.clone(), ..slow.without(&degradations) }, *whole);
    }

    #[test]
    fn slow_chips_late_ranks_and_traffic_are_taken_out_one_by_one() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let faults = "fabrics.0.faults=[(chip: \"GPU 2\", slow: 0.5), (link: \"GPU 2 -> NVSwitch\", capacity: 0.5), \
                      (chip: \"GPU 1\", start_delay: \"20us\"), (traffic: (from: \"GPU 0\", to: \"GPU 5\", rate: \"50GB/s\"))]";
        let document = document.with(&[Setting::parse(faults).expect("a setting")], &catalog).expect("a scene");
        let fabric = &document.scene.fabrics[0];
        let degradations = fabric.degradations();
        assert_eq!(degradations.len(), 4, "{degradations:?}");
        for (place, degradation) in degradations.iter().enumerate() {
            let mut left = degradations.clone();
            left.remove(place);
            assert_eq!(fabric.without(std::slice::from_ref(degradation)).degradations(), left);
        }
        assert_eq!([fabric.rank_name(1), document.scene.fabrics[1].rank_name(2)], ["GPU 1", "strip 2"]);
    }
}
