//! Vectors 1 to 22: rows.

use crate::fabric::Mesh;
use crate::simulate::tests::wafer_cycle_counts::*;

const PLANNER: &str = "HPDC 2024, released planner";

#[test]
fn vectors_1_to_8_broadcast_star_and_chain() {
    for (number, length, wavelets, expected, ours) in [(1, 512, 256.0, 772.0, 771.0), (2, 8, 16.0, 28.0, 27.0)] {
        let mesh = mesh(length, 1);
        let got = cycles(&mesh, &row_broadcast(&mesh, wavelets));
        let name = format!("row broadcast, P={length}, B={wavelets}");
        played(number, &name, expected, (got, ours), Within::Units(2.0), HPDC);
    }
    for (number, length, wavelets, expected) in [(3, 512, 1.0, 516.0), (4, 64, 64.0, 4037.0)] {
        let got = row(length, RowPattern::Star, wavelets);
        played(number, &format!("star, P={length}, B={wavelets}"), expected, (got, expected), Within::Exactly, HPDC);
    }
    for (number, length, wavelets, expected) in
        [(5, 4, 256.0, 274.0), (6, 512, 1.0, 3067.0), (7, 512, 256.0, 3322.0), (8, 512, 4096.0, 7162.0)]
    {
        let got = row(length, RowPattern::Chain, wavelets);
        let name = format!("chain, P={length}, B={wavelets}");
        played(number, &name, expected, (got, expected - 1.0), Within::Units(1.0), HPDC);
    }
}

#[test]
fn vectors_9_to_15_tree_and_two_phases() {
    for (number, length, wavelets, expected, ours, share) in
        [(9, 512, 1.0, 560.5, 556.0, 0.01), (10, 512, 256.0, 2349.0, 2314.0, 0.02), (11, 64, 16.0, 141.8, 127.0, 0.12)]
    {
        let got = row(length, RowPattern::Tree, wavelets);
        let name = format!("tree, P={length}, B={wavelets}");
        played(number, &name, expected, (got, ours), Within::Share(share), HPDC);
    }
    for (number, length, group, wavelets, expected, ours, share, source) in [
        (12, 512, 22, 128.0, 972.5, 975.0, 0.02, HPDC),
        (13, 512, 23, 256.0, 1217.6, 1231.0, 0.02, HPDC),
        // The formula says 588.1; played wavelet by wavelet it is 631.
        (14, 64, 8, 256.0, 631.0, 631.0, 1e-9, "wavelet by wavelet"),
        (15, 512, 23, 4096.0, 8572.6, 8911.0, 0.05, HPDC),
    ] {
        let got = row(length, RowPattern::TwoPhase { group }, wavelets);
        let name = format!("two phases of {group}, P={length}, B={wavelets}");
        played(number, &name, expected, (got, ours), Within::Share(share), source);
    }
    assert!(row(512, RowPattern::two_phase(512), 4096.0) > row(512, RowPattern::Chain, 4096.0), "#15 loses to #8");
}

#[test]
fn vectors_16_to_19_the_auto_gen_planner() {
    let mesh = mesh(512, 1);
    for (number, wavelets, expected, depth, energy) in [
        (16, 1.0, 535.46, 3, 4836),
        (17, 16.0, 608.77, 8, 1845),
        (18, 256.0, 1162.47, 31, 991),
        (19, 4096.0, 7162.0, 511, 511),
    ] {
        let choice = auto_gen(&mesh, 512, wavelets).expect("a line");
        let name = format!("Auto-Gen planner, P=512, B={wavelets}");
        case(number, &name, expected, choice.cycles, Within::Units(0.005), PLANNER);
        assert_eq!((choice.depth, choice.energy), (depth, energy), "#{number}");
    }
    // More points of the planner, B = 256: as good as the chain up to 32 PEs.
    for (length, expected) in
        [(4, 274.0), (8, 298.0), (16, 346.0), (32, 442.0), (64, 584.4), (128, 683.8), (256, 853.9)]
    {
        let choice = auto_gen(&mesh, length, 256.0).expect("a line");
        let name = format!("Auto-Gen planner, P={length}, B=256");
        case(18, &name, expected, choice.cycles, Within::Units(0.05), PLANNER);
    }
    // Slower hops and ramps count as the mesh has them.
    let slow = Mesh { hop_cycles: 2.0, ramp_cycles: 7.0, ..mesh.clone() };
    let choice = auto_gen(&slow, 512, 1.0).expect("a line");
    let formula = choice.energy as f64 / 511.0 + 511.0 * 2.0 + f64::from(choice.depth) * 15.0;
    assert!((choice.cycles - formula).abs() < 1e-9 && choice.depth < 3);
}

