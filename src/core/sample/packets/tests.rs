//! Packets of the first look: number, speed, positions and limit.

use super::sampler::packets_up_to;
use super::{PacketMark, PacketScale, packets};
use crate::catalog::Catalog;
use crate::collective::Flow;
use crate::fabric::Topology;
use crate::sample::link_loads::LinkLoads;
use crate::sample::router_loads::PortLoads;
use crate::scene::BUNDLED;
use crate::solve::{FabricRun, solve};
use crate::stage::{FabricLayout, Rect, StageCamera, stage_cells};
use crate::units::Femtos;
use glam::{Vec2, vec2};

fn first_look() -> Vec<FabricRun> {
    let catalog = Catalog::bundled().expect("the catalog");
    let document = BUNDLED[0].load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    solve(&document.scene)
}

fn marks(run: &FabricRun, at: Femtos, speed: f64) -> (PacketScale, Vec<PacketMark>) {
    let trace = &run.result().expect("a run").played.trace;
    let cell = stage_cells(Rect::new(Vec2::ZERO, vec2(1200.0, 800.0)), 1, 0)[0];
    let layout = FabricLayout::new(run, cell);
    let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
    let mut marks = Vec::new();
    let scale = packets(&layout, &loads, &PortLoads::default(), speed, &mut marks);
    for mark in &marks {
        let [left, top, right, bottom] = layout.picture.to_array();
        let inside = (left..=right).contains(&mark.at.x) && (top..=bottom).contains(&mark.at.y);
        assert!(inside, "{:?} is outside the picture", mark.at);
    }
    (scale, marks)
}

#[test]
fn a_slow_clock_shows_true_speed_and_a_fast_one_a_flow() {
    for run in first_look() {
        let (slow, _) = marks(&run, Femtos::from_secs(100e-6), 1e-6);
        assert!(slow.true_speed);
        let (fast, seen) = marks(&run, Femtos::from_secs(100e-6), 112e-6);
        assert!(!fast.true_speed);
        assert!(fast.bytes > slow.bytes);
        assert!((20..3000).contains(&seen.len()), "{} packets", seen.len());
        for flow in [Flow::Reduce, Flow::Broadcast] {
            assert!(seen.iter().any(|mark| mark.flow == flow), "no {flow:?} in {}", run.scene.name);
        }
    }
}

#[test]
fn the_same_instant_gives_the_same_packets() {
    for run in first_look() {
        let at = Femtos::from_secs(77e-6);
        assert_eq!(marks(&run, at, 50e-6), marks(&run, at, 50e-6));
    }
}

#[test]
fn at_true_speed_packets_in_flight_are_rate_times_latency() {
    let run = &first_look()[0];
    // 8 uplinks and 8 downlinks, 900 GB/s for 250 ns each, nearly full.
    let (mut seen, mut expected) = (0.0, 0.0);
    for instant in 0..50 {
        let (scale, marks) = marks(run, Femtos::from_secs(500e-6 + 37e-9 * f64::from(instant)), 1e-7);
        seen += marks.len() as f64;
        expected += 16.0 * 900e9 * 250e-9 / scale.bytes.0 as f64;
    }
    assert!((seen / expected - 1.0_f64).abs() < 0.02, "{seen} packets, {expected} expected");
}

