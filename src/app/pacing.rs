//! When frames are drawn: as many as the screen takes while something moves, and only on events while nothing does.
//!
//! A paused app at rest must not draw. Two conditions make that so. The event loop waits ([`update_mode`]), and egui does
//! not ask for another frame, which it does after any event: [`events_plugin`] drops those that report no change.

use core::time::Duration;

use bevy::diagnostic::FrameCount;
#[cfg(not(target_arch = "wasm32"))]
use bevy::ecs::system::NonSendMarker;
use bevy::input::keyboard::KeyboardInput;
use bevy::prelude::*;
#[cfg(not(target_arch = "wasm32"))]
use bevy::window::WindowOccluded;
use bevy::window::{CursorLeft, PrimaryWindow, RequestRedraw, WindowResized, WindowScaleFactorChanged};
#[cfg(not(target_arch = "wasm32"))]
use bevy::winit::WINIT_WINDOWS;
use bevy::winit::{UpdateMode, WinitSettings};
use bevy_egui::{EguiContext, EguiInput, EguiPreUpdateSet, egui};

use super::camera::MainCamera;
use super::state::{Hidden, OpenSession, Playing, Ticking};

/// Frames that are drawn one after another at the start, while shaders load and egui determines its sizes.
const WARM_UP_FRAMES: u32 = 60;

/// A frame is drawn at least this often, for a file or a clock that no event announces.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The same while a clock with seconds is visible.
const MAX_WAIT_TICKING: Duration = Duration::from_secs(1);

/// The same while nobody can see the app. The browser reports when a page becomes visible; a window has to ask.
const MAX_WAIT_HIDDEN: Duration = if cfg!(target_arch = "wasm32") { Duration::from_secs(3600) } else { MAX_WAIT };

/// Sets the update mode of a window's event loop after every frame.
pub(super) fn window_plugin(app: &mut App) {
    app.init_resource::<Playing>()
        .init_resource::<Hidden>()
        .init_resource::<Ticking>()
        .insert_resource(WinitSettings::continuous())
        .add_systems(Last, (pace, redraw_resized));
    // The page says by itself whether it can be seen.
    #[cfg(not(target_arch = "wasm32"))]
    app.add_systems(First, watch);
}

/// Drops egui events that report no change, in all modes.
pub(super) fn events_plugin(app: &mut App) {
    app.register_required_components::<EguiContext, KnownModifiers>().add_systems(
        PreUpdate,
        (drop_idle_events, pointer_left).after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass),
    );
}

/// Frames between two questions whether the window is minimised, which no event of X11 tells.
#[cfg(not(target_arch = "wasm32"))]
const FRAMES_PER_QUESTION: u32 = 16;

#[cfg(not(target_arch = "wasm32"))]
fn watch(
    _main_thread: NonSendMarker,
    mut occluded: MessageReader<WindowOccluded>,
    frames: Res<FrameCount>,
    mut covered: Local<bool>,
    mut minimised: Local<bool>,
    stage: Single<Entity, With<PrimaryWindow>>,
    mut hidden: ResMut<Hidden>,
) {
    if let Some(last) = occluded.read().filter(|message| message.window == *stage).last() {
        *covered = last.occluded;
    }
    if hidden.0 || frames.0.is_multiple_of(FRAMES_PER_QUESTION) {
        *minimised = WINIT_WINDOWS.with_borrow(|windows| {
            windows.get_window(*stage).is_some_and(|window| window.is_minimized() == Some(true))
        });
    }
    hidden.set_if_neq(Hidden(*covered || *minimised));
}

/// The update mode of the event loop after `frame` frames.
fn update_mode(playing: Playing, hidden: Hidden, ticking: Ticking, frame: u32) -> UpdateMode {
    if hidden.0 && ticking.0 {
        // The stage is minimised or covered; the speaker's window is not.
        UpdateMode::reactive_low_power(MAX_WAIT_TICKING)
    } else if hidden.0 {
        UpdateMode::reactive_low_power(MAX_WAIT_HIDDEN)
    } else if playing.0 || frame < WARM_UP_FRAMES {
        UpdateMode::Continuous
    } else {
        // Low power: mouse movements outside the window draw no frame.
        UpdateMode::reactive_low_power(if ticking.0 { MAX_WAIT_TICKING } else { MAX_WAIT })
    }
}

