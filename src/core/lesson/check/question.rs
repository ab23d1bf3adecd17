//! Questions: exactly one option holds, for every value of the figure that decides, and well away from the limits.

use super::super::answer::{option_problem, options_that_hold};
use super::super::expression::{Expression, Node, unknown};
use super::super::lab::Lab;
use super::super::problem::Problem;
use super::super::quantity::Value;
use super::super::question_file::QuestionFile;
use super::{condition, text};
use crate::scene::TimingChoice;
use crate::units::significant;

/// Options are swept from this part of the figure to this multiple.
const SWEPT: f64 = 100.0;
/// Values of a sweep.
const SWEEP_POINTS: u32 = 800;
/// The least distance of the figure from a limit between two options.
pub(super) const MARGIN: f64 = 0.03;
/// The same where the timing is measured.
pub(super) const MEASURED_MARGIN: f64 = 0.10;
/// How much longer or shorter than the others the right option may be, and the characters that do not count.
const LENGTH: (f64, f64) = (1.0 / 3.0, 8.0);

/// Checks a question.
pub(super) fn check_question(lab: &mut Lab, (step, question): (usize, &QuestionFile), problems: &mut Vec<Problem>) {
    let before = problems.len();
    let path = format!("steps.{step}");
    if !(2..=6).contains(&question.options.len()) {
        problems
            .push(Problem::new(format!("{path}.options"), format!("{} options; use 2 to 6", question.options.len())));
    }
    let mut shown = Vec::new();
    for (index, option) in question.options.iter().enumerate() {
        let path = format!("{path}.options.{index}");
        shown.push(text(lab, &format!("{path}.text"), &option.text, problems).unwrap_or_default());
        condition(lab, &format!("{path}.when"), &option.when, problems);
    }
    if problems.len() > before {
        return;
    }
    let value = question.of.as_ref().and_then(|of| decided_by(lab, &path, of, problems));
    let holding = match options_that_hold(lab, question) {
        Ok(holding) => holding,
        Err(error) => return problems.push(option_problem(step, error)),
    };
    let figure = match (&question.of, value) {
        (Some(of), Some(value)) => format!(" (`{of}` is {})", significant(value)),
        _ => String::new(),
    };
    let [right] = holding.as_slice() else {
        let problem = match holding.len() {
            0 => format!("no option holds today{figure}"),
            count => format!("{count} options hold today{figure}"),
        };
        return problems.push(Problem::new(format!("{path}.options"), problem));
    };
    if let Some(belief) = question.options.get(*right).and_then(|option| option.belief.as_ref()) {
        let problem = format!("the option that holds today{figure} names the belief `{belief}`");
        problems.push(Problem::new(format!("{path}.options.{right}.belief"), problem));
    }
    check_length(&path, &shown, *right, problems);
    if let (Some(of), Some(value)) = (&question.of, value) {
        sweep(lab, (step, question), (of, value), *right, problems);
    }
}

/// The value of the figure that decides.
pub(super) fn decided_by(lab: &mut Lab, path: &str, of: &str, problems: &mut Vec<Problem>) -> Option<f64> {
    let path = format!("{path}.of");
    let Some(figure) = lab.names().figures.get(of).cloned() else {
        let known: Vec<String> = lab.names().figures.keys().cloned().collect();
        problems.push(Problem::new(path, unknown("named figure", of, known.iter().map(String::as_str))));
        return None;
    };
    let named = Expression { span: figure.span.clone(), node: Node::Named(of.to_owned()) };
    match lab.value(&named) {
        Ok(value) => match value.number() {
            Some(number) if number > 0.0 => Some(number),
            _ => {
                problems.push(Problem::new(path, format!("`{of}` must be a number above 0; leave `of` out otherwise")));
                None
            }
        },
        Err(error) => {
            problems.push(Problem::from_expression(&path, error));
            None
        }
    }
}

