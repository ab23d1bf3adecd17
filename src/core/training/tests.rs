//! The compute terms of twelve jobs against figures that were computed apart from this program, and steps against them within
//! the difference that the engine's collectives make.

use super::*;
use crate::catalog::{Catalog, RangeEnd};
use crate::model::{GpuCompute, GpuJob, TrainingJob, WaferJob, wafer_passes};
use crate::scene::{FabricFile, TimingChoice};
use crate::units::Femtos;

const ROWS: &str = include_str!("../../../assets/training-runs.csv");

/// A job with its compute terms, s: matrix products, attention, element-wise work, forward and backward of a layer, optimizer;
/// then the step, with the network and without it.
type GpuVector = (&'static str, [f64; 6], [f64; 2]);

const GPU_VECTORS: [GpuVector; 9] = [
    (
        "nemo-70b-bf16-1024",
        [0.00284809, 0.000236421, 0.00014461, 0.00322912, 0.00657645, 0.0507713],
        [14.1037, 13.3973],
    ),
    (
        "nemo-405b-bf16-2048",
        [0.00530526, 0.000236421, 0.000138036, 0.00567972, 0.0114777, 0.0522183],
        [19.2206, 17.8616],
    ),
    ("nemo-gpt3-fp8-512", [0.00192201, 4.43289e-05, 7.8878e-05, 0.00204522, 0.0041126, 0.0538306], [5.42251, 5.07395]),
    ("gb200-405b-fp8-512", [0.00348318, 0.00019097, 0.000115606, 0.00378976, 0.007675, 0.0537157], [6.37391, 6.08418]),
    (
        "gb200-grok-bf16-512",
        [0.00437819, 0.000143228, 0.000209191, 0.00473061, 0.00953283, 0.0504202],
        [7.84387, 7.41859],
    ),
    ("sp-gpt3-175b-sel", [0.00419267, 0.000140588, 0.00041209, 0.00474534, 0.00997731, 0.101329], [13.7047, 12.1103]),
    (
        "megascale-175b-3072",
        [0.00429357, 7.19857e-05, 6.60603e-05, 0.00443161, 0.00889921, 0.0510694],
        [22.8888, 21.2915],
    ),
    (
        "foundry-mpt-70b-h100-512",
        [0.0476014, 0.00104959, 0.00168273, 0.0503337, 0.151526, 0.0514266],
        [16.6275, 16.2734],
    ),
    ("llama3-405b-8192", [0.0123335, 0.000549625, 0.000276073, 0.0131592, 0.0265932, 0.0505546], [12.5563, 10.8235]),
];

/// A job with its terms, s: forward compute, weights in, gradients out, floor; then the step.
const WAFER_VECTORS: [(&str, [f64; 4], f64); 2] = [
    ("usc-cgpt-13b", [1.23751, 0.174634, 0.349268, 0.523902], 11.1507),
    ("alcf-llama2-7b-cs3-1024", [0.734996, 0.089842, 0.179684, 0.269526], 30.8783),
];

fn catalog() -> Catalog {
    Catalog::bundled().expect("the catalog")
}

fn job(id: &str, catalog: &Catalog) -> TrainingJob {
    let table = read_runs_table(ROWS, catalog);
    assert_eq!(table.problems, []);
    table.runs.into_iter().find(|run| run.id == id).unwrap_or_else(|| panic!("no row {id}")).job
}

fn gpu_job(id: &str, catalog: &Catalog) -> GpuJob {
    match job(id, catalog) {
        TrainingJob::Gpu(job) => *job,
        TrainingJob::Wafer(_) => panic!("{id} runs on wafers"),
    }
}

fn wafer_job(id: &str, catalog: &Catalog) -> WaferJob {
    match job(id, catalog) {
        TrainingJob::Wafer(job) => *job,
        TrainingJob::Gpu(_) => panic!("{id} runs on GPUs"),
    }
}

fn of_gpu<'a>(job: &GpuJob, timing: TimingChoice, catalog: &'a Catalog) -> Calls<'a> {
    Calls::new(catalog, FabricFile::new(&job.gpu.machines[0], Some(&job.gpu.network), timing))
}

