//! The machines that a fabric can be changed to.

use crate::catalog::Machine;
use crate::scene::FreeTopology;
use crate::ui::model::Model;

/// All machines except networks, and except graphs, which need a list of links.
pub(super) fn machines<'a>(model: &Model<'a>) -> impl Iterator<Item = &'a Machine> {
    let is_graph = |machine: &Machine| matches!(machine, Machine::Free(free) if FreeTopology::from_machine(free) == Some(FreeTopology::Graph));
    let offered = move |machine: &&Machine| !matches!(machine, Machine::Network(_)) && !is_graph(machine);
    model.session.catalog().machines().iter().filter(offered)
}
