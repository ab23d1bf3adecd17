//! In the steady state, our systems allocate no memory: counted by the allocator of this program.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "an allocator is unsafe by definition; this one hands everything to the system's")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use fabricscope::app::Bare;
use fabricscope::session::{Intent, Session};

/// Frames until all buffers have their sizes: two rounds of the clock.
const SETTLING_FRAMES: usize = 2_000;
/// Frames that are measured.
const FRAMES: usize = 300;
/// While the clock plays, the bottleneck is looked for ten times per second.
const FRAMES_PER_SEARCH: usize = 6;

/// The system's allocator, with a count per thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Whether the next allocation writes where it comes from.
    static TRACED: Cell<bool> = const { Cell::new(false) };
}

fn note() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    if TRACED.replace(false) {
        eprintln!("an allocation at\n{}", std::backtrace::Backtrace::force_capture());
        TRACED.set(true);
    }
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of a frame.
fn allocations(app: &mut Bare) -> usize {
    let before = ALLOCATIONS.get();
    app.update();
    ALLOCATIONS.get() - before
}

/// A session with a bundled scene, in which the clock goes round and round, or stands.
fn session(scene: &str, plays: bool) -> Session {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenes/");
    let text = std::fs::read_to_string(format!("{path}{scene}")).expect("a scene");
    let mut session = Session::from_text(scene, &text).expect("a valid scene");
    session.clock.set_loop(Some((fabricscope::units::Femtos(0), session.clock.duration)));
    if !plays {
        session.apply(Intent::Pause);
    }
    session.solve_in_background();
    session
}

#[test]
fn a_frame_allocates_nothing_unless_it_looks_for_the_bottleneck() {
    let mut bevy = Bare::empty();
    (0..SETTLING_FRAMES).for_each(|_| bevy.update());
    let of_bevy = (0..FRAMES).map(|_| allocations(&mut bevy)).max().unwrap_or_default();
    let mut problems = Vec::new();
    for (scene, plays) in [("first-look.ron", false), ("first-look.ron", true), ("bench/rack-and-wafer.ron", true)] {
        let mut app = Bare::new(session(scene, plays));
        (0..SETTLING_FRAMES).for_each(|_| app.update());
        let allocating = (0..FRAMES).filter(|_| allocations(&mut app) > of_bevy).count();
        let allowed = if plays { FRAMES / FRAMES_PER_SEARCH + 1 } else { 0 };
        if allocating <= allowed {
            continue;
        }
        problems.push(format!("{scene}: {allocating} of {FRAMES} frames allocate memory, {allowed} may"));
        if std::env::var_os("FABRICSCOPE_TRACE_ALLOCATIONS").is_some() {
            TRACED.set(true);
            (0..3).for_each(|_| app.update());
            TRACED.set(false);
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
