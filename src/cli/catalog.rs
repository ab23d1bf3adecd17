//! `catalog`: lists machines and constants.

use super::error::CommandError;
use super::output::{print, print_json};
use crate::catalog::Catalog;
use crate::report::{catalog_table, machine_table, nccl_table};
use crate::scene::did_you_mean;
use crate::units::quoted;

/// The id of the timing constants.
const NCCL: &str = "nccl";

/// Arguments of `catalog`.
#[derive(Debug, clap::Args)]
pub struct CatalogArguments {
    /// Id of a machine, or `nccl`
    id: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Lists all machines, or prints one of them or the constants of the measured timing.
///
/// # Errors
/// An unknown id.
pub(super) fn catalog(arguments: &CatalogArguments) -> Result<(), CommandError> {
    let (catalog, json) = (Catalog::bundled()?, arguments.json);
    let Some(id) = arguments.id.as_deref() else {
        return if json { print_json(&catalog.machines()) } else { print(&catalog_table(&catalog)) };
    };
    if id == NCCL {
        return if json { print_json(catalog.nccl()) } else { print(&nccl_table(catalog.nccl())) };
    }
    let Some(machine) = catalog.get(id) else {
        let near = did_you_mean(id, catalog.ids().chain([NCCL]))
            .map(|near| format!("did you mean `{near}`? "))
            .unwrap_or_default();
        let ids: Vec<&str> = catalog.ids().chain([NCCL]).collect();
        return Err(CommandError::Value(format!(
            "unknown machine `{}`; {near}accepted: {}",
            quoted(id),
            ids.join(", ")
        )));
    };
    if json { print_json(machine) } else { print(&machine_table(machine)) }
}
