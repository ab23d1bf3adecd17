//! The app in a browser page.
//!
//! | file | contents |
//! |---|---|
//! | `page` | the program in the page: commands become intents, the state is published |
//! | `bridge` | what the page asks of the program |
//! | `host` | what the program asks of the page |
//! | `keyboard` | which keys the program uses |

mod bridge;
mod host;
mod keyboard;
mod page;

pub use page::run;
