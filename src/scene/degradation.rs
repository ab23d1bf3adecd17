//! What is wrong with a fabric, thing by thing, and the fabric without it: broken and slow links, slow chips, ranks that
//! come late, other traffic.

use super::{FabricScene, Traffic};
use crate::fabric::LinkId;
use crate::units::Femtos;

/// One thing that is wrong with a fabric.
#[derive(Clone, Debug, PartialEq)]
pub enum Degradation {
    /// A link that is slow or down, with the share of its capacity that is left; and the link back, if that is the same:
    /// one cable is mended as a whole.
    Links {
        /// One link, or both ways.
        links: Vec<LinkId>,
        /// What is left of its capacity; 0 where it is down.
        share: f64,
    },
    /// A chip whose ports and software are slow.
    SlowChip {
        /// The chip.
        chip: u32,
        /// What is left of its speed.
        share: f64,
        /// Its ports.
        links: Vec<LinkId>,
    },
    /// Ranks that come late, all of them.
    Late(Vec<u32>),
    /// A stream that is no part of the collective.
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
    /// Everything that is wrong with it.
    pub fn troubles(&self) -> Vec<Degradation> {
        let mut left = self.changed.clone();
        let mut troubles = Vec::new();
        let topology = self.topology();
        for &(chip, share) in &self.delays.slow {
            let links = topology.ports(chip);
            for link in &links {
                take_out(&mut left, (*link, share));
            }
            troubles.push(Degradation::SlowChip { chip, share, links });
        }
        while let Some((link, share)) = (!left.is_empty()).then(|| left.remove(0)) {
            let mut links = vec![link];
            let back = |other: &(LinkId, f64)| {
                let turned = topology.ends(other.0).map(|(from, to)| (to, from));
                other.1 == share && turned.is_some() && turned == topology.ends(link)
            };
            links.extend(left.iter().position(back).map(|place| left.remove(place).0));
            troubles.push(Degradation::Links { links, share });
        }
        let late = self.delays.start.iter().enumerate().filter(|(_, delay)| **delay > Femtos(0));
        let late: Vec<u32> = late.map(|(rank, _)| rank as u32).collect();
        if !late.is_empty() {
            troubles.push(Degradation::Late(late));
        }
        troubles.extend(self.traffic.iter().cloned().map(Degradation::Traffic));
        troubles
    }

    /// The same fabric without some of its troubles.
    pub fn without(&self, troubles: &[Degradation]) -> FabricScene {
        let mut mended = self.clone();
        for trouble in troubles {
            match trouble {
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
    fn both_ways_of_a_cable_are_one_trouble_and_without_all_the_fabric_is_whole() {
        let catalog = Catalog::bundled().expect("the catalog");
        let slow_nic = CLAIMS.iter().find(|scene| scene.file.contains("one-slow-nic")).expect("the scene");
        let document = slow_nic.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let [whole, slow] = [&document.scene.fabrics[0], &document.scene.fabrics[1]];
        assert_eq!(whole.troubles(), []);
        let troubles = slow.troubles();
        assert!(matches!(troubles.as_slice(), [Degradation::Links { links, share: 0.5 }] if links.len() == 2));
        assert_eq!(FabricScene { name: whole.name.clone(), ..slow.without(&troubles) }, *whole);
    }

    #[test]
    fn slow_chips_late_ranks_and_traffic_are_taken_out_one_by_one() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let faults = "fabrics.0.faults=[(chip: \"GPU 2\", slow: 0.5), (link: \"GPU 2 -> NVSwitch\", capacity: 0.5), \
                      (chip: \"GPU 1\", start_delay: \"20us\"), (traffic: (from: \"GPU 0\", to: \"GPU 5\", rate: \"50GB/s\"))]";
        let document = document.with(&[Setting::parse(faults).expect("a setting")], &catalog).expect("a scene");
        let fabric = &document.scene.fabrics[0];
        let troubles = fabric.troubles();
        assert_eq!(troubles.len(), 4, "{troubles:?}");
        for (place, trouble) in troubles.iter().enumerate() {
            let mut left = troubles.clone();
            left.remove(place);
            assert_eq!(fabric.without(std::slice::from_ref(trouble)).troubles(), left);
        }
        assert_eq!([fabric.rank_name(1), document.scene.fabrics[1].rank_name(2)], ["GPU 1", "strip 2"]);
    }
}
