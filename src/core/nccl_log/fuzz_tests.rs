//! Fuzz tests: reading a damaged log ends with plausible rows or an error.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::path::Path;

use super::form_tests::{BUSBW_ONLY, COMMAS, COPIES, CSV, DOCKER, GLUED, RECORDS};
use super::log_tests::ALL;
use super::{MAX_LOG_ROWS, Operation, load_log, read_log};

/// Flips bytes, and drops, repeats, cuts or joins lines.
fn damage(random: &mut Pcg64Mcg, text: &str) -> String {
    let mut lines: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
    for _ in 0..random.random_range(1..12) {
        if lines.is_empty() {
            break;
        }
        let at = random.random_range(0..lines.len());
        let length = lines[at].len();
        match random.random_range(0..7) {
            0 if length > 0 => lines[at][random.random_range(0..length)] ^= 1 << random.random_range(0..8),
            1 if length > 0 => {
                let odd = b"0-9.,:#[]{}|eEnNaA/ \t\r\x1b\x00\xc3\xff\"";
                lines[at][random.random_range(0..length)] = odd[random.random_range(0..odd.len())];
            }
            2 => drop(lines.remove(at)),
            3 => lines.insert(random.random_range(0..lines.len()), lines[at].clone()),
            4 => lines[at].truncate(random.random_range(0..length + 1)),
            5 => {
                let rest = lines[at].split_off(random.random_range(0..length + 1));
                lines.insert(at + 1, rest);
            }
            _ if at + 1 < lines.len() => {
                let next = lines.remove(at + 1);
                lines[at].extend(next);
            }
            _ => lines.truncate(at + 1),
        }
    }
    String::from_utf8_lossy(&lines.join(&b'\n')).into_owned()
}

#[test]
fn damaged_logs_give_rows_or_an_error() {
    let (mut read, mut refused) = (0, 0);
    let forms = [BUSBW_ONLY, COMMAS, COPIES, CSV, DOCKER, GLUED, RECORDS];
    let all: Vec<&str> = ALL.into_iter().chain(forms).collect();
    for seed in 0..10_000 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let text = damage(&mut random, all[seed as usize % all.len()]);
        match read_log("damaged", &text) {
            Ok(log) => {
                read += 1;
                let rows: Vec<_> = log.runs.iter().flat_map(|run| &run.rows).collect();
                assert!((1..=MAX_LOG_ROWS).contains(&rows.len()), "seed {seed}");
                for row in rows {
                    let time = row.time_s(Operation::default(), 8).unwrap_or(f64::NAN);
                    assert!(row.message_bytes > 0 && time.is_finite() && time > 0.0, "seed {seed}: {row:?}");
                }
            }
            Err(error) => {
                refused += 1;
                assert!(!error.problem.is_empty() && !error.hint.is_empty(), "seed {seed}");
                let lines = text.lines().count();
                assert!(error.line.is_none_or(|line| (1..=lines.max(1)).contains(&line)), "seed {seed}: {error}");
            }
        }
    }
    // Most damage costs a row or two, not the log.
    assert!(read > 5_000 && refused > 100, "{read} read, {refused} refused");
}

#[test]
fn long_and_deep_logs_come_to_an_end() {
    // What could take longer than linear: many open rows, headers, devices, one endless line, nested JSON.
    let rank = |n: usize| format!("#  Rank {n} Group {} Pid 1 on host{n} device 0 [0] name{n}\n", n % 7);
    let header = "# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n";
    let open = |n: usize| format!("n{n}: 8 2 float sum -1\n");
    let many: [String; 6] = [
        (0..20_000).map(|n| format!("{}{header}", rank(n))).collect(),
        (0..20_000).map(|n| format!("{}{header}", open(n))).collect(),
        (0..20_000).map(|n| open(n) + "75.38 0.05\n").collect(),
        "8 2 float sum -1 ".repeat(100_000),
        format!("{}\n", "[1,0]<stdout>:".repeat(200_000)),
        format!("{{\"results\":{}", "[".repeat(1 << 20)),
    ];
    for text in many {
        // Anything slower than linear would not end within the patience of a test run.
        let ended = read_log("long", &text).map(|log| log.runs.iter().map(|run| run.rows.len()).sum::<usize>());
        assert!(ended.is_err() || ended.is_ok_and(|rows| rows > 0), "{} bytes", text.len());
    }
}

/// Reads every file of the folder that `FABRICSCOPE_LOGS` names, and prints how many rows each gave.
#[test]
fn a_folder_of_real_logs_is_read_whole() {
    let Some(folder) = std::env::var_os("FABRICSCOPE_LOGS") else {
        println!("skipped: FABRICSCOPE_LOGS names no folder of logs");
        return;
    };
    let mut paths: Vec<_> = std::fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let log = load_log(Path::new(&path)).unwrap_or_else(|error| panic!("{error}"));
        let text = std::fs::read_to_string(&path).expect("just read");
        // Every line that is not a comment is a row.
        let seen = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).count();
        let [run] = log.runs.as_slice() else { panic!("{} runs", log.runs.len()) };
        let halves = run.rows.iter().filter(|row| row.in_place_s.is_some()).count();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        println!("{name}: {} rows ({halves} in place), {:?} ranks, {:?}", run.rows.len(), run.ranks, log.notes);
        assert_eq!(run.rows.len(), seen, "{name}");
        let bare: String = text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        let by_bandwidths = read_log("bare", &bare).ok().and_then(|bare| bare.runs.first()?.ranks);
        println!("    without its header: {by_bandwidths:?} ranks");
        assert!(by_bandwidths.is_none() || by_bandwidths == run.ranks, "{name}");
    }
}
