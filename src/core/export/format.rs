//! The formats of files.

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// The rate of every link over time, as CSV.
    LinksCsv,
    /// The same and the critical path in Trace Event JSON, which Perfetto opens.
    ChromeTrace,
    /// The table that `nccl-tests` prints, marked as simulated.
    NcclTests,
    /// The utilisation of links over time and the critical path, as SVG.
    TimelineSvg,
    /// Chips and links, as SVG.
    MachineSvg,
    /// The bus bandwidth over the message size, as SVG.
    CurveSvg,
}

impl ExportFormat {
    /// All formats, in the order of menus.
    pub const ALL: [ExportFormat; 6] = [
        ExportFormat::LinksCsv,
        ExportFormat::ChromeTrace,
        ExportFormat::NcclTests,
        ExportFormat::TimelineSvg,
        ExportFormat::MachineSvg,
        ExportFormat::CurveSvg,
    ];

    /// Its id for the command line and the page.
    pub fn as_str(self) -> &'static str {
        match self {
            ExportFormat::LinksCsv => "links-csv",
            ExportFormat::ChromeTrace => "chrome-trace",
            ExportFormat::NcclTests => "nccl-tests",
            ExportFormat::TimelineSvg => "timeline-svg",
            ExportFormat::MachineSvg => "machine-svg",
            ExportFormat::CurveSvg => "curve-svg",
        }
    }

    /// The format of an id; `None` if there is none.
    pub fn find(id: &str) -> Option<ExportFormat> {
        ExportFormat::ALL.into_iter().find(|format| format.as_str() == id)
    }

    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            ExportFormat::LinksCsv => "text/csv",
            ExportFormat::ChromeTrace => "application/json",
            ExportFormat::NcclTests => "text/plain",
            ExportFormat::TimelineSvg | ExportFormat::MachineSvg | ExportFormat::CurveSvg => "image/svg+xml",
        }
    }

    /// What follows the title of the scene in the name of the file.
    pub(super) fn ending(self) -> &'static str {
        match self {
            ExportFormat::LinksCsv => "links.csv",
            ExportFormat::ChromeTrace => "trace.json",
            ExportFormat::NcclTests => "nccl-tests.txt",
            ExportFormat::TimelineSvg => "timeline.svg",
            ExportFormat::MachineSvg => "machine.svg",
            ExportFormat::CurveSvg => "curve.svg",
        }
    }

    /// Whether it shows a sweep over the message size.
    pub fn uses_sweep(self) -> bool {
        match self {
            ExportFormat::NcclTests | ExportFormat::CurveSvg => true,
            ExportFormat::LinksCsv
            | ExportFormat::ChromeTrace
            | ExportFormat::TimelineSvg
            | ExportFormat::MachineSvg => false,
        }
    }
}
