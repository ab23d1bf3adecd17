//! What would be faster than the algorithm that a run used.

use super::change::Change;
use super::changed_input::{ChangedInput, Choice};
use super::cluster::Cluster;
use super::log_verdict::FasterChoice;
use super::predictor::{MeasuredRow, Predictor};

/// A choice that saves less is not worth a sentence.
const WORTH: f64 = 1.03;

/// What would be faster than the choice of NCCL that explains a log.
pub(super) fn faster_choice(cluster: &Cluster, change: &Change, largest: &MeasuredRow) -> Option<FasterChoice> {
    let instead_of = match (change.parameter, change.choice) {
        (ChangedInput::Algorithm | ChangedInput::AlgorithmAndNics, Some(Choice::Algorithm(algorithm))) => {
            format!("the {} algorithm", algorithm.name())
        }
        (ChangedInput::Protocol, Some(Choice::Protocol(protocol))) => format!("the protocol {}", protocol.name()),
        (ChangedInput::Nvls, _) => "rings and trees without NVLS".to_owned(),
        _ => return None,
    };
    let predictor = Predictor::new(&cluster.inputs);
    let candidate = predictor.candidate(largest.message_bytes, largest.switches_add)?;
    let seconds = candidate.time_us * 1e-6;
    (largest.seconds > WORTH * seconds).then(|| FasterChoice {
        algorithm: format!("{}/{}", candidate.algorithm.name(), candidate.protocol.name()),
        message_bytes: largest.message_bytes,
        expected_busbw_gb_s: cluster.busbw_gb_s(largest.message_bytes, seconds),
        instead_of,
    })
}

/// What would be faster without the settings of the log.
pub(super) fn without_settings(cluster: &Cluster, largest: &MeasuredRow) -> Option<FasterChoice> {
    let free = cluster.without_settings.as_ref()?;
    let best = Predictor::new(free).candidate(largest.message_bytes, largest.switches_add)?;
    let used = Predictor::new(&cluster.inputs).seconds(largest)?;
    let seconds = best.time_us * 1e-6;
    (used > WORTH * seconds).then(|| FasterChoice {
        algorithm: format!("{}/{}", best.algorithm.name(), best.protocol.name()),
        message_bytes: largest.message_bytes,
        expected_busbw_gb_s: cluster.busbw_gb_s(largest.message_bytes, seconds),
        instead_of: "what the settings in the log allow".to_owned(),
    })
}