fn near(found: f64, wanted: f64, share: f64, what: &str) {
    assert!((found - wanted).abs() <= share * wanted.abs() + 1e-12, "{what}: {found} instead of {wanted}");
}

#[test]
fn compute_terms_are_those_of_the_vectors() {
    let catalog = catalog();
    for (id, [gemm, attention, element_wise, forward, backward, optimizer], _) in GPU_VECTORS {
        let compute = GpuCompute::new(&gpu_job(id, &catalog));
        for (found, wanted, what) in [
            (compute.layer.gemm.total(), gemm, "matrix products"),
            (compute.layer.attention, attention, "attention"),
            (compute.layer.element_wise, element_wise, "element-wise work"),
            (compute.layer.forward(), forward, "forward"),
            (compute.layer.backward(), backward, "backward"),
            (compute.optimizer, optimizer, "optimizer"),
        ] {
            near(found, wanted, 0.001, &format!("{id} {what}"));
        }
    }
}

#[test]
fn streaming_terms_of_wafers_are_those_of_the_vectors() {
    let catalog = catalog();
    for (id, [forward, weights, gradients, floor], step) in WAFER_VECTORS {
        let job = wafer_job(id, &catalog);
        near(wafer_passes(&job).forward(job.shape.layers), forward, 0.001, id);
        near(job.weights_in_s(), weights, 0.001, id);
        near(job.gradients_out_s(), gradients, 0.001, id);
        near(job.streaming_floor_s(), floor, 0.001, id);
        let mut calls = Calls::new(&catalog, FabricFile::new(&job.wafer.machine, None, TimingChoice::Ideal));
        near(wafer_step(&job, &mut calls, true).expect("a step").time.secs(), step, 0.003, id);
    }
    // 405B on 1,024 CS-3: the stream of weights is longer than compute.
    let own = wafer_job("alcf-llama2-7b-cs3-1024", &catalog);
    let shape = gpu_job("nemo-405b-bf16-2048", &catalog).shape;
    let job = WaferJob { shape, sequence: 8192, global_batch: 2048, wafers: 1024, gradient_bytes: 4.0, ..own };
    near(job.streaming_floor_s(), 16.234, 0.001, "floor");
    let mut calls = Calls::new(&catalog, FabricFile::new("cs-3-cluster", None, TimingChoice::Ideal));
    let step = wafer_step(&job, &mut calls, true).expect("a step");
    // The last gradients leave while the engine's tree adds them: the closed form counts one layer of weights more.
    near(step.time.secs(), 16.3629, 0.01, "405B on 1,024 CS-3");
    assert!(step.time >= step.floor && step.parts.total() == step.time);
}

#[test]
fn steps_differ_from_the_vectors_only_by_what_collectives_take() {
    let catalog = catalog();
    for (id, _, [step, perfect]) in GPU_VECTORS {
        let job = gpu_job(id, &catalog);
        let mut calls = of_gpu(&job, TimingChoice::Measured, &catalog);
        let job = TrainingJob::Gpu(Box::new(job));
        let played = step_at(&job, &mut calls, RangeEnd::Usual, true).expect("a step");
        let free = step_at(&job, &mut calls.perfect(), RangeEnd::Usual, false).expect("a step");
        // Stages with fewer layers and the head are played one by one, the closed form takes the slowest for all.
        near(free.time.secs(), perfect, 0.025, &format!("{id} perfect"));
        near(played.time.secs(), step, 0.045, id);
        assert!(free.time < played.time && played.floor < free.time, "{id}");
        assert_eq!(played.parts.total(), played.time, "{id}: the parts add up");
    }
}

