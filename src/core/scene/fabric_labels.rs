//! Labels of the fabrics of a scene, for sentences and curves: no two are equal, whatever the fabrics are named.

use super::fabric_scene::FabricScene;
use super::letter::letter;

/// What tells fabrics of one name apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distinguish {
    /// The algorithm if it differs, else the letter.
    ByAlgorithm,
    /// The letter, where algorithms are swept.
    ByLetter,
}

/// The label of each fabric: its name if no other fabric has it, else `A (ring)` or `A · HGX B200`.
pub fn fabric_labels<'a>(fabrics: impl IntoIterator<Item = &'a FabricScene>, by: Distinguish) -> Vec<String> {
    let fabrics: Vec<&FabricScene> = fabrics.into_iter().collect();
    let labels: Vec<String> = (0..fabrics.len()).map(|index| label(&fabrics, index, by)).collect();
    let is_unique = |label: &String| labels.iter().filter(|other| *other == label).count() == 1;
    if labels.iter().all(is_unique) {
        return labels;
    }
    labels.iter().enumerate().map(|(index, label)| with_letter(index, label)).collect()
}

fn label(fabrics: &[&FabricScene], index: usize, by: Distinguish) -> String {
    let fabric = fabrics[index];
    let name = fabric.name.trim();
    let same: Vec<&&FabricScene> = fabrics.iter().filter(|other| other.name.trim() == name).collect();
    if same.len() == 1 && !name.is_empty() {
        return name.to_owned();
    }
    let algorithm_differs = same.iter().filter(|other| other.algorithm == fabric.algorithm).count() == 1;
    if by == Distinguish::ByAlgorithm && algorithm_differs {
        return format!("{} ({})", letter(index), fabric.algorithm.replace('-', " "));
    }
    with_letter(index, name)
}

fn with_letter(index: usize, name: &str) -> String {
    if name.is_empty() { letter(index) } else { format!("{} · {name}", letter(index)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::parse_scene;

    fn labels(fabrics: &[(&str, &str)], by: Distinguish) -> Vec<String> {
        let fabric = |(name, algorithm): &(&str, &str)| {
            format!("(name: \"{name}\", machine: \"hgx-b200\", algorithm: \"{algorithm}\")")
        };
        let listed: Vec<String> = fabrics.iter().map(fabric).collect();
        let text = format!(
            "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: 8), fabrics: [{}])",
            listed.join(", ")
        );
        let document = parse_scene("t", &text, &Catalog::bundled().expect("the catalog"));
        let document = document.unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        fabric_labels(&document.scene.fabrics, by)
    }

    #[test]
    fn different_names_stay_as_they_are() {
        let fabrics = [("Fast", "ring"), ("Slow", "ring")];
        assert_eq!(labels(&fabrics, Distinguish::ByAlgorithm), ["Fast", "Slow"]);
    }

    #[test]
    fn one_name_is_told_apart_by_algorithm_or_letter() {
        let fabrics = [("HGX B200", "ring"), ("HGX B200", "double-binary-tree"), ("Other", "nvls")];
        assert_eq!(labels(&fabrics, Distinguish::ByAlgorithm), ["A (ring)", "B (double binary tree)", "Other"]);
        assert_eq!(labels(&fabrics, Distinguish::ByLetter), ["A · HGX B200", "B · HGX B200", "Other"]);
        let same = [("HGX B200", "ring"), ("HGX B200", "ring")];
        assert_eq!(labels(&same, Distinguish::ByAlgorithm), ["A · HGX B200", "B · HGX B200"]);
    }

    #[test]
    fn labels_differ_even_if_a_name_reads_like_a_label() {
        let mut found = labels(&[("X", "ring"), ("X", "nvls"), ("A (ring)", "ring")], Distinguish::ByAlgorithm);
        found.sort();
        found.dedup();
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
