//! Labels and sentences of explanations and verdicts. Nothing is decided here, and nothing reads these texts back.

mod fabric_noun;
mod instant_text;
mod labels;
pub(super) mod note_text;
mod percent;
mod root_cause_text;
#[cfg(test)]
mod sentence_tests;
mod sentences;
mod transfer_label;
mod upgrade_text;
mod verdict_basis;
mod verdict_text;

pub use fabric_noun::{class_label, is_fitted, parameter_class_label};
pub use instant_text::{instant_sentences, span_label};
pub use labels::{parameter_label, share_label};
pub use percent::percent;
pub use sentences::{Findings, explanation_sentences};
pub use transfer_label::{TransferEnds, stream_label, transfer_ends};
pub use verdict_text::{verdict, verdict_sentences};
