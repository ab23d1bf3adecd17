//! Texts that follow a change: title, claim and names of a scene tell the size of the message, how many replicas, nodes and chips
//! there are, and by which algorithm they sum. After a change of those they would be false.

use super::algorithm::AUTO;
use super::document::{Scene, SceneDocument};
use super::fabric_kind::FabricKind;
use super::fabric_scene::FabricScene;
use super::resolve::hash;
use crate::units::grouped;

/// Numbers that titles write as words.
const WORDS: [(&str, u32); 11] = [
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
];
/// What they count. Other words may count anything.
const COUNTED: [&str; 9] = ["replicas", "ranks", "strips", "wafers", "nodes", "gpus", "chips", "h100", "boxes"];
/// What names call an algorithm besides its id and its label.
const OTHER_NAMES: [(&str, &str); 2] = [("hierarchical", "rings in rings"), ("nvls-tree", "nvls and trees")];

impl SceneDocument {
    /// Brings title, claim and names up to date after a change of `before`, but for those that the change itself has set.
    pub(super) fn update_texts(&mut self, before: &SceneDocument) {
        let mut counts = Counts::default();
        counts.add_replicas(&before.scene, &self.scene);
        for (place, of_fabric) in self.scene.fabrics.iter().enumerate() {
            if let Some(old) = before.scene.fabrics.get(place) {
                counts.add_fabric((&before.scene, old), (&self.scene, of_fabric), place);
            }
        }
        let message = (before.scene.message.to_string(), self.scene.message.to_string());
        let updated = |text: &str| counts.applied(&with_message(text, &message));
        if before.file.title == self.file.title {
            self.file.title = updated(&self.file.title);
            self.scene.title.clone_from(&self.file.title);
        }
        if before.file.claim == self.file.claim {
            self.file.claim = self.file.claim.as_deref().map(updated);
            self.scene.claim.clone_from(&self.file.claim);
        }
        // A fabric that was added or removed has moved the others: their names stay.
        if before.scene.fabrics.len() == self.scene.fabrics.len() {
            (0..self.scene.fabrics.len()).for_each(|place| self.update_name(before, place));
        }
        self.scene.hash = hash(&self.file);
    }

    fn update_name(&mut self, before: &SceneDocument, place: usize) {
        let (old, new) = (&before.scene.fabrics[place], &self.scene.fabrics[place]);
        let (Some(old_file), Some(new_file)) = (before.file.fabrics.get(place), self.file.fabrics.get_mut(place))
        else {
            return;
        };
        if old_file.name != new_file.name || old_file.machine != new_file.machine {
            return;
        }
        let mut counts = Counts::default();
        counts.add_fabric((&before.scene, old), (&self.scene, new), place);
        counts.add_replicas(&before.scene, &self.scene);
        let mut name = counts.applied(&new.name);
        if old_file.algorithm != new_file.algorithm && old_file.algorithm != AUTO {
            let label = (new_file.algorithm != AUTO).then(|| short_label(new.kind.algorithm().label()));
            name = with_algorithm(&name, old, label);
        }
        if name.is_empty() {
            machine_name(&new.kind).clone_into(&mut name);
        }
        if name != new.name {
            new_file.name.clone_from(&name);
            self.scene.fabrics[place].name = name;
        }
    }
}

fn machine_name(kind: &FabricKind) -> &str {
    match kind {
        FabricKind::Chips(chips) => chips.machine.name(),
        FabricKind::Wafer(wafer) => &wafer.machine.name,
        FabricKind::Wafers(wafers) => &wafers.machine.name,
    }
}

/// Numbers before and after a change.
#[derive(Default)]
struct Counts(Vec<(u32, u32)>);

impl Counts {
    /// The first one counts if a number stands for several.
    fn add(&mut self, before: u32, after: u32) {
        if before > 1 && self.0.iter().all(|(known, _)| *known != before) {
            self.0.push((before, after));
        }
    }

    /// Those of a training run follow from how it is spread: no text tells them.
    fn add_replicas(&mut self, before: &Scene, after: &Scene) {
        if before.training.is_none() && after.training.is_none() {
            self.add(before.replicas, after.replicas);
        }
    }

    fn add_fabric(&mut self, before: (&Scene, &FabricScene), after: (&Scene, &FabricScene), place: usize) {
        let chips = |scene: &Scene| {
            let of_run = scene.training.as_ref().and_then(|training| training.fabrics.get(place));
            of_run.map_or(scene.replicas, |fabric| fabric.job.chips())
        };
        self.add(chips(before.0), chips(after.0));
        self.add(before.1.nodes(), after.1.nodes());
    }

