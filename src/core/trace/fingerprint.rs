//! The hash of a trace: the same on every platform, so that tests notice every change of a time or a rate.

use super::store::TraceStore;
use crate::units::Fnv64;

/// A fingerprint of everything that is stored: 16 hexadecimal digits.
pub fn fingerprint(store: &dyn TraceStore) -> String {
    let mut hash = Fnv64::default();
    store.hash(&mut hash);
    format!("{:016x}", hash.finish())
}
