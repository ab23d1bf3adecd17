//! Texts after a change: the title, the claim and the names of a scene tell the size of its message, how many replicas, nodes and chips
//! there are, and names tell by which algorithm they sum. After a change of those they would be false. A title or a name that tells
//! hardware which is gone gives way to one that is made of the hardware of now.
//!
//! Texts are always made from those that an author has written, with the figures for which they were written. So a change and its
//! reversal give the text of before, whatever lay between them.

use super::algorithm::{AUTO, NCCL_TABLE};
use super::fabric_kind::FabricKind;
use super::hardware_words::HardwareWords;
use super::resolved_scene::Scene;
use super::schema::SceneFile;
use crate::units::{capitalised, grouped};

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
/// Nouns that count replicas, nodes, and chips.
const REPLICAS: [&str; 3] = ["replicas", "ranks", "strips"];
const NODES: [&str; 2] = ["nodes", "boxes"];
const CHIPS: [&str; 3] = ["gpus", "chips", "wafers"];

/// The texts of a scene as an author has written them.
#[derive(Clone, Debug, Default)]
pub struct WrittenTexts {
    title: Written<String>,
    claim: Written<Option<String>>,
    names: Vec<Written<String>>,
}

/// A text, and the figures for which it was written.
#[derive(Clone, Debug, Default)]
struct Written<T> {
    text: T,
    figures: Figures,
}

impl WrittenTexts {
    /// The texts of a scene that an author has written whole.
    pub(super) fn new(file: &SceneFile, scene: &Scene) -> WrittenTexts {
        let figures = Figures::new(file, scene);
        let name = |fabric: &super::schema::FabricFile| Written { text: fabric.name.clone(), figures: figures.clone() };
        WrittenTexts {
            title: Written { text: file.title.clone(), figures: figures.clone() },
            names: file.fabrics.iter().map(name).collect(),
            claim: Written { text: file.claim.clone(), figures },
        }
    }

    /// The texts after a change. What the change itself has set was written now.
    pub(super) fn after(&self, before: &SceneFile, after: (&SceneFile, &Scene)) -> WrittenTexts {
        let mut written = WrittenTexts::new(after.0, after.1);
        if before.title == after.0.title {
            written.title = self.title.clone();
        }
        if before.claim == after.0.claim {
            written.claim = self.claim.clone();
        }
        // A fabric that was added or removed has moved the others.
        if before.fabrics.len() == after.0.fabrics.len() {
            let fabrics = before.fabrics.iter().zip(&after.0.fabrics);
            for ((name, old), (before, after)) in written.names.iter_mut().zip(&self.names).zip(fabrics) {
                if before.name == after.name {
                    *name = old.clone();
                }
            }
        }
        written
    }

    /// Puts the texts into a scene file of these figures.
    pub(super) fn update(&self, file: &mut SceneFile, scene: &Scene) {
        let now = Figures::new(file, scene);
        let whole = |figures: &Figures, text: &str| Update { before: figures, now: &now, fabric: None }.applied(text);
        file.claim = self.claim.text.as_deref().map(|text| whole(&self.claim.figures, text));
        for (place, (fabric, written)) in file.fabrics.iter_mut().zip(&self.names).enumerate() {
            let update = Update { before: &written.figures, now: &now, fabric: Some(place) };
            fabric.name = update.name(&written.text);
        }
        file.title = if now.has_lost_hardware_of(&self.title.figures, &self.title.text) {
            title_of(file, scene)
        } else {
            whole(&self.title.figures, &self.title.text)
        };
    }
}

/// What texts tell of a scene.
#[derive(Clone, Debug, Default, PartialEq)]
struct Figures {
    message: String,
    replicas: u32,
    is_training: bool,
    fabrics: Vec<FabricFigures>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct FabricFigures {
    machine: String,
    machine_name: String,
    /// The name of the network between nodes.
    network_name: Option<String>,
    words: HardwareWords,
    nodes: u32,
    chips: u32,
    /// Id and label of the algorithm; `None` if the scene leaves the choice to the program.
    algorithm: Option<(&'static str, &'static str)>,
}

impl Figures {
    fn new(file: &SceneFile, scene: &Scene) -> Figures {
        let training = scene.training.as_ref();
        let fabrics = scene.fabrics.iter().zip(&file.fabrics).enumerate().map(|(place, (fabric, file))| {
            let job = training.and_then(|training| training.fabrics.get(place)).map(|fabric| &fabric.job);
            let is_chosen = ![AUTO, NCCL_TABLE].contains(&file.algorithm.as_str());
            let algorithm = fabric.kind.algorithm();
            FabricFigures {
                machine: file.machine.clone(),
                machine_name: fabric.kind.machine_name().to_owned(),
                network_name: match &fabric.kind {
                    FabricKind::Chips(chips) => chips.network.as_ref().map(|network| network.name.clone()),
                    FabricKind::Wafer(_) | FabricKind::Wafers(_) => None,
                },
                words: HardwareWords::new(&fabric.kind),
                nodes: job.map_or(fabric.nodes(), |_| u32::try_from(file.nodes).unwrap_or(u32::MAX)),
                chips: job.map_or(scene.replicas, crate::model::TrainingJob::chips),
                algorithm: is_chosen.then(|| (algorithm.id(), algorithm.label())),
            }
        });
        let message = scene.message.to_string();
        Figures { message, replicas: scene.replicas, is_training: training.is_some(), fabrics: fabrics.collect() }
    }

