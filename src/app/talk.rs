//! What a talk needs of every frame: its time, and what may go wrong with the picture.

use bevy::prelude::*;
use bevy::time::Real;

use super::schedule::FrameSystems;
use super::state::{Hidden, OpenSession, Playing, Ticking};
use crate::session::{OpenStory, SpeakerWarning};

/// Frames that take longer are slow, seconds.
const SLOW_S: f32 = 1.0 / 30.0;
/// Share of a new frame in the mean.
const WEIGHT: f32 = 0.1;
/// Frames of a picture that moves before its mean counts.
const MIN_FRAMES: u32 = 20;

/// What only the window or the page knows.
#[derive(Resource, Default)]
pub(super) struct TalkWarnings(pub(super) Vec<SpeakerWarning>);

/// The mean time between the frames of a picture that moves.
#[derive(Clone, Copy, Debug, Default)]
struct FrameTime {
    frames: u32,
    mean_s: f32,
}

impl FrameTime {
    /// Takes the time since the frame before. The first frame of a movement comes after a rest.
    fn take(&mut self, moves: bool, passed_s: f32) {
        if !moves {
            self.frames = 0;
            return;
        }
        self.frames += 1;
        self.mean_s = match self.frames {
            1 => 0.0,
            2 => passed_s,
            _ => self.mean_s + WEIGHT * (passed_s - self.mean_s),
        };
    }

    fn is_slow(self) -> bool {
        self.frames >= MIN_FRAMES && self.mean_s > SLOW_S
    }
}

/// Keeps the time of the talk and the warnings up to date.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<TalkWarnings>()
        .init_resource::<Ticking>()
        .add_systems(Update, (tell_time, watch).in_set(FrameSystems::Input));
}

fn tell_time(mut open: ResMut<OpenSession>, time: Res<Time<Real>>, mut ticking: ResMut<Ticking>) {
    // The tab of the speaker counts by itself.
    let has_clock = |open: &OpenStory| open.shows_notes() || open.speaker && cfg!(not(target_arch = "wasm32"));
    ticking.set_if_neq(Ticking(open.0.story.as_ref().is_some_and(has_clock)));
    if open.0.story.is_some() {
        // As with the clock: panels that do not show it are not described again.
        open.bypass_change_detection().0.report_time(time.elapsed_secs_f64());
    }
}

fn watch(
    open: Res<OpenSession>,
    time: Res<Time<Real>>,
    playing: Option<Res<Playing>>,
    hidden: Res<Hidden>,
    mut frame_time: Local<FrameTime>,
    mut warnings: ResMut<TalkWarnings>,
) {
    if open.0.story.is_none() {
        return;
    }
    frame_time.take(playing.is_some_and(|playing| playing.0), time.delta_secs());
    warnings.0.clear();
    if frame_time.is_slow() {
        warnings.0.push(SpeakerWarning::SlowFrames);
    }
    if hidden.0 {
        warnings.0.push(SpeakerWarning::Hidden);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_picture_that_moves_slowly_for_a_while_is_slow() {
        let mut time = FrameTime::default();
        // The first frame of a movement comes after a rest of five seconds.
        time.take(true, 5.0);
        (0..100).for_each(|_| time.take(true, 1.0 / 60.0));
        assert!(!time.is_slow());
        (0..30).for_each(|_| time.take(true, 0.1));
        assert!(time.is_slow());
        time.take(false, 0.1);
        assert!(!time.is_slow(), "nothing moves");
        (0..MIN_FRAMES - 1).for_each(|_| time.take(true, 0.1));
        assert!(!time.is_slow(), "it has only begun");
    }
}
