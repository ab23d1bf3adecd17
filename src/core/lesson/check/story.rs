//! Stories: captions that a hall can read, figures that are computed, runs that exist.

use std::sync::Arc;

use super::super::expression::unknown;
use super::super::light::light_problems;
use super::super::problem::Problem;
use super::super::schema::StoryFile;
use super::{instant, text};
use crate::catalog::Catalog;

/// The most words of a caption.
const MAX_WORDS: usize = 12;

/// Checks a story: every caption and figure is filled. Returns the scenes that were solved.
///
/// # Errors
/// All faults.
pub fn check_story(story: &StoryFile, catalog: &Arc<Catalog>) -> Result<u32, Vec<Problem>> {
    let mut lab = story.lab(catalog)?;
    let mut problems = Vec::new();
    for run in story.runs.keys() {
        if let Err(problem) = lab.document(Some(run)) {
            problems.push(Problem::new(format!("runs.{run}"), problem));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut ids: Vec<&str> = Vec::new();
    for (index, beat) in story.beats.iter().enumerate() {
        let path = format!("beats.{index}");
        if ids.contains(&beat.id.as_str()) {
            problems.push(Problem::new(format!("{path}.id"), format!("`{}` is given twice", beat.id)));
        }
        ids.push(&beat.id);
        if let Some(run) = beat.run.as_ref().filter(|run| !story.runs.contains_key(*run)) {
            let known = story.runs.keys().map(String::as_str);
            problems.push(Problem::new(format!("{path}.run"), unknown("run", run, known)));
        }
        if index == 0 && beat.run.is_none() {
            problems.push(Problem::new(&path, "the first beat names its run"));
        }
        if let Some(caption) = text(&mut lab, &format!("{path}.caption"), &beat.caption, &mut problems) {
            let words = caption.split_whitespace().count();
            if words > MAX_WORDS {
                let problem = format!("the caption has {words} words; at most {MAX_WORDS} are read in a hall");
                problems.push(Problem::new(format!("{path}.caption"), problem));
            }
        }
        if let Some(hero) = &beat.hero {
            if !hero.contains('{') {
                let problem = "the large figure is not computed; write an expression in braces, such as {now.A.time}";
                problems.push(Problem::new(format!("{path}.hero"), problem));
            }
            text(&mut lab, &format!("{path}.hero"), hero, &mut problems);
        }
        text(&mut lab, &format!("{path}.notes"), &beat.notes, &mut problems);
        if let Some(solved) = story.run_of(index).and_then(|run| lab.solved(Some(run)).ok()) {
            problems.extend(light_problems(&path, &beat.light, &solved.runs));
        }
        for (place, written) in beat.play.iter().enumerate() {
            instant(&mut lab, &format!("{path}.play.{place}"), written, &mut problems);
        }
    }
    if problems.is_empty() { Ok(lab.solves()) } else { Err(problems) }
}