    /// Whether a text for the figures of before tells hardware that no fabric has any more.
    fn has_lost_hardware_of(&self, before: &Figures, text: &str) -> bool {
        let now: Vec<&HardwareWords> = self.fabrics.iter().map(|fabric| &fabric.words).collect();
        before.fabrics.iter().any(|fabric| fabric.words.are_stale_in(text, &now))
    }
}

impl FabricFigures {
    /// A name that tells the hardware: `HGX B200, RoCE 800G`.
    fn hardware_name(&self) -> String {
        let network = self.network_name.iter().map(|network| format!(", {network}")).collect::<String>();
        format!("{}{network}", self.machine_name)
    }
}

/// A title that tells the operation and the fabrics.
fn title_of(file: &SceneFile, scene: &Scene) -> String {
    let names: Vec<&str> = file.fabrics.iter().map(|fabric| fabric.name.as_str()).collect();
    let names = match names.as_slice() {
        [one, other] => format!("{one} against {other}"),
        names => names.join(", "),
    };
    match (&scene.training, scene.sequence()) {
        (None, None) => format!("{} of {}: {names}", capitalised(scene.collective().as_str()), scene.message),
        (Some(_), _) | (None, Some(_)) => names,
    }
}

/// From the figures of a text to those of now: of all fabrics, or for the name of one.
struct Update<'a> {
    before: &'a Figures,
    now: &'a Figures,
    fabric: Option<usize>,
}

