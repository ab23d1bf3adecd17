//! `catalog`.

use super::{CommandError, print, print_json};
use crate::catalog::Catalog;
use crate::formats::{catalog_table, machine_table};
use crate::scene::did_you_mean;

/// Lists machines, or shows one.
///
/// # Errors
/// No machine has this id.
pub(super) fn catalog(id: Option<&str>, json: bool) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let Some(id) = id else {
        return if json { print_json(&catalog.machines()) } else { print(&catalog_table(&catalog)) };
    };
    let Some(machine) = catalog.get(id) else {
        let near = did_you_mean(id, catalog.ids()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let ids: Vec<&str> = catalog.ids().collect();
        return Err(CommandError::Value(format!("there is no machine `{id}`; {near}known: {}", ids.join(", "))));
    };
    if json { print_json(machine) } else { print(&machine_table(machine)) }
}
