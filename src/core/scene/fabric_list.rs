//! Fabrics added, copied, removed and renamed, and the title of a scene.

use super::diagnostic::Diagnostics;
use super::document::SceneDocument;
use super::free_topology::FreeTopology;
use super::limits::MAX_FABRICS;
use super::named_choice::{LayoutChoice, TimingChoice};
use super::parse::check_document;
use super::schema::{FabricFile, SceneFile};
use crate::catalog::{Catalog, Machine};

/// A change of the list of fabrics, or of a name. Fabrics are given by their index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FabricEdit {
    /// Another title of the scene.
    Title(String),
    /// Another name of a fabric.
    Rename(usize, String),
    /// The same fabric again, behind the fabric.
    Copy(usize),
    /// A fabric of a machine, by its catalog id, behind the others.
    Add(String),
    /// One fabric less.
    Remove(usize),
}

impl SceneDocument {
    /// Whether another fabric can be added.
    pub fn can_add_fabric(&self) -> bool {
        self.file.fabrics.len() < MAX_FABRICS
    }

    /// Whether a fabric can be removed. The last one stays, and so does one that decides the claim of the scene.
    pub fn can_remove_fabric(&self) -> bool {
        self.file.fabrics.len() > 1 && self.file.decide.is_empty()
    }

    /// The scene after a change of its list of fabrics.
    ///
    /// # Errors
    /// An empty name, a fabric that the scene does not accept, or one that cannot be removed.
    pub fn with_fabrics(&self, edit: &FabricEdit, catalog: &Catalog) -> Result<SceneDocument, Diagnostics> {
        let mut file = self.file.clone();
        let place = match edit {
            FabricEdit::Title(title) => {
                file.title = some_name(title, "title")?;
                "title".to_owned()
            }
            FabricEdit::Rename(fabric, name) => {
                let name = some_name(name, "name of a fabric")?;
                let Some(renamed) = file.fabrics.get_mut(*fabric) else { return Ok(self.clone()) };
                renamed.name = name;
                format!("fabrics.{fabric}.name")
            }
            FabricEdit::Copy(fabric) => {
                let Some(mut copy) = file.fabrics.get(*fabric).cloned() else { return Ok(self.clone()) };
                copy.name = unused_name(&file, &copy.name);
                if !file.decide.is_empty() {
                    // The letters of the fabrics that the claim names stay.
                    file.fabrics.push(copy);
                } else {
                    file.fabrics.insert(fabric + 1, copy);
                }
                "fabrics".to_owned()
            }
            FabricEdit::Add(machine) => {
                file.fabrics.push(self.added(machine, catalog));
                "fabrics".to_owned()
            }
            FabricEdit::Remove(fabric) => {
                if !self.can_remove_fabric() {
                    let problem = "the scene needs this fabric";
                    let hint = "accepted: one of several fabrics, in a scene without a claim";
                    return Err(Diagnostics::whole("fabrics", problem, Some(hint)));
                }
                if *fabric < file.fabrics.len() {
                    file.fabrics.remove(*fabric);
                }
                "fabrics".to_owned()
            }
        };
        check_document(&place, file, catalog)
    }

    /// The fabric of a machine that is added to the scene, with as many nodes as its replicas need.
    fn added(&self, machine: &str, catalog: &Catalog) -> FabricFile {
        let replicas = self.scene.replicas;
        let known = catalog.get(machine);
        let mut added = FabricFile {
            name: unused_name(&self.file, known.map_or(machine, Machine::name)),
            ..FabricFile::new(machine, None, TimingChoice::Ideal)
        };
        match known {
            Some(Machine::Nvlink(machine)) => {
                let fits = |nodes: &u32| replicas.is_multiple_of(*nodes) && replicas / nodes <= machine.gpus.count();
                added.nodes = (1..=replicas).find(fits).unwrap_or(1).into();
                if added.nodes > 1 {
                    let of_others = self.file.fabrics.iter().find_map(|fabric| fabric.network.clone());
                    added.network = of_others.or_else(|| catalog.networks().next().map(|network| network.id.clone()));
                }
            }
            Some(Machine::Wafer(_)) => added.layout = Some(LayoutChoice::Strips.as_str().to_owned()),
            Some(Machine::Free(machine)) => {
                let region = FreeTopology::from_machine(machine).filter(|topology| topology.takes_region());
                added.region = region.map(|_| machine.region.clone());
            }
            Some(Machine::WaferCluster(_) | Machine::Network(_)) | None => {}
        }
        added
    }
}

