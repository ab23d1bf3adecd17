//! The panels by label and role, as a screen reader meets them: no window, no renderer.

mod controls;
mod keys;
mod results;
mod screen;
mod stage;
mod sweep;
mod typography;
mod windows;