impl Update<'_> {
    /// The name of a fabric now. One that tells hardware which the fabric does not have any more becomes that of its hardware.
    fn name(&self, name: &str) -> String {
        let of = |figures: &Figures| self.fabric.and_then(|fabric| figures.fabrics.get(fabric)).cloned();
        match (of(self.before), of(self.now)) {
            (Some(before), Some(now)) if before.words.are_stale_in(name, &[&now.words]) => now.hardware_name(),
            (Some(before), Some(now)) if before.machine != now.machine => name.to_owned(),
            _ => self.algorithm(&self.applied(name)),
        }
    }

    /// A text with the message and the numbers of now.
    fn applied(&self, text: &str) -> String {
        if self.before == self.now {
            return text.to_owned();
        }
        let text = self.message(text);
        let words: Vec<&str> = text.split(' ').collect();
        let updated = |(place, word): (usize, &&str)| {
            let next = words[place + 1..].iter().take(2).map(|word| bare(word).to_lowercase()).collect::<Vec<_>>();
            self.number(word, &next).unwrap_or_else(|| (*word).to_owned())
        };
        words.iter().enumerate().map(updated).collect::<Vec<_>>().join(" ")
    }

    /// The message of now wherever that of before stands. A training run has none.
    fn message(&self, text: &str) -> String {
        let (before, now) = (self.before.message.as_str(), self.now.message.as_str());
        if before == now || self.before.is_training || self.now.is_training {
            return text.to_owned();
        }
        let mut updated = String::new();
        let mut rest = 0;
        for (at, _) in text.match_indices(before) {
            let touches = |one: char| one.is_alphanumeric() || matches!(one, '.' | ',');
            let ends = |one: char| one.is_alphanumeric() || one == '/';
            if !text[..at].ends_with(touches) && !text[at + before.len()..].starts_with(ends) {
                updated += &text[rest..at];
                updated += now;
                rest = at + before.len();
            }
        }
        updated + &text[rest..]
    }

    /// What a number becomes before the next two words; `None` if it counts nothing that has changed.
    fn number(&self, word: &str, next: &[String]) -> Option<String> {
        let number = bare(word);
        let end = &word[number.len()..];
        let spelled = WORDS.iter().find(|(name, _)| number.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
        let digits = || number.replace(',', "").parse().ok().filter(|value: &u32| grouped((*value).into()) == number);
        let value = spelled.or_else(digits).filter(|_| end.is_empty())?;
        let now = self.counted(value, next).filter(|now| *now > 1)?;
        let as_word = spelled.and_then(|_| WORDS.iter().find(|(_, value)| *value == now)).map(|(name, _)| *name);
        let text = as_word.map_or_else(|| grouped(now.into()), str::to_owned);
        Some(if number.starts_with(char::is_uppercase) { capitalised(&text) } else { text })
    }

    /// What a number of before is now, by what it counts.
    fn counted(&self, value: u32, next: &[String]) -> Option<u32> {
        let (first, second) = (next.first()?.as_str(), next.get(1).map_or("", String::as_str));
        let is_machine =
            |word: &str| word.contains(|one: char| one.is_ascii_digit()) && word.contains(char::is_alphabetic);
        let is_name = first.starts_with(char::is_alphabetic);
        if REPLICAS.contains(&first) {
            // Of a training run they follow from how it is spread: no text tells them.
            let tells = !self.before.is_training && self.before.replicas == value;
            tells.then_some(self.now.replicas)
        } else if first == "x" || NODES.contains(&first) || is_name && NODES.contains(&second) {
            self.of_fabrics(value, |fabric| fabric.nodes)
        } else if CHIPS.contains(&first) || is_machine(first) || is_name && CHIPS.contains(&second) {
            self.of_fabrics(value, |fabric| fabric.chips)
        } else {
            None
        }
    }

    /// What a number of before is now, if it is so in all fabrics that had it.
    fn of_fabrics(&self, value: u32, figure: impl Fn(&FabricFigures) -> u32) -> Option<u32> {
        if self.before.fabrics.len() != self.now.fabrics.len() {
            return None;
        }
        let pairs = self.before.fabrics.iter().zip(&self.now.fabrics).enumerate();
        let of_scope = pairs.filter(|(place, _)| self.fabric.is_none_or(|fabric| fabric == *place));
        let had = of_scope.map(|(_, pair)| pair).filter(|(before, _)| figure(before) == value);
        let mut now = had.map(|(before, now)| (before.machine == now.machine).then(|| figure(now)));
        let first = now.next()??;
        now.all(|other| other == Some(first)).then_some(first)
    }

    /// A name with the algorithm of now, if it is one such as `NVL72, ring`, `WSE-3 chain` or `Ring, all NICs`.
    fn algorithm(&self, name: &str) -> String {
        let of = |figures: &Figures| self.fabric.and_then(|fabric| figures.fabrics.get(fabric)).cloned();
        let (Some(before), Some(now)) = (of(self.before), of(self.now)) else { return name.to_owned() };
        let Some((id, label)) = before.algorithm.filter(|_| before.algorithm != now.algorithm) else {
            return name.to_owned();
        };
        let label_now = now.algorithm.map(|(_, label)| short_label(label));
        // ASCII only: no letter of the name changes its length.
        let lower = name.to_ascii_lowercase();
        let found = names_of(id, label).find_map(|known| {
            let plural = known.clone() + "s";
            [plural, known].into_iter().find_map(|known| {
                let starts = lower.strip_prefix(&known).filter(|end| end.is_empty() || end.starts_with(','));
                let ends = lower.strip_suffix(&known).filter(|start| start.ends_with(' '));
                starts.map(|_| (0, known.len())).or(ends.map(|start| (start.len(), known.len())))
            })
        });
        let Some((at, length)) = found else { return name.to_owned() };
        let (start, end) = (name[..at].trim_end().trim_end_matches(','), &name[at + length..]);
        match (start.is_empty(), label_now) {
            (true, Some(label)) => capitalised(label) + end,
            (true, None) => now.machine_name + end,
            (false, Some(label)) => format!("{start}, {label}"),
            (false, None) => start.to_owned(),
        }
    }
}

/// A word without the signs behind it.
fn bare(word: &str) -> &str {
    word.trim_end_matches([',', ':', ';', '.'])
}

