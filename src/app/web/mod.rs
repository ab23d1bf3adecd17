//! The app in a browser page.
//!
//! | file | contents |
//! |---|---|
//! | `page` | the program in the page: commands become intents, the state is published |
//! | `bridge` | what the page asks of the program |
//! | `answers` | works on what the page asks about the scene, in slices of frames |
//! | `host` | what the program asks of the page |
//! | `recorder` | pictures and films |
//! | `keyboard` | which keys the program uses |
//! | `talk` | a talk for the view of the speaker in another tab |
//! | `mirror` | the controls as elements of the page, for screen readers |

mod answers;
mod bridge;
mod host;
mod keyboard;
mod mirror;
mod page;
mod recorder;
mod talk;

pub use page::run;
