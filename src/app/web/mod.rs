//! The app in a browser page.

mod bridge;
mod page;

pub use page::run;