/// A label without its explanation: `NVLS, sum in the switch` is `NVLS`.
fn short_label(label: &'static str) -> &'static str {
    // Both halves of `NVLS inside, trees across` belong to the name.
    let short = if label.contains("across") { label } else { label.split([',', ':']).next().unwrap_or(label) };
    short.trim_start_matches("X-Y ")
}

/// What names call an algorithm, in lower case.
fn names_of(id: &str, label: &'static str) -> impl Iterator<Item = String> {
    let other = match id {
        "hierarchical" => Some("rings in rings"),
        "nvls-tree" => Some("nvls and trees"),
        _ => None,
    };
    let of_id = id.trim_end_matches("-xy").replace('-', " ");
    other.map(str::to_owned).into_iter().chain([short_label(label).to_ascii_lowercase(), of_id])
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;
    use crate::scene::{BundledScene, SceneDocument, Setting, menu, parse_scene};

    fn catalog() -> Catalog {
        Catalog::bundled().expect("the catalog")
    }

    fn scene(name: &str) -> SceneDocument {
        let is_named = |bundled: &&BundledScene| bundled.file == format!("{name}.ron");
        let found = menu().find(is_named).expect("a scene").load(&catalog());
        found.unwrap_or_else(|found| panic!("{found}"))
    }

    fn with(document: &SceneDocument, settings: &[&str]) -> SceneDocument {
        let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
        document.with(&settings, &catalog()).unwrap_or_else(|found| panic!("{found}"))
    }

    fn title(name: &str, settings: &[&str]) -> String {
        let changed = with(&scene(name), settings);
        assert_eq!(changed.file.title, changed.scene.title);
        changed.scene.title
    }

    fn name(scene_name: &str, settings: &[&str], place: usize) -> String {
        with(&scene(scene_name), settings).scene.fabrics[place].name.clone()
    }

    #[test]
    fn numbers_in_titles_and_claims_are_those_of_the_run() {
        let ring = "claims/ring-1024-1gib";
        assert_eq!(title(ring, &["workload.message=64MiB"]), "1,024 ranks and 64 MiB: ring or double binary tree");
        assert_eq!(title(ring, &["workload.replicas=512"]), "512 ranks and 1 GiB: ring or double binary tree");
        let claim = with(&scene(ring), &["workload.message=64MiB"]).scene.claim;
        assert_eq!(claim.as_deref(), Some("With 64 MiB a ring of 1,024 is bound by bytes, not by steps."));
        let cluster = "Out of the box: eight H100 nodes over InfiniBand, 64 strips on a wafer";
        assert_eq!(title("cluster", &["fabrics.0.nodes=8", "workload.replicas=64"]), cluster);
        let too_big = title("too-big", &["workload.message=1GiB", "workload.replicas=4"]);
        assert_eq!(too_big, "Too big for one wafer: four replicas of 1 GiB");
        let scalar = title("claims/scalar-64-gpus", &["workload.replicas=8"]);
        assert_eq!(scalar, "One scalar: 883,350 PEs of a wafer, or 8 GPUs in 8 nodes");
    }

    #[test]
    fn a_number_is_left_alone_where_another_fabric_still_has_it() {
        let months = scene("claims/months-405b");
        let both = with(&months, &["fabrics.0.nodes=1024"]);
        assert_eq!(both.scene.fabrics[0].name, "8,192 H100, software of 2024");
        assert_eq!(both.file.title, months.file.title, "B still has 16,384 H100");
        assert_eq!(name("months", &["fabrics.0.nodes=64"], 0), "512 H100");
        assert_eq!(name("months", &["fabrics.0.nodes=64"], 1), "215 CS-3");
    }

    #[test]
    fn a_name_has_the_algorithm_of_now() {
        let centre = name("claims/scalar-8-gpus", &["fabrics.0.algorithm=centre-rooted"], 0);
        assert_eq!(centre, "WSE-3, stars into the centre and back");
        assert_eq!(name("rack", &["fabrics.0.algorithm=nvls"], 0), "NVL72, NVLS");
        assert_eq!(name("rack", &["fabrics.1.algorithm=auto"], 1), "NVL72");
        let measured = ["fabrics.1.timing=measured", "fabrics.1.algorithm=nccl-table"];
        assert_eq!(name("rack", &measured, 1), "NVL72");
        assert_eq!(name("claims/ring-1024-1gib", &["fabrics.0.algorithm=double-binary-tree"], 0), "Double binary tree");
        assert_eq!(name("pod", &["fabrics.0.algorithm=nvls-tree"], 0), "NVLS inside, trees across");
        assert_eq!(name("claims/one-slow-nic", &["fabrics.2.algorithm=hierarchical"], 2), "Hierarchical, all NICs");
        assert_eq!(name("claims/one-slow-nic", &["fabrics.2.algorithm=auto"], 2), "DGX H100, all NICs");
        assert_eq!(name("rack", &["fabrics.0.algorithm=nvls", "fabrics.0.name=Mine"], 0), "Mine");
    }

    #[test]
    fn a_fabric_that_has_the_name_of_its_machine_keeps_it_so() {
        assert_eq!(name("first-look", &["fabrics.0.machine=dgx-h200"], 0), "DGX H200");
        assert_eq!(name("claims/one-slow-nic", &["fabrics.0.machine=dgx-h200"], 0), "All NICs");
    }

    #[test]
    fn what_tells_hardware_of_before_gives_way_to_the_hardware_of_now() {
        let (roce, b200) = ("fabrics.0.network=roce-800", "fabrics.0.machine=hgx-b200");
        assert_eq!(name("cluster", &[roce], 0), "DGX H100, RoCE 800G");
        assert_eq!(name("cluster", &[b200], 0), "HGX B200, InfiniBand NDR");
        assert_eq!(title("cluster", &[b200, roce]), "All-reduce of 256 MiB: HGX B200, RoCE 800G against WSE-3");
        // The title tells a family of chips.
        let box_of_h200 = title("first-look", &["fabrics.0.machine=dgx-h200"]);
        assert_eq!(box_of_h200, "All-reduce of 1 GiB: DGX H200 against WSE-3");
        let own =
            with(&scene("first-look"), &["title=Lecture 5", "fabrics.0.name=The box", "fabrics.0.machine=dgx-h200"]);
        assert_eq!((own.scene.title.as_str(), own.scene.fabrics[0].name.as_str()), ("Lecture 5", "The box"));
    }

    #[test]
    fn a_change_and_its_reversal_give_the_scene_of_before() {
        for (name, there, back) in [
            ("claims/scalar-64-gpus", "workload.replicas=8", "workload.replicas=64"),
            ("first-look", "workload.replicas=5", "workload.replicas=8"),
            ("claims/ring-1024-1gib", "workload.message=2GiB", "workload.message=1GiB"),
            ("months", "fabrics.0.nodes=64", "fabrics.0.nodes=128"),
            ("rack", "fabrics.0.algorithm=nvls", "fabrics.0.algorithm=ring"),
            ("rack", "fabrics.0.algorithm=auto", "fabrics.0.algorithm=ring"),
            ("cluster", "fabrics.0.network=roce-800", "fabrics.0.network=ib-ndr"),
            ("cluster", "fabrics.0.machine=hgx-b200", "fabrics.0.machine=dgx-h100"),
        ] {
            let document = scene(name);
            let changed = with(&document, &[there]);
            assert_ne!(changed, document, "{name}");
            // Not only at once: over other values, too.
            let over = with(&with(&changed, &["workload.seed=7"]), &["workload.seed=0"]);
            assert_eq!(with(&over, &[back]).file.title, document.file.title, "{name}");
            assert_eq!(with(&changed, &[back]), document, "{name}");
        }
    }

    #[test]
    fn what_an_author_writes_stays_until_a_figure_of_it_changes() {
        let named = with(&scene("rack"), &["title=72 ranks, 64 MiB", "workload.message=64MiB"]);
        assert_eq!(named.scene.title, "72 ranks, 64 MiB");
        assert_eq!(with(&named, &["workload.message=1MiB"]).scene.title, "72 ranks, 1 MiB");
        for title in ["Ⱥ ring—ẞ", "Links of 1 GiB/s", "8 of 8 NICs", "11 GiB", "8 replicas ".repeat(18).trim()] {
            let set = format!("title={title}");
            let changed = with(&with(&scene("first-look"), &[&set]), &["workload.message=2GiB", "workload.replicas=4"]);
            let expected =
                if title.len() > 100 { "4 replicas ".repeat(18).trim().to_owned() } else { title.to_owned() };
            assert_eq!(changed.file.title, expected);
        }
        let odd = with(&scene("rack"), &["fabrics.0.name=Ⱥ ring—ẞ"]);
        assert_eq!(with(&odd, &["fabrics.0.algorithm=nvls"]).scene.fabrics[0].name, "Ⱥ ring—ẞ");
        // A text that would be too long for a scene stays as it was.
        let long = format!("64 nodes {}", "x".repeat(191));
        let larger = ["fabrics.0.nodes=128", "fabrics.1.nodes=128", "workload.replicas=1024"];
        let grown = with(&with(&scene("pod"), &[&format!("title={long}")]), &larger);
        assert_eq!(grown.file.title, long);
        let text = grown.to_ron();
        assert!(parse_scene("again", &text, &catalog()).is_ok());
    }
}
