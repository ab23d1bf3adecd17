//! A paused app at rest requests no frame; and what a window may be or lose, and scenes at their limits, end in words.

use std::io::Write;

use bevy::prelude::*;

use super::error::RenderError;
use super::offscreen::{Headless, HeadlessError};
use super::window_picture::draw_file;
use crate::app::adapter::NoAdapter;
use crate::app::program;
use crate::app::state::OpenSession;
use crate::session::{Intent, PictureKind, PictureSpec, Session};

/// Updates after which panels, explanations and layouts have settled.
const SETTLING_UPDATES: usize = 400;

/// Says that a test cannot run without a graphics adapter; fails where one is required.
fn skip(error: &NoAdapter) {
    let required = ["CI", "FABRICSCOPE_REQUIRE_GRAPHICS"].iter().any(|name| std::env::var_os(name).is_some());
    assert!(!required, "{error}");
    // Not `eprintln!`, which the test harness captures.
    writeln!(std::io::stderr(), "SKIPPED {}: {error}", module_path!()).expect("standard error is open");
}

/// The app with a session; `None` if there is no graphics adapter and none is required.
fn app(size: UVec2, scale: f32, session: Session) -> Option<Headless> {
    match Headless::new(size, scale, program::plugin(session)) {
        Ok(headless) => Some(headless),
        Err(HeadlessError::NoAdapter(error)) => {
            skip(&error);
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// The app with the paused first scene.
fn paused_app() -> Option<Headless> {
    let mut session = Session::first_look().expect("the bundled scene");
    session.apply(Intent::Pause);
    app(UVec2::new(640, 360), 1.0, session)
}

/// Whether an update requests another frame.
fn requests_a_frame(headless: &mut Headless) -> bool {
    super::measure::requests_a_frame(headless).expect("an update")
}

#[test]
fn a_paused_app_comes_to_rest() {
    let Some(mut headless) = paused_app() else { return };
    let updates = (0..SETTLING_UPDATES).find(|_| !requests_a_frame(&mut headless));
    assert!(updates.is_some(), "the app still requests frames after {SETTLING_UPDATES} updates");
    for _ in 0..5 {
        assert!(!requests_a_frame(&mut headless), "an app at rest stays at rest");
    }
    let change = |headless: &mut Headless| {
        headless.app().world_mut().resource_mut::<OpenSession>().0.apply(Intent::ToggleTheme);
    };
    change(&mut headless);
    headless.update().expect("an update");
    assert!(
        (0..SETTLING_UPDATES).any(|_| !requests_a_frame(&mut headless)),
        "the app comes to rest again after a change"
    );
}

/// A scene with as many small fabrics.
fn scene_of(fabrics: usize) -> String {
    let fabric = "(name: \"box\", machine: \"dgx-h100\", algorithm: \"ring\"), ";
    format!(
        "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: 8), fabrics: [{}])",
        fabric.repeat(fabrics)
    )
}

#[test]
fn windows_of_one_pixel_and_of_large_pixels_are_drawn() {
    for (size, scale) in [([1, 1], 1.0), ([1, 1], 4.0), ([640, 360], 4.0), ([64, 900], 1.0), ([900, 64], 1.0)] {
        let session = Session::first_look().expect("the bundled scene");
        let Some(mut headless) = app(UVec2::from_array(size), scale, session) else { return };
        for _ in 0..3 {
            let picture = headless.frame().expect("a picture");
            assert_eq!(picture.rgba.len() as u32, 4 * size[0] * size[1]);
        }
    }
}

#[test]
fn as_many_fabrics_as_a_scene_may_have_are_drawn_and_more_are_refused_in_words() {
    let refused = Session::from_text("many", &scene_of(64)).expect_err("too many fabrics").to_string();
    assert!(refused.contains(&format!("1 to {} fabrics", crate::scene::MAX_FABRICS)), "{refused}");
    let session = Session::from_text("many", &scene_of(crate::scene::MAX_FABRICS)).expect("a scene");
    let Some(mut headless) = app(UVec2::new(640, 360), 1.0, session) else { return };
    for _ in 0..3 {
        headless.frame().expect("a picture");
    }
}

#[test]
fn a_chip_without_links_is_told_in_words() {
    let text = "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: 3), fabrics: [
        (name: \"alone\", machine: \"graph\", algorithm: \"ring\", graph: (chips: 3, links: [(from: 0, to: 1)]))])";
    let session = match Session::from_text("alone", text) {
        Ok(session) => session,
        Err(error) => return assert!(error.to_string().contains("chip"), "{error}"),
    };
    let run = &session.runs[0];
    assert!(run.result().is_none());
    let words = match &run.outcome {
        crate::solve::Outcome::Failed(error) => error.to_string(),
        _ => run.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>().join(" "),
    };
    assert!(words.contains("chip"), "{words}");
    let Some(mut headless) = app(UVec2::new(640, 360), 1.0, session) else { return };
    headless.frame().expect("a picture");
}

#[test]
fn a_lost_graphics_device_stops_drawing_with_a_message() {
    let Some(mut headless) = paused_app() else { return };
    headless.lose_device();
    let message = (0..20).find_map(|_| headless.update().err()).expect("drawing stops").to_string();
    assert!(message.contains("lost"), "{message}");
}

#[test]
fn a_film_of_the_window_has_all_its_pictures_and_can_be_stopped() {
    let session = Session::first_look().expect("the bundled scene");
    let spec = PictureSpec { fps: 1, transparent: true, ..PictureSpec::new(PictureKind::Apng) };
    let film = |most: u32| {
        let session = session.for_picture();
        draw_file(session, &spec, UVec2::new(320, 180), 1.0, |film| film.bytes > 0 && film.done < most)
    };
    match film(3) {
        Err(RenderError::Headless(HeadlessError::NoAdapter(error))) => {
            skip(&error);
            return;
        }
        stopped => assert_eq!(stopped.expect("drawing works"), None),
    }
    let file = film(u32::MAX).expect("drawing works").expect("a film");
    let reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
    assert_eq!(reader.info().animation_control().expect("a film").num_frames, spec.pictures());
    assert_eq!(reader.info().color_type, png::ColorType::Rgba);
}
