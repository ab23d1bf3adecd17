//! Texts of a log that may be shown: names of runs and devices, versions and types.
//!
//! A log holds hosts, users, paths and addresses, and any word of it may be one. So no text is searched for what must be
//! left out: only known words pass.

/// The longest name of a run, in bytes.
const MAX_RUN_NAME: usize = 60;

/// Words that people write above a table to tell runs apart. Each may be the whole name of a run.
pub(super) const HEADINGS: [&str; 14] = [
    "before", "after", "good", "bad", "old", "new", "baseline", "slow", "fast", "healthy", "degraded", "expected",
    "broken", "fixed",
];

/// The other words of such lines.
const RUN_WORDS: &str = " a all allgather allreduce alltoall acs algbw algo algorithm and at b bandwidth bare bfloat16 bf16 broadcast \
    bus busbw by c cable cables case channel channels cluster cold collnet comparison config configuration container cta ctas cuda \
    d default direct disable disabled docker double driver edr efa enable enabled ethernet fix firmware first float fp16 fp8 from full \
    gather gdr gpu gpudirect gpus half hdr ib ideal idle in infiniband int8 iommu is large last latency ll ll128 load loaded log \
    mem memory message metal mpi multi nccl ndr net network nic nics no node nodes not nvidia nvlink nvls nvlstree nvswitch of off on \
    one only or out output p2p pat patch pcie perf performance pfc place plugin problem proto protocol rail rails rank ranks rate \
    rccl rdma reboot reduce reducescatter reference result results ring rings roce run runs scatter second sendrecv setup shm sharp simple \
    single size slurm small socket spine stress switch table tcp test tests the third three time times to tree trees tuned tuning two \
    ucx update upgrade usual v value version vm vs warm was with without x xdr ";

/// Units of numbers in such lines.
const UNITS: [&str; 17] =
    ["", "b", "k", "kb", "kib", "m", "mb", "mib", "g", "gb", "gib", "t", "gbps", "us", "ms", "s", "%"];

/// Words in the names of GPUs beside their model.
const DEVICE_WORDS: [&str; 22] = [
    "NVIDIA",
    "AMD",
    "Instinct",
    "Tesla",
    "Quadro",
    "GeForce",
    "RTX",
    "GTX",
    "TITAN",
    "Radeon",
    "Graphics",
    "Device",
    "PCIe",
    "PCIE",
    "NVL",
    "AC",
    "OAM",
    "Ti",
    "SUPER",
    "Ada",
    "Generation",
    "Superchip",
];

/// What the model of a GPU, its form and its memory begin with, before a number.
const MODEL_LETTERS: [&str; 18] =
    ["", "A", "B", "H", "L", "P", "V", "T", "K", "M", "GB", "GH", "GTX", "RTX", "MI", "SXM", "HBM", "PG"];

/// The name of a run: a heading or the name of a column, if all its words are known; otherwise the words of it that tell runs
/// apart (`BAD` of `BAD node17`); `None` if it has none.
pub(super) fn run_name(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(':').trim();
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(['(', ')', '[', ']', ',', ':', '.', '"', '\''])).collect();
    if text.is_empty() || text.len() > MAX_RUN_NAME {
        return None;
    }
    if words.iter().all(|word| describes_a_run(word)) {
        return Some(text.to_owned());
    }
    let told_apart = words.into_iter().filter(|word| HEADINGS.iter().any(|known| word.eq_ignore_ascii_case(known)));
    let name = told_apart.collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

fn describes_a_run(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let known = |part: &str| HEADINGS.contains(&part) || RUN_WORDS.contains(&format!(" {part} "));
    // `in-place`, `Mem-stress`; a number makes a name of a host of it (`node-17`).
    let joined = |part: &str| known(part) && !part.is_empty();
    lower.split(['-', '_', '/', '=']).all(joined)
        || matches!(lower.as_str(), "" | "-" | "=" | "&" | "+")
        || is_quantity(&lower)
        || is_machine(word)
}

/// `H100`, `A100-SXM4-80GB`; a letter and two digits (`B17`) may be a place in a room.
fn is_machine(word: &str) -> bool {
    let model = word.split('-').next().unwrap_or(word);
    let digits = model.bytes().filter(u8::is_ascii_digit).count();
    model.starts_with(|c: char| c.is_ascii_alphabetic())
        && (digits >= 3 || ["H20", "L40", "L40S", "GB10"].contains(&model))
        && describes_a_device(word)
}

/// `8`, `2.26.2`, `2x8`, `64MiB`, `50 %`; an address has four numbers.
fn is_quantity(word: &str) -> bool {
    let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | 'x'))).unwrap_or(word.len());
    let Some((number, unit)) = word.split_at_checked(end) else { return false };
    let groups: Vec<&str> = number.split(['.', ',', 'x']).collect();
    groups.len() <= 3 && groups.iter().all(|group| !group.is_empty()) && UNITS.contains(&unit)
}

/// The name of a GPU, up to its first word that no GPU has (`NVIDIA H100` of `NVIDIA H100 node17`). Empty if it names no
/// model, and `an unknown device` if all that it names is unknown.
pub(super) fn device_name(name: &str) -> String {
    let known: Vec<&str> = name.split_whitespace().take_while(|word| describes_a_device(word)).collect();
    let has_model = |words: &[&str]| words.iter().any(|word| word.contains(|c: char| c.is_ascii_digit()));
    match known.as_slice() {
        known if has_model(known) => known.join(" "),
        _ if has_model(&name.split_whitespace().collect::<Vec<_>>()) => "an unknown device".to_owned(),
        _ => String::new(),
    }
}

