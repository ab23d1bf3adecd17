//! What a page asks of a session, with an answer in JSON: the same as the command line prints.

use serde::Deserialize;

use super::link_error::LinkError;
use crate::export::{ExportFormat, Options};
use crate::scene::{Diagnostics, EditError, Setting};
use crate::sweep::{SweepAxis, SweepError};
use crate::units::quoted;

/// What a page asks of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// The results of the open scene: `run --json`.
    Run,
    /// Where the time of every fabric goes: `explain --json`.
    Explain,
    /// The open scene for every value of some settings: `sweep --json`.
    Sweep {
        /// The swept paths with their values, as `--over` takes them.
        axes: Vec<SweepAxis>,
        /// Settings of every point, as `--set` takes them.
        settings: Vec<Setting>,
    },
    /// The open scene as a scene file.
    Scene,
    /// The runs as a file of another tool: `export`.
    Export {
        /// Its format.
        format: ExportFormat,
        /// Its fabrics.
        options: Options,
    },
}

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// There is no such query, or its arguments have another form.
    #[error("{0}")]
    Argument(String),
    /// A setting, a sweep, a scene or a link that is rejected.
    #[error("{0}")]
    Rejected(String),
    /// The change was given up before it was solved.
    #[error("the change was cancelled before it was solved")]
    Cancelled,
    /// The answer cannot be written.
    #[error("cannot write the results as JSON: {0}")]
    Internal(String),
}

impl QueryError {
    /// A word for programs. The words stay.
    pub fn code(&self) -> &'static str {
        match self {
            QueryError::Argument(_) => "argument",
            QueryError::Rejected(_) => "rejected",
            QueryError::Cancelled => "cancelled",
            QueryError::Internal(_) => "internal",
        }
    }

    /// `{"code": …, "message": …}`.
    pub fn to_json(&self) -> String {
        serde_json::json!({ "code": self.code(), "message": self.to_string() }).to_string()
    }
}

impl From<Diagnostics> for QueryError {
    fn from(error: Diagnostics) -> QueryError {
        QueryError::Rejected(error.to_string())
    }
}

impl From<SweepError> for QueryError {
    fn from(error: SweepError) -> QueryError {
        QueryError::Rejected(error.to_string())
    }
}

impl From<EditError> for QueryError {
    fn from(error: EditError) -> QueryError {
        QueryError::Argument(error.to_string())
    }
}

impl From<LinkError> for QueryError {
    fn from(error: LinkError) -> QueryError {
        QueryError::Rejected(error.to_string())
    }
}

impl From<serde_json::Error> for QueryError {
    fn from(error: serde_json::Error) -> QueryError {
        QueryError::Internal(error.to_string())
    }
}

/// The arguments of a sweep as a page writes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SweepArguments {
    over: Vec<String>,
    #[serde(default)]
    set: Vec<String>,
}

/// The arguments of an export as a page writes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportArguments {
    kind: String,
    #[serde(default)]
    fabric: Option<usize>,
}

impl Query {
    /// Reads a query: `run`, `explain`, `scene`, `sweep` with `{"over": ["PATH=VALUES"], "set": ["PATH=VALUE"]}`, or
    /// `export` with `{"kind": "links-csv", "fabric": 0}`.
    ///
    /// # Errors
    /// An unknown kind, arguments of another form, or values that cannot be read.
    pub fn parse(kind: &str, arguments: &str) -> Result<Query, QueryError> {
        let kinds = [QueryKind::Run, QueryKind::Explain, QueryKind::Scene, QueryKind::Sweep, QueryKind::Export];
        let known = kinds.into_iter().find(|known| known.as_str() == kind);
        let unknown = || {
            let accepted = kinds.map(QueryKind::as_str).join(", ");
            QueryError::Argument(format!("there is no query `{}`; accepted: {accepted}", quoted(kind)))
        };
        match known.ok_or_else(unknown)? {
            QueryKind::Run => Ok(Query::Run),
            QueryKind::Explain => Ok(Query::Explain),
            QueryKind::Scene => Ok(Query::Scene),
            QueryKind::Sweep => sweep(arguments),
            QueryKind::Export => export(arguments),
        }
    }
}

/// The first word of a query.
#[derive(Clone, Copy)]
enum QueryKind {
    Run,
    Explain,
    Scene,
    Sweep,
    Export,
}

impl QueryKind {
    fn as_str(self) -> &'static str {
        match self {
            QueryKind::Run => "run",
            QueryKind::Explain => "explain",
            QueryKind::Scene => "scene",
            QueryKind::Sweep => "sweep",
            QueryKind::Export => "export",
        }
    }
}

fn sweep(arguments: &str) -> Result<Query, QueryError> {
    let read: Result<SweepArguments, _> = serde_json::from_str(arguments);
    let SweepArguments { over, set } = read.map_err(|error| QueryError::Argument(format!("sweep: {error}")))?;
    let axes = over.iter().map(|axis| SweepAxis::parse(axis)).collect::<Result<Vec<_>, _>>()?;
    let settings = set.iter().map(|setting| Setting::parse(setting)).collect::<Result<Vec<_>, _>>()?;
    Ok(Query::Sweep { axes, settings })
}

fn export(arguments: &str) -> Result<Query, QueryError> {
    let read: Result<ExportArguments, _> = serde_json::from_str(arguments);
    let ExportArguments { kind, fabric } = read.map_err(|error| QueryError::Argument(format!("export: {error}")))?;
    let unknown = || {
        let accepted = ExportFormat::ALL.map(ExportFormat::as_str).join(", ");
        QueryError::Argument(format!("export: there is no format `{}`; accepted: {accepted}", quoted(&kind)))
    };
    let format = ExportFormat::find(&kind).ok_or_else(unknown)?;
    Ok(Query::Export { format, options: Options { fabric, ..Options::default() } })
}
