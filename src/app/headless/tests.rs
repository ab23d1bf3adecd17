//! A paused app at rest requests no frame.

use std::io::Write;

use bevy::prelude::*;
use bevy::window::RequestRedraw;

use super::offscreen::{Headless, HeadlessError};
use crate::app::program;
use crate::app::state::OpenSession;
use crate::session::{Intent, Session};

/// Updates after which panels, explanations and layouts have settled.
const SETTLING_UPDATES: usize = 400;

/// The app with a paused session; `None` if there is no graphics adapter and none is required.
fn paused_app() -> Option<Headless> {
    let mut session = Session::first_look().expect("the bundled scene");
    session.apply(Intent::Pause);
    match Headless::new(UVec2::new(640, 360), 1.0, program::plugin(session)) {
        Ok(headless) => Some(headless),
        Err(HeadlessError::NoAdapter(error)) => {
            let required = ["CI", "FABRICSCOPE_REQUIRE_GRAPHICS"].iter().any(|name| std::env::var_os(name).is_some());
            assert!(!required, "{error}");
            // Not `eprintln!`, which the test harness captures.
            writeln!(std::io::stderr(), "SKIPPED {}: {error}", module_path!()).expect("standard error is open");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Whether an update requests another frame.
fn requests_a_frame(headless: &mut Headless) -> bool {
    headless.app().world_mut().resource_mut::<Messages<RequestRedraw>>().clear();
    headless.update().expect("an update");
    !headless.app().world().resource::<Messages<RequestRedraw>>().is_empty()
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
