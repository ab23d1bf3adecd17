//! The small sister of the crate `regex`, by the same authors.
//!
//! Its one user, naga_oil, looks for some patterns of ASCII text in shaders when the program starts. That needs neither tables of
//! Unicode (360 kB of the page's data) nor state machines that are made ahead of time.

pub use regex_lite::*;