/// Frames that are drawn after a resize. The first one still has the old size of the target, the second one measures what
/// the panels leave free, and the third one lays the fabrics out in it.
const FRAMES_AFTER_RESIZE: u8 = 3;

/// Draws the frames after a resize at once, even while the clock stands.
fn redraw_resized(
    mut resized: MessageReader<WindowResized>,
    mut scaled: MessageReader<WindowScaleFactorChanged>,
    mut left: Local<u8>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    if resized.read().count() + scaled.read().count() > 0 {
        *left = FRAMES_AFTER_RESIZE;
    }
    if *left > 0 {
        *left -= 1;
        redraw.write(RequestRedraw);
    }
}

fn pace(
    (playing, hidden, ticking): (Res<Playing>, Res<Hidden>, Res<Ticking>),
    frames: Res<FrameCount>,
    mut settings: ResMut<WinitSettings>,
) {
    let mode = update_mode(*playing, *hidden, *ticking, frames.0);
    if settings.focused_mode != mode {
        settings.focused_mode = mode;
        // The same without focus: a presenter may point at the picture while another window has the focus.
        settings.unfocused_mode = mode;
    }
}

/// The modifier keys that egui knows in a window.
#[derive(Component, Default)]
pub(super) struct KnownModifiers(egui::Modifiers);

/// bevy_egui 0.42 sends the modifier keys on every frame. egui draws another frame after any event, so a window at rest
/// would draw forever. Only changes pass.
pub(super) fn drop_idle_events(mut windows: Query<(&mut EguiInput, &mut KnownModifiers)>) {
    for (mut input, mut known) in &mut windows {
        input.events.retain(|event| {
            let egui::Event::ModifiersChanged(now) = event else { return true };
            core::mem::replace(&mut known.0, *now) != *now
        });
    }
}

