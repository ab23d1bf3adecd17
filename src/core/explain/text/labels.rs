//! Labels of shares of the time and of figures.

use super::fabric_noun::{is_fitted, is_fitted_rate, is_other_traffic, is_wavelet_rate, links_noun};
use crate::explain::attribution::TimeShare;
use crate::explain::cost::CostKind;
use crate::fabric::LinkClass;
use crate::solve::{FabricRun, Parameter};

/// A share of the time: `serialization on NVLink`, `latency of the NICs`, `software at each step`.
pub fn share_label(run: &FabricRun, share: &TimeShare) -> String {
    let label = share_phrase(run, share);
    if is_fitted_share(share) { format!("{label} (a fitted rate, not a link)") } else { label }
}

/// The label without a remark in brackets, for use inside brackets.
pub(super) fn share_label_in_brackets(run: &FabricRun, share: &TimeShare) -> String {
    let label = share_phrase(run, share);
    if is_fitted_share(share) { format!("{label}, a fitted rate") } else { label }
}

/// Whether the time is spent at a fitted rate and not on a link.
fn is_fitted_share(share: &TimeShare) -> bool {
    let bytes = matches!(share.kind, CostKind::Serialization | CostKind::Contention);
    bytes && share.class.is_some_and(is_fitted_rate)
}

fn share_phrase(run: &FabricRun, share: &TimeShare) -> String {
    let Some(class) = share.class else { return share.source.label().to_owned() };
    let noun = links_noun(run, class).text;
    if is_fitted_share(share) {
        return format!("bytes passing {noun}");
    }
    match (share.kind, class) {
        (CostKind::Latency, _) => format!("latency of {noun}"),
        (_, LinkClass::Nic) => format!("{} at {noun}", share.kind.as_str()),
        _ => format!("{} on {noun}", share.kind.as_str()),
    }
}

/// A figure, for tables: `capacity of NVLink`, `latency of the NICs`, `launch`.
pub fn parameter_label(run: &FabricRun, parameter: Parameter) -> String {
    let quantity = parameter.of.as_str();
    match parameter.class {
        None => quantity.to_owned(),
        Some(class) if is_other_traffic(class) => "rate of other traffic".to_owned(),
        Some(_) if is_wavelet_rate(parameter) => format!("{quantity} of mesh links and ramps"),
        Some(class) if is_fitted(parameter) => format!("rate of {}", links_noun(run, class).text),
        Some(class) => format!("{quantity} of {}", links_noun(run, class).text),
    }
}
