//! Full meshes: chips on an ellipse, like those of a free graph.

use crate::fabric::FullMesh;
use crate::stage::fabric_layout::FabricLayout;

impl FabricLayout {
    pub(crate) fn place_full_mesh(&mut self, mesh: &FullMesh) {
        self.place_graph(&mesh.to_graph());
    }
}