#[test]
fn tasks_of_a_lane_do_not_overlap_and_end_with_the_step() {
    let catalog = catalog();
    for id in ["nemo-70b-bf16-64", "gb200-grok-bf16-128", "foundry-mpt-7b-h100-8", "llama3-405b-16384"] {
        let job = gpu_job(id, &catalog);
        let mut calls = of_gpu(&job, TimingChoice::Measured, &catalog);
        let step = step_at(&TrainingJob::Gpu(Box::new(job)), &mut calls, RangeEnd::Usual, true).expect("a step");
        let mut lanes = std::collections::BTreeMap::new();
        for task in &step.timeline.tasks {
            assert!(task.end > task.start && task.end <= step.time, "{id}: {task:?}");
            // Sends are streams beside the collectives of the same NIC.
            if task.kind != StepTaskKind::Send {
                let free = lanes.insert((task.stage, task.lane), task.end).unwrap_or_default();
                assert!(task.start >= free, "{id}: {task:?} starts before {free}");
            }
        }
        for layer in &step.timeline.layer {
            let idle: u64 = layer.parts.tensor.0 + layer.parts.context.0 + layer.parts.expert.0;
            let busy: u64 = layer
                .tasks
                .iter()
                .filter(|task| task.lane == Lane::Compute)
                .map(|task| task.end.0 - task.start.0)
                .sum();
            assert_eq!(busy + idle, layer.end.0, "{id}: a layer is compute or waiting");
        }
    }
}

#[test]
fn exposed_time_is_what_a_slower_network_adds() {
    let catalog = catalog();
    let job = gpu_job("nemo-70b-bf16-1024", &catalog);
    let time = |network: &str, timing: TimingChoice| {
        let mut calls = Calls::new(&catalog, FabricFile::new("dgx-h100", Some(network), timing));
        gpu_step(&job, &mut calls, &crate::model::Uncertain::at(&job.constants, RangeEnd::Usual), false)
            .expect("a step")
    };
    let (fast, slow) = (time("ib-xdr", TimingChoice::Ideal), time("ethernet-100", TimingChoice::Ideal));
    assert!(fast.time < slow.time && fast.parts.exposed() < slow.parts.exposed());
    assert_eq!(fast.parts.ideal, slow.parts.ideal);
    // The collectives of both timings are engine runs on slices of the fabric.
    let measured = time("ib-ndr", TimingChoice::Measured);
    assert!(measured.timeline.calls.len() >= 5 && measured.timeline.calls.len() <= 10);
    assert!(measured.timeline.calls.iter().all(|call| call.bound <= call.time && !call.algorithm.is_empty()));
}

#[test]
fn the_steady_state_of_a_long_step_is_counted_as_it_would_be_played() {
    let catalog = catalog();
    let long = gpu_job("nemo-70b-bf16-64", &catalog);
    let played = |microbatches: u64| {
        let job = GpuJob { global_batch: microbatches * u64::from(long.data()), ..long.clone() };
        let mut calls = of_gpu(&job, TimingChoice::Ideal, &catalog);
        gpu_step(&job, &mut calls, &crate::model::Uncertain::at(&job.constants, RangeEnd::Usual), true).expect("a step")
    };
    let (whole, counted) = (played(3748), played(3752));
    assert!(whole.timeline.repeat.is_none(), "149,920 passes are played one by one");
    let more = played(15_000);
    let repeat = more.timeline.repeat.expect("a steady state");
    assert_eq!(repeat.microbatches, 4);
    // In the kept part, one period is like the one before it.
    let within = |from: u64| {
        let tasks =
            more.timeline.tasks.iter().filter(move |task| (from..from + repeat.period.0).contains(&task.start.0));
        let mut found: Vec<_> = tasks
            .map(|task| (task.start.0 - from, task.end.0 - from, task.stage, task.lane, task.kind, task.part))
            .collect();
        found.sort_by_key(|task| (task.0, task.2, task.3, task.5));
        found
    };
    assert!(!within(repeat.start.0).is_empty());
    assert_eq!(within(repeat.start.0), within(repeat.start.0 - repeat.period.0));
    // An instant of a later period is that of the first, with later microbatches.
    let at = |rounds: u64| {
        let at = Femtos(repeat.start.0 + rounds * repeat.period.0);
        more.timeline.running(0, Lane::Compute, at).expect("a pass")
    };
    assert_eq!((at(0).task, at(0).offset), (at(7).task, at(7).offset));
    assert_eq!(at(7).microbatch, at(0).microbatch + 7 * repeat.microbatches);
    let straggler = |step: &Step| step.time.0 - step.parts.straggler.0;
    assert_eq!(straggler(&counted) - straggler(&whole), repeat.period.0);
    assert_eq!(straggler(&more) - straggler(&counted), (15_000 - 3752) / 4 * repeat.period.0);
}