fn describes_a_device(word: &str) -> bool {
    let is_model = |part: &str| {
        let letters = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let (number, suffix) = (letters.trim_start_matches(|c: char| !c.is_ascii_digit()), &part[letters.len()..]);
        let prefix = &letters[..letters.len() - number.len()];
        MODEL_LETTERS.contains(&prefix)
            && (1..=4).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && suffix.len() <= 2
            && suffix.chars().all(|c| c.is_ascii_alphabetic())
    };
    !word.is_empty() && word.split('-').all(|part| DEVICE_WORDS.contains(&part) || is_model(part))
}

/// A version such as `2.26.2+cuda12.8`, without what else a build may add to it; `None` for an address.
pub(super) fn version(text: &str) -> Option<String> {
    let numbers = |text: &str| text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(numbers(text))?;
    let groups = number.split('.').count();
    if !(2..=3).contains(&groups) || number.split('.').any(|group| group.is_empty() || group.len() > 3) {
        return None;
    }
    let cuda = rest.strip_prefix("+cuda").and_then(|cuda| cuda.get(..numbers(cuda))).filter(|cuda| !cuda.is_empty());
    Some(cuda.map_or(number.to_owned(), |cuda| format!("{number}+cuda{cuda}")))
}

/// The name of a type of elements, or `unknown` if no type has such a name.
pub(super) fn element(text: &str) -> &str {
    let letters = ["float", "int", "uint", "bfloat", "bf", "fp", "f", "half", "double", "char", "complex"];
    let is_type = |letters: &str| {
        let rest = text.strip_prefix(letters);
        rest.is_some_and(|rest| {
            rest.len() <= 8 && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | 'e' | 'm'))
        })
    };
    if text.is_empty() || letters.into_iter().any(is_type) { text } else { "unknown" }
}

/// A value that stands where a number belongs, if it is a kind of number (`nan`, `1e999`); otherwise `a text`.
pub(super) fn odd_number(text: &str) -> &str {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | 'e' | 'E');
    let names = ["nan", "-nan", "inf", "-inf", "infinity", "-infinity"];
    let short = text.len() <= 24;
    let known = text.chars().all(is_number) || names.iter().any(|name| text.eq_ignore_ascii_case(name));
    if short && known && text.split('.').count() <= 2 { text } else { "a text" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_runs_hold_no_host_user_path_or_address() {
        for (text, name) in [
            ("BAD RESULTS", Some("BAD RESULTS")),
            ("Mem-stress", Some("Mem-stress")),
            (
                "after the driver update (NCCL 2.26.2, 2x8 GPUs)",
                Some("after the driver update (NCCL 2.26.2, 2x8 GPUs)"),
            ),
            ("H100 with NCCL_ALGO=Ring", Some("H100 with NCCL_ALGO=Ring")),
            ("8 nodes, 64 GPUs", Some("8 nodes, 64 GPUs")),
            ("BAD node17", Some("BAD")),
            ("before alice", Some("before")),
            ("node-17", None),
            ("gpu-node-17.cluster.example.com", None),
            ("alice", None),
            ("alice@login01", None),
            ("10.0.0.17", None),
            ("/home/alice/logs", None),
            ("dgx01", None),
            ("B17", None),
            ("node/17", None),
            ("DGX01", None),
            ("fe80::1ff:fe23:4567:890a", None),
            ("", None),
        ] {
            assert_eq!(run_name(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn names_of_devices_end_before_the_first_word_that_no_gpu_has() {
        for name in [
            "NVIDIA H100 80GB HBM3",
            "NVIDIA A100-SXM4-80GB",
            "A100-SXM4-40GB",
            "NVIDIA H100 NVL",
            "NVIDIA H100 PCIe",
            "NVIDIA H20-3e",
            "NVIDIA L40S",
            "NVIDIA B300 SXM6 AC",
            "NVIDIA GB200",
            "AMD Instinct MI300X",
            "Tesla V100-SXM2-16GB",
            "NVIDIA RTX 6000 Ada Generation",
            "NVIDIA GeForce RTX 4090",
        ] {
            assert_eq!(device_name(name), name);
        }
        assert_eq!(device_name("NVIDIA H100 80GB HBM3 node17 alice"), "NVIDIA H100 80GB HBM3");
        assert_eq!(device_name("login01.example.com NVIDIA H100"), "an unknown device");
        assert_eq!(device_name("NVIDIA"), "");
    }

    #[test]
    fn versions_types_and_odd_numbers_are_what_they_seem() {
        assert_eq!(version("2.26.2+cuda12.8").as_deref(), Some("2.26.2+cuda12.8"));
        assert_eq!(version("2.19.3-alice@node17").as_deref(), Some("2.19.3"));
        assert_eq!(version("10.0.0.17"), None);
        assert_eq!(
            (element("f8e4m3"), element("bfloat16"), element("alice"), element("")),
            ("f8e4m3", "bfloat16", "unknown", "")
        );
        assert_eq!((odd_number("-NaN"), odd_number("node17"), odd_number("10.0.0.17")), ("-NaN", "a text", "a text"));
    }
}
