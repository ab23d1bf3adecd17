//! A change of a fabric beside its degradations: those stay whose links and chips the changed fabric has, under their new names.

use super::schema::FaultFile;
use super::{FabricScene, SceneDocument, Setting, parse};
use crate::catalog::Catalog;
use crate::fabric::{RankNumbers, ascii_name};

/// Most degradations that are tried one by one; of more, all go if one does not fit.
const MAX_FAULTS_TRIED: usize = 16;

/// What to apply for another machine, layout, timing or network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FabricChange {
    /// The settings.
    pub settings: Vec<Setting>,
    /// How many degradations they drop, since the changed fabric does not have their links or chips.
    pub dropped_faults: usize,
}

impl SceneDocument {
    /// A change with as many degradations as the changed fabric can have. `None` if the scene is rejected even without them.
    pub(super) fn with_fitting_faults(
        &self,
        fabric: usize,
        settings: &[Setting],
        catalog: &Catalog,
    ) -> Option<FabricChange> {
        let given = &self.file.fabrics.get(fabric)?.faults;
        let with = |faults: &[FaultFile]| {
            let mut settings = settings.to_vec();
            if faults != given {
                let path = format!("fabrics.{fabric}.faults");
                let value = parse::options().to_string(faults).unwrap_or_else(|_| "[]".to_owned());
                settings.push(Setting { path, value });
            }
            let changed = self.with(&settings, catalog).ok()?;
            Some((changed, FabricChange { settings, dropped_faults: given.len() - faults.len() }))
        };
        if let Some((_, change)) = with(given) {
            return Some(change);
        }
        let (whole, without) = with(&[])?;
        let (before, now) = (self.scene.fabrics.get(fabric)?, whole.scene.fabrics.get(fabric)?);
        let renamed: Vec<FaultFile> = given.iter().map(|fault| renamed(fault, before, now)).collect();
        let fits = |fault: &&FaultFile| with(std::slice::from_ref(*fault)).is_some();
        let fitting = |faults: &[FaultFile]| with(faults).map(|(_, change)| change);
        let some = || renamed.iter().take(MAX_FAULTS_TRIED).filter(fits).cloned().collect::<Vec<_>>();
        fitting(&renamed).or_else(|| fitting(&some())).or(Some(without))
    }
}

/// A degradation with the names that its link or chip has in the changed fabric, or unchanged.
fn renamed(fault: &FaultFile, before: &FabricScene, now: &FabricScene) -> FaultFile {
    let (old, new) = (before.topology(), now.topology());
    let link = |name: &String| {
        let found = old.find_link(name).and_then(|link| old.link_in(&new, link));
        found.map_or_else(|| name.clone(), |link| ascii_name(&new.link_name(link)))
    };
    let chip = |name: &String| {
        let found = before.rank_names().find(name).filter(|rank| match now.rank_names().numbers {
            RankNumbers::OfNode { per_node } => *rank < per_node,
            RankNumbers::Single | RankNumbers::At { .. } | RankNumbers::In { .. } => *rank < now.rank_names().count,
        });
        found.map_or_else(|| name.clone(), |rank| now.rank_names().name(rank))
    };
    FaultFile { link: fault.link.as_ref().map(link), chip: fault.chip.as_ref().map(chip), ..fault.clone() }
}
