//! The values of a training scene that sliders offer: only those that every fabric accepts.

use std::cell::RefCell;

use super::document::SceneDocument;
use super::named_choice::TimingChoice;
use super::schema::FabricFile;
use super::training::FabricTraining;
use super::training_schema::ParallelFile;
use crate::catalog::{Catalog, Machine};
use crate::model::{GpuJob, TrainingJob, WaferJob, check_gpu_job, check_wafer_job};

/// A value of a training scene that a slider changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrainingSetting {
    /// Sequences of a step.
    Batch,
    /// NVLink domains.
    Nodes,
    /// Tensor-parallel ranks.
    Tensor,
    /// Pipeline stages.
    Pipeline,
    /// Virtual stages of a GPU.
    Virtual,
    /// Context-parallel ranks.
    Context,
    /// NICs of a node, with measured timing.
    Nics,
    /// Capacity of a NIC, with ideal timing.
    NicCapacity,
    /// Which collectives run behind compute.
    Overlap,
    /// Wafers.
    Wafers,
    /// Wafer I/O.
    Io,
    /// Share of the weights that are left out.
    Sparsity,
    /// Price of a chip.
    Price,
}

impl TrainingSetting {
    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            TrainingSetting::Batch => "Global batch",
            TrainingSetting::Nodes => "Nodes",
            TrainingSetting::Tensor => "Tensor parallel",
            TrainingSetting::Pipeline => "Pipeline stages",
            TrainingSetting::Virtual => "Virtual stages",
            TrainingSetting::Context => "Context parallel",
            TrainingSetting::Nics => "NICs per node",
            TrainingSetting::NicCapacity => "NIC capacity",
            TrainingSetting::Overlap => "Overlap",
            TrainingSetting::Wafers => "Wafers",
            TrainingSetting::Io => "Wafer I/O",
            TrainingSetting::Sparsity => "Sparsity",
            TrainingSetting::Price => "Price per chip",
        }
    }
}

/// A value on a slider.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedValue {
    /// As a setting.
    pub text: String,
    /// As a number, for its label: a count, bytes per second, a share, or dollars.
    pub number: f64,
}

/// A slider with the values that it offers.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingSlider {
    /// What it changes.
    pub setting: TrainingSetting,
    /// The path of the setting.
    pub path: String,
    /// All values, by size.
    pub values: Vec<OfferedValue>,
    /// The place of the current value, or of the nearest.
    pub place: usize,
    /// The current value as a number.
    pub current: f64,
}

/// Which collectives run behind compute, from none to all.
const OVERLAPS: [&str; 4] = ["[]", "[\"data\"]", "[\"data\",\"pipeline\"]", "[\"tensor\",\"data\",\"pipeline\"]"];
/// Prices, as shares of the price of the catalog.
const PRICE_SHARES: [f64; 9] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0];
/// Wafer I/O, bytes per second.
const IO: [f64; 8] = [75e9, 150e9, 300e9, 600e9, 1.2e12, 2.4e12, 4.8e12, 9.6e12];
/// NIC capacities, bytes per second.
const NIC_CAPACITIES: [f64; 6] = [12.5e9, 25e9, 50e9, 100e9, 200e9, 400e9];
/// NICs of a node.
const NICS: [f64; 8] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
/// Shares of weights that are left out.
const SPARSITIES: [f64; 10] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Powers of two and their multiples by 3 and 5, and the current value.
fn counts(most: u32, current: u32) -> Vec<f64> {
    let factors = [1_u64, 3, 5];
    let all = (0..24).flat_map(|power| factors.map(|factor| factor << power));
    let mut found: Vec<u64> = all.filter(|count| *count <= u64::from(most)).chain([u64::from(current)]).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|count| count as f64).collect()
}

struct Offer<'a> {
    index: usize,
    file: &'a FabricFile,
    sliders: Vec<TrainingSlider>,
}

