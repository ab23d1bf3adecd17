//! The operations of a sequence in lanes: those of a lane follow each other, those of different lanes may run at once.

use crate::solve::{FabricRun, OperationRun};

/// Operations that do not overlap, in order of time.
pub type OperationLane = Vec<OperationRun>;

/// The lanes of a run, as few as its operations need; none for a single operation.
pub fn operation_lanes(run: &FabricRun) -> Vec<OperationLane> {
    let mut operations = run.operations();
    operations.sort_by_key(|operation| (operation.start, operation.end));
    let mut lanes: Vec<OperationLane> = Vec::new();
    for operation in operations {
        let is_free = |lane: &&mut OperationLane| lane.last().is_none_or(|last| last.end <= operation.start);
        match lanes.iter_mut().find(is_free) {
            Some(lane) => lane.push(operation),
            None => lanes.push(vec![operation]),
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::BUNDLED;
    use crate::solve::solve;

    #[test]
    fn operations_of_a_lane_do_not_overlap_and_all_are_in_one() {
        let catalog = Catalog::bundled().expect("the catalog");
        let scene = BUNDLED.iter().find(|scene| scene.file == "fsdp-layer.ron").expect("the scene");
        let run = solve(&scene.load(&catalog).expect("a scene").scene).remove(0);
        let lanes = operation_lanes(&run);
        assert_eq!(lanes.iter().map(Vec::len).sum::<usize>(), run.operations().len());
        assert!(lanes.len() > 1, "a gather runs beside a computation");
        for lane in &lanes {
            assert!(lane.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
