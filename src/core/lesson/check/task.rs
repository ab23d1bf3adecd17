//! Tasks: the start misses the goal, the solution reaches it, traps miss it, and no menu has an unlisted way to it.

use super::super::answer::{Attempt, attempt};
use super::super::lab::Lab;
use super::super::open::known_settings;
use super::super::problem::Problem;
use super::super::schema::TaskFile;
use super::{condition, text};
use crate::scene::{Setting, TimingChoice, choices};

/// Checks a task: its start, solution and traps, and every entry of a menu that it permits, are tried.
pub(super) fn check_task(lab: &mut Lab, (step, task): (usize, &TaskFile), problems: &mut Vec<Problem>) {
    let path = format!("steps.{step}");
    let before = problems.len();
    if lab.set_learner(&task.start, &[]).is_none() {
        let known: Vec<String> = lab.names().runs.keys().cloned().collect();
        let problem = super::super::expression::unknown("run", &task.start, known.iter().map(String::as_str));
        return problems.push(Problem::new(format!("{path}.start"), problem));
    }
    text(lab, &format!("{path}.text"), &task.text, problems);
    for (index, accept) in task.accept.iter().enumerate() {
        condition(lab, &format!("{path}.accept.{index}"), accept, problems);
    }
    for (index, hint) in task.hints.iter().enumerate() {
        text(lab, &format!("{path}.hints.{index}"), hint, problems);
    }
    if task.accept.is_empty() {
        problems.push(Problem::new(format!("{path}.accept"), "a task needs a condition"));
    }
    if task.solution.is_empty() {
        problems
            .push(Problem::new(format!("{path}.solution"), "a task needs a solution: settings that reach its goal"));
    }
    if problems.len() == before {
        try_all(lab, &path, task, problems);
    }
    lab.clear_learner();
}

fn try_all(lab: &mut Lab, path: &str, task: &TaskFile, problems: &mut Vec<Problem>) {
    if attempt(lab, task, &[]).reached() {
        problems.push(Problem::new(format!("{path}.start"), "the start reaches the goal already"));
    }
    let solutions = [&task.solution].into_iter().chain(&task.also);
    for (index, texts) in solutions.enumerate() {
        let place = if index == 0 { format!("{path}.solution") } else { format!("{path}.also.{}", index - 1) };
        match attempt(lab, task, &known_settings(texts)) {
            Attempt::Reached if index == 0 => {
                text(lab, &format!("{path}.done"), &task.done, problems);
            }
            Attempt::Reached => {}
            missed @ (Attempt::Missed(_) | Attempt::NotPermitted(_) | Attempt::Rejected(_)) => problems
                .push(Problem::new(place, format!("{} does not reach the goal: {}", texts.join(" "), why(&missed)))),
        }
    }
    for (index, trap) in task.traps.iter().enumerate() {
        let place = format!("{path}.traps.{index}");
        match attempt(lab, task, &known_settings(trap)) {
            Attempt::Reached => {
                problems.push(Problem::new(place, format!("the trap {} reaches the goal", trap.join(" "))))
            }
            Attempt::NotPermitted(reason) => {
                problems.push(Problem::new(place, format!("the trap can never be tried: {reason}")))
            }
            Attempt::Missed(_) | Attempt::Rejected(_) => {}
        }
    }
    for setting in menu_entries(lab, task) {
        let listed =
            [&task.solution].into_iter().chain(&task.also).any(|texts| known_settings(texts) == [setting.clone()]);
        if !listed && attempt(lab, task, std::slice::from_ref(&setting)).reached() {
            let problem = format!("`{}={}` reaches the goal too", setting.path, setting.value);
            problems.push(
                Problem::new(format!("{path}.accept"), problem).hint("list it under `also`, or tighten the goal"),
            );
        }
    }
}

fn why(missed: &Attempt) -> String {
    match missed {
        Attempt::Reached => String::new(),
        Attempt::Missed(conditions) => format!("{} is false", conditions.join(", ")),
        Attempt::NotPermitted(reason) | Attempt::Rejected(reason) => reason.clone(),
    }
}

/// What a path sets whose values are a menu.
#[derive(Clone, Copy)]
enum Menu {
    Algorithm,
    FirstPartner,
    Timing,
}

/// Menus by the last name of their paths.
const MENUS: [(&str, Menu); 3] =
    [("algorithm", Menu::Algorithm), ("first_partner", Menu::FirstPartner), ("timing", Menu::Timing)];

/// All entries of the menus that a task permits.
fn menu_entries(lab: &Lab, task: &TaskFile) -> Vec<Setting> {
    let Ok(document) = lab.document(Some(&task.start)) else { return Vec::new() };
    let mut entries = Vec::new();
    for path in &task.may_change {
        let names: Vec<&str> = path.split('.').collect();
        let menu = names.last().and_then(|last| MENUS.iter().find(|(name, _)| name == last));
        let index = names.get(1).and_then(|index| index.parse::<usize>().ok());
        let fabric = index.and_then(|index| document.scene.fabrics.get(index));
        let values: Vec<&str> = match (menu, fabric) {
            (Some((_, Menu::Algorithm)), Some(fabric)) => choices(fabric).into_iter().map(|(id, _)| id).collect(),
            (Some((_, Menu::FirstPartner)), _) => vec!["far", "near"],
            (Some((_, Menu::Timing)), _) => TimingChoice::ALL.map(TimingChoice::as_str).to_vec(),
            (Some((_, Menu::Algorithm)), None) | (None, _) => Vec::new(),
        };
        entries.extend(values.into_iter().map(|value| Setting { path: path.clone(), value: value.to_owned() }));
    }
    entries
}
