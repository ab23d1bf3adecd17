//! `fabricscope render`: pictures made without a window, on whatever graphics there are (software Vulkan is enough).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use image::RgbImage;

use support::{program, root};

const GROUND: [u8; 3] = [0x0A, 0x0D, 0x12];
const BINDING: [u8; 3] = [0xFF, 0x6B, 0x57];
const SUM: [u8; 3] = [0xFF, 0xB7, 0x33];
const COPY: [u8; 3] = [0x7F, 0xD0, 0xFF];
const DONE: [u8; 3] = [0x3D, 0xDC, 0x97];

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    folder
}

fn fabricscope(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program runs")
}

/// Renders a picture; `None`, said aloud, where there is no graphics adapter (never on continuous integration).
fn render(name: &str, arguments: &[&str]) -> Option<RgbImage> {
    let path = folder("render").join(format!("{name}.png"));
    let path_text = path.to_str().expect("a path");
    let mut all = vec!["render"];
    all.extend_from_slice(arguments);
    all.extend_from_slice(&["-o", path_text]);
    let output = fabricscope(&all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("no graphics adapter") && std::env::var_os("CI").is_none() {
        eprintln!("SKIPPED {name}: no graphics adapter");
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{said}");
    Some(image::open(&path).expect("a picture").to_rgb8())
}

fn pixels(picture: &RgbImage, colour: [u8; 3]) -> usize {
    picture.pixels().filter(|pixel| pixel.0 == colour).count()
}

const SMALL: [&str; 2] = ["--size", "1280x720"];

#[test]
fn the_first_look_shows_both_fabrics_packets_and_what_binds() {
    let scene = ["scenes/first-look.ron", "--at", "214us"];
    let Some(picture) = render("first-look", &[&scene[..], &SMALL[..]].concat()) else { return };
    assert_eq!(picture.dimensions(), (1280, 720));
    assert!(pixels(&picture, GROUND) > 40_000, "the stage's ground is the token of the theme");
    for (what, colour, least) in [("binding", BINDING, 200), ("sums", SUM, 500), ("copies", COPY, 500)] {
        assert!(pixels(&picture, colour) > least, "{what}: {} pixels", pixels(&picture, colour));
    }
    // Heat of a full link is the brightest cividis (FEE838), darker by a third under packets.
    let hot = picture.pixels().filter(|pixel| pixel.0[0].abs_diff(170) < 6 && pixel.0[1].abs_diff(156) < 6).count();
    assert!(hot > 20_000, "the wafer is hot: {hot} pixels");
    assert!(pixels(&picture, DONE) < 4_000, "nothing is done yet but the first classes on some dies");
}

#[test]
fn the_same_instant_is_the_same_picture() {
    let arguments = ["scenes/small-vector.ron", "--at", "50%", "--size", "960x540"];
    let (Some(first), Some(second)) = (render("again-1", &arguments), render("again-2", &arguments)) else { return };
    assert!(first == second);
}

#[test]
fn without_panels_the_stage_has_the_whole_width() {
    let scene = ["scenes/rack.ron", "--at", "50%", "--no-panels"];
    let Some(picture) = render("no-panels", &[&scene[..], &SMALL[..]].concat()) else { return };
    let column = |x: u32| (80..700).filter(|&y| picture.get_pixel(x, y).0 == GROUND).count();
    assert!(column(4) > 600 && column(1275) > 600, "both edges are stage");
}

#[test]
fn the_light_theme_and_a_scale_of_two_are_drawn() {
    let arguments = ["scenes/too-big.ron", "--at", "50%", "--theme", "light", "--scale", "2", "--size", "1920x1080"];
    let Some(picture) = render("light", &arguments) else { return };
    let ground = [0xF7, 0xF8, 0xFA];
    assert!(pixels(&picture, ground) > 100_000, "{} pixels of light ground", pixels(&picture, ground));
}

#[test]
fn a_film_is_numbered_pictures() {
    let folder = folder("film");
    let path = folder.to_str().expect("a path");
    let film =
        ["render", "scenes/rack.ron", "--from", "0us", "--to", "30us", "--fps", "4", "--size", "320x180", "-o", path];
    let output = fabricscope(&film);
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("no graphics adapter") && std::env::var_os("CI").is_none() {
        eprintln!("SKIPPED film: no graphics adapter");
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{said}");
    // 659.2 µs in 12 s: 13.7 µs from picture to picture at 4 a second.
    for (number, exists) in [("00000", true), ("00001", true), ("00002", true), ("00003", false)] {
        assert_eq!(folder.join(format!("{number}.png")).exists(), exists, "{number}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn every_command_of_the_gallery_draws() {
    let root = root();
    let page = std::fs::read_to_string(root.join("docs/gallery/README.md")).expect("the gallery's page");
    let commands = page.lines().filter_map(|line| line.strip_prefix("fabricscope render "));
    let mut drawn = 0;
    for command in commands {
        let (arguments, path) = command.split_once(" -o ").expect("each command ends with its picture");
        let kept = image::image_dimensions(root.join(path));
        assert_eq!(kept.unwrap_or_else(|error| panic!("{path}: {error}")), (1920, 1080), "{path}");
        let name = Path::new(path).file_name().expect("a name").to_str().expect("text");
        assert!(page.contains(&format!("![]({name})")), "{name} is not on the page");
        let small = ["--size", "960x540", "--scale", "0.5"].into_iter().filter(|_| !arguments.contains("--size"));
        let arguments: Vec<&str> = arguments.split(' ').chain(small).collect();
        let Some(picture) = render(&format!("gallery-{name}"), &arguments) else { return };
        let ground = picture.get_pixel(0, 0);
        assert!(picture.pixels().filter(|pixel| *pixel != ground).count() > 10_000, "{name} is empty");
        drawn += 1;
    }
    assert!(drawn >= 10, "{drawn} pictures");
}

#[test]
fn bad_arguments_are_refused_with_words() {
    for (arguments, status, words) in [
        (&["render", "scenes/rack.ron", "--at", "1h", "-o", "x.png"][..], 1, "a time"),
        (&["render", "scenes/rack.ron", "--at", "101%", "-o", "x.png"], 1, "0% to 100%"),
        (&["render", "scenes/rack.ron", "--at", "1us", "-o", "x.jpg"], 1, "must end in .png"),
        (
            &["render", "scenes/rack.ron", "--at", "1us", "-o", "x.png", "--size", "99999x9"],
            1,
            "accepted: WIDTHxHEIGHT",
        ),
        (&["render", "scenes/rack.ron", "--at", "1us", "-o", "x.png", "--theme", "pink"], 1, "accepted: dark, light"),
        (&["render", "scenes/none.ron", "--at", "1us", "-o", "x.png"], 1, "cannot be read"),
        (&["render", "scenes/rack.ron", "--from", "9us", "--to", "1us", "-o", "x"], 1, "to after from"),
        (&["render", "scenes/rack.ron", "-o", "x.png"], 2, "--at"),
        (&["open", "scenes/none.ron"], 1, "cannot be read"),
    ] {
        let output = fabricscope(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(words) && !said.contains("panicked"), "{arguments:?}: {said}");
    }
}