/// bevy_egui 0.42 does not tell egui that the pointer has left the window, so a tooltip would stay. A drag goes on
/// outside. In a talk a key counts as leaving, too: the tooltip of a pointer that rests would stay from beat to beat.
fn pointer_left(
    mut left: MessageReader<CursorLeft>,
    mut keys: MessageReader<KeyboardInput>,
    open: Res<OpenSession>,
    buttons: Res<ButtonInput<MouseButton>>,
    others: Query<(), (With<Window>, Without<PrimaryWindow>)>,
    mut input: Single<&mut EguiInput, With<MainCamera>>,
) {
    let from_stage = |message: &CursorLeft| !others.contains(message.window);
    let has_left = left.read().filter(|message| from_stage(message)).count() > 0;
    let has_pressed = keys.read().filter(|message| message.state.is_pressed()).count() > 0;
    // The spotlight and the dot are at the pointer.
    let is_talk = open.0.story.as_ref().is_some_and(|talk| !talk.spotlight && !talk.dot) && !open.0.panels;
    if (has_left || has_pressed && is_talk) && buttons.get_pressed().next().is_none() {
        input.events.push(egui::Event::PointerGone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Intent, Session, StoryIntent, TalkPart};

    #[test]
    fn frames_are_drawn_on_demand_while_nothing_moves() {
        let at_rest = UpdateMode::reactive_low_power(MAX_WAIT);
        let mode = |playing, hidden, frame| update_mode(Playing(playing), Hidden(hidden), Ticking(false), frame);
        assert_eq!(mode(false, false, WARM_UP_FRAMES), at_rest);
        assert_eq!(mode(true, false, WARM_UP_FRAMES), UpdateMode::Continuous);
        assert_eq!(mode(false, false, WARM_UP_FRAMES - 1), UpdateMode::Continuous, "shaders are loading");
        let ticking = update_mode(Playing(false), Hidden(false), Ticking(true), WARM_UP_FRAMES);
        assert_eq!(ticking, UpdateMode::reactive_low_power(MAX_WAIT_TICKING), "the speaker reads seconds");
        assert_eq!(mode(true, true, 0), UpdateMode::reactive_low_power(MAX_WAIT_HIDDEN), "the window is not visible");
    }

    #[test]
    fn the_event_loop_follows_the_clock() {
        let mut app = App::new();
        app.add_message::<WindowOccluded>()
            .add_message::<WindowResized>()
            .add_message::<WindowScaleFactorChanged>()
            .add_message::<RequestRedraw>()
            .insert_resource(FrameCount(1000))
            .add_plugins(window_plugin);
        let mut modes = |playing| {
            app.insert_resource(Playing(playing));
            app.update();
            let settings = app.world().resource::<WinitSettings>();
            (settings.focused_mode, settings.unfocused_mode)
        };
        let at_rest = UpdateMode::reactive_low_power(MAX_WAIT);
        assert_eq!(modes(false), (at_rest, at_rest));
        assert_eq!(modes(true), (UpdateMode::Continuous, UpdateMode::Continuous));
        assert_eq!(modes(false), (at_rest, at_rest));
    }

    #[test]
    fn a_resize_draws_until_the_new_layout_is_on_the_screen() {
        let mut app = App::new();
        app.add_message::<WindowResized>()
            .add_message::<WindowScaleFactorChanged>()
            .add_message::<RequestRedraw>()
            .add_systems(Last, redraw_resized);
        let requests = |app: &mut App| {
            app.update();
            app.world_mut().resource_mut::<Messages<RequestRedraw>>().drain().count()
        };
        assert_eq!(requests(&mut app), 0);
        app.world_mut().write_message(WindowResized { window: Entity::PLACEHOLDER, width: 800.0, height: 600.0 });
        assert_eq!([0; 5].map(|_| requests(&mut app)), [1, 1, 1, 0, 0]);
    }

    #[test]
    fn egui_learns_that_the_pointer_has_left() {
        let mut app = App::new();
        let camera = app.world_mut().spawn((MainCamera, EguiInput::default())).id();
        app.add_message::<CursorLeft>()
            .add_message::<KeyboardInput>()
            .init_resource::<ButtonInput<MouseButton>>()
            .insert_resource(OpenSession(Session::first_look().expect("the first look")))
            .add_systems(Update, pointer_left);
        let events = |app: &mut App| {
            app.update();
            core::mem::take(&mut app.world_mut().get_mut::<EguiInput>(camera).expect("the input").events)
        };
        app.world_mut().write_message(CursorLeft { window: Entity::PLACEHOLDER });
        assert_eq!(events(&mut app), [egui::Event::PointerGone]);
        let page_down = KeyboardInput {
            key_code: KeyCode::PageDown,
            logical_key: bevy::input::keyboard::Key::PageDown,
            state: bevy::input::ButtonState::Pressed,
            text: None,
            repeat: false,
            window: Entity::PLACEHOLDER,
        };
        let pressed = |app: &mut App| {
            app.world_mut().write_message(page_down.clone());
            events(app).len()
        };
        assert_eq!(pressed(&mut app), 0, "no talk");
        let apply = |app: &mut App, intent: StoryIntent| {
            app.world_mut().resource_mut::<OpenSession>().0.apply(Intent::Story(intent));
        };
        apply(&mut app, StoryIntent::Open("the-claim".to_owned()));
        assert_eq!(pressed(&mut app), 1);
        apply(&mut app, StoryIntent::Toggle(TalkPart::Dot));
        assert_eq!(pressed(&mut app), 0, "the dot is at the pointer");
    }

    #[test]
    fn modifier_keys_pass_only_when_they_change() {
        let mut app = App::new();
        let camera = app.world_mut().spawn((KnownModifiers::default(), EguiInput::default())).id();
        app.add_systems(Update, drop_idle_events);
        let mut passed = |modifiers| {
            let mut input = app.world_mut().get_mut::<EguiInput>(camera).expect("the input");
            input.events = vec![egui::Event::ModifiersChanged(modifiers), egui::Event::Copy];
            app.update();
            let input = app.world().get::<EguiInput>(camera).expect("the input");
            assert!(input.events.contains(&egui::Event::Copy), "other events pass");
            input.events.len() - 1
        };
        assert_eq!(passed(egui::Modifiers::NONE), 0);
        assert_eq!(passed(egui::Modifiers::SHIFT), 1);
        assert_eq!(passed(egui::Modifiers::SHIFT), 0);
        assert_eq!(passed(egui::Modifiers::NONE), 1);
    }
}