    /// A text with the numbers of after.
    fn applied(&self, text: &str) -> String {
        if self.0.iter().all(|(before, after)| before == after) {
            return text.to_owned();
        }
        let words: Vec<&str> = text.split(' ').collect();
        let updated = |(place, word): (usize, &&str)| {
            let next = words[place + 1..].iter().map(|word| word.trim_end_matches(|end: char| !end.is_alphanumeric()));
            self.updated(word, &next.take(2).collect::<Vec<_>>()).unwrap_or_else(|| (*word).to_owned())
        };
        words.iter().enumerate().map(updated).collect::<Vec<_>>().join(" ")
    }

    /// What a word becomes before the next two.
    fn updated(&self, word: &str, next: &[&str]) -> Option<String> {
        let bare = word.trim_end_matches([',', ':', ';', '.']);
        let rest = &word[bare.len()..];
        let after = |number: u32| self.0.iter().find(|(before, _)| *before == number).map(|(_, after)| *after);
        let known = WORDS.iter().find(|(name, _)| bare.eq_ignore_ascii_case(name));
        if let Some((_, number)) = known {
            let counts = next.iter().any(|word| COUNTED.contains(&word.to_lowercase().as_str()));
            let after = after(*number).filter(|_| counts)?;
            let spelled = WORDS.iter().find(|(_, number)| *number == after).map(|(name, _)| (*name).to_owned());
            let spelled = spelled.unwrap_or_else(|| grouped(after.into()));
            let is_capital = bare.starts_with(char::is_uppercase);
            return Some(if is_capital { crate::units::capitalised(&spelled) } else { spelled } + rest);
        }
        let number: u32 = bare.replace(',', "").parse().ok()?;
        // Not `8 GiB`.
        let is_quantity = rest.is_empty() && next.first().is_some_and(|unit| is_unit(unit));
        let after = after(number).filter(|_| !is_quantity && grouped(number.into()) == bare)?;
        Some(grouped(after.into()) + rest)
    }
}

/// Whether a word is a unit, of which a number before it is a quantity.
fn is_unit(word: &str) -> bool {
    let ends = ["B", "B/s", "b/s"].iter().any(|end| word.strip_suffix(end).is_some_and(|scale| scale.len() < 3));
    ends || ["M", "T", "ns", "µs", "us", "ms", "s", "days", "months", "%", "x"].contains(&word)
}

/// A text with the message of after.
fn with_message(text: &str, (before, after): &(String, String)) -> String {
    if before == after {
        return text.to_owned();
    }
    let is_whole = |at: usize| {
        let touches = |one: char| one.is_alphanumeric() || matches!(one, '.' | ',');
        !text[..at].ends_with(touches) && !text[at + before.len()..].starts_with(char::is_alphanumeric)
    };
    match text.match_indices(before.as_str()).find(|(at, _)| is_whole(*at)) {
        Some((at, _)) => format!("{}{after}{}", &text[..at], &text[at + before.len()..]),
        None => text.to_owned(),
    }
}

/// A label without its explanation: `NVLS, sum in the switch` is `NVLS`.
fn short_label(label: &str) -> &str {
    let short = label.split([',', ':']).next().unwrap_or(label);
    short.strip_prefix("X-Y ").unwrap_or(short)
}

/// A name with another algorithm in place of the one of before, or without any.
fn with_algorithm(name: &str, before: &FabricScene, label: Option<&str>) -> String {
    let algorithm = before.kind.algorithm();
    let id = algorithm.id();
    let of_id = id.trim_end_matches("-xy").replace('-', " ");
    let other = OTHER_NAMES.iter().filter(|(known, _)| *known == id).map(|(_, other)| (*other).to_owned());
    let names = other.chain([short_label(algorithm.label()).to_lowercase(), of_id]);
    let lower = name.to_lowercase();
    // Where lower case has other lengths, places would not be those of the name.
    let Some((at, length)) = names.filter(|_| lower.len() == name.len()).find_map(|known| find_phrase(&lower, &known))
    else {
        return name.to_owned();
    };
    let (start, end) = (&name[..at], &name[at + length..]);
    let Some(label) = label else {
        return format!("{}{}", start.trim_end().trim_end_matches(','), end).trim_start_matches([',', ' ']).to_owned();
    };
    if start.is_empty() {
        return crate::units::capitalised(label) + end;
    }
    // `WSE-3 chain` becomes `WSE-3, stars into the centre and back`.
    let joint = if label.contains(' ') && !start.trim_end().ends_with(',') { ", " } else { " " };
    format!("{}{joint}{label}{end}", start.trim_end())
}

