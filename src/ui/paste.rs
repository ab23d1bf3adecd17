//! A text that is pasted while no field has the keyboard is opened, as a file would be.

use egui::{Context, Event};

use super::text::windows::PASTED;
use crate::session::Intent;

/// Shorter texts are slips: words, paths, numbers.
const MIN_BYTES: usize = 24;

pub(super) fn paste_ui(ctx: &Context, intents: &mut Vec<Intent>) {
    if ctx.memory(|memory| memory.focused().is_some()) {
        return;
    }
    let pasted = ctx.input(|input| {
        let pasted = |event: &Event| {
            if let Event::Paste(text) = event { Some(text.clone()) } else { None }
        };
        input.events.iter().filter_map(pasted).rfind(|text| text.trim().len() >= MIN_BYTES)
    });
    intents.extend(pasted.map(|text| Intent::Load { name: PASTED.to_owned(), text }));
}
