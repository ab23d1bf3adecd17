//! The talk for the view of the speaker in another tab: told when it changes.

use bevy::prelude::*;

use super::host;
use crate::app::schedule::FrameSystems;
use crate::app::state::OpenSession;
use crate::app::talk::TalkWarnings;
use crate::session::SpeakerView;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, tell.in_set(FrameSystems::Publish));
}

fn tell(open: Res<OpenSession>, warnings: Res<TalkWarnings>, mut told: Local<Option<SpeakerView>>) {
    let view = SpeakerView::new(&open.0, &warnings.0);
    match (view, told.as_ref()) {
        (None, None) => {}
        (None, Some(_)) => {
            *told = None;
            host::talk("");
        }
        (Some(view), known) => {
            // Its times go on by themselves, unless they begin again.
            if known.is_none_or(|known| !view.continues(known)) {
                host::talk(&view.to_json());
                *told = Some(view);
            }
        }
    }
}
