//! The view of the speaker: a second window with an interface of its own. The talk goes on whatever happens to it.

use std::sync::Arc;

use bevy::camera::RenderTarget;
use bevy::camera::visibility::RenderLayers;
use bevy::ecs::schedule::ScheduleLabel;
use bevy::prelude::*;
use bevy::window::{Monitor, OnMonitor, PrimaryWindow, WindowPosition, WindowRef, WindowResolution};
use bevy_egui::{EguiContext, EguiSchedule, egui};

use crate::app::camera::{EguiFonts, context_with, root_ui};
use crate::app::schedule::{FrameSystems, one_by_one};
use crate::app::state::{OpenSession, PendingIntents};
use crate::app::stills::{self, Still};
use crate::app::talk::TalkWarnings;
use crate::lesson::StoryFile;
use crate::session::{Intent, OpenStory, SpeakerView, StoryIntent};
use crate::style::ThemeKind;
use crate::ui::{self, SpeakerStills};

/// Size of the window, points.
const SIZE: [u32; 2] = [1180, 760];
/// The stage is drawn in layer 0; this camera draws panels alone.
const NO_STAGE: RenderLayers = RenderLayers::layer(1);
/// The time of day, with minutes.
const WALL_CLOCK: &str = "%H:%M";

/// The egui pass of the second window.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct SpeakerPass;

/// Whether the speaker wants the view; `None` while nothing has been asked for.
#[derive(Resource, Default)]
pub(super) struct SpeakerRequest(pub(super) Option<bool>);

/// The stills of the open beat and the next one, as textures of the window.
#[derive(Default)]
struct ShownStills {
    story: Option<Arc<StoryFile>>,
    beat: usize,
    stills: SpeakerStills,
}

impl ShownStills {
    /// Reads them when story, beat or window changed.
    fn update(&mut self, context: &egui::Context, is_new: bool, open: &OpenStory) {
        let is_same = self.story.as_ref().is_some_and(|story| Arc::ptr_eq(story, &open.file));
        if !is_new && is_same && open.beat == self.beat {
            return;
        }
        let folder = stills::folder_of(&open.file);
        let texture = |beat: usize| {
            let Still { size, rgba } = stills::read(folder.as_deref()?, beat)?;
            let image = egui::ColorImage::from_rgba_unmultiplied(size.to_array().map(|side| side as usize), &rgba);
            Some(context.load_texture(format!("still {beat}"), image, egui::TextureOptions::LINEAR))
        };
        self.stills = SpeakerStills { now: texture(open.beat), next: texture(open.beat + 1) };
        self.beat = open.beat;
        self.story = Some(open.file.clone());
    }
}

/// The window of the view.
#[derive(Component)]
struct SpeakerWindow;

/// Its camera.
#[derive(Component)]
struct SpeakerCamera;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<SpeakerRequest>()
        .init_schedule(SpeakerPass)
        .edit_schedule(SpeakerPass, one_by_one)
        .add_systems(Update, (follow_request, follow_talk).chain().in_set(FrameSystems::Publish))
        .add_systems(SpeakerPass, show);
}

/// Opens or closes the window as asked.
fn follow_request(
    mut commands: Commands,
    mut request: ResMut<SpeakerRequest>,
    fonts: Option<Res<EguiFonts>>,
    windows: Query<Entity, With<SpeakerWindow>>,
    stage: Query<Option<&OnMonitor>, With<PrimaryWindow>>,
    monitors: Query<(Entity, &Monitor)>,
    mut pending: ResMut<PendingIntents>,
) {
    let Some(opens) = request.0.take() else { return };
    pending.push(Intent::Story(StoryIntent::NoteSpeaker(opens)));
    if !opens {
        windows.iter().for_each(|window| commands.entity(window).despawn());
        return;
    }
    if !windows.is_empty() {
        return;
    }
    // On a screen that the stage does not use, if there is one.
    let of_stage = stage.iter().next().flatten().map(|on| on.0);
    let free = monitors.iter().find(|(entity, _)| of_stage.is_some_and(|stage| stage != *entity));
    let position = free.map_or(WindowPosition::Automatic, |(_, monitor)| {
        let corner = monitor.physical_position;
        WindowPosition::At(corner + IVec2::splat(40))
    });
    let window = commands
        .spawn((
            SpeakerWindow,
            Window {
                title: "Speaker view - Fabricscope".to_owned(),
                resolution: WindowResolution::new(SIZE[0], SIZE[1]),
                position,
                ..default()
            },
        ))
        .id();
    let target = RenderTarget::Window(WindowRef::Entity(window));
    let context = context_with(fonts.as_deref());
    commands.spawn((SpeakerCamera, Camera2d, target, Msaa::Off, NO_STAGE, context, EguiSchedule::new(SpeakerPass)));
}

/// Closes the window when the talk ends, and takes note when somebody else has closed it.
fn follow_talk(
    mut commands: Commands,
    open: Res<OpenSession>,
    windows: Query<Entity, With<SpeakerWindow>>,
    cameras: Query<Entity, With<SpeakerCamera>>,
    mut pending: ResMut<PendingIntents>,
) {
    let talk = open.0.story.as_ref();
    if windows.is_empty() {
        if !cameras.is_empty() {
            cameras.iter().for_each(|camera| commands.entity(camera).despawn());
            pending.push(Intent::Story(StoryIntent::NoteSpeaker(false)));
        }
    } else if talk.is_none() {
        windows.iter().for_each(|window| commands.entity(window).despawn());
    }
}

fn show(
    mut context: Single<&mut EguiContext, With<SpeakerCamera>>,
    open: Res<OpenSession>,
    warnings: Res<TalkWarnings>,
    mut pending: ResMut<PendingIntents>,
    mut themed: Local<Option<ThemeKind>>,
    mut shown: Local<ShownStills>,
) {
    let session = &open.0;
    let (Some(story), Some(view)) = (&session.story, SpeakerView::new(session, &warnings.0)) else { return };
    let context = context.get_mut().clone();
    // A window that was closed and opened again begins with a new context.
    let is_new = context.cumulative_frame_nr() == 0;
    if is_new || *themed != Some(session.theme) {
        *themed = Some(session.theme);
        context.set_global_style(ui::style(session.theme));
        context.options_mut(|options| options.input_options.max_click_duration = f64::INFINITY);
    }
    shown.update(&context, is_new, story);
    let mut root = root_ui(&context);
    let wall_clock = jiff::ZonedDateTime::now().strftime(WALL_CLOCK).to_string();
    let intents = ui::speaker_ui(&mut root, &view, &shown.stills, session.theme(), &wall_clock);
    if !intents.is_empty() {
        context.request_repaint();
    }
    pending.set_speaker(intents);
}
