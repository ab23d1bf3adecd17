//! The inputs of the measured timing, and the NICs in use.

use super::checker::Checker;
use crate::catalog::{Network, NvlinkMachine};
use crate::nccl::{MeasuredInputs, NodeNics};
use crate::scene::TimingChoice;
use crate::scene::schema::FabricFile;
use crate::units::plain;

impl Checker<'_> {
    /// The inputs of the measured timing; `Some(None)` with ideal timing.
    pub(super) fn measured(
        &mut self,
        index: usize,
        file: &FabricFile,
        machine: &NvlinkMachine,
        (nodes, gpus): (u32, u32),
        network: Option<&Network>,
    ) -> Option<Option<MeasuredInputs>> {
        let at = |field: &str| format!("fabrics.{index}.{field}");
        let timings = TimingChoice::ALL.map(|timing| (timing.as_str(), timing));
        if self.choice(&at("timing"), "timing", &file.timing, &timings)? == TimingChoice::Ideal {
            return Some(None);
        }
        let Some(generation) = self.catalog.nccl().generation(&machine.nccl) else {
            let problem = format!("no published measurements of {} to fit the model to", machine.name);
            self.wrong(at("timing"), problem, "accepted: ideal");
            return None;
        };
        let mut idle_nics = 0.0;
        let constants = match network {
            None => None,
            Some(network) => {
                let Some(constants) = self.catalog.nccl().network(&network.nccl) else {
                    let problem = format!("the measured timing has no constants for {}", network.name);
                    self.wrong(at("network"), problem, "accepted: another network, or timing ideal");
                    return None;
                };
                let given = self.nics(&at("params.nics"), file.params.nics, machine, network, gpus)?;
                let nics = network.nics_driven(machine, gpus, given, network.nic_gb_s.value);
                idle_nics = given - nics;
                Some((constants, nics, network.nic_gb_s.value * 8.0))
            }
        };
        let nics = constants.map(|(timing, nics, nic_gbit_s)| NodeNics { timing, nics, nic_gbit_s });
        let mut inputs = MeasuredInputs::with_usual_channels(generation, nodes, gpus, nics);
        inputs.nvls &= machine.in_switch_reduction.value > 0.0;
        inputs.arm_host = machine.is_rack();
        inputs.idle_nics = idle_nics;
        let params = &file.params;
        inputs.host_s = self.time(&at("params.host"), &params.host, 0.0)?.secs();
        for (field, given, value) in [
            ("channels", params.channels, &mut inputs.channels),
            ("nvls_channels", params.nvls_channels, &mut inputs.nvls_channels),
        ] {
            match given {
                Some(count) if (1..=64).contains(&count) => *value = count,
                Some(count) => {
                    self.wrong(at(&format!("params.{field}")), format!("{count} channels"), "accepted: 1 to 64");
                    return None;
                }
                None => {}
            }
        }
        inputs.set_channels = params.channels;
        if network.is_none() && params.nics.is_some() {
            self.wrong(at("params.nics"), "one node uses no NICs", "leave it out, or name a network");
            return None;
        }
        Some(Some(inputs))
    }

    /// NICs of a node in use: those of its GPUs, or as many as the scene says.
    fn nics(
        &mut self,
        path: &str,
        given: Option<f64>,
        machine: &NvlinkMachine,
        network: &Network,
        gpus: u32,
    ) -> Option<f64> {
        let Some(nics) = given else { return Some(network.nics_of_node(machine, gpus)) };
        let most = network.nics_of_node(machine, machine.gpus.count());
        if nics > 0.0 && nics <= most {
            return Some(nics);
        }
        let problem = if nics > most {
            format!("{} NICs, but a node of {} over {} has {most}", plain(nics), machine.name, network.name)
        } else {
            format!("{} NICs", plain(nics))
        };
        self.wrong(path, problem, format!("accepted: above 0, at most {most}"));
        None
    }
}
