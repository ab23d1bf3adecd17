//! A text that is pasted while no field has the keyboard is opened, as a file would be.

use egui::{Context, Event};

use super::text::windows::PASTED;
use crate::session::{Intent, Link};

/// Shorter texts are slips: words, paths, numbers.
const MIN_BYTES: usize = 24;

pub(super) fn paste_ui(ctx: &Context, intents: &mut Vec<Intent>) {
    // A button that was clicked last has the keyboard, too, and no use for a text.
    if ctx.text_edit_focused() {
        return;
    }
    let pasted = ctx.input(|input| {
        // In a window, bevy_egui hands a paste over as one long typed text.
        let pasted = |event: &Event| {
            if let Event::Paste(text) | Event::Text(text) = event { Some(text.clone()) } else { None }
        };
        input.events.iter().filter_map(pasted).rfind(|text| text.trim().len() >= MIN_BYTES || Link::is_alone(text))
    });
    intents.extend(pasted.map(|text| Intent::Load { name: PASTED.to_owned(), text }));
}
