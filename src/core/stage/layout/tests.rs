//! Layouts of every topology at several sizes and zooms: chips do not overlap or jump, and limits hold.

use glam::{Vec2, vec2};

use super::{MAX_CHIPS, MAX_LINKS};
use crate::catalog::Catalog;
use crate::fabric::{LinkId, Topology};
use crate::sample::FabricView;
use crate::scene::parse_scene;
use crate::solve::{FabricRun, solve};
use crate::stage::camera::StageCamera;
use crate::stage::fabric_layout::FabricLayout;
use crate::stage::geometry::Rect;
use crate::stage::selection::Item;

/// One fabric from its line in a scene.
fn fabric(line: &str, replicas: u32) -> FabricRun {
    let catalog = Catalog::bundled().expect("the catalog");
    let text = format!(
        "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: {replicas}), fabrics: [(name: \"A\", {line})])"
    );
    let document = parse_scene("t", &text, &catalog).unwrap_or_else(|diagnostics| panic!("{line}: {diagnostics}"));
    solve(&document.scene).remove(0)
}

fn clusters() -> Vec<FabricRun> {
    let cluster = |machine: &str, nodes: u32, gpus: u32| {
        let line = format!(r#"machine: "{machine}", nodes: {nodes}, network: "ib-ndr", algorithm: "hierarchical""#);
        fabric(&line, nodes * gpus)
    };
    vec![
        cluster("dgx-h100", 2, 8),
        cluster("dgx-h100", 4, 8),
        cluster("dgx-h100", 7, 8),
        cluster("dgx-h100", 64, 8),
        cluster("gb200-nvl72", 6, 72),
        cluster("dgx-h100", 12_500, 8),
    ]
}

fn others() -> Vec<FabricRun> {
    vec![
        fabric(r#"machine: "dgx-h100", algorithm: "nvls""#, 8),
        fabric(r#"machine: "dgx-a100", algorithm: "ring""#, 8),
        fabric(r#"machine: "gb200-nvl72", algorithm: "nvls""#, 72),
        fabric(r#"machine: "switch", algorithm: "ring""#, 16),
        fabric(r#"machine: "switch", algorithm: "ring""#, 500),
        fabric(r#"machine: "torus", region: "5x4", algorithm: "ring""#, 2),
        fabric(r#"machine: "torus", region: "64x64", algorithm: "ring""#, 2),
        fabric(r#"machine: "mesh", region: "300x7", algorithm: "ring""#, 2),
        fabric(r#"machine: "cs-3-cluster", algorithm: "swarmx-tree""#, 8),
        fabric(r#"machine: "cs-3-cluster", algorithm: "swarmx-tree""#, 192),
        fabric(r#"machine: "cs-3-cluster", algorithm: "swarmx-tree""#, 2_048),
        fabric(r#"machine: "mesh", region: "2048x2048", algorithm: "ring""#, 2),
    ]
}

fn cells() -> [Rect; 3] {
    [vec2(330.0, 420.0), vec2(700.0, 640.0), vec2(1500.0, 900.0)].map(|size| Rect::new(vec2(20.0, 40.0), size))
}

fn cameras() -> Vec<StageCamera> {
    let mut cameras = vec![StageCamera::WHOLE];
    for scale in [1.7, 4.0, 13.0, 60.0, 400.0] {
        cameras.extend([vec2(0.5, 0.5), vec2(0.21, 0.77)].map(|place| StageCamera::at(place, 1.0 / scale)));
    }
    cameras
}

fn name(run: &FabricRun) -> String {
    format!("{} of {} ranks", run.algorithm, run.ranks)
}

#[test]
fn chips_do_not_overlap_and_stay_in_the_picture() {
    for run in clusters().into_iter().chain(others()) {
        for cell in cells() {
            for camera in cameras() {
                let layout = FabricLayout::with_camera(&run, cell, camera);
                let what = format!("{} in {:?} at {camera:?}", name(&run), cell.size());
                assert!(camera.scale > 1.0 || !layout.chips.is_empty(), "{what}: nothing");
                // From left to right, so that only neighbours are compared.
                let mut chips: Vec<_> = layout.chips.iter().collect();
                chips.sort_by(|a, b| a.rect.min.x.total_cmp(&b.rect.min.x));
                for (place, chip) in chips.iter().enumerate() {
                    for other in chips[place + 1..].iter().take_while(|other| other.rect.min.x < chip.rect.max.x - 0.01)
                    {
                        let shared = chip.rect.meet(&other.rect).size();
                        assert!(shared.min_element() < 0.01, "{what}: {chip:?} and {other:?}");
                    }
                    if camera.is_whole() {
                        let room = Rect::new(layout.picture.min - 0.5, layout.picture.max + 0.5);
                        assert!(room.contains(chip.rect.min) && room.contains(chip.rect.max), "{what}: {chip:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn large_fabrics_stay_below_the_limits_of_a_layout() {
    for run in clusters().into_iter().chain(others()) {
        for cell in cells() {
            for camera in cameras() {
                let layout = FabricLayout::with_camera(&run, cell, camera);
                let counts = (layout.chips.len(), layout.links.len());
                assert!(counts.0 < MAX_CHIPS && counts.1 < MAX_LINKS, "{}: {counts:?} at {camera:?}", name(&run));
            }
        }
    }
}

#[test]
fn a_whole_fabric_shows_every_rank_in_exactly_one_box() {
    for run in clusters().into_iter().chain(others()) {
        for cell in cells() {
            let layout = FabricLayout::new(&run, cell);
            let all: u64 = layout.chips.iter().map(|chip| chip.ranks.len()).sum();
            assert_eq!(all, run.ranks, "{} in {:?}", name(&run), cell.size());
        }
    }
}

#[test]
fn chips_keep_their_positions_while_zooming() {
    let whole = |layout: &FabricLayout, point: Vec2| layout.camera.place(point, layout.picture);
    for run in clusters().into_iter().chain(others()) {
        let cell = cells()[1];
        for place in [vec2(0.5, 0.5), vec2(0.3, 0.6), vec2(0.12, 0.93)] {
            let mut before: Option<FabricLayout> = None;
            for scale in [1.0, 1.5, 2.3, 3.4, 6.0, 11.0, 25.0, 70.0] {
                let layout = FabricLayout::with_camera(&run, cell, StageCamera::at(place, 1.0 / scale));
                for chip in &layout.chips {
                    let known = before.as_ref().and_then(|before| {
                        let chips = before.chips.iter();
                        let mut same = chips.filter(|known| (known.kind, known.index) == (chip.kind, chip.index));
                        same.next().map(|known| whole(before, known.rect.center()))
                    });
                    let far = known.map_or(0.0, |known| {
                        ((known - whole(&layout, chip.rect.center())) * layout.picture.size()).length()
                    });
                    // Boxes of a few points may move to make space for their lines.
                    assert!(far < 4.0, "{}: {chip:?} jumps by {far} at {scale}", name(&run));
                }
                before = Some(layout);
            }
        }
    }
}

#[test]
fn zooming_in_opens_a_box_in_place() {
    let run = clusters().remove(5);
    let cell = cells()[1];
    let mut camera = StageCamera::WHOLE;
    let mut kinds = Vec::new();
    for _ in 0..12 {
        let layout = FabricLayout::with_camera(&run, cell, camera);
        // GPU 50,000, or a box that contains it, is visible at every zoom.
        let found = layout.chips.iter().find(|chip| chip.ranks.contains(50_000)).expect("the GPU, or its box");
        if kinds.last() != Some(&found.kind) {
            kinds.push(found.kind);
        }
        let center = camera.place(found.rect.center(), layout.picture);
        camera = StageCamera::at(center, 1.0 / (camera.scale * 2.0));
    }
    assert_eq!(kinds.len(), 3, "a unit, a node, a GPU: {kinds:?}");
}

#[test]
fn the_camera_finds_links_that_are_drawn_in_a_bundle() {
    for run in clusters().into_iter().chain(others()) {
        let view = FabricView::new(&run, cells()[1]);
        let count = run.fabric.topology.link_count();
        for number in [0, count / 7, count / 2, count - 1] {
            let link = LinkId(number);
            let class =
                run.fabric.topology.link(link).map(|spec| run.fabric.topology.class_names()[usize::from(spec.class)]);
            // Links between a GPU and its NIC are not drawn, and at the edges of a mesh some ids have no link.
            let Some(class) = class.filter(|class| !["GPU to NIC", "NIC to GPU"].contains(class)) else { continue };
            // A single unit of nodes does not use the spine.
            if matches!(&run.fabric.topology, Topology::Cluster(cluster) if cluster.units() == 1)
                && class.contains("spine")
            {
                continue;
            }
            let camera = view.layout.camera_for(Item::Link(link), &run.fabric.topology);
            let camera = camera.unwrap_or_else(|| panic!("{}: {class} {number} is nowhere", name(&run)));
            let near = FabricLayout::with_camera(&run, cells()[1], camera);
            assert!(near.link(link).is_some(), "{}: {class} {number} is not drawn at {camera:?}", name(&run));
        }
    }
}