impl Offer<'_> {
    /// A slider over the values that are accepted; none if there is nothing to choose.
    fn push(
        &mut self,
        setting: TrainingSetting,
        field: &str,
        current: f64,
        values: impl IntoIterator<Item = f64>,
        text: &dyn Fn(f64) -> String,
        accepts: &dyn Fn(f64) -> bool,
    ) {
        let is_current = |value: f64| (value - current).abs() <= 1e-9 * current.abs().max(1.0);
        let offered = values.into_iter().filter(|value| is_current(*value) || accepts(*value));
        let mut values: Vec<OfferedValue> = offered.map(|number| OfferedValue { text: text(number), number }).collect();
        values.sort_by(|one, two| one.number.total_cmp(&two.number));
        values.dedup_by(|one, two| one.number == two.number);
        let distance = |value: &OfferedValue| (value.number - current).abs();
        let nearest = values.iter().enumerate().min_by(|(_, one), (_, two)| distance(one).total_cmp(&distance(two)));
        let Some(place) = nearest.map(|(place, _)| place) else { return };
        if values.len() > 1 {
            let path = format!("fabrics.{}.{field}", self.index);
            self.sliders.push(TrainingSlider { setting, path, values, place, current });
        }
    }

    /// A field of `parallel`; a scene without it gets it.
    fn parallel(
        &mut self,
        setting: TrainingSetting,
        field: &str,
        current: f64,
        values: impl IntoIterator<Item = f64>,
        text: &dyn Fn(f64) -> String,
        accepts: &dyn Fn(f64) -> bool,
    ) {
        if self.file.parallel.is_some() {
            self.push(setting, &format!("parallel.{field}"), current, values, text, accepts);
        } else {
            let text = |value: f64| format!("({field}: {})", text(value));
            self.push(setting, "parallel", current, values, &text, accepts);
        }
    }

    fn gpus(&mut self, job: &GpuJob, training: &FabricTraining, given: &ParallelFile, catalog: &Catalog) {
        // One copy for all trials: a job holds many texts.
        let trial = RefCell::new(job.clone());
        let fits = |change: &dyn Fn(&mut GpuJob)| {
            let mut changed = trial.borrow_mut();
            (changed.parallel, changed.gpus) = (job.parallel, job.gpus);
            change(&mut changed);
            check_gpu_job(&changed).is_empty()
        };
        let whole = |value: f64| format!("{value:.0}");
        let domain = job.domain();
        if given.chips.is_none() && self.file.network.is_some() {
            let nodes = u32::try_from(self.file.nodes).unwrap_or(u32::MAX);
            let accepts = |value: f64| value >= 2.0 && fits(&|job| job.gpus = (value as u32).saturating_mul(domain));
            self.push(TrainingSetting::Nodes, "nodes", nodes.into(), counts(16_384, nodes), &whole, &accepts);
        }
        let parallel = job.parallel;
        self.parallel(
            TrainingSetting::Tensor,
            "tensor",
            parallel.tensor.into(),
            counts(domain, parallel.tensor),
            &whole,
            &|value| fits(&|job| job.parallel.tensor = value as u32),
        );
        self.parallel(
            TrainingSetting::Pipeline,
            "pipeline",
            parallel.pipeline.into(),
            counts(64, parallel.pipeline),
            &whole,
            &|value| fits(&|job| job.parallel.pipeline = value as u32),
        );
        if parallel.pipeline > 1 {
            self.parallel(
                TrainingSetting::Virtual,
                "virtual",
                parallel.virtual_stages.into(),
                counts(32, parallel.virtual_stages),
                &whole,
                &|value| fits(&|job| job.parallel.virtual_stages = value as u32),
            );
        }
        self.parallel(
            TrainingSetting::Context,
            "context",
            parallel.context.into(),
            counts(32, parallel.context),
            &whole,
            &|value| fits(&|job| job.parallel.context = value as u32),
        );
        let all = |_: f64| true;
        let params = &self.file.params;
        if self.file.network.is_some() && TimingChoice::find(&self.file.timing) == Some(TimingChoice::Measured) {
            let network = self.file.network.as_deref().and_then(|id| catalog.get(id));
            let (Some(Machine::Network(network)), Some(Machine::Nvlink(machine))) =
                (network, catalog.get(&self.file.machine))
            else {
                return;
            };
            let most = network.nics_of_node(machine, machine.gpus.count());
            let (nics, values) = (params.nics.unwrap_or(most), NICS.into_iter().chain([most]));
            let accepts = |value: f64| value <= most;
            self.push(TrainingSetting::Nics, "params.nics", nics, values, &crate::units::plain, &accepts);
        } else if self.file.network.is_some() {
            let given = params.nic_capacity.as_deref();
            let own = given.and_then(|text| crate::units::BytesPerSec::parse(text).ok()).map_or(50e9, |rate| rate.0);
            let rate = |value: f64| crate::units::BytesPerSec(value).to_field();
            self.push(TrainingSetting::NicCapacity, "params.nic_capacity", own, NIC_CAPACITIES, &rate, &all);
        }
        let overlap = match (job.overlap_data, job.overlap_pipeline, job.overlap_tensor) {
            (_, _, true) => 3.0,
            (_, true, false) => 2.0,
            (true, false, false) => 1.0,
            (false, false, false) => 0.0,
        };
        let words = |value: f64| OVERLAPS.get(value as usize).copied().unwrap_or_default().to_owned();
        self.parallel(TrainingSetting::Overlap, "overlap", overlap, [0.0, 1.0, 2.0, 3.0], &words, &all);
        self.price(training, job.gpu.capex.value);
    }

    fn wafers(&mut self, job: &WaferJob, training: &FabricTraining, most: u32) {
        let trial = RefCell::new(job.clone());
        let fits = |change: &dyn Fn(&mut WaferJob)| {
            let mut changed = trial.borrow_mut();
            (changed.wafers, changed.sparsity) = (job.wafers, job.sparsity);
            change(&mut changed);
            check_wafer_job(&changed).is_empty()
        };
        let whole = |value: f64| format!("{value:.0}");
        self.parallel(
            TrainingSetting::Wafers,
            "chips",
            job.wafers.into(),
            counts(most, job.wafers),
            &whole,
            &|value| fits(&|job| job.wafers = value as u32),
        );
        let rate = |value: f64| crate::units::BytesPerSec(value).to_field();
        self.parallel(TrainingSetting::Io, "io", job.io_bytes_s, IO, &rate, &|_| true);
        self.parallel(
            TrainingSetting::Sparsity,
            "sparsity",
            job.sparsity,
            SPARSITIES,
            &crate::units::plain,
            &|value| fits(&|job| job.sparsity = value),
        );
        self.price(training, job.wafer.capex.value);
    }

    fn price(&mut self, training: &FabricTraining, catalog: f64) {
        let prices = PRICE_SHARES.map(|share| share * catalog);
        self.parallel(TrainingSetting::Price, "price", training.price.value, prices, &crate::units::plain, &|_| true);
    }
}

