//! While the clock stands, our systems allocate no memory: counted by the allocator of this program.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "an allocator is unsafe by definition; this one hands everything to the system's")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use fabricscope::app::Bare;
use fabricscope::session::{Intent, Session};

/// Frames until all buffers have their sizes.
const SETTLING_FRAMES: usize = 100;
/// Frames that are measured.
const FRAMES: usize = 300;

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

/// A session with a bundled scene, whose clock stands.
fn session(scene: &str) -> Session {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenes/");
    let text = std::fs::read_to_string(format!("{path}{scene}")).expect("a scene");
    let mut session = Session::from_text(scene, &text).expect("a valid scene");
    session.apply(Intent::Pause);
    // No explanation is worked out beside the frames.
    session.panels = false;
    session
}

#[test]
fn a_frame_of_a_clock_that_stands_allocates_nothing() {
    let mut bevy = Bare::empty();
    (0..SETTLING_FRAMES).for_each(|_| bevy.update());
    let of_bevy = (0..FRAMES).map(|_| allocations(&mut bevy)).max().unwrap_or_default();
    for scene in ["first-look.ron", "bench/rack-and-wafer.ron"] {
        let mut app = Bare::new(session(scene));
        (0..SETTLING_FRAMES).for_each(|_| app.update());
        let allocating = (0..FRAMES).filter(|_| allocations(&mut app) > of_bevy).count();
        if allocating > 0 && std::env::var_os("FABRICSCOPE_TRACE_ALLOCATIONS").is_some() {
            TRACED.set(true);
            (0..FRAMES).for_each(|_| app.update());
            TRACED.set(false);
        }
        assert_eq!(allocating, 0, "{scene}: frames of {FRAMES} that allocate memory");
    }
}