/// No value of the figure has two options or none, and today's is not near another one.
fn sweep(
    lab: &mut Lab,
    (step, question): (usize, &QuestionFile),
    (of, value): (&str, f64),
    right: usize,
    problems: &mut Vec<Problem>,
) {
    let path = format!("steps.{step}.options");
    let margin = if rests_on_measured(lab, of) { MEASURED_MARGIN } else { MARGIN };
    let points =
        (0..=SWEEP_POINTS).map(|point| value * SWEPT.powf(2.0 * f64::from(point) / f64::from(SWEEP_POINTS) - 1.0));
    for point in points {
        let holding = at(lab, question, of, point);
        if holding.len() != 1 {
            let count = if holding.is_empty() {
                "no option holds".to_owned()
            } else {
                format!("{} options hold", holding.len())
            };
            problems.push(Problem::new(
                path,
                format!("{count} at `{of}` = {} (today {})", significant(point), significant(value)),
            ));
            return;
        }
    }
    for near in [value * (1.0 - margin), value * (1.0 + margin)] {
        let holding = at(lab, question, of, near);
        if holding != [right] {
            let percent = (margin * 100.0).round();
            let problem =
                format!("`{of}` is {}, nearer than {percent} % to the limit of an option", significant(value));
            problems.push(Problem::new(path, problem).hint("move the limit away from today's value"));
            return;
        }
    }
}

/// The options that hold with another value of the figure.
fn at(lab: &mut Lab, question: &QuestionFile, of: &str, number: f64) -> Vec<usize> {
    let named = Expression { span: 0..0, node: Node::Named(of.to_owned()) };
    let Ok(Value::Number(_, dimension)) = lab.value(&named) else { return Vec::new() };
    lab.replaced = Some((of.to_owned(), Value::Number(number, dimension)));
    let holding = options_that_hold(lab, question).unwrap_or_default();
    lab.replaced = None;
    holding
}

/// Whether any run of the lab that a figure names has the measured timing.
pub(super) fn rests_on_measured(lab: &Lab, of: &str) -> bool {
    lab.names().figures.get(of).is_some_and(|figure| has_measured_run(lab, figure))
}

/// Whether any run that an expression names has the measured timing.
pub(super) fn has_measured_run(lab: &Lab, expression: &Expression) -> bool {
    let mut runs = Vec::new();
    runs_of(lab, expression, &mut runs);
    runs.iter().any(|run| {
        lab.document(Some(run)).is_ok_and(|document| {
            document.file.fabrics.iter().any(|fabric| fabric.timing == TimingChoice::Measured.as_str())
        })
    })
}

/// The runs that an expression names.
fn runs_of(lab: &Lab, expression: &Expression, runs: &mut Vec<String>) {
    use super::super::expression::Argument;
    match &expression.node {
        Node::Literal(_) => {}
        Node::Named(name) => {
            if let Some(figure) = lab.names().figures.get(name) {
                runs_of(lab, figure, runs);
            }
        }
        Node::Figure(place, _) => runs.extend(place.run.clone()),
        Node::Log(run, _) => runs.extend(run.clone()),
        Node::Call(_, arguments) => {
            for argument in arguments {
                match argument {
                    Argument::Fabric(place) => runs.extend(place.run.clone()),
                    Argument::Run(run) => runs.push(run.clone()),
                    Argument::Of(inner) => runs_of(lab, inner, runs),
                    Argument::Part(_) | Argument::Scaled(_) | Argument::Class(_) | Argument::Path(_) => {}
                }
            }
        }
        Node::Negative(inner) | Node::Not(inner) => runs_of(lab, inner, runs),
        Node::Binary(_, left, right) => {
            runs_of(lab, left, runs);
            runs_of(lab, right, runs);
        }
    }
}

/// The right option is about as long as the others.
fn check_length(path: &str, shown: &[String], right: usize, problems: &mut Vec<Problem>) {
    let length = |text: &String| text.chars().count() as f64;
    let others: Vec<f64> =
        shown.iter().enumerate().filter(|(index, _)| *index != right).map(|(_, text)| length(text)).collect();
    let mean = others.iter().sum::<f64>() / others.len().max(1) as f64;
    let own = shown.get(right).map_or(mean, length);
    if (own - mean).abs() > (mean * LENGTH.0).max(LENGTH.1) {
        let problem =
            format!("the right option has {own} characters, the others {mean:.0} on average: its length gives it away");
        problems.push(Problem::new(format!("{path}.options.{right}.text"), problem));
    }
}
