//! Tables of measured training steps: CSV with one run per row, recognised by the header.

use crate::catalog::{Catalog, GpuTraining, PrecisionRate, TrainingCatalog};
use crate::model::{
    GpuJob, JobField, ModelShape, Parallel, Recompute, Sharding, TrainingJob, WaferJob, WaferMode, check_gpu_job,
    check_shape, check_wafer_job,
};
use crate::units::quoted;

/// Columns that a table of measured steps has.
const NEEDED: [&str; 4] = ["machine", "n", "gbs", "seq"];
/// Columns of which it has one.
const RESULTS: [&str; 2] = ["measured_step_s", "value"];

/// A row of a table that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredRun {
    /// Its name.
    pub id: String,
    /// Its line, from 1.
    pub line: u64,
    /// Machine, stack and precision, as written.
    pub group: String,
    /// Whether it took part in the fit, as the table says; true without such a column.
    pub fit: bool,
    /// How long a step took, s.
    pub measured_s: f64,
    /// The job.
    pub job: TrainingJob,
    /// Where it was published.
    pub source: String,
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// Its line, from 1.
    pub line: u64,
    /// The column at fault; empty for the whole row.
    pub column: String,
    /// The problem, and what would be accepted.
    pub text: String,
}

/// A table of measured steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsTable {
    /// The rows that could be read.
    pub runs: Vec<MeasuredRun>,
    /// The others.
    pub problems: Vec<RowProblem>,
}

/// Whether a text is such a table: its first line that is not a comment names the columns.
pub fn is_runs_table(text: &str) -> bool {
    separator(text).is_some()
}

/// What stands between the columns of a table: a comma, a semicolon or a tab.
fn separator(text: &str) -> Option<char> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let header = lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    [',', ';', '\t'].into_iter().find(|separator| {
        let names: Vec<&str> = header.split(*separator).map(|name| name.trim().trim_matches('"').trim()).collect();
        let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        NEEDED.iter().all(|name| has(name)) && RESULTS.iter().any(|name| has(name))
    })
}

/// Reads a table. Rows with holes become problems; the others stand.
pub fn read_runs_table(text: &str, catalog: &Catalog) -> RunsTable {
    let separator = separator(text).unwrap_or(',');
    let text = text.trim_start_matches('\u{feff}');
    let mut form = csv::ReaderBuilder::new();
    form.flexible(true).trim(csv::Trim::All).comment(Some(b'#')).delimiter(separator as u8);
    let mut reader = form.from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => {
            let problem = RowProblem { line: 1, column: String::new(), text: format!("no header: {error}") };
            return RunsTable { runs: Vec::new(), problems: vec![problem] };
        }
    };
    let mut table = RunsTable::default();
    for (number, record) in reader.records().enumerate() {
        let fallback = number as u64 + 2;
        match record {
            Ok(record) => {
                let line = record.position().map_or(fallback, csv::Position::line);
                // Beside semicolons the decimal sign may be a comma.
                let row = Row { header: &header, record: &record, line, decimal_comma: separator == ';' };
                match row.run(catalog.training()) {
                    Ok(run) => table.runs.push(run),
                    Err(problem) => table.problems.push(problem),
                }
            }
            Err(error) => {
                let text = format!("failed to read the row: {error}");
                table.problems.push(RowProblem { line: fallback, column: String::new(), text });
            }
        }
    }
    table
}

struct Row<'a> {
    header: &'a [String],
    record: &'a csv::StringRecord,
    line: u64,
    decimal_comma: bool,
}