#[test]
fn simulated_trees_are_near_the_planner_estimate() {
    // (B, cycles played): one wavelet takes less than the planner says, longer vectors a little more.
    for (wavelets, ours) in [(1.0, 526.0), (16.0, 611.0), (64.0, 738.0), (256.0, 1166.0), (1024.0, 2702.0)] {
        let mesh = mesh(512, 1);
        let plan = auto_gen(&mesh, 512, wavelets).expect("a line");
        let got = row(512, RowPattern::auto_gen(&mesh, 512, wavelets), wavelets);
        let name = format!("Auto-Gen played, P=512, B={wavelets}");
        played(18, &name, plan.cycles, (got, ours), Within::Share(0.025), "planner, no bound");
    }
    let mesh = mesh(512, 1);
    // A chain is played as one stream.
    assert_eq!(row_reduce(&mesh, RowPattern::auto_gen(&mesh, 512, 4096.0), 4096.0).transfer_count(), 1);
    assert_eq!(row(512, RowPattern::auto_gen(&mesh, 512, 4096.0), 4096.0), row(512, RowPattern::Chain, 4096.0));
    let star = auto_gen(&mesh, 512, 1.0).expect("a line").cycles;
    assert!(row(512, RowPattern::Star, 1.0) < star, "a star of one wavelet takes less than the planner says");
}

#[test]
fn vectors_20_to_22_rings_along_a_row() {
    let ring = |length: u32, mapping, wavelets| {
        let mesh = mesh(length, 1);
        fluid(&mesh, &row_ring_all_reduce(&mesh, mapping, wavelets).expect("a row of the list"))
    };
    let reported = |length, mapping, wavelets| ring(length, mapping, wavelets) - 1.0;
    let line = reported(8, RingMapping::Line, 1024.0);
    played(20, "ring in a line, P=8, B=1024", 1888.0, (line, 1887.0), Within::Share(0.05), HPDC);
    let folded = reported(8, RingMapping::Interleaved, 1024.0);
    played(20, "ring folded, P=8, B=1024", 1888.0, (folded, 1886.0), Within::Share(0.05), HPDC);
    let long = reported(512, RingMapping::Interleaved, 256.0);
    played(21, "ring folded, P=512, B=256", 7663.0, (long, 7661.0), Within::Share(0.05), HPDC);
    let chain = all_reduce((512, 1), XyPattern::Chain, 256.0);
    played(21, "chain and broadcast, P=512, B=256", 4094.0, (chain, 4093.0), Within::Units(2.0), HPDC);
    assert!(chain < long, "on a long row the ring loses");

    let mesh = mesh(16, 1);
    let chain = |wavelets| fluid(&mesh, &xy_all_reduce(&mesh, XyPattern::Chain, wavelets));
    let tie = ring(16, RingMapping::Line, 784.0);
    played(22, "ring in a line at the crossover, P=16, B=784", 1678.0, (tie, 1678.0), Within::Exactly, "both formulas");
    let tie = chain(784.0);
    played(22, "chain and broadcast there", 1678.0, (tie, 1678.0), Within::Exactly, "both formulas");
    let above = ring(16, RingMapping::Line, 785.0) < chain(785.0);
    assert!(above && ring(16, RingMapping::Line, 783.0) > chain(783.0), "#22: the ring wins above only");
}
