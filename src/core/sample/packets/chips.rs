//! Packets on links between chips.

use super::pace::{EVERYWHERE, LanePosition, Pace, PacketMark, StreamRow, first_rate, golden_fraction};
use crate::collective::RouteRun;
use crate::sample::link_loads::{LinkLoads, Stream};
use crate::stage::{FabricLayout, LinkPlace};
use crate::units::Femtos;

/// Smallest length of a link that shows packets, points.
const MIN_LINK: f32 = 16.0;
/// Free space at both ends of a link, points.
const END_MARGIN: f32 = 7.0;

/// Adds the packets of a stream. Stops once `marks` holds more than `max_packets`.
pub(super) fn sample_stream(
    layout: &FabricLayout,
    loads: &LinkLoads,
    stream: &Stream,
    pace: &Pace,
    max_packets: usize,
    marks: &mut Vec<PacketMark>,
) {
    let hop = Femtos(pace.hop_fs as u64);
    for run in &stream.route.runs {
        for index in 0..run.count {
            let offset = run.offset(0, index);
            let rate =
                if pace.scale.true_speed { first_rate(loads, stream) } else { loads.rate_on(stream, offset, hop) };
            for copy in 0..stream.transfer.cohort.copies {
                let id = run.link(0, index).offset(stream.transfer.cohort.shift(copy));
                let Some(index) = layout.link_index(id) else { continue };
                let Some(link) = layout.links.get(index).filter(|link| is_long(link)) else { continue };
                // A run of this link alone.
                let single = RouteRun { first: id, count: 1, rows: 1, offset_fs: offset.0 as f64, ..run.clone() };
                let row = StreamRow { stream, run: &single, row: 0, rate, seed: id.0, visible: EVERYWHERE };
                pace.sample(loads.at, &row, |position| {
                    let (lane, share) = on_lane(link, position, u64::from(stream.id) + u64::from(id.0));
                    let [from, to] = link.lanes[lane];
                    let at = from.lerp(to, share);
                    if layout.camera.is_whole() || layout.picture.contains(at) {
                        marks.push(PacketMark {
                            at,
                            flow: run.flow,
                            lane: Some(LanePosition { link: index as u32, lane: lane as u32, share }),
                        });
                    }
                });
                if marks.len() > max_packets {
                    return;
                }
            }
        }
    }
}

fn is_long(link: &LinkPlace) -> bool {
    link.lanes.first().is_some_and(|lane| lane[0].distance(lane[1]) >= MIN_LINK)
}

/// One of a link's lanes, and a share of its length that is clear of the chips at both ends.
fn on_lane(link: &LinkPlace, position: f64, seed: u64) -> (usize, f32) {
    let index = (golden_fraction(seed) * link.lanes.len() as f64) as usize % link.lanes.len().max(1);
    let lane = &link.lanes[index];
    let length = lane[0].distance(lane[1]).max(1.0);
    let margin = (END_MARGIN / length).min(0.4);
    (index, margin + (1.0 - 2.0 * margin) * position.clamp(0.0, 1.0) as f32)
}