impl SceneDocument {
    /// The sliders of the workload of a training scene; none of another scene.
    pub fn workload_sliders(&self) -> Vec<TrainingSlider> {
        let (Some(training), Some(file)) = (&self.scene.training, &self.file.workload.training) else {
            return Vec::new();
        };
        let batch = file.global_batch;
        let mut trials: Vec<TrainingJob> = training.fabrics.iter().map(|fabric| fabric.job.clone()).collect();
        let mut accepts = |value: f64| {
            trials.iter_mut().all(|trial| match trial {
                TrainingJob::Gpu(job) => {
                    job.global_batch = value as u64;
                    check_gpu_job(job).is_empty()
                }
                TrainingJob::Wafer(job) => {
                    job.global_batch = value as u64;
                    check_wafer_job(job).is_empty()
                }
            })
        };
        let current = u32::try_from(batch).unwrap_or(u32::MAX);
        let values: Vec<OfferedValue> = (counts(1 << 17, current).into_iter())
            .filter(|value| *value == batch as f64 || accepts(*value))
            .map(|number| OfferedValue { text: format!("{number:.0}"), number })
            .collect();
        let place = values.iter().position(|value| value.number == batch as f64).unwrap_or(0);
        let path = "workload.training.global_batch".to_owned();
        vec![TrainingSlider { setting: TrainingSetting::Batch, path, values, place, current: batch as f64 }]
    }

    /// The sliders of a fabric of a training scene; none of another scene.
    pub fn training_sliders(&self, index: usize, catalog: &Catalog) -> Vec<TrainingSlider> {
        let training = self.scene.training.as_ref().and_then(|training| training.fabrics.get(index));
        let (Some(training), Some(file)) = (training, self.file.fabrics.get(index)) else { return Vec::new() };
        let mut offer = Offer { index, file, sliders: Vec::new() };
        match &training.job {
            TrainingJob::Gpu(job) => offer.gpus(job, training, &file.parallel.clone().unwrap_or_default(), catalog),
            TrainingJob::Wafer(job) => {
                let most = match catalog.get(&file.machine) {
                    Some(Machine::WaferCluster(machine)) => machine.wafers.count(),
                    Some(_) | None => job.wafers,
                };
                offer.wafers(job, training, most);
            }
        }
        offer.sliders
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Setting, parse_scene};

    #[test]
    fn no_slider_of_a_training_scene_offers_a_value_that_is_refused() {
        let catalog = Catalog::bundled().expect("the catalog");
        let months = include_str!("../../../scenes/months.ron");
        let large = include_str!("../../../scenes/claims/months-405b.ron");
        for text in [months.to_owned(), large.to_owned(), months.replace("timing: \"measured\",", "")] {
            let document = parse_scene("scene", &text, &catalog).expect("a scene");
            let of_fabrics =
                (0..document.scene.fabrics.len()).flat_map(|index| document.training_sliders(index, &catalog));
            let sliders: Vec<TrainingSlider> = document.workload_sliders().into_iter().chain(of_fabrics).collect();
            assert!(sliders.len() > 8, "{}", sliders.len());
            for slider in &sliders {
                let own = slider.values.get(slider.place).map(|value| value.number);
                assert!(own.is_some_and(|own| (own - slider.current).abs() < 0.6 * own.abs().max(1.0)), "{slider:?}");
                for value in &slider.values {
                    let setting = Setting { path: slider.path.clone(), value: value.text.clone() };
                    let changed = document.with(&[setting], &catalog);
                    assert!(changed.is_ok(), "{:?} = {}: {:?}", slider.setting, value.text, changed.err());
                }
            }
        }
    }
}
