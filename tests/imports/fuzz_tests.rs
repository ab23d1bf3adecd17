//! Damaged, huge and hostile files: a result or a refusal with a place, in bounded time and memory.

use std::io::Write;

use fabricscope::import::Place;

use crate::support::{read, sample};

/// A generator of numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Every refusal says something and what to do.
fn ends_well(bytes: &[u8]) {
    if let Err(error) = read(bytes) {
        assert!(!error.problem.is_empty() && !error.hint.is_empty(), "{error:?}");
    }
}

#[test]
fn flips_cuts_and_joins_end_in_a_result_or_a_refusal() {
    let mut numbers = Numbers(7);
    for entry in std::fs::read_dir("tests/samples").expect("the samples") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a sample");
        let large = bytes.len() > 50_000;
        for round in 0..if large { 12 } else { 60 } {
            let mut damaged = bytes.clone();
            match round % 4 {
                0 => damaged.truncate(numbers.below(bytes.len())),
                1 => {
                    for _ in 0..1 + numbers.below(8) {
                        let at = numbers.below(damaged.len());
                        damaged[at] ^= 1 << numbers.below(8);
                    }
                }
                2 => {
                    let at = numbers.below(bytes.len());
                    let end = (at + numbers.below(200)).min(bytes.len());
                    damaged.drain(at..end);
                }
                _ => {
                    let at = numbers.below(bytes.len());
                    let copy = damaged[at..(at + numbers.below(400)).min(bytes.len())].to_vec();
                    let to = numbers.below(damaged.len());
                    damaged.splice(to..to, copy);
                }
            }
            ends_well(&damaged);
        }
    }
}

#[test]
fn a_gzip_file_is_read_as_its_content_and_a_cut_one_is_refused() {
    let plain = sample("a100-8gpu-17nic.txt");
    let packed = gzip(&plain);
    assert_eq!(read(&packed).expect("gzip"), read(&plain).expect("plain"));
    for end in 2..packed.len() {
        ends_well(&packed[..end]);
    }
    let error = read(&packed[..packed.len() / 2]).expect_err("cut");
    assert!(error.problem.contains("gzip"), "{error}");
}

#[test]
fn a_gzip_bomb_is_stopped_by_its_ratio() {
    let bomb = gzip(&vec![b' '; 16 << 20]);
    assert!(bomb.len() < 200_000);
    let error = read(&bomb).expect_err("a bomb");
    assert!(error.problem.contains("200 times") || error.problem.contains("empty"), "{error}");
}

#[test]
fn deep_wide_and_hostile_xml_is_refused_with_its_line() {
    let deep = format!("<system version=\"1\">\n{}", "<pci>".repeat(1_000_000));
    let error = read(deep.as_bytes()).expect_err("deep");
    assert_eq!(error.place, Place::Line(2), "{error}");
    let wide = format!("<system version=\"1\">\n{}", "<pci/>\n".repeat(70_000));
    assert!(read(wide.as_bytes()).expect_err("wide").problem.contains("65,536"));
    // Entities are not expanded, so they cannot grow.
    let lol: String = (1..40).map(|at| format!("<!ENTITY l{at} \"&l{0};&l{0};\">", at - 1)).collect();
    let entities = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE system [<!ENTITY l0 \"ha\">{lol}]>\n<system version=\"1\">&l39;</system>"
    );
    assert!(read(entities.as_bytes()).expect_err("no GPU").problem.contains("no GPU"));
    let cut = "<system version=\"1\">\n<cpu>\n<pci busid=\"1\">\n";
    let error = read(cut.as_bytes()).expect_err("cut");
    assert!(error.problem_with_place().contains("ends inside <pci>, which begins in line 3"), "{error}");
    let endless = "GPU0 ".repeat(2_000_000);
    ends_well(endless.as_bytes());
    ends_well("\t".repeat(10_000_000).as_bytes());
}

#[test]
fn deep_json_is_refused_or_skipped_in_bounded_memory() {
    for deep in ["[".repeat(1_000_000), "{\"a\":".repeat(1_000_000)] {
        let skipped = format!("{{\"schemaVersion\": 1, \"other\": {deep}");
        let event = format!("{{\"schemaVersion\": 1, \"traceEvents\": [{{\"ph\": {deep}");
        for text in [skipped, event] {
            let error = read(text.as_bytes()).expect_err("deep");
            assert!(error.problem.contains("JSON"), "{error}");
        }
    }
}

#[test]
fn known_forms_that_are_not_supported_are_refused_by_name() {
    for (text, name) in [
        (&b"<?xml version=\"1.0\"?><topology version=\"2.0\"/>"[..], "hwloc"),
        (b"\x80\x02}q\x00(X\x07\x00\x00\x00versionq\x01", "pickle"),
        (b"{\"schema\": \"1.1.0\", \"nodes\": [", "execution trace"),
        (b"{\"version\": \"2.4\", \"pg_config\": {}, \"entries\": []}", "flight recorder"),
        (b"[\n{\"name\": \"Group API\", \"cat\": \"GROUP_API\", \"ph\": \"b\"}", "example profiler"),
        (b"infrastructure:\n  devices:\n", "InfraGraph"),
        (b"======== ROCm System Management Interface ========\nGPU0 0 15", "rocm-smi"),
    ] {
        let error = read(text).expect_err("refused");
        assert!(error.problem.contains(name), "{error}");
    }
    let error = read(b"hello").expect_err("unknown");
    assert!(error.hint.contains("nvidia-smi topo -m"), "{error}");
}
