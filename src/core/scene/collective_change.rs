//! Another operation for the workload: which operations all fabrics have, and what must change with it.

use super::{AUTO, NCCL_TABLE, SceneDocument, Setting, with_algorithm};
use crate::collective::Collective;

impl SceneDocument {
    /// The operations that every fabric of the scene can run.
    pub fn collective_choices(&self) -> Vec<Collective> {
        let on_all =
            |collective: &Collective| self.scene.fabrics.iter().all(|fabric| fabric.collectives().contains(collective));
        Collective::ALL.into_iter().filter(on_all).collect()
    }

    /// What must change with the operation: a fabric whose algorithm does not have it takes the fastest one that does.
    pub fn collective_change(&self, collective: Collective) -> Vec<Setting> {
        let setting = |path: String, value: &str| Setting { path, value: value.to_owned() };
        let mut settings = vec![setting("workload.collective".to_owned(), collective.as_str())];
        for (index, fabric) in self.scene.fabrics.iter().enumerate() {
            let mut changed = fabric.clone();
            changed.collective = collective;
            let is_chosen_by_name = fabric.algorithm != AUTO && fabric.algorithm != NCCL_TABLE;
            let stays = !is_chosen_by_name || with_algorithm(&changed, &fabric.algorithm).is_some();
            if !stays {
                settings.push(setting(format!("fabrics.{index}.algorithm"), AUTO));
            }
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;
    use crate::scene::{BUNDLED, parse_scene};

    #[test]
    fn every_choice_gives_a_valid_scene() {
        let catalog = Catalog::bundled().expect("the catalog");
        for bundled in BUNDLED {
            let document = bundled.load(&catalog).unwrap_or_else(|found| panic!("{found}"));
            let choices = document.collective_choices();
            assert!(choices.contains(&document.scene.collective()), "{}", bundled.file);
            for collective in choices {
                let changed = document.with(&document.collective_change(collective), &catalog);
                let changed = changed.unwrap_or_else(|found| panic!("{}: {found:?}", bundled.file));
                assert_eq!(changed.scene.collective(), collective);
            }
        }
    }

    #[test]
    fn an_operation_without_an_algorithm_names_those_that_exist() {
        let catalog = Catalog::bundled().expect("the catalog");
        let text = "(version: 1, title: \"t\", workload: (collective: \"all-to-all\", message: \"1MiB\", replicas: 16), \
                    fabrics: [(name: \"A\", machine: \"cs-3-cluster\", algorithm: \"auto\")])";
        let found = parse_scene("t", text, &catalog).expect_err("SwarmX adds and copies");
        let text = found.to_string();
        assert!(text.contains("no algorithm for an all-to-all on"), "{text}");
        assert!(text.contains("accepted there: all-reduce, broadcast, reduce"), "{text}");
    }
}
