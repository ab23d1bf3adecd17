//! The meaning of fabrics on a wafer: its rectangle, its figures, and the layout of the ranks.

use super::checker::Checker;
use crate::catalog::WaferMachine;
use crate::collective::{Broadcast, PerPeAlgorithm, Root, StripLayout, XyPattern};
use crate::fabric::Mesh;
use crate::scene::schema::FabricFile;
use crate::scene::{LayoutChoice, MAX_RANKS, WaferFabric, WaferLayout};
use crate::units::quoted;

impl Checker<'_> {
    /// One wafer.
    pub(super) fn wafer(
        &mut self,
        index: usize,
        file: &FabricFile,
        machine: &WaferMachine,
        replicas: u32,
    ) -> Option<WaferFabric> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let layout = file.layout.as_deref().unwrap_or(LayoutChoice::Strips.as_str());
        let layouts = LayoutChoice::ALL.map(|layout| (layout.as_str(), layout));
        let per_pe = self.choice(&at("layout"), "layout", layout, &layouts)? == LayoutChoice::PerPe;
        // Strips never turn; PEs as ranks have neither rounds nor a choice of broadcast.
        let known: &[&str] = if per_pe {
            &["clock_ghz", "hop_cycles", "turn_cycles", "ramp_cycles"]
        } else {
            &["clock_ghz", "hop_cycles", "ramp_cycles", "classes_per_round", "broadcast"]
        };
        self.only(index, &file.params, &machine.name, known);
        for (field, given) in [("nodes", file.nodes != 1), ("network", file.network.is_some())] {
            if given {
                self.wrong(
                    at(field),
                    format!("one {} has no {field}: a cluster of wafers is a machine", machine.name),
                    "leave it out",
                );
            }
        }
        let params = &file.params;
        let clock_ghz = self.number(index, "clock_ghz", params.clock_ghz, machine.clock_ghz.value, 0.001..=100.0);
        let hop_cycles = self.number(index, "hop_cycles", params.hop_cycles, machine.hop_cycles.value, 0.0..=1e6);
        let turn_cycles = self.number(index, "turn_cycles", params.turn_cycles, machine.turn_cycles.value, 0.0..=1e6);
        let ramp_cycles = self.number(index, "ramp_cycles", params.ramp_cycles, machine.ramp_cycles.value, 0.0..=1e6);
        let (width, height) = self.region(&at("region"), file.region.as_deref(), machine)?;
        let mesh = Mesh {
            width,
            height,
            clock_hz: clock_ghz? * 1e9,
            bytes_per_cycle: machine.wavelet_bytes.value,
            hop_cycles: hop_cycles?,
            turn_cycles: turn_cycles?,
            ramp_cycles: ramp_cycles?,
        };
        if per_pe {
            let layout = WaferLayout::PerPe { algorithm: PerPeAlgorithm::Xy(XyPattern::Chain) };
            return Some(WaferFabric { machine: machine.clone(), mesh, layout });
        }
        let modes = [("streamed", Broadcast::Streamed), ("store-and-forward", Broadcast::StoreAndForward)];
        let broadcast = params.broadcast.as_deref().unwrap_or("streamed");
        let broadcast = self.choice(&at("params.broadcast"), "broadcast", broadcast, &modes);
        let classes = params.classes_per_round.unwrap_or(machine.classes_per_round.count());
        if classes == 0 {
            self.wrong(at("params.classes_per_round"), "0 column classes per round move nothing", "accepted: 1 and up");
        }
        let layout = StripLayout::new(&mesh, replicas, classes);
        if layout.is_none() && replicas > width && replicas <= MAX_RANKS {
            let (columns, accepted) = match width {
                1 => ("1 column".to_owned(), "a region of 2 columns or more".to_owned()),
                width => (format!("{width} columns"), format!("2 to {width}")),
            };
            let problem = format!("{replicas} strips, but the region has {columns}");
            self.wrong_replicas("workload.replicas", problem, format!("accepted: {accepted}"));
        }
        let layout = WaferLayout::Strips { layout: layout?, root: Root::Middle, broadcast: broadcast? };
        Some(WaferFabric { machine: machine.clone(), mesh, layout })
    }

    fn region(&mut self, path: &str, region: Option<&str>, machine: &WaferMachine) -> Option<(u32, u32)> {
        let (columns, rows) = (machine.columns.count(), machine.rows.count());
        let Some(text) = region else {
            return Some((columns, rows));
        };
        let parts = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        match parts {
            Some((width, height))
                if (1..=columns).contains(&width) && (1..=rows).contains(&height) && width * height > 1 =>
            {
                Some((width, height))
            }
            _ => {
                let problem = format!("`{}` is not a rectangle of {}", quoted(text), machine.name);
                self.wrong(path, problem, format!("accepted: COLUMNSxROWS, from 2x1 or 1x2 to {columns}x{rows}"));
                None
            }
        }
    }
}
