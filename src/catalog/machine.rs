//! The kinds of machine that the catalog knows.

use serde::{Deserialize, Serialize};

use super::Figure;

/// A machine of the catalog.
#[expect(clippy::large_enum_variant, reason = "a handful exist, and they are read far more often than moved")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Machine {
    /// GPUs in one NVLink domain.
    Nvlink(NvlinkMachine),
    /// PEs on one wafer.
    Wafer(WaferMachine),
}

/// Declares a machine's figures once, and with them the list of all.
macro_rules! machine {
    ($(#[$doc:meta])* $name:ident { $($(#[$text_doc:meta])* $text:ident,)* ; $($(#[$figure_doc:meta])* $figure:ident,)* ; $($(#[$option_doc:meta])* $option:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$text_doc])* pub $text: String,)*
            $($(#[$figure_doc])* pub $figure: Figure,)*
            $($(#[$option_doc])* pub $option: Option<Figure>,)*
        }

        impl $name {
            /// All figures with their names.
            pub fn figures(&self) -> Vec<(&'static str, &Figure)> {
                let figures = vec![$((stringify!($figure), &self.$figure),)*];
                let options: Vec<Option<(&'static str, &Figure)>> = vec![$(self.$option.as_ref().map(|figure| (stringify!($option), figure)),)*];
                figures.into_iter().chain(options.into_iter().flatten()).collect()
            }
        }
    };
}

machine! {
    /// GPUs round NVSwitches: a box, or a rack.
    NvlinkMachine {
        /// Name in scenes.
        id,
        /// Name on the screen.
        name,
        /// The GPU.
        chip,
        ;
        /// GPUs in the domain.
        gpus,
        /// GPUs in one tray.
        gpus_per_tray,
        /// Switch chips.
        switches,
        /// NVLink lanes of a GPU.
        lanes,
        /// A GPU's port into the domain, GB/s per direction.
        port_gb_s,
        /// One way between GPU and switch, ns.
        link_latency_ns,
        /// 1 if the switches add and multicast.
        in_switch_reduction,
        /// Memory of a GPU, GB.
        memory_gb,
        /// Power of the machine, kW.
        power_kw,
        ;
    }
}

machine! {
    /// A wafer of PEs in a mesh.
    WaferMachine {
        /// Name in scenes.
        id,
        /// Name on the screen.
        name,
        ;
        /// PEs in a row that applications can use.
        columns,
        /// PEs in a column that applications can use.
        rows,
        /// Dies in a row.
        die_columns,
        /// Dies in a column.
        die_rows,
        /// Clock, GHz.
        clock_ghz,
        /// Cycles from router to router.
        hop_cycles,
        /// Cycles that a corner adds.
        turn_cycles,
        /// Cycles of the ramp, T_R.
        ramp_cycles,
        /// Bytes of a wavelet; a link moves one per cycle.
        wavelet_bytes,
        /// Colours (virtual channels) of a router.
        colours,
        /// Column classes that may share a link at once.
        classes_per_round,
        /// Memory of a PE, KiB.
        pe_memory_kib,
        /// What of it a vector may take, KiB.
        pe_usable_kib,
        /// Memory of the wafer, GB.
        memory_gb,
        /// The wafer's door to the outside, GB/s.
        io_gb_s,
        /// Power, kW.
        power_kw,
        ;
        /// PEs across a die, where published.
        die_width_pe,
        /// PEs down a die, where published.
        die_height_pe,
    }
}

impl Machine {
    /// Name in scenes.
    pub fn id(&self) -> &str {
        match self {
            Machine::Nvlink(machine) => &machine.id,
            Machine::Wafer(machine) => &machine.id,
        }
    }

    /// Name on the screen.
    pub fn name(&self) -> &str {
        match self {
            Machine::Nvlink(machine) => &machine.name,
            Machine::Wafer(machine) => &machine.name,
        }
    }

    /// All figures with their names.
    pub fn figures(&self) -> Vec<(&'static str, &Figure)> {
        match self {
            Machine::Nvlink(machine) => machine.figures(),
            Machine::Wafer(machine) => machine.figures(),
        }
    }
}
