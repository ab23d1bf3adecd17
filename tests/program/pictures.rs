//! Pictures of every layout and of every step of the zoom, held against those in `tests/golden/pictures/`.
//!
//! `FABRICSCOPE_BLESS=1 cargo test --test pictures` takes what is drawn now as what is expected. Where they differ, the
//! page `report.html` beside the drawn pictures shows both and the difference.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use image::RgbImage;

use support::{program, root};

/// Pictures by name, with the arguments of `render`.
const PICTURES: &[(&str, &str)] = &[
    ("box-and-wafer", "scenes/first-look.ron --at 150us --no-panels"),
    ("box-and-wafer-light", "scenes/first-look.ron --at 150us --no-panels --theme light"),
    ("wafer-done", "scenes/first-look.ron --at 300us --no-panels"),
    ("wafer-dies", "scenes/first-look.ron --at 150us --no-panels --look 1:0.5,0.5,6"),
    ("wafer-grid", "scenes/first-look.ron --at 150us --no-panels --look 1:0.52,0.5,22"),
    ("wafer-pes", "scenes/first-look.ron --at 150us --no-panels --look 1:0.52,0.5,40"),
    ("wafer-cores", "scenes/first-look.ron --at 150us --no-panels --look 1:0.52,0.5,85"),
    ("wafer-routers", "scenes/first-look.ron --at 150us --no-panels --select 1:binding"),
    ("wafer-router", "scenes/first-look.ron --at 150us --no-panels --look 1:0.52,0.5,380"),
    ("wafer-east", "scenes/first-look.ron --at 150us --no-panels --show east --look 1:0.52,0.5,110"),
    ("wafer-east-since-start", "scenes/first-look.ron --at 150us --no-panels --show since-start,east"),
    (
        "wafer-ports-since-start",
        "scenes/bench/wafer-full.ron --at 30% --no-panels --show since-start --look 0:0.72,0.5,150",
    ),
    ("wafer-light", "scenes/first-look.ron --at 150us --no-panels --theme light --look 1:0.52,0.5,110"),
    ("wafer-part", "scenes/claims/ring-on-a-wafer.ron --at 40% --no-panels"),
    ("rack", "scenes/rack.ron --at 30% --no-panels"),
    ("rack-near", "scenes/rack.ron --at 30% --no-panels --look 0:0.2,0.3,4"),
    ("cluster", "scenes/cluster.ron --at 40% --no-panels"),
    ("cluster-near", "scenes/cluster.ron --at 40% --no-panels --look 0:0.2,0.7,4"),
    ("many-nodes", "scenes/cluster.ron --at 40% --no-panels --set fabrics.0.nodes=64 --set workload.replicas=64"),
    ("wafer-cluster", "scenes/too-big.ron --at 50% --no-panels"),
    ("rows", "scenes/row-patterns.ron --at 20% --no-panels"),
    ("torus", "scenes/bench/torus-64x64.ron --at 30% --no-panels"),
    ("mesh", "scenes/bench/mesh-16x16-snake.ron --at 30% --no-panels"),
    ("pod", "scenes/pod.ron --at 40% --no-panels"),
    ("sweep", "scenes/first-look.ron --at 16% --show sweep,algorithms"),
    ("what-if", "scenes/first-look.ron --at 40% --set fabrics.0.algorithm=ring --show before --no-panels"),
    ("matrix", "scenes/first-look.ron --at 150us --no-panels --show matrix"),
    ("classes", "scenes/cluster.ron --at 40% --show classes"),
];

/// Pixels, at half a pixel per point: words are there, but small.
const SIZE: [&str; 4] = ["--size", "640x360", "--scale", "0.5"];
/// A channel that differs by more than this differs.
const LEVEL: u8 = 40;
/// Most pixels that may: antialiasing is not the same everywhere.
const SHARE: f64 = 0.01;

fn render(name: &str, arguments: &str, folder: &Path) -> Option<RgbImage> {
    let path = folder.join(format!("{name}.png"));
    let output = program()
        .arg("render")
        .args(arguments.split(' '))
        .args(SIZE)
        .arg("-o")
        .arg(&path)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("no graphics adapter") && std::env::var_os("CI").is_none() {
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{name}: {said}");
    Some(image::open(&path).expect("a picture").to_rgb8())
}

/// Which pixels differ, bright, and their share.
fn difference(expected: &RgbImage, got: &RgbImage) -> (RgbImage, f64) {
    let mut picture = RgbImage::new(got.width(), got.height());
    let mut differ = 0_u32;
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (a, b) = (expected.get_pixel(x, y).0, got.get_pixel(x, y).0);
        let most = (0..3).map(|channel| a[channel].abs_diff(b[channel])).max().unwrap_or(0);
        let over = most > LEVEL;
        differ += u32::from(over);
        pixel.0 = if over { [255, 80, 60] } else { [most, most, most] };
    }
    (picture, f64::from(differ) / f64::from(got.width() * got.height()))
}

#[test]
fn every_layout_and_every_step_of_the_zoom_looks_as_expected() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let golden = root().join("tests/golden/pictures");
    let bless = std::env::var_os("FABRICSCOPE_BLESS").is_some();
    let mut rows = String::new();
    let mut wrong = Vec::new();
    for (name, arguments) in PICTURES {
        let Some(got) = render(name, arguments, &folder) else {
            eprintln!("SKIPPED: no graphics adapter");
            return;
        };
        let expected_path = golden.join(format!("{name}.png"));
        if bless {
            std::fs::create_dir_all(&golden).expect("a folder for expected pictures");
            std::fs::copy(folder.join(format!("{name}.png")), &expected_path).expect("a picture is copied");
            continue;
        }
        let expected = match image::open(&expected_path) {
            Ok(expected) => expected.to_rgb8(),
            Err(error) => {
                wrong.push(format!("{name}: {}: {error}", expected_path.display()));
                continue;
            }
        };
        assert_eq!(expected.dimensions(), got.dimensions(), "{name}");
        let (picture, share) = difference(&expected, &got);
        picture.save(folder.join(format!("{name}-difference.png"))).expect("a picture is saved");
        let verdict = if share > SHARE { "differs" } else { "alike" };
        if share > SHARE {
            wrong.push(format!("{name}: {:.2} % of the pixels", 100.0 * share));
        }
        let _ = writeln!(
            rows,
            "<h2>{name}: {verdict}, {:.3} %</h2><p><code>fabricscope render {arguments}</code></p>\
             <p><img src=\"{}\"> <img src=\"{name}.png\"> <img src=\"{name}-difference.png\"></p>",
            100.0 * share,
            expected_path.display()
        );
    }
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Pictures</title><style>body{{font:14px sans-serif;\
         background:#222;color:#eee}}img{{width:31%}}</style><h1>Expected, drawn, difference</h1>\n{rows}"
    );
    let report = folder.join("report.html");
    std::fs::write(&report, page).expect("the report is written");
    assert!(wrong.is_empty(), "pictures differ, see {}:\n{}", report.display(), wrong.join("\n"));
}
