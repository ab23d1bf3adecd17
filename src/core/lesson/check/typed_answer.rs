//! Numbers and orders: the figure decides clearly, and the text of the question does not give it away.

use super::super::expression::Expression;
use super::super::lab::Lab;
use super::super::number_ranges::MAX_WITHIN;
use super::super::prediction::{holds_with, right_order};
use super::super::problem::Problem;
use super::super::quantity::ValueType;
use super::super::question_file::{AnswerFile, NumberFile, OrderFile, QuestionFile};
use super::super::text::filled;
use super::question::{MARGIN, MEASURED_MARGIN, decided_by, has_measured_run, rests_on_measured};
use super::{condition, text};

/// Things of an order. Two are a question with options, and learning platforms refuse less than three pairs.
const ITEMS: std::ops::RangeInclusive<usize> = 3..=6;

/// Checks a question that asks for a number or an order.
pub(super) fn check_answer(
    lab: &mut Lab,
    path: &str,
    (question, answer): (&QuestionFile, &AnswerFile),
    problems: &mut Vec<Problem>,
) {
    if !question.options.is_empty() {
        problems.push(Problem::new(format!("{path}.options"), "a question has options or `answer`, not both"));
    }
    match answer {
        AnswerFile::Number(number) => check_number(lab, path, (question, number), problems),
        AnswerFile::Order(order) => {
            if question.of.is_some() {
                let problem = "each thing of an order has its own figure; leave `of` out";
                problems.push(Problem::new(format!("{path}.of"), problem));
            }
            check_order(lab, path, order, problems);
        }
    }
}

fn check_number(
    lab: &mut Lab,
    path: &str,
    (question, number): (&QuestionFile, &NumberFile),
    problems: &mut Vec<Problem>,
) {
    let before = problems.len();
    let Some(of) = &question.of else {
        return problems.push(Problem::new(format!("{path}.of"), "a number needs the figure that decides: `of`"));
    };
    let Some(value) = decided_by(lab, path, of, problems) else { return };
    let Some((_, dimension)) = number.scale() else {
        let problem = format!("unknown unit `{}`", crate::units::quoted(&number.unit));
        let hint = "use a unit of time, size or rate, such as us, MiB, GB/s, or one of %, x, n";
        return problems.push(Problem::new(format!("{path}.answer.unit"), problem).hint(hint));
    };
    let found = lab.names().figures.get(of).cloned().map(|figure| lab.names().type_of(&figure));
    match found {
        Some(Ok(ValueType::Number(own))) if own == dimension => {}
        Some(Ok(other)) => {
            let problem = format!("`{of}` is {}; `{}` is not a unit of it", other.label(), number.unit);
            problems.push(Problem::new(format!("{path}.answer.unit"), problem));
        }
        Some(Err(_)) | None => {}
    }
    let least = if rests_on_measured(lab, of) { MEASURED_MARGIN } else { MARGIN };
    if !(least..=MAX_WITHIN).contains(&number.within) {
        let problem = format!("`within` is {}; use {least} to {MAX_WITHIN}", number.within);
        problems.push(Problem::new(format!("{path}.answer.within"), problem));
    }
    for (index, range) in number.beliefs.iter().enumerate() {
        condition(lab, &format!("{path}.answer.beliefs.{index}.when"), &range.when, problems);
    }
    if problems.len() > before {
        return;
    }
    let shown = number.shown(value, dimension);
    if filled(lab, &question.text).is_ok_and(|text| text.contains(&shown)) {
        let problem = format!("the question gives `{of}` away: {shown}");
        problems.push(Problem::new(format!("{path}.text"), problem));
    }
    for (index, range) in number.beliefs.iter().enumerate() {
        let path = format!("{path}.answer.beliefs.{index}.when");
        for accepted in [value * (1.0 - number.within), value, value * (1.0 + number.within)] {
            match holds_with(lab, of, (accepted, dimension), &range.when) {
                Ok(false) => {}
                Ok(true) => {
                    let accepted = number.shown(accepted, dimension);
                    let problem = format!("`{of}` is {shown}, and the right answer {accepted} has this belief");
                    problems.push(Problem::new(path, problem));
                    break;
                }
                Err(error) => {
                    problems.push(Problem::from_expression(&path, error));
                    break;
                }
            }
        }
    }
}

fn check_order(lab: &mut Lab, path: &str, order: &OrderFile, problems: &mut Vec<Problem>) {
    let before = problems.len();
    let path = format!("{path}.answer.items");
    if !ITEMS.contains(&order.items.len()) {
        let problem = format!("{} things; use {} to {}", order.items.len(), ITEMS.start(), ITEMS.end());
        problems.push(Problem::new(&path, problem));
    }
    let (mut shown, mut types, mut figures) = (Vec::new(), Vec::new(), Vec::new());
    for (index, item) in order.items.iter().enumerate() {
        let path = format!("{path}.{index}");
        shown.extend(text(lab, &format!("{path}.text"), &item.text, problems));
        let found = Expression::parse(&item.by).and_then(|figure| Ok((lab.names().type_of(&figure)?, figure)));
        match found {
            Ok((own @ ValueType::Number(_), figure)) => {
                types.push(own);
                figures.push(figure);
            }
            Ok((other @ (ValueType::Truth | ValueType::Word), _)) => {
                problems.push(Problem::new(
                    format!("{path}.by"),
                    format!("`{}` is {}, not a number", item.by, other.label()),
                ));
            }
            Err(error) => problems.push(Problem::from_expression(&format!("{path}.by"), error)),
        }
    }
    if types.iter().any(|own| Some(own) != types.first()) {
        problems.push(Problem::new(&path, "the figures have different units"));
    }
    if (1..shown.len()).any(|index| shown[..index].contains(&shown[index])) {
        problems.push(Problem::new(&path, "two things have one text"));
    }
    if problems.len() > before {
        return;
    }
    let right = match right_order(lab, order) {
        Ok(right) => right,
        Err(error) => return problems.push(Problem::from_expression(&path, error)),
    };
    let margin = if figures.iter().any(|figure| has_measured_run(lab, figure)) { MEASURED_MARGIN } else { MARGIN };
    let mut values = Vec::new();
    for index in &right {
        let Some(figure) = figures.get(*index) else { continue };
        values.extend(lab.value(figure).ok().and_then(|value| value.number()));
    }
    for (pair, places) in values.windows(2).zip(right.windows(2)) {
        if pair[1] - pair[0] < margin * pair[1].abs() {
            let percent = (margin * 100.0).round();
            let name = |index: usize| order.items.get(index).map_or("", |item| item.by.as_str());
            let problem =
                format!("`{}` and `{}` are nearer than {percent} % to each other", name(places[0]), name(places[1]));
            problems.push(Problem::new(format!("{path}.{}.by", places[1]), problem));
        }
    }
    if let Some((first, belief)) =
        right.first().and_then(|first| Some((first, order.items.get(*first)?.belief.as_ref()?)))
    {
        let problem = format!("the first thing today names the belief `{belief}`");
        problems.push(Problem::new(format!("{path}.{first}.belief"), problem));
    }
}
