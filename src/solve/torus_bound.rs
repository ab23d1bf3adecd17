//! What must pass the straight cuts of a torus whose axes differ.

use super::demand::Demand;
use super::fabric_bound::capacity;
use crate::collective::Collective;
use crate::fabric::{Fabric, LinkId, Torus, TorusDirection};

/// Least seconds for what must pass every straight cut. A wrapped axis is cut in two places: at its joined ends, too.
pub(super) fn cuts_s(collective: Collective, torus: &Torus, fabric: &Fabric, bytes: f64) -> f64 {
    let mut most = 0.0_f64;
    let ranks = f64::from(torus.chips());
    for axis in 0..3 {
        let length = torus.axes[axis].length;
        let [ahead, back] = [true, false].map(|forwards| TorusDirection { axis, forwards });
        // The links that leave the chips at a coordinate in a direction.
        let rate = |at: u32, direction: TorusDirection| {
            let chips = (0..torus.chips()).filter(|&chip| torus.place(chip)[axis] == at);
            let links: Vec<LinkId> = chips.map(|chip| torus.link_id(chip, direction)).collect();
            capacity(fabric, links)
        };
        let rates: Vec<[f64; 2]> = (0..length).map(|at| [rate(at, ahead), rate(at, back)]).collect();
        for at in 1..length as usize {
            let [mut out, mut into] = [rates[at - 1][0], rates[at][1]];
            if torus.axes[axis].wraps {
                out += rates[0][1];
                into += rates[length as usize - 1][0];
            }
            // The half before the cut, with the root.
            let inside = ranks / f64::from(length) * at as f64;
            most = most.max(Demand::new(collective, ranks, inside, true).seconds(bytes, into, out));
        }
    }
    most
}