/// Where words stand in a text, whole or as a plural, and their length.
fn find_phrase(text: &str, words: &str) -> Option<(usize, usize)> {
    text.match_indices(words).find_map(|(at, _)| {
        let end = &text[at + words.len()..];
        let plural = usize::from(end.starts_with('s'));
        let is_whole =
            !text[..at].ends_with(char::is_alphanumeric) && !end[plural..].starts_with(char::is_alphanumeric);
        is_whole.then_some((at, words.len() + plural))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{BUNDLED, BundledScene, Setting, menu};

    /// Title, claim and names of a bundled scene after settings.
    fn after(scene: &str, settings: &[&str]) -> (String, String, Vec<String>) {
        let catalog = Catalog::bundled().expect("the catalog");
        let is_named = |bundled: &&BundledScene| bundled.file == format!("{scene}.ron");
        let document = menu().find(is_named).expect("a scene").load(&catalog).unwrap_or_else(|found| panic!("{found}"));
        let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
        let changed = document.with(&settings, &catalog).unwrap_or_else(|found| panic!("{found}"));
        let names = changed.scene.fabrics.iter().map(|fabric| fabric.name.clone()).collect();
        assert_eq!(changed.file.title, changed.scene.title);
        (changed.scene.title, changed.scene.claim.unwrap_or_default(), names)
    }

    #[test]
    fn numbers_in_title_claim_and_names_follow() {
        let (title, claim, _) = after("claims/ring-1024-1gib", &["workload.message=64MiB"]);
        assert_eq!(title, "1,024 ranks and 64 MiB: ring or double binary tree");
        assert_eq!(claim, "With 64 MiB a ring of 1,024 is bound by bytes, not by steps.");
        let (title, claim, _) = after("claims/ring-1024-1gib", &["workload.replicas=512"]);
        assert_eq!(title, "512 ranks and 1 GiB: ring or double binary tree");
        assert_eq!(claim, "With 1 GiB a ring of 512 is bound by bytes, not by steps.");
        let (title, _, _) = after("cluster", &["fabrics.0.nodes=8", "workload.replicas=64"]);
        assert_eq!(title, "Out of the box: eight H100 nodes over InfiniBand, 64 strips on a wafer");
        let (title, _, _) = after("too-big", &["workload.message=1GiB", "workload.replicas=4"]);
        assert_eq!(title, "Too big for one wafer: four replicas of 1 GiB");
        let (title, _, names) = after("months", &["fabrics.0.nodes=64"]);
        assert_eq!((title.as_str(), names[0].as_str()), ("Months of training: how much of it is network?", "512 H100"));
        assert_eq!(names[1], "215 CS-3");
        let (_, claim, names) = after("claims/months-405b", &["fabrics.0.nodes=1024"]);
        assert_eq!(names[0], "8,192 H100, software of 2024");
        assert!(claim.contains("16,384 H100") || claim.contains("8,192 H100"), "{claim}");
    }

    #[test]
    fn a_name_has_the_algorithm_of_now() {
        let first = |scene: &str, settings: &[&str], place: usize| after(scene, settings).2[place].clone();
        assert_eq!(
            first("claims/scalar-8-gpus", &["fabrics.0.algorithm=centre-rooted"], 0),
            "WSE-3, stars into the centre and back"
        );
        assert_eq!(first("rack", &["fabrics.0.algorithm=nvls"], 0), "NVL72, NVLS");
        assert_eq!(first("rack", &["fabrics.1.algorithm=auto"], 1), "NVL72");
        assert_eq!(
            first("claims/ring-1024-1gib", &["fabrics.0.algorithm=double-binary-tree"], 0),
            "Double binary tree"
        );
        assert_eq!(first("pod", &["fabrics.0.algorithm=ring"], 0), "Ring");
        assert_eq!(first("claims/one-slow-nic", &["fabrics.2.algorithm=hierarchical"], 2), "Hierarchical, all NICs");
        assert_eq!(first("rack", &["fabrics.0.algorithm=nvls", "fabrics.0.name=Mine"], 0), "Mine");
        assert_eq!(first("rack", &["workload.message=1MiB"], 0), "NVL72, ring");
    }

    #[test]
    fn texts_stay_where_nothing_that_they_tell_has_changed() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in menu().chain(&BUNDLED) {
            let document = scene.load(&catalog).unwrap_or_else(|found| panic!("{found}"));
            let seed = Setting { path: "workload.seed".to_owned(), value: "7".to_owned() };
            let Ok(changed) = document.with(&[seed], &catalog) else { continue };
            assert_eq!((&changed.file.title, &changed.file.claim), (&document.file.title, &document.file.claim));
            let names = |document: &SceneDocument| {
                document.scene.fabrics.iter().map(|fabric| fabric.name.clone()).collect::<Vec<_>>()
            };
            assert_eq!(names(&changed), names(&document));
        }
    }
}
