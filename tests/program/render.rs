//! `fabricscope render`: pictures without a window. Needs a graphics adapter; software Vulkan is enough.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod graphics;
mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use image::RgbImage;

use support::{program, root};

const GROUND: [u8; 3] = [0x0A, 0x0D, 0x12];
const BOTTLENECK: [u8; 3] = [0xFF, 0x6B, 0x57];
const REDUCE: [u8; 3] = [0x7C, 0xC4, 0xFF];
const BROADCAST: [u8; 3] = [0xCF, 0xE8, 0xFF];
const DONE: [u8; 3] = [0x3D, 0xDC, 0x97];

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    folder
}

fn fabricscope(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program runs")
}

/// Renders a picture. `None` if there is no graphics adapter and none is required.
fn render(name: &str, arguments: &[&str]) -> Option<RgbImage> {
    let path = folder("render").join(format!("{name}.png"));
    let path_text = path.to_str().expect("a path");
    let mut all = vec!["render"];
    all.extend_from_slice(arguments);
    all.extend_from_slice(&["-o", path_text]);
    let output = fabricscope(&all);
    if graphics::is_missing(name, &output) {
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    Some(image::open(&path).expect("a picture").to_rgb8())
}

fn pixels(picture: &RgbImage, colour: [u8; 3]) -> usize {
    picture.pixels().filter(|pixel| pixel.0 == colour).count()
}

const SMALL: [&str; 2] = ["--size", "1280x720"];

#[test]
fn the_first_scene_shows_packets_heat_and_bottleneck() {
    let scene = ["scenes/first-look.ron", "--at", "214us"];
    let Some(picture) = render("first-look", &[&scene[..], &SMALL[..]].concat()) else { return };
    assert_eq!(picture.dimensions(), (1280, 720));
    assert!(pixels(&picture, GROUND) > 40_000, "the stage has the ground colour of the theme");
    for (mark, colour, min) in [("bottleneck", BOTTLENECK, 200), ("reduce", REDUCE, 500), ("broadcast", BROADCAST, 500)]
    {
        assert!(pixels(&picture, colour) > min, "{mark}: {} pixels", pixels(&picture, colour));
    }
    // A full link has the last colour of the theme's ramp.
    let hot = picture.pixels().filter(|pixel| pixel.0[0].abs_diff(179) < 3 && pixel.0[1].abs_diff(149) < 3).count();
    assert!(hot > 20_000, "the wafer is hot: {hot} pixels");
    assert!(pixels(&picture, DONE) < 4_000, "only the first column classes on some dies are done");
}

#[test]
fn the_same_instant_gives_the_same_picture() {
    let arguments = ["scenes/small-vector.ron", "--at", "50%", "--size", "960x540"];
    let (Some(first), Some(second)) = (render("again-1", &arguments), render("again-2", &arguments)) else { return };
    assert!(first == second);
}

#[test]
fn without_panels_the_stage_takes_the_whole_width() {
    let scene = ["scenes/rack.ron", "--at", "50%", "--no-panels"];
    let Some(picture) = render("no-panels", &[&scene[..], &SMALL[..]].concat()) else { return };
    let column = |x: u32| (80..700).filter(|&y| picture.get_pixel(x, y).0 == GROUND).count();
    assert!(column(4) > 600 && column(1275) > 600, "the stage reaches both edges");
}

#[test]
fn the_light_theme_draws_at_two_pixels_per_point() {
    let arguments = ["scenes/too-big.ron", "--at", "50%", "--theme", "light", "--scale", "2", "--size", "1920x1080"];
    let Some(picture) = render("light", &arguments) else { return };
    let ground = [0xF7, 0xF8, 0xFA];
    assert!(pixels(&picture, ground) > 100_000, "{} pixels of light ground", pixels(&picture, ground));
}

#[test]
fn a_transparent_picture_has_nothing_behind_the_stage() {
    let arguments = ["scenes/first-look.ron", "--at", "30%", "--size", "640x360", "--no-panels", "--transparent"];
    if render("clear", &arguments).is_none() {
        return;
    }
    let picture = image::open(folder("render").join("clear.png")).expect("a picture").to_rgba8();
    let clear = picture.pixels().filter(|pixel| pixel.0 == [0; 4]).count();
    let solid = picture.pixels().filter(|pixel| pixel.0[3] == 255).count();
    assert!(clear > 640 * 360 / 3 && solid > 640 * 360 / 20, "{clear} clear pixels, {solid} solid ones");
}

#[test]
fn a_film_consists_of_numbered_pictures() {
    let folder = folder("film");
    let path = folder.to_str().expect("a path");
    let film =
        ["render", "scenes/rack.ron", "--from", "0us", "--to", "30us", "--fps", "4", "--size", "320x180", "-o", path];
    let output = fabricscope(&film);
    if graphics::is_missing("film", &output) {
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // 659.2 µs in 12 s: 13.7 µs per picture at 4 pictures per second.
    for (number, exists) in [("00000", true), ("00001", true), ("00002", true), ("00003", false)] {
        assert_eq!(folder.join(format!("{number}.png")).exists(), exists, "{number}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder is removed");
}

#[test]
fn every_gallery_command_draws_its_picture() {
    let root = root();
    let page = std::fs::read_to_string(root.join("docs/gallery/README.md")).expect("the page of the gallery");
    let commands = page.lines().filter_map(|line| line.strip_prefix("fabricscope render "));
    let mut drawn = 0;
    for command in commands {
        let (arguments, path) = command.split_once(" -o ").expect("each command ends with its picture");
        let committed = image::image_dimensions(root.join(path));
        assert_eq!(committed.unwrap_or_else(|error| panic!("{path}: {error}")), (1920, 1080), "{path}");
        let name = Path::new(path).file_name().expect("a name").to_str().expect("text");
        assert!(page.contains(&format!("![]({name})")), "the page does not show {name}");
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
fn bad_arguments_are_rejected_with_a_message() {
    for (arguments, status, message) in [
        (&["render", "scenes/rack.ron", "--at", "1h", "-o", "x.png"][..], 1, "a time"),
        (&["render", "scenes/rack.ron", "--at", "101%", "-o", "x.png"], 1, "0% to 100%"),
        (&["render", "scenes/rack.ron", "--at", "1us", "-o", "x.jpg"], 1, "must end in .png"),
        (
            &["render", "scenes/rack.ron", "--at", "1us", "-o", "x.png", "--size", "99999x9"],
            1,
            "accepted: WIDTHxHEIGHT",
        ),
        (&["render", "scenes/rack.ron", "--at", "1us", "-o", "x.png", "--theme", "pink"], 1, "accepted: dark, light"),
        (&["render", "scenes/none.ron", "--at", "1us", "-o", "x.png"], 1, "scenes/none.ron"),
        (&["render", "scenes/rack.ron", "--from", "9us", "--to", "1us", "-o", "x"], 1, "to after from"),
        (&["render", "scenes/rack.ron", "-o", "x.png"], 2, "--at"),
        (&["open", "scenes/none.ron"], 1, "scenes/none.ron"),
    ] {
        let output = fabricscope(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
        assert!(errors.contains(message) && !errors.contains("panicked"), "{arguments:?}: {errors}");
    }
}
