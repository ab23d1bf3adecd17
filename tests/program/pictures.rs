//! Pictures of every layout and every zoom level, compared with those in `tests/golden/pictures/`.
//!
//! `FABRICSCOPE_BLESS=1 cargo test --test pictures` replaces the expected pictures that are missing or differ. The page
//! `report.html` beside the drawn pictures shows expected, drawn and difference.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod graphics;
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

/// Small pictures at half a pixel per point, so that text is drawn as well.
const SIZE: [&str; 4] = ["--size", "640x360", "--scale", "0.5"];
/// A pixel differs if one of its channels differs by more than this.
const LEVEL: u8 = 40;
/// Share of the pixels that may differ, because antialiasing depends on the driver.
const MAX_SHARE: f64 = 0.01;

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
    if graphics::is_missing("pictures", &output) {
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    Some(image::open(&path).expect("a picture").to_rgb8())
}

/// The difference of two pictures.
struct Difference {
    /// Pixels that differ are bright.
    picture: RgbImage,
    /// Share of the pixels that differ.
    share: f64,
}

impl Difference {
    fn new(expected: &RgbImage, drawn: &RgbImage) -> Difference {
        let mut picture = RgbImage::new(drawn.width(), drawn.height());
        let mut count = 0_u32;
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let (a, b) = (expected.get_pixel(x, y).0, drawn.get_pixel(x, y).0);
            let largest = (0..3).map(|channel| a[channel].abs_diff(b[channel])).max().unwrap_or(0);
            let differs = largest > LEVEL;
            count += u32::from(differs);
            pixel.0 = if differs { [255, 80, 60] } else { [largest, largest, largest] };
        }
        Difference { picture, share: f64::from(count) / f64::from(drawn.width() * drawn.height()) }
    }
}

/// Compares a drawn picture with the expected one. Returns the problem, if any, and adds a row to the report.
fn compare(name: &str, arguments: &str, drawn: &RgbImage, paths: &Paths, report: &mut String) -> Result<(), String> {
    let expected = match image::open(&paths.expected) {
        Ok(expected) => expected.to_rgb8(),
        Err(error) => return Err(format!("{name}: {}: {error}", paths.expected.display())),
    };
    if expected.dimensions() != drawn.dimensions() {
        return Err(format!("{name}: {:?} pixels, expected {:?}", drawn.dimensions(), expected.dimensions()));
    }
    let Difference { picture, share } = Difference::new(&expected, drawn);
    picture.save(paths.folder.join(format!("{name}-difference.png"))).expect("the difference is saved");
    let verdict = if share > MAX_SHARE { "differs" } else { "equal" };
    let _ = writeln!(
        report,
        "<h2>{name}: {verdict}, {:.3} %</h2><p><code>fabricscope render {arguments}</code></p>\
         <p><img src=\"{}\"> <img src=\"{name}.png\"> <img src=\"{name}-difference.png\"></p>",
        100.0 * share,
        paths.expected.display()
    );
    if share > MAX_SHARE { Err(format!("{name}: {:.2} % of the pixels differ", 100.0 * share)) } else { Ok(()) }
}

/// Where the pictures are.
struct Paths {
    /// The folder of the drawn pictures.
    folder: PathBuf,
    expected: PathBuf,
}

#[test]
fn every_layout_and_zoom_level_looks_as_expected() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let golden = root().join("tests/golden/pictures");
    let bless = std::env::var_os("FABRICSCOPE_BLESS").is_some();
    let mut rows = String::new();
    let mut problems = Vec::new();
    for (name, arguments) in PICTURES {
        let Some(drawn) = render(name, arguments, &folder) else { return };
        let paths = Paths { folder: folder.clone(), expected: golden.join(format!("{name}.png")) };
        let Err(problem) = compare(name, arguments, &drawn, &paths, &mut rows) else { continue };
        if bless {
            std::fs::create_dir_all(&golden).expect("a folder for expected pictures");
            std::fs::copy(folder.join(format!("{name}.png")), &paths.expected).expect("the picture is copied");
        } else {
            problems.push(problem);
        }
    }
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Pictures</title><style>body{{font:14px sans-serif;\
         background:#222;color:#eee}}img{{width:31%}}</style><h1>Expected, drawn, difference</h1>\n{rows}"
    );
    let report = folder.join("report.html");
    std::fs::write(&report, page).expect("the report is written");
    assert!(problems.is_empty(), "pictures differ, see {}:\n{}", report.display(), problems.join("\n"));
}

#[test]
fn a_difference_counts_pixels_above_the_level() {
    let black = RgbImage::new(10, 10);
    let mut other = black.clone();
    other.put_pixel(3, 4, image::Rgb([0, LEVEL + 1, 0]));
    other.put_pixel(5, 6, image::Rgb([LEVEL, 0, 0]));
    assert_eq!(Difference::new(&black, &other).share, 0.01);
}
