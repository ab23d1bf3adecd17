//! `catalog`.

use super::{CommandError, print, print_json};
use crate::catalog::Catalog;
use crate::report::{catalog_table, machine_table, nccl_table};
use crate::scene::did_you_mean;

/// The id of the timing constants.
const NCCL: &str = "nccl";

/// Lists machines, or shows one, or the constants of the measured timing.
///
/// # Errors
/// No machine has this id.
pub(super) fn catalog(id: Option<&str>, json: bool) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let Some(id) = id else {
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
        return Err(CommandError::Value(format!("there is no machine `{id}`; {near}known: {}", ids.join(", "))));
    };
    if json { print_json(machine) } else { print(&machine_table(machine)) }
}
