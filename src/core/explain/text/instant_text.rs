//! One instant of a run in sentences: the bottleneck, the streams that share it, and the transfers that wait for them.

use super::fabric_noun::class_label;
use super::labels::share_label;
use super::percent::percent;
use super::transfer_label::stream_label;
use crate::explain::attribution::TimeShare;
use crate::explain::bottleneck::{Bottleneck, Limit};
use crate::explain::cost::{CostKind, CostSource};
use crate::explain::instant::InstantDetail;
use crate::explain::path::{CriticalPath, PathSpan};
use crate::solve::FabricRun;
use crate::units::{Femtos, grouped};

/// The most streams that are listed by name.
const MAX_NAMED: usize = 3;

/// What happens at an instant of a run; empty after its end. `detail` is the result of [`crate::explain::instant`].
pub fn instant_sentences(
    run: &FabricRun,
    path: &CriticalPath,
    at: Femtos,
    detail: Option<&InstantDetail>,
) -> Vec<String> {
    let Some(detail) = detail else { return Vec::new() };
    let (launch, fill) = (run.plan.launch(), run.plan.fill());
    let mut sentences = match &detail.limit {
        Limit::Link(bottleneck) => bottleneck_sentences(run, at, detail, bottleneck),
        Limit::Launch => {
            vec![format!("No link is the bottleneck: the launch takes {launch} ({}).", run.launch_grade())]
        }
        Limit::PipelineFill => vec![format!("No link is the bottleneck: the pipeline fills in {fill} (fitted).")],
        Limit::Latency => {
            let waits_on = match path.step_at(at).filter(|span| span.kind != CostKind::Latency).map(|span| span.source)
            {
                Some(CostSource::Computation) => "a computation",
                Some(CostSource::Cores) => "cores that add and deliver",
                Some(CostSource::Link) => "bytes on their way",
                Some(CostSource::Step | CostSource::Fill | CostSource::Launch | CostSource::Late) | None => {
                    "latency or software"
                }
            };
            vec![format!("No link is the bottleneck: waiting on {waits_on}.")]
        }
    };
    if let Some(span) = path.step_at(at) {
        sentences.push(format!("The critical path is in {}.", span_label(run, span)));
    }
    sentences
}

/// A span of the critical path: `serialization on GPU 3 → NVSwitch`.
pub fn span_label(run: &FabricRun, span: &PathSpan) -> String {
    let share = TimeShare { kind: span.kind, class: span.class, source: span.source, time: Femtos(0) };
    match (span.link, span.class) {
        (Some(link), _) if run.fabric.is_rate_cap(link) => share_label(run, &share),
        (Some(link), _) => format!("{} on {}", span.kind.as_str(), run.fabric.link_name(link)),
        (None, Some(class)) if span.kind == CostKind::Latency => {
            format!("{} of {}", span.kind.as_str(), class_label(run, class))
        }
        (None, _) => share_label(run, &share),
    }
}

fn bottleneck_sentences(run: &FabricRun, at: Femtos, detail: &InstantDetail, bottleneck: &Bottleneck) -> Vec<String> {
    let count = detail.stream_count();
    let name = run.fabric.link_name(bottleneck.link);
    let (be, share_it) = match bottleneck.identical_links {
        0 | 1 => ("is the bottleneck".to_owned(), "share it"),
        links => (format!("and {} identical links are the bottleneck", grouped(links - 1)), "share each"),
    };
    let busiest = detail.busiest();
    let most = percent(busiest.map_or(0.0, |stream| stream.share));
    let twice = match busiest.map_or(1, |stream| stream.crossings) {
        0 | 1 => String::new(),
        2 => ", which crosses it twice,".to_owned(),
        times => format!(", which crosses it {times} times,"),
    };
    let streams = match count {
        1 => format!("one stream{twice} takes {most} of its capacity"),
        _ => format!("{} streams {share_it}, the busiest{twice} takes {most} of the capacity", grouped(count as u64)),
    };
    let mut sentences = vec![format!("{name} {be}: {streams}.")];
    let named = named_streams(run, detail);
    let listed: usize = named.iter().take(MAX_NAMED).map(|(_, streams)| streams).sum();
    if listed > 0 {
        let labels = named.iter().take(MAX_NAMED).map(|(label, streams)| match streams {
            1 => label.clone(),
            streams => format!("{label} ({streams} streams)"),
        });
        let more = match count - listed {
            0 => String::new(),
            more => format!("; and {} more", grouped(more as u64)),
        };
        sentences.push(format!("On it: {}{more}.", labels.collect::<Vec<_>>().join("; ")));
    }
    sentences.extend(waiting_sentence(run, at, detail));
    sentences
}

/// The labels of the streams on the bottleneck, each once with the number of streams that it stands for.
fn named_streams(run: &FabricRun, detail: &InstantDetail) -> Vec<(String, usize)> {
    let mut named: Vec<(String, usize)> = Vec::new();
    for stream in &detail.sharing {
        let label = stream_label(run, stream.transfer);
        match named.iter_mut().find(|(known, _)| *known == label) {
            Some((_, streams)) => *streams += 1,
            None => named.push((label, 1)),
        }
    }
    named
}

fn waiting_sentence(run: &FabricRun, at: Femtos, detail: &InstantDetail) -> Option<String> {
    let next = detail.waiting.first()?;
    let starts = next.starts.since(at);
    let label = stream_label(run, next.transfer);
    Some(match (detail.waiting.len(), detail.more_waiting) {
        (1, false) => format!("1 transfer waits for it: {label}. It starts in {starts}."),
        (count, more) => {
            let least = if more { "At least " } else { "" };
            format!("{least}{count} transfers wait for it. The next one, {label}, starts in {starts}.")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::explain::{critical_path, instant};
    use crate::scene::{Setting, first_look};
    use crate::solve::solve;

    #[test]
    fn an_instant_names_streams_by_their_ends_and_the_next_start() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = first_look().load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let ring = [Setting::parse("fabrics.0.algorithm=ring").expect("a setting")];
        let runs = solve(&document.with(&ring, &catalog).expect("a scene").scene);
        let sentences = |run: &FabricRun, at: Femtos| {
            let path = critical_path(run).expect("a path");
            instant_sentences(run, &path, at, instant(run, at).as_ref())
        };
        let ring = sentences(&runs[0], Femtos::from_secs(200e-6));
        assert!(ring[0].starts_with("GPU 0 → NVSwitch is the bottleneck: one stream takes 100 % of its"), "{ring:?}");
        assert_eq!(ring[1], "On it: GPU 0 → GPU 1, reduce-scatter.");
        assert!(
            ring[2].contains("transfers wait for it. The next one, GPU 0 → GPU 1, reduce-scatter, starts in"),
            "{ring:?}"
        );
        let nvls = solve(&document.scene);
        let all = sentences(&nvls[0], Femtos::from_secs(200e-6));
        assert!(all[1].starts_with("On it: 8 GPUs → 8 GPUs, in-switch all-reduce, part 1 of 8; 8 GPUs"), "{all:?}");
        assert!(all[1].ends_with("; and 5 more."), "{all:?}");
        let wafer = sentences(&nvls[1], Femtos::from_secs(100e-6));
        assert!(wafer[0].contains("identical links are the bottleneck"), "{wafer:?}");
        assert!(wafer[1].contains("PE (") && wafer[1].contains("identical)"), "{wafer:?}");
        assert!(sentences(&nvls[1], Femtos::from_secs(1.0)).is_empty());
    }
}
