//! `validate`: writes how far the measured timing can be trusted, log by log.

use std::path::Path;

use super::CommandError;
use crate::catalog::Catalog;
use crate::compare::{
    Comparison, LogCluster, ValidationList, ValidationLog, compare, inputs, validation_document, validation_plot,
};
use crate::nccl::MeasuredInputs;
use crate::nccl_log::load_log;

/// Compares every log of the program's list with those in a folder, and writes `validation.md` and `validation.svg`.
///
/// # Errors
/// A log of the list that is missing or cannot be read, or a folder that cannot be written.
pub(super) fn validate(logs: &Path, output: &Path) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let list = ValidationList::bundled()?;
    let hold = |entry: &ValidationLog| -> Result<(Comparison, MeasuredInputs), CommandError> {
        let log = load_log(&logs.join(format!("{}.txt", entry.log)))?;
        let flags = entry.flags();
        let cluster = inputs(&flags, LogCluster::from(&log), &catalog)?;
        Ok((compare(&log, &flags.machine, flags.network.as_deref(), &cluster), cluster))
    };
    let mut plotted = Vec::with_capacity(list.logs.len());
    let mut healthy = Vec::with_capacity(list.logs.len());
    for entry in &list.logs {
        let (comparison, cluster) = hold(entry)?;
        plotted.push((entry.log.clone(), comparison.clone(), cluster));
        healthy.push((entry, comparison));
    }
    let mut degraded = Vec::with_capacity(list.degraded.len());
    for entry in &list.degraded {
        let (comparison, cluster) = hold(entry)?;
        plotted.push((entry.log.clone(), comparison.clone(), cluster));
        degraded.push((entry, comparison));
    }
    let mut without_constants = Vec::with_capacity(list.without_constants.len());
    for entry in &list.without_constants {
        let log = load_log(&logs.join(format!("{}.txt", entry.log)))?;
        without_constants.push((entry, log.rows.len()));
    }
    std::fs::create_dir_all(output)?;
    std::fs::write(output.join("validation.md"), validation_document(&healthy, &degraded, &without_constants))?;
    std::fs::write(output.join("validation.svg"), validation_plot(&plotted))?;
    Ok(())
}
