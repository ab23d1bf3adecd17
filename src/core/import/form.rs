//! The forms of files that are told apart by their content.

/// A form that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The matrix of `nvidia-smi topo -m`.
    TopoMatrix,
    /// The links of `nvidia-smi nvlink -s`.
    NvlinkStatus,
    /// NCCL's or RCCL's XML of a machine.
    TopologyXml,
    /// NCCL's XML of its rings and trees.
    GraphXml,
    /// A log of `NCCL_DEBUG=INFO`.
    NcclDebugLog,
    /// Lines of the NCCL Inspector.
    Inspector,
    /// A trace of the PyTorch profiler (Kineto).
    ProfilerTrace,
    /// A Chakra execution trace, protobuf.
    Chakra,
    /// A Chakra execution trace, JSON.
    ChakraJson,
    /// The network file of ASTRA-sim.
    AstraNetwork,
}

/// A form that is recognised and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// XML of hwloc's `lstopo`.
    Hwloc,
    /// The almost-JSON of NCCL's example profiler plugin.
    ProfilerExample,
    /// PyTorch's execution trace of the host.
    ExecutionTrace,
    /// PyTorch's flight recorder.
    FlightRecorder,
    /// A Python pickle, as the flight recorder writes it.
    Pickle,
    /// The matrix of `rocm-smi --showtopo`.
    RocmTopology,
    /// InfraGraph of Keysight.
    InfraGraph,
    /// The physical topology of ASTRA-sim's packet-level backends.
    AstraPacket,
    /// The JSON of ASTRA-sim's first analytical backend.
    AstraJson,
    /// The list of `nvidia-smi` without a matrix.
    SmiList,
    /// A web page.
    Html,
    /// A zip, tar, xz, zstd, bzip2 or 7z archive.
    Archive,
    /// A SQLite database, as Nsight Systems exports it.
    Sqlite,
}

impl Form {
    /// What the file is, as a noun phrase.
    pub fn label(self) -> &'static str {
        match self {
            Form::TopoMatrix => "nvidia-smi topo -m",
            Form::NvlinkStatus => "nvidia-smi nvlink -s",
            Form::TopologyXml => "NCCL topology XML",
            Form::GraphXml => "NCCL graph XML",
            Form::NcclDebugLog => "NCCL_DEBUG log",
            Form::Inspector => "NCCL Inspector log",
            Form::ProfilerTrace => "PyTorch profiler trace",
            Form::Chakra => "Chakra execution trace",
            Form::ChakraJson => "Chakra execution trace (JSON)",
            Form::AstraNetwork => "ASTRA-sim network file",
        }
    }

    /// Its id in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::TopoMatrix => "nvidia-smi-topo",
            Form::NvlinkStatus => "nvidia-smi-nvlink",
            Form::TopologyXml => "nccl-topology-xml",
            Form::GraphXml => "nccl-graph-xml",
            Form::NcclDebugLog => "nccl-debug-log",
            Form::Inspector => "nccl-inspector",
            Form::ProfilerTrace => "pytorch-profiler",
            Form::Chakra => "chakra-et",
            Form::ChakraJson => "chakra-json",
            Form::AstraNetwork => "astra-sim-network",
        }
    }
}

impl Unsupported {
    /// What the file is, as the end of a sentence that begins with its name.
    pub fn problem(self) -> &'static str {
        match self {
            Unsupported::Hwloc => "is a topology of hwloc (lstopo), which names no NVLink and no rate",
            Unsupported::ProfilerExample => "is a trace of NCCL's example profiler plugin, which is not valid JSON",
            Unsupported::ExecutionTrace => "is a PyTorch execution trace of the host, which has no times",
            Unsupported::FlightRecorder => "is a dump of PyTorch's flight recorder",
            Unsupported::Pickle => "is a Python pickle, such as a dump of PyTorch's flight recorder",
            Unsupported::RocmTopology => "is a matrix of rocm-smi or amd-smi, which is not supported",
            Unsupported::InfraGraph => "is an InfraGraph file, whose links need not have rates",
            Unsupported::AstraPacket => "is a network file of ASTRA-sim's packet-level simulators",
            Unsupported::AstraJson => "is a network file of ASTRA-sim 1, in JSON",
            Unsupported::SmiList => "is the list of nvidia-smi, which names no links",
            Unsupported::Html => "is a web page",
            Unsupported::Archive => "is an archive, or is packed in another way than gzip",
            Unsupported::Sqlite => "is a SQLite database, such as an export of Nsight Systems",
        }
    }

    /// What would be accepted in its place.
    pub fn hint(self) -> &'static str {
        match self {
            Unsupported::Hwloc => "use the output of `nvidia-smi topo -m`, or a file of NCCL_TOPO_DUMP_FILE",
            Unsupported::ProfilerExample => "use the NCCL Inspector, or the PyTorch profiler",
            Unsupported::ExecutionTrace => "use the trace of torch.profiler (export_chrome_trace) of the same run",
            Unsupported::FlightRecorder | Unsupported::Pickle => {
                "use the trace of torch.profiler (export_chrome_trace), or the NCCL Inspector"
            }
            Unsupported::RocmTopology => "use the XML of NCCL_TOPO_DUMP_FILE, which RCCL writes too",
            Unsupported::InfraGraph => "use the XML of NCCL_TOPO_DUMP_FILE, or a scene with a graph",
            Unsupported::AstraPacket | Unsupported::AstraJson => {
                "use the network file of the analytical backend: topology, npus_count, bandwidth"
            }
            Unsupported::SmiList => "use the output of `nvidia-smi topo -m`, with `nvidia-smi -L` above it",
            Unsupported::Html => "copy the text of the log or matrix from the page, and paste it",
            Unsupported::Archive => "unpack it, and choose one file of it",
            Unsupported::Sqlite => "use the trace of torch.profiler (export_chrome_trace), or the NCCL Inspector",
        }
    }
}