/// A name without spaces around it.
fn some_name(name: &str, what: &str) -> Result<String, Diagnostics> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Diagnostics::whole(what, "it is empty", Some("accepted: any text in one line")));
    }
    Ok(name.to_owned())
}

/// `HGX B200`, or `HGX B200 (2)` if a fabric has this name.
fn unused_name(file: &SceneFile, name: &str) -> String {
    let is_used = |name: &str| file.fabrics.iter().any(|fabric| fabric.name == name);
    if !is_used(name) {
        return name.to_owned();
    }
    let base = name.rsplit_once(" (").filter(|(_, end)| is_number(end)).map_or(name, |(base, _)| base);
    let numbered = (2..=MAX_FABRICS + 1).map(|number| format!("{base} ({number})"));
    numbered.into_iter().find(|name| !is_used(name)).unwrap_or_else(|| name.to_owned())
}

/// Whether it is `2)`, the end of a number in parentheses.
fn is_number(end: &str) -> bool {
    end.strip_suffix(')').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{BUNDLED, CLAIMS, parse_scene};
    use crate::solve::solve;

    fn first_look(catalog: &Catalog) -> SceneDocument {
        crate::scene::first_look().load(catalog).unwrap_or_else(|found| panic!("{found}"))
    }

    #[test]
    fn fabrics_are_copied_renamed_and_removed_and_stay_in_the_file() {
        let catalog = Catalog::bundled().expect("the catalog");
        let edit = |document: SceneDocument, edit| document.with_fabrics(&edit, &catalog).expect("an edit");
        let mut document = edit(first_look(&catalog), FabricEdit::Copy(0));
        document = edit(document, FabricEdit::Copy(1));
        let names: Vec<&str> = document.scene.fabrics.iter().map(|fabric| fabric.name.as_str()).collect();
        assert_eq!(names, ["HGX B200", "HGX B200 (2)", "HGX B200 (3)", "WSE-3"]);
        document = edit(document, FabricEdit::Rename(1, "  Tree ".to_owned()));
        document = edit(document, FabricEdit::Title("Ring and tree".to_owned()));
        document = edit(document, FabricEdit::Remove(3));
        let again = parse_scene("saved", &document.to_ron(), &catalog).expect("the saved scene");
        assert_eq!(again.file, document.file);
        assert_eq!((again.scene.title.as_str(), again.scene.fabrics[1].name.as_str()), ("Ring and tree", "Tree"));
        assert!(solve(&again.scene).iter().all(|run| run.result().is_some()));
    }

    #[test]
    fn the_last_fabric_and_an_empty_name_are_refused() {
        let catalog = Catalog::bundled().expect("the catalog");
        let one = first_look(&catalog).with_fabrics(&FabricEdit::Remove(0), &catalog).expect("one of two");
        assert!(!one.can_remove_fabric() && one.with_fabrics(&FabricEdit::Remove(0), &catalog).is_err());
        assert!(one.with_fabrics(&FabricEdit::Rename(0, " ".to_owned()), &catalog).is_err());
        let mut full = one;
        while full.can_add_fabric() {
            full = full.with_fabrics(&FabricEdit::Copy(0), &catalog).expect("a copy");
        }
        assert_eq!(full.scene.fabrics.len(), MAX_FABRICS);
        assert!(full.with_fabrics(&FabricEdit::Copy(0), &catalog).is_err());
    }

    #[test]
    fn any_machine_can_be_added_where_its_ranks_fit() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look(&catalog);
        let most = |machine: &str| match catalog.get(machine) {
            Some(Machine::Free(free)) if free.region.is_empty() => {
                free.chips.as_ref().map_or(u32::MAX, |chips| chips.count())
            }
            _ => u32::MAX,
        };
        let fits = |machine: &&str| most(machine) >= document.scene.replicas;
        for machine in catalog.machine_ids().filter(|&machine| machine != "graph").filter(fits) {
            let added = document.with_fabrics(&FabricEdit::Add(machine.to_owned()), &catalog);
            let added = added.unwrap_or_else(|found| panic!("{machine}: {found}"));
            assert_eq!(added.file.fabrics[2].machine, machine);
            assert_eq!(added.file.fabrics[..2], document.file.fabrics[..2], "{machine}: the others stay");
        }
        for scene in BUNDLED.iter().chain(&CLAIMS) {
            let document = scene.load(&catalog).unwrap_or_else(|found| panic!("{found}"));
            if document.can_add_fabric() {
                let copied = document.with_fabrics(&FabricEdit::Copy(0), &catalog);
                assert!(copied.is_ok(), "{}: {:?}", scene.file, copied.err());
            }
        }
    }
}
