//! The clipboard of a Wayland window, without its contents.
//!
//! The windows of this program speak X11, on a Wayland desktop through XWayland, and so does their clipboard. bevy_egui asks for
//! this one when a window speaks Wayland, which none does; the crate brings a dozen others that are compiled and never run.

use std::ffi::c_void;
use std::io::{Error, ErrorKind, Result};

/// A clipboard that is never made.
#[derive(Clone, Copy, Debug)]
pub struct Clipboard;

impl Clipboard {
    /// A clipboard without contents.
    ///
    /// # Safety
    /// The display is not used.
    pub unsafe fn new(_display: *mut c_void) -> Clipboard {
        Clipboard
    }

    /// The text of the clipboard.
    ///
    /// # Errors
    /// Always: there is none.
    pub fn load(&self) -> Result<String> {
        Err(Error::from(ErrorKind::Unsupported))
    }

    /// Drops a text.
    pub fn store<T: Into<String>>(&self, _text: T) {}
}