#[test]
fn near_routers_packets_are_on_lanes_and_ramps() {
    let run = &first_look()[1];
    let Topology::Mesh(mesh) = &run.fabric.topology else { panic!("a wafer") };
    let trace = &run.result().expect("a run").played.trace;
    let cell = stage_cells(Rect::new(Vec2::ZERO, vec2(1200.0, 800.0)), 1, 0)[0];
    let layout = FabricLayout::with_camera(run, cell, StageCamera::at(vec2(0.5, 0.5), 1.0 / 120.0));
    let wafer = layout.wafer.as_ref().expect("a wafer");
    let parts = crate::stage::PeParts::new(wafer.pitch());
    let (mut on_lanes, mut on_ramps) = (0, 0);
    for step in 0..40 {
        // Over the whole run: each column class has a round of its own.
        let at = Femtos::from_secs(5e-6 + 6.5e-6 * f64::from(step));
        let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
        let mut ports = PortLoads::default();
        ports.paint(mesh, &loads, crate::stage::PeWindow::new(&layout, mesh), true);
        let mut marks = Vec::new();
        packets(&layout, &loads, &ports, 112e-6, &mut marks);
        for mark in marks.iter().filter(|mark| layout.picture.contains(mark.at)) {
            let place = (mark.at - parts.router - wafer.region.min) / wafer.pitch() - 0.5;
            let off = (place - place.round()) * wafer.pitch();
            let lane = parts.lane - parts.lane_half..=parts.lane + parts.lane_half;
            // On a lane of a row or a column; otherwise between router and core.
            if lane.contains(&off.y.abs()) || lane.contains(&off.x.abs()) {
                on_lanes += 1;
            } else {
                assert!(off.x > 0.0 && off.y > 0.0, "{off:?} is neither on a lane nor on a ramp");
                on_ramps += 1;
            }
        }
    }
    assert!(on_lanes > 100 && on_ramps > 0, "{on_lanes} on lanes, {on_ramps} on ramps");
}

#[test]
fn there_are_no_packets_after_the_end() {
    for run in first_look() {
        let end = run.result().expect("a run").played.trace.end();
        assert!(marks(&run, end, 1e-4).1.is_empty());
    }
}

/// The links of a layout whose lanes have a packet.
fn links_with_packets(layout: &FabricLayout, marks: &[PacketMark]) -> usize {
    let on_lane = |mark: &PacketMark, [from, to]: [Vec2; 2]| crate::stage::distance_to_line(mark.at, [from, to]) < 0.05;
    let has_packet = |lanes: &[[Vec2; 2]]| lanes.iter().any(|lane| marks.iter().any(|mark| on_lane(mark, *lane)));
    layout.links.iter().filter(|link| has_packet(&link.lanes)).count()
}

#[test]
fn at_the_limit_every_stream_keeps_its_packets() {
    let run = &first_look()[0];
    let trace = &run.result().expect("a run").played.trace;
    let layout = FabricLayout::new(run, Rect::new(Vec2::ZERO, vec2(1200.0, 800.0)));
    let at = Femtos::from_secs(500e-6);
    let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
    let mut marks = Vec::new();
    let usual = packets(&layout, &loads, &PortLoads::default(), 112e-6, &mut marks);
    let count = marks.len();
    assert_eq!(links_with_packets(&layout, &marks), 16, "a port each way per GPU");
    let scale = packets_up_to(count * 2 / 3, &layout, &loads, &PortLoads::default(), 112e-6, &mut marks);
    assert!((count / 3..=count * 2 / 3).contains(&marks.len()), "{} of {count}", marks.len());
    assert_eq!(links_with_packets(&layout, &marks), 16, "all links share the smaller number");
    assert_eq!(scale.bytes.0, 2 * usual.bytes.0, "each packet stands for twice the bytes");
}

#[test]
fn more_streams_than_packets_are_sampled_evenly() {
    for run in first_look() {
        let trace = &run.result().expect("a run").played.trace;
        let layout = FabricLayout::new(&run, Rect::new(Vec2::ZERO, vec2(1200.0, 800.0)));
        let loads = LinkLoads::at(&run.fabric, &run.plan, trace, Femtos::from_secs(100e-6));
        for max_packets in [0, 1, 3, 7] {
            let mut marks = Vec::new();
            packets_up_to(max_packets, &layout, &loads, &PortLoads::default(), 112e-6, &mut marks);
            assert!(marks.len() <= max_packets, "{} packets, at most {max_packets}", marks.len());
        }
    }
}
