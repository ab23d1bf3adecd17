//! What must pass the straight cuts of a mesh or torus.

use super::demand::Demand;
use crate::collective::Collective;
use crate::fabric::{ChipAxes, Fabric};

/// Least seconds for what must pass every straight cut. A wrapped axis is cut in two places: at its joined ends, too.
pub(super) fn cuts_s(collective: Collective, chips: &dyn ChipAxes, fabric: &Fabric, bytes: f64) -> f64 {
    let mut most = 0.0_f64;
    let axes = chips.chip_axes();
    let count: u32 = axes.iter().map(|axis| axis.length).product();
    let ranks = f64::from(count);
    for (number, axis) in axes.iter().enumerate().filter(|(_, axis)| axis.length > 1) {
        // What leaves the chips at each coordinate, ahead and back: one pass, because an axis may have a million chips.
        let mut rates = vec![[0.0_f64; 2]; axis.length as usize];
        for chip in 0..count {
            let sums = &mut rates[axis.place(chip) as usize];
            for (sum, forwards) in sums.iter_mut().zip([true, false]) {
                let link = fabric.link(chips.link_along(chip, number, forwards));
                *sum += link.map_or(0.0, |link| link.capacity.0);
            }
        }
        for at in 1..axis.length as usize {
            let [mut out, mut into] = [rates[at - 1][0], rates[at][1]];
            if axis.wraps {
                out += rates[0][1];
                into += rates[axis.length as usize - 1][0];
            }
            // The half before the cut, with the root.
            let inside = ranks / f64::from(axis.length) * at as f64;
            most = most.max(Demand::new(collective, ranks, inside, true).seconds(bytes, into, out));
        }
    }
    most
}
