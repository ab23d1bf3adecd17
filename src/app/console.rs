//! The log in the browser's console: warnings and errors of the engine, by the filter of the desktop.

use core::fmt::{Debug, Write};

use bevy::app::{App, Plugin};
use bevy::log::Level;
use bevy::log::tracing::field::{Field, Visit};
use bevy::log::tracing::level_filters::LevelFilter;
use bevy::log::tracing::span::{Attributes, Id, Record};
use bevy::log::tracing::subscriber::set_global_default;
use bevy::log::tracing::{Event, Metadata, Subscriber};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(text: &str);
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// Writes what the filter lets through: a list of `target=level`, and the level of all others.
pub(super) struct ConsolePlugin {
    pub(super) filter: &'static str,
}

impl Plugin for ConsolePlugin {
    fn build(&self, _app: &mut App) {
        let console = Console { filter: self.filter };
        // Fails for a second app on the page, which has the log of the first.
        let _ = set_global_default(console);
        let _ = log::set_boxed_logger(Box::new(console)).map(|()| log::set_max_level(log::LevelFilter::Warn));
    }
}

#[derive(Clone, Copy)]
struct Console {
    filter: &'static str,
}

impl Console {
    /// Whether messages of a target and level are shown: the longest name that fits decides.
    fn shows(self, target: &str, level: Level) -> bool {
        let rules = self.filter.split(',').map(|rule| rule.trim().split_once('=').unwrap_or(("", rule.trim())));
        let fitting = rules.filter(|(name, _)| target.starts_with(name)).max_by_key(|(name, _)| name.len());
        let shown = fitting.and_then(|(_, level)| level.parse().ok()).unwrap_or(LevelFilter::WARN);
        level <= shown
    }
}

fn print(target: &str, is_error: bool, text: &str) {
    let line = format!("{target}: {text}");
    if is_error { console_error(&line) } else { console_warn(&line) }
}

impl Subscriber for Console {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.shows(metadata.target(), *metadata.level())
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        print(event.metadata().target(), *event.metadata().level() == Level::ERROR, &text.0);
    }

    // Messages alone: spans have no place in the console.
    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

impl log::Log for Console {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        let is_error = metadata.level() == log::Level::Error;
        metadata.level() <= log::Level::Warn
            && self.shows(metadata.target(), if is_error { Level::ERROR } else { Level::WARN })
    }

    fn log(&self, record: &log::Record<'_>) {
        if log::Log::enabled(self, record.metadata()) {
            print(record.target(), record.level() == log::Level::Error, &record.args().to_string());
        }
    }

    fn flush(&self) {}
}

/// The field of an event with its message.
const MESSAGE: &str = "message";

/// The message of an event, then its other fields.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a text does not fail.
        let _ = if field.name() == MESSAGE {
            write!(self.0, "{value:?}")
        } else {
            write!(self.0, " {}={value:?}", field.name())
        };
    }
}
