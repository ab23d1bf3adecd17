//! All open windows, from bottom to top. `Esc` closes them in the opposite order.

use egui::Context;

use super::{
    diagnostics, exports, glossary, help, import, message, palette, parameters, path_field, qr_code, scenes, solving,
    sources, unfinished_talk,
};
use crate::session::{Intent, SolveProgress};
use crate::ui::editor::editor_ui;
use crate::ui::lesson::{course_ui, forget_poll, poll_ui};
use crate::ui::model::Model;

pub(in crate::ui) fn windows_ui(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let session = model.session;
    if session.parameters {
        parameters::parameters_ui(ctx, model, intents);
    }
    if session.scenes {
        scenes::scenes_ui(ctx, model, intents);
    } else {
        scenes::forget_focus(ctx);
    }
    if session.course {
        course_ui(ctx, model, intents);
    }
    if let Some(open) = session.lesson.as_ref().filter(|open| open.shows_poll) {
        poll_ui(ctx, model, open, intents);
    } else {
        forget_poll(ctx);
    }
    if let (Some(open), Some(file)) = (&session.editor, session.own_file()) {
        editor_ui(ctx, model, (open, &file), intents);
    }
    if let Some(open) = &session.import {
        import::import_ui(ctx, model, open, intents);
    }
    if let Some(open) = &session.exports {
        exports::exports_ui(ctx, model, open, intents);
    }
    if let Some(link) = &session.qr_link {
        qr_code::qr_code_ui(ctx, model, link, intents);
    }
    if let Some(fabric) = session.sources {
        sources::sources_ui(ctx, model, fabric, intents);
    }
    match session.glossary {
        Some(term) => glossary::glossary_ui(ctx, model, term, intents),
        None => glossary::forget(ctx),
    }
    if session.help {
        help::help_ui(ctx, model, intents);
    }
    if session.palette_open {
        palette::palette_ui(ctx, model, intents);
    } else {
        palette::forget(ctx);
    }
    match &session.path_field {
        Some(field) => path_field::path_field_ui(ctx, model, field, intents),
        None => path_field::forget(ctx),
    }
    let progress = session.solve_progress().filter(SolveProgress::is_long);
    if let Some(progress) = progress {
        solving::solving_ui(ctx, model, progress, intents);
    } else if let Some(message) = &session.done {
        message::message_ui(ctx, model, message, intents);
    } else if let Some(talk) = session.unfinished_talk.as_ref().filter(|_| session.story.is_none()) {
        unfinished_talk::unfinished_talk_ui(ctx, model, talk, intents);
    }
    if let Some(diagnostics) = &session.diagnostics {
        diagnostics::diagnostics_ui(ctx, model, diagnostics, intents);
    }
}
