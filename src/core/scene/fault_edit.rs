//! What if: one link slow or cut, one chip slow or late, and mended again. All of it is a scene's `faults`.

use super::SceneDocument;
use super::diagnostic::Diagnostics;
use super::parse::check_document;
use super::schema::FaultFile;
use crate::catalog::Catalog;
use crate::fabric::same_name;
use crate::units::Femtos;

/// The target of an edit, by its name in `faults`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultPlace {
    /// A link.
    Link(String),
    /// A chip, a PE or a strip.
    Chip(String),
}

impl FaultPlace {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            FaultPlace::Link(name) | FaultPlace::Chip(name) => name,
        }
    }
}

/// The edit of a link or chip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FaultEdit {
    /// A share of its capacity, or of its speed, is left.
    Slow(f64),
    /// The link is cut.
    Cut,
    /// The chip starts later by this.
    Late(Femtos),
    /// It is as its class is again.
    Mend,
}

impl SceneDocument {
    /// The scene with one thing broken, slow or mended; what was wrong with it before is forgotten.
    ///
    /// # Errors
    /// The fabric, its algorithm or its timing does not take such a fault.
    pub fn what_if(
        &self,
        fabric: usize,
        place: &FaultPlace,
        change: FaultEdit,
        catalog: &Catalog,
    ) -> Result<SceneDocument, Diagnostics> {
        let mut file = self.file.clone();
        let Some(changed) = file.fabrics.get_mut(fabric) else { return Ok(self.clone()) };
        changed.faults.retain(|fault| !concerns(fault, place));
        let (link, chip) = match place {
            FaultPlace::Link(name) => (Some(name.clone()), None),
            FaultPlace::Chip(name) => (None, Some(name.clone())),
        };
        let fault = FaultFile { link, chip, ..FaultFile::default() };
        let fault = match (place, change) {
            (_, FaultEdit::Mend) => None,
            (FaultPlace::Link(_), FaultEdit::Slow(share)) => Some(FaultFile { capacity: Some(share), ..fault }),
            (FaultPlace::Link(_), _) => Some(FaultFile { down: Some(true), ..fault }),
            (FaultPlace::Chip(_), FaultEdit::Slow(share)) => Some(FaultFile { slow: Some(share), ..fault }),
            (FaultPlace::Chip(_), FaultEdit::Late(delay)) => {
                Some(FaultFile { start_delay: Some(format!("{}ns", delay.0 as f64 / 1e6)), ..fault })
            }
            // Only links are cut.
            (FaultPlace::Chip(_), FaultEdit::Cut) => None,
        };
        changed.faults.extend(fault);
        check_document(&format!("what if: {}", place.name()), file, catalog)
    }

    /// The present faults of a place, as written in the scene.
    pub fn faults_of(&self, fabric: usize, place: &FaultPlace) -> Vec<&FaultFile> {
        let faults = self.file.fabrics.get(fabric).map(|fabric| fabric.faults.as_slice()).unwrap_or_default();
        faults.iter().filter(|fault| concerns(fault, place)).collect()
    }
}

fn concerns(fault: &FaultFile, place: &FaultPlace) -> bool {
    match place {
        FaultPlace::Link(name) => fault.link.as_deref().is_some_and(|known| same_name(known, name)),
        FaultPlace::Chip(name) => fault.chip.as_deref().is_some_and(|known| same_name(known, name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::parse::parse_scene;
    use crate::scene::presets::first_look;
    use crate::solve::solve;

    #[test]
    fn a_link_is_slowed_cut_and_mended() {
        let catalog = Catalog::bundled().expect("the catalog");
        let scene = first_look();
        let document = parse_scene(scene.file, scene.text, &catalog).expect("the first look");
        let time = |document: &SceneDocument| solve(&document.scene)[0].result().map(|result| result.time);
        let place = FaultPlace::Link("GPU 3 → NVSwitch".to_owned());
        let slow = document.what_if(0, &place, FaultEdit::Slow(0.5), &catalog).expect("a slow link");
        assert!(time(&slow) > time(&document));
        assert_eq!(slow.faults_of(0, &place).len(), 1);
        // Another spelling of the same link.
        let same = FaultPlace::Link("GPU 3 -> NVSwitch".to_owned());
        let slower = slow.what_if(0, &same, FaultEdit::Slow(0.25), &catalog).expect("a slower link");
        assert_eq!(slower.faults_of(0, &place).len(), 1);
        assert!(time(&slower) > time(&slow));
        let mended = slower.what_if(0, &place, FaultEdit::Mend, &catalog).expect("a mended link");
        assert_eq!(mended, document);
        let cut = document.what_if(0, &place, FaultEdit::Cut, &catalog);
        assert!(cut.is_err() || time(&cut.expect("a scene")).is_none(), "a GPU without its port takes no part");
    }

    #[test]
    fn a_late_chip_is_as_late_as_said() {
        let catalog = Catalog::bundled().expect("the catalog");
        let scene = first_look();
        let document = parse_scene(scene.file, scene.text, &catalog).expect("the first look");
        let place = FaultPlace::Chip("GPU 3".to_owned());
        let late =
            document.what_if(0, &place, FaultEdit::Late(Femtos::from_secs(20e-6)), &catalog).expect("a late GPU");
        let time = |document: &SceneDocument| solve(&document.scene)[0].result().map(|result| result.time.secs());
        let (late, whole) = (time(&late).expect("a run"), time(&document).expect("a run"));
        assert!((late - whole - 20e-6).abs() < 1e-9, "{late} after {whole}");
    }
}