impl Row<'_> {
    fn problem<T>(&self, column: &str, text: impl Into<String>) -> Result<T, RowProblem> {
        Err(RowProblem { line: self.line, column: column.to_owned(), text: text.into() })
    }

    fn text(&self, column: &str) -> Option<&str> {
        let place = self.header.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        self.record.get(place).filter(|text| !text.is_empty())
    }

    fn needed(&self, column: &str) -> Result<&str, RowProblem> {
        self.text(column).map_or_else(|| self.problem(column, format!("`{column}` is missing")), Ok)
    }

    fn number(&self, column: &str, default: Option<f64>) -> Result<f64, RowProblem> {
        let Some(text) = self.text(column) else {
            return default.map_or_else(|| self.problem(column, format!("`{column}` is missing")), Ok);
        };
        let number = if self.decimal_comma { text.replacen(',', ".", 1).parse() } else { text.parse::<f64>() };
        match number {
            Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
            _ => self.problem(column, format!("`{}` is not a number of 0 or more", quoted(text))),
        }
    }

    fn whole(&self, column: &str, default: Option<u64>) -> Result<u64, RowProblem> {
        let number = self.number(column, default.map(|whole| whole as f64))?;
        if number.fract() == 0.0 && number <= 1e15 {
            Ok(number as u64)
        } else {
            self.problem(column, format!("`{number}` is not a whole number"))
        }
    }

    fn count(&self, column: &str, default: Option<u64>) -> Result<u32, RowProblem> {
        let whole = self.whole(column, default)?;
        u32::try_from(whole).or_else(|_| self.problem(column, format!("`{whole}` is too large")))
    }

    fn flag(&self, column: &str) -> Result<bool, RowProblem> {
        Ok(self.number(column, Some(1.0))? > 0.0)
    }

    fn choice<T: Copy>(&self, column: &str, default: &str, words: &[(&str, T)]) -> Result<T, RowProblem> {
        let word = self.text(column).unwrap_or(default);
        match words.iter().find(|(name, _)| *name == word) {
            Some(&(_, value)) => Ok(value),
            None => {
                let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
                self.problem(column, format!("unknown `{}`; accepted: {}", quoted(word), names.join(", ")))
            }
        }
    }

    fn shape(&self) -> Result<ModelShape, RowProblem> {
        let heads = self.count("heads", None)?;
        let width = self.count("h", None)?;
        let shape = ModelShape {
            layers: self.count("L", None)?,
            width,
            heads,
            kv_heads: self.count("kv", Some(heads.into()))?,
            ffn: self.count("ffn", Some(4 * u64::from(width)))?,
            matrices: self.count("mats", Some(2))?,
            vocabulary: self.count("vocab", None)?,
            experts: self.count("experts", Some(0))?,
            top_k: self.count("topk", Some(0))?,
        };
        match check_shape(&shape).first() {
            Some(wrong) => self.problem("", format!("{}; {}", wrong.problem, wrong.hint)),
            None => Ok(shape),
        }
    }

    fn run(&self, training: &TrainingCatalog) -> Result<MeasuredRun, RowProblem> {
        let machine = self.needed("machine")?;
        let shape = self.shape()?;
        let gpu = training.gpus.iter().find(|gpu| gpu.id == machine);
        let job = match gpu {
            Some(gpu) => TrainingJob::Gpu(Box::new(self.gpu_job(shape, gpu, training)?)),
            None => match training.wafers.iter().find(|wafer| wafer.id == machine) {
                Some(wafer) => {
                    let job = self.wafer_job(shape, wafer.clone(), training)?;
                    TrainingJob::Wafer(Box::new(job))
                }
                None => {
                    let gpus = training.gpus.iter().map(|gpu| gpu.id.as_str());
                    let known: Vec<&str> = gpus.chain(training.wafers.iter().map(|wafer| wafer.id.as_str())).collect();
                    let text = format!("unknown machine `{}`; accepted: {}", quoted(machine), known.join(", "));
                    return self.problem("machine", text);
                }
            },
        };
        let precision = self.text("prec").unwrap_or("bf16");
        let group = match self.text("stack") {
            Some(stack) => format!("{machine}/{stack}/{precision}"),
            None => format!("{machine}/{precision}"),
        };
        Ok(MeasuredRun {
            id: self.text("id").map_or_else(|| format!("line {}", self.line), str::to_owned),
            line: self.line,
            group,
            fit: self.flag("fit")?,
            measured_s: self.measured(&shape, &job)?,
            job,
            source: self.text("source").unwrap_or_default().to_owned(),
        })
    }

    fn gpu_job(&self, shape: ModelShape, gpu: &GpuTraining, training: &TrainingCatalog) -> Result<GpuJob, RowProblem> {
        let rates: Vec<(&str, &PrecisionRate)> =
            gpu.precisions.iter().map(|rate| (rate.precision.as_str(), rate)).collect();
        let rate = self.choice("prec", "bf16", &rates)?.clone();
        let rate16 = gpu.rate("bf16").cloned().unwrap_or_else(|| rate.clone());
        // A stack that is not in the catalog is taken as fast as the reference.
        let stack = self.text("stack").and_then(|id| training.stack(id));
        let job = GpuJob {
            shape,
            sequence: self.whole("seq", None)?,
            global_batch: self.whole("gbs", None)?,
            micro_batch: self.whole("mbs", Some(1))?.max(1),
            gpus: self.count("n", None)?,
            parallel: Parallel {
                tensor: self.count("tp", Some(1))?,
                pipeline: self.count("pp", Some(1))?,
                virtual_stages: self.count("vp", Some(1))?,
                context: self.count("cp", Some(1))?,
                expert: self.count("ep", Some(1))?,
            },
            rate,
            rate16,
            sharding: self.choice("shard", "zero1", &Sharding::WORDS)?,
            recompute: self.choice("recompute", "none", &Recompute::WORDS)?,
            gradient_bytes: self.count("grad_b", Some(2))?,
            parameter_bytes: self.count("param_b", Some(2))?,
            sequence_parallel: self.flag("sp")?,
            fused_attention: self.flag("flash")?,
            overlap_tensor: self.flag("tp_ov")?,
            overlap_data: self.flag("dp_ov")?,
            overlap_pipeline: self.flag("pp_ov")?,
            stack_speed: stack.map_or(1.0, |stack| stack.speed.value),
            gpu: gpu.clone(),
            constants: training.constants.clone(),
        };
        // A published batch that does not divide is rounded, as in the published table.
        match check_gpu_job(&job).iter().find(|wrong| wrong.field != JobField::GlobalBatch) {
            Some(wrong) => self.problem("", format!("{}; {}", wrong.problem, wrong.hint)),
            None => Ok(job),
        }
    }

    fn wafer_job(
        &self,
        shape: ModelShape,
        wafer: crate::catalog::WaferTraining,
        training: &TrainingCatalog,
    ) -> Result<WaferJob, RowProblem> {
        let job = WaferJob {
            shape,
            sequence: self.whole("seq", None)?,
            global_batch: self.whole("gbs", None)?,
            wafers: self.count("n", None)?,
            mode: WaferMode::WeightStreaming,
            io_bytes_s: wafer.io_gb_s.value * 1e9,
            weight_bytes: wafer.weight_bytes.value,
            gradient_bytes: self.number("grad_b", Some(wafer.gradient_bytes.value))?,
            sparsity: 0.0,
            sparse_gain: 1.0,
            efficiency: wafer.efficiency.value,
            wafer,
            constants: training.constants.clone(),
        };
        if job.wafers == 0 {
            return self.problem("n", "0 wafers; accepted: 1 and up");
        }
        match check_wafer_job(&job).first() {
            Some(wrong) => self.problem("", format!("{}; {}", wrong.problem, wrong.hint)),
            None => Ok(job),
        }
    }

    /// The time of a step, as measured or as it follows from the published rate.
    fn measured(&self, shape: &ModelShape, job: &TrainingJob) -> Result<f64, RowProblem> {
        if self.text("measured_step_s").is_some() {
            let seconds = self.number("measured_step_s", None)?;
            return if seconds > 0.0 { Ok(seconds) } else { self.problem("measured_step_s", "0 s; accepted: above 0") };
        }
        let value = self.number("value", None)?;
        let (sequence, batch, chips) =
            (self.whole("seq", None)?, self.whole("gbs", None)? as f64, f64::from(self.count("n", None)?));
        let tokens = batch * sequence as f64;
        let flop = shape.step_flop_per_token(sequence) * tokens / chips;
        let peak = match job {
            TrainingJob::Gpu(job) => job.rate16.peak_tflop_s.value * 1e12,
            TrainingJob::Wafer(job) => job.wafer.peak_pflop_s.value * 1e15,
        };
        let again = shape.flop(sequence);
        let hardware = flop + f64::from(shape.layers) * (again.layer.total() + again.attention) * tokens / chips;
        let numerator = [
            ("step_s", value * value),
            ("tok_s_gpu", tokens / chips),
            ("samples_s", batch),
            ("mfu", flop / peak * 100.0),
            ("tflops", flop / 1e12),
            ("tflops_hw", hardware / 1e12),
        ];
        let found = self.choice("metric", "step_s", &numerator)? / value;
        if found.is_finite() && found > 0.0 { Ok(found) } else { self.problem("value", "0; accepted: above 0") }
    }
}
