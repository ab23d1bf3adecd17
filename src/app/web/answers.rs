//! Replies to queries of the page: explanations, sweeps and files, in slices of frames.

use std::collections::VecDeque;
use std::time::Duration;

use bevy::platform::time::Instant;
use bevy::prelude::*;
use bevy::window::RequestRedraw;

use super::{bridge, host};
use crate::app::schedule::FrameSystems;
use crate::session::{Query, QueryJob, Session};

/// The time of a frame for answers.
const SLICE: Duration = Duration::from_millis(8);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Answers>().add_systems(Update, work.in_set(FrameSystems::Solve));
}

/// The queries that are being answered, oldest first.
#[derive(Resource, Default)]
pub(super) struct Answers(VecDeque<(u32, QueryJob)>);

impl Answers {
    /// Starts the work on a query about the scene as it is now.
    pub(super) fn start(&mut self, id: u32, session: &Session, query: &Query) {
        match session.start_query(query) {
            Ok(job) => self.0.push_back((id, job)),
            Err(error) => host::answered(id, Err(error)),
        }
    }
}

fn work(mut answers: ResMut<Answers>, mut redraw: MessageWriter<RequestRedraw>) {
    let began = Instant::now();
    while let Some((id, job)) = answers.0.front_mut() {
        if let Some(answer) = job.step() {
            host::answered(*id, answer);
            answers.0.pop_front();
        }
        if began.elapsed() > SLICE {
            break;
        }
    }
    if !answers.0.is_empty() {
        redraw.write(RequestRedraw);
        bridge::wake();
    }
}
