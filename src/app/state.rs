//! The resources that the systems of all modes share.

use bevy::prelude::*;

use crate::fabric::Direction;
use crate::sample::{FabricFrame, FabricView};
use crate::session::{Clock, Effect, Intent, Session};
use crate::stage::{Pair, Selection};
use crate::style::{Palette, ThemeKind};

/// The open session. Systems read it; only `update` and the sweeper change it, by applying intents and advancing the
/// clock.
#[derive(Resource)]
pub struct OpenSession(pub Session);

/// Intents that wait for the next frame, which applies them to the session.
#[derive(Resource, Default)]
pub(super) struct PendingIntents {
    /// From keys, files and the page, in order.
    queue: Vec<Intent>,
    /// From the panels. The egui pass may run more than once per frame, and only its last run counts.
    panels: Vec<Intent>,
    /// From the view of the speaker, by the same rule.
    speaker: Vec<Intent>,
}

impl PendingIntents {
    /// Adds an intent from a key, a file or the page.
    pub(super) fn push(&mut self, intent: Intent) {
        self.queue.push(intent);
    }

    /// Replaces the intents of the panels by those of a later run of the egui pass.
    pub(super) fn set_panels(&mut self, intents: Vec<Intent>) {
        self.panels = intents;
    }

    /// Replaces the intents of the view of the speaker by those of a later run of its egui pass.
    #[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "a page has no second window"))]
    pub(super) fn set_speaker(&mut self, intents: Vec<Intent>) {
        self.speaker = intents;
    }

    /// Whether the panels have left any intent.
    pub(super) fn has_panels(&self) -> bool {
        !self.panels.is_empty()
    }

    /// Takes all intents, those of the panels first.
    pub(super) fn take(&mut self) -> Vec<Intent> {
        let mut intents = std::mem::take(&mut self.panels);
        intents.append(&mut self.speaker);
        intents.append(&mut self.queue);
        intents
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.panels.is_empty() && self.speaker.is_empty()
    }
}

/// Effects that the session has returned: work for the window or the page, such as a file dialog.
#[derive(Resource, Default)]
pub(super) struct Effects(pub Vec<Effect>);

/// The runs of the session, laid out on the stage and sampled at the current time.
#[derive(Resource, Default)]
pub(super) struct Views {
    /// Layout and explanation, one per run.
    pub views: Vec<FabricView>,
    /// The sample at the current time, one per run.
    pub frames: Vec<FabricFrame>,
    /// The revision of the session that the views belong to.
    pub revision: u64,
    /// Counts changes of the layouts.
    pub layouts: u64,
    /// Counts steps of explanations.
    pub explained: u64,
}

/// Views that were made beside the frames, for the runs of one revision of the session.
#[derive(Resource, Default)]
pub(super) struct PreparedViews {
    /// The revision.
    pub revision: u64,
    /// One per run; `None` for a run that has not changed and keeps its view.
    pub views: Vec<Option<FabricView>>,
}

/// Everything that a frame of the stage depends on. If it has not changed, nothing is sampled and nothing is drawn.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    pub revision: u64,
    pub layouts: u64,
    pub clock: Option<Clock>,
    pub selection: Option<Selection>,
    pub pair: Option<Pair>,
    pub matrix: bool,
    pub accumulated: bool,
    pub path: bool,
    pub heat_of: Option<Direction>,
    /// Whether there is a run to compare with.
    pub compares: bool,
    pub theme: Option<(ThemeKind, Palette)>,
}

impl Shown {
    /// What the next frame depends on.
    pub fn new(session: &Session, views: &Views) -> Shown {
        let view = &session.view;
        Shown {
            revision: views.revision,
            layouts: views.layouts,
            clock: Some(session.clock),
            selection: view.selection,
            pair: view.pair,
            matrix: view.matrix,
            accumulated: view.accumulated,
            path: view.path,
            heat_of: view.heat_of,
            compares: (0..session.runs.len()).any(|fabric| session.undo.before(fabric).is_some()),
            theme: Some((session.theme, session.palette)),
        }
    }
}

/// At least this many packets of each fabric are drawn. For measurements only.
#[derive(Resource, Clone, Copy, Debug)]
pub(super) struct MinPackets(pub usize);

/// Whether the clock runs or a camera moves. If neither, frames are drawn only when something happens.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Playing(pub bool);

/// Whether a clock of the talk is visible, which goes on while the picture stands.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ticking(pub(super) bool);

/// Whether nobody can see the app: then the clock stands, and nothing is worked out for the panels. Only a page sets it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hidden(pub bool);
