//! The links that files list one by one: all of a fabric, or those of the rows of its link heatmap.

use super::heatmap::has_heatmap;
use super::links::Rows;
use super::passages::{MAX_PASSAGES, Passage, passage_count, passages, passages_over};
use crate::fabric::LinkId;
use crate::scene::FabricKind;
use crate::solve::FabricRun;

/// The most links that are listed without a selection.
const MAX_LISTED: usize = 4096;

/// Links with their streams.
pub(crate) struct ListedLinks {
    /// By id.
    pub links: Vec<LinkId>,
    /// The streams over these links, by link.
    pub passages: Vec<Passage>,
    /// The legend of the selection; `None` if all links are listed.
    pub selection: Option<String>,
}

/// The links of a run. With very many links or streams, one link stands for each row of the link heatmap. `None` without
/// a result, or if there are too many transfers.
pub(crate) fn listed_links(run: &FabricRun) -> Option<ListedLinks> {
    run.result().filter(|result| has_heatmap(run, &result.played.trace))?;
    let is_wafer = matches!(run.scene.kind, FabricKind::Wafer(_));
    let rows = Rows::new(run);
    let all: usize = rows.links.iter().map(Vec::len).sum();
    if !is_wafer && all <= MAX_LISTED && passage_count(run) <= MAX_PASSAGES {
        let links = sorted(rows);
        let mut passages = passages(run);
        passages.retain(|passage| links.binary_search(&passage.link).is_ok());
        return Some(ListedLinks { links, passages, selection: None });
    }
    let rows = if is_wafer { rows } else { rows.sampled() };
    let selection = Some(rows.legend.clone());
    let links = sorted(rows);
    let passages = passages_over(run, &links);
    Some(ListedLinks { links, passages, selection })
}

fn sorted(rows: Rows) -> Vec<LinkId> {
    let mut links = rows.links.concat();
    links.sort_unstable();
    links.dedup();
    links
}