#[test]
fn rows_with_holes_are_told_with_their_place_and_the_others_run() {
    let catalog = catalog();
    let mut lines: Vec<String> = ROWS.lines().take(4).map(str::to_owned).collect();
    lines[2] = lines[2].replace(",h100,", ",,");
    let table = read_runs_table(&lines.join("\n"), &catalog);
    assert_eq!((table.runs.len(), table.problems.len()), (2, 1));
    assert_eq!((table.problems[0].line, table.problems[0].column.as_str()), (3, "machine"));
    // Rows without quotes and semicolons of their own.
    let plain: Vec<&str> = ROWS.lines().filter(|line| !line.contains(['"', ';'])).collect();
    assert!(plain.len() > 50);
    let rows = plain.join("\n");
    let forms = [
        format!("# my runs\n{rows}"),
        rows.replace(',', "\t"),
        rows.replace(',', ";"),
        rows.replace(',', ";").replace('.', ","),
        rows.lines().map(|line| format!("\"{}\"\n", line.replace(',', "\",\""))).collect(),
    ];
    let times = |text: &str| -> Vec<f64> {
        let catalog = Catalog::bundled().expect("the catalog");
        read_runs_table(text, &catalog).runs.iter().map(|run| run.measured_s).collect()
    };
    for form in forms {
        assert!(is_runs_table(&form), "{form}");
        assert_eq!(times(&form), times(&rows), "{form}");
    }
    // Beside commas, a comma inside quotes is an error: read as a decimal sign it would turn thousands into ones.
    let thousands = read_runs_table(&rows.replacen(",h100,128,", ",h100,\"1,024\",", 1), &catalog);
    assert_eq!(thousands.problems.len(), 1);
    assert!(is_runs_table(ROWS) && !is_runs_table("size,time\n8,1"));
}

#[test]
fn published_steps_are_met_within_the_bars() {
    let catalog = catalog();
    let table = read_runs_table(ROWS, &catalog);
    let mut predictor = Predictor::new(&catalog, TimingChoice::Measured);
    let mut groups: std::collections::BTreeMap<String, Vec<(f64, f64)>> = Default::default();
    for run in table.runs.iter().filter(|run| run.fit) {
        let step = predictor.step(run).unwrap_or_else(|error| panic!("{}: {error}", run.id));
        groups.entry(run.group.clone()).or_default().push((step.time.secs(), run.measured_s));
    }
    let error = |pairs: &[(f64, f64)]| {
        let sum: f64 = pairs.iter().map(|(predicted, measured)| (predicted / measured).ln().abs()).sum();
        (sum / pairs.len() as f64).exp() - 1.0
    };
    let all: Vec<(f64, f64)> = groups.values().flatten().copied().collect();
    assert_eq!(all.len(), 132);
    assert!(error(&all) < 0.06, "{}", error(&all));
    for (group, pairs) in &groups {
        assert!(error(pairs) < 0.10, "{group}: {}", error(pairs));
    }
}

#[test]
fn the_link_of_a_wafer_is_its_io_however_a_scene_sets_it() {
    let catalog = catalog();
    let months = crate::scene::parse_scene("months.ron", include_str!("../../../scenes/months.ron"), &catalog);
    let months = months.unwrap_or_else(|found| panic!("{found}"));
    let figures = |setting: &str| {
        let setting = crate::scene::Setting::parse(setting).expect("a setting");
        let changed = months.with(&[setting], &catalog).unwrap_or_else(|found| panic!("{found}"));
        let run = solve_training(&changed.scene, &catalog).expect("runs").runs.swap_remove(1).expect("a step");
        (run.step.time, run.step.floor, run.step.microbatches, run.figures)
    };
    let narrow = figures("fabrics.1.params.link_capacity=20GB/s");
    assert_eq!(narrow, figures("fabrics.1.parallel.io=20GB/s"));
    assert!(narrow.0 > figures("fabrics.1.parallel.io=150GB/s").0);
}
