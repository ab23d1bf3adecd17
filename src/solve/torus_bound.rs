//! What must pass the straight cuts of a torus whose axes differ.

use super::demand::Demand;
use crate::collective::Collective;
use crate::fabric::{Fabric, Torus, TorusDirection};

/// Least seconds for what must pass every straight cut. A wrapped axis is cut in two places: at its joined ends, too.
pub(super) fn cuts_s(collective: Collective, torus: &Torus, fabric: &Fabric, bytes: f64) -> f64 {
    let mut most = 0.0_f64;
    let ranks = f64::from(torus.chips());
    for axis in 0..3 {
        let length = torus.axes[axis].length;
        let [ahead, back] = [true, false].map(|forwards| TorusDirection { axis, forwards });
        if length < 2 {
            continue;
        }
        // What leaves the chips at each coordinate, ahead and back: one pass, because an axis may have a million chips.
        let mut rates = vec![[0.0_f64; 2]; length as usize];
        for chip in 0..torus.chips() {
            let Some(sums) = rates.get_mut(torus.place(chip)[axis] as usize) else { continue };
            for (sum, direction) in sums.iter_mut().zip([ahead, back]) {
                let link = fabric.link(torus.link_id(chip, direction));
                *sum += link.map_or(0.0, |link| link.capacity.0);
            }
        }
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
