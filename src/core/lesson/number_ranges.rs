//! A number to predict as ranges to vote for: round limits, and the right number well inside one of them.

use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::prediction::deciding;
use super::quantity::Form;
use super::question_file::{NumberFile, QuestionFile};
use crate::units::{Fnv64, grouped, plain};

/// The widest tolerance of a number: beyond it, guesses are right.
pub(super) const MAX_WITHIN: f64 = 0.5;
/// Limits between ranges. There are fewer where the figure has an end, such as 100 %.
const LIMITS: usize = 5;
/// Powers of ten around the figure that limits are taken from.
const DECADES: i32 = 4;
/// Round limits of one decade, the closest ones first. Those of a row have no limit in common that a tolerance could not
/// avoid: if all of them have one within it, a limit of the next row is taken.
const LADDERS: [[&[f64]; 3]; 4] = [
    [&[1.0, 1.5, 2.0, 3.0, 5.0, 7.0], &[1.0, 1.6, 2.5, 4.0, 6.0], &[1.2, 2.0, 3.0, 4.0, 6.0, 8.0]],
    [&[1.0, 2.0, 5.0], &[1.5, 3.0, 7.0], &[1.0, 2.5, 6.0]],
    [&[1.0, 3.0], &[2.0, 6.0], &[1.5, 5.0]],
    [&[1.0], &[2.0], &[5.0]],
];

/// The ranges of a number, from small to large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberRanges {
    /// As shown, with the unit of the question.
    pub texts: Vec<String>,
    /// The range that holds every right number.
    pub right: usize,
}

impl NumberFile {
    /// Whether its right numbers fit into a range among others.
    pub fn has_ranges(&self) -> bool {
        (0.0..=MAX_WITHIN).contains(&self.within) && self.scale().is_some()
    }

    /// A number with its unit, or a range of them.
    fn range_text(&self, least: Option<f64>, most: Option<f64>) -> String {
        // Limits are round: from a thousand on they are whole.
        let number = |limit: f64| if limit >= 1000.0 { grouped(limit.round() as u64) } else { plain(limit) };
        let is_ratio = Form::find(&self.unit) == Some(Form::Ratio);
        let name = self.unit_name();
        let space = if name.is_empty() { "" } else { " " };
        let unit = if is_ratio { "x".to_owned() } else { format!("{space}{name}") };
        // As in results: 1.5x, but 100 µs.
        let inner = if is_ratio { unit.as_str() } else { "" };
        match (least, most) {
            (Some(least), Some(most)) => format!("{}{inner} to {}{unit}", number(least), number(most)),
            (None, Some(most)) => format!("Less than {}{unit}", number(most)),
            (Some(least), None) => format!("{}{unit} or more", number(least)),
            (None, None) => String::new(),
        }
    }
}

/// The ranges for a question of a lesson. They are drawn from the lesson and the step, the same for everybody, so that the
/// right one has no usual place.
///
/// # Errors
/// The figure cannot be evaluated, or is not a number above 0.
pub fn number_ranges(
    lab: &mut Lab,
    (lesson, step): (&str, usize),
    (question, number): (&QuestionFile, &NumberFile),
) -> Result<NumberRanges, ExpressionError> {
    let (of, value, _) = deciding(lab, question)?;
    let scale = number.scale().map_or(1.0, |(scale, _)| scale);
    let value = value / scale;
    let fault = |problem: String| ExpressionError::new(0..0, problem);
    if !(value.is_finite() && value > 0.0) {
        return Err(fault(format!("`{of}` must be a number above 0")));
    }
    let draw = |salt: u64| {
        let mut hash = Fnv64::default();
        hash.write(lesson.as_bytes());
        hash.write_u64(step as u64);
        hash.write_u64(salt);
        hash.finish() as usize
    };
    let found = limits_around(value, number, draw(0));
    let (limits, below) = found.ok_or_else(|| fault(format!("`{of}` is in no range of round numbers")))?;
    let above = limits.len() - below;
    // Neither the first nor the last range, where there is a choice: they hold whatever is far off.
    let place = (1 + draw(1) % (LIMITS - 1)).max(LIMITS.saturating_sub(above)).min(below);
    let last = (below - place + LIMITS).min(limits.len());
    let limits = limits.get(below - place..last).unwrap_or_default();
    let ends = std::iter::once(None).chain(limits.iter().copied().map(Some)).chain([None]);
    let ends: Vec<Option<f64>> = ends.collect();
    let texts = ends.windows(2).map(|pair| number.range_text(pair[0], pair[1])).collect();
    Ok(NumberRanges { texts, right: place })
}

/// Round limits around a figure, none within its tolerance, and how many of them are below it. The closest such limits.
fn limits_around(value: f64, number: &NumberFile, draw: usize) -> Option<(Vec<f64>, usize)> {
    let (low, high) = (value * (1.0 - number.within), value * (1.0 + number.within));
    let fitting = |ladder: &[f64], needs_both: bool| {
        let limits = limits(ladder, value, number);
        let below = limits.iter().filter(|limit| **limit <= value).count();
        let lower = below.checked_sub(1).and_then(|index| limits.get(index));
        let upper = limits.get(below);
        let fits = lower.is_none_or(|limit| *limit < low) && upper.is_none_or(|limit| high < *limit);
        (fits && !limits.is_empty() && !(needs_both && (lower.is_none() || upper.is_none()))).then_some((limits, below))
    };
    for needs_both in [true, false] {
        for row in LADDERS {
            let mut found: Vec<_> = row.iter().filter_map(|ladder| fitting(ladder, needs_both)).collect();
            if !found.is_empty() {
                return Some(found.swap_remove(draw % found.len()));
            }
        }
    }
    None
}

/// The limits of a ladder around a figure that a number of its kind can have.
fn limits(ladder: &[f64], value: f64, number: &NumberFile) -> Vec<f64> {
    let decade = libm::log10(value).floor() as i32;
    let form = Form::find(&number.unit);
    let is_possible = |limit: &f64| match form {
        // A count is whole, and what is smaller than one is none.
        Some(Form::Count) => limit.fract() == 0.0 && *limit > 1.0,
        // Beyond the whole only if the figure is beyond it.
        Some(Form::Percent) => *limit <= 100.0 || value > 100.0,
        Some(Form::Auto | Form::Time(..) | Form::Ratio | Form::Words) | None => true,
    };
    let powers = (decade - DECADES)..=(decade + DECADES);
    // Read as text, so that limits have no digits beyond those of the ladder.
    let exact = |power: i32| move |step: &f64| format!("{step}e{power}").parse().ok();
    powers.flat_map(|power| ladder.iter().filter_map(exact(power)).collect::<Vec<f64>>()).filter(is_possible).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn number(within: f64, unit: &str) -> NumberFile {
        NumberFile { within, unit: unit.to_owned(), beliefs: Vec::new() }
    }

    /// The ranges around a figure in its unit.
    fn around(value: f64, number: &NumberFile, lesson: &str) -> NumberRanges {
        let catalog = std::sync::Arc::new(crate::catalog::Catalog::bundled().expect("the catalog"));
        let mut lab = Lab::new(catalog);
        let written = super::super::expression::Expression::parse(&format!("{value}{}", unit_of(number)));
        lab.add_figure("answer", written.expect("a figure"));
        let question =
            QuestionFile { text: String::new(), of: Some("answer".to_owned()), options: Vec::new(), answer: None };
        number_ranges(&mut lab, (lesson, 1), (&question, number)).expect("ranges")
    }

    fn unit_of(number: &NumberFile) -> &str {
        match Form::find(&number.unit) {
            Some(Form::Ratio | Form::Count) => "",
            _ => &number.unit,
        }
    }

    #[test]
    fn every_right_number_is_in_one_range_whatever_the_figure_and_the_tolerance() {
        for within in [0.03, 0.1, 0.2, 0.35, 0.5] {
            let number = number(within, "us");
            for step in 0..400 {
                let value = 0.5 * 1.023_f64.powi(step);
                let (limits, below) = limits_around(value, &number, step as usize).expect("limits");
                let (low, high) = (value * (1.0 - within), value * (1.0 + within));
                assert!(limits[below - 1] < low && high < limits[below], "{value} within {within}: {limits:?}");
                assert!(limits.windows(2).all(|pair| pair[0] < pair[1]), "{limits:?}");
            }
        }
    }

    #[test]
    fn the_right_range_has_no_usual_place_and_is_the_same_for_everybody() {
        let number = number(0.1, "us");
        let lessons: Vec<String> = (0..40).map(|lesson| format!("lesson-{lesson}")).collect();
        let places: BTreeSet<usize> = lessons.iter().map(|lesson| around(100.0, &number, lesson).right).collect();
        assert_eq!(places, BTreeSet::from([1, 2, 3, 4]), "never an end, which holds whatever is far off");
        assert_eq!(around(100.0, &number, "late-rank"), around(100.0, &number, "late-rank"));
    }

    #[test]
    fn ranges_have_round_limits_and_the_unit_of_the_question() {
        let shown = |value: f64, within: f64, unit: &str| around(value, &number(within, unit), "a").texts;
        for (value, within, unit) in [(100.0, 0.1, "us"), (1.755, 0.1, "x"), (94.0, 0.03, "%"), (7.0, 0.1, "n")] {
            let ranges = around(value, &number(within, unit), "a");
            assert!((4..=6).contains(&ranges.texts.len()), "{ranges:?}");
            assert!(ranges.texts[0].starts_with("Less than"), "{ranges:?}");
            assert!(ranges.texts.last().is_some_and(|last| last.ends_with("or more")), "{ranges:?}");
            let longest = ranges.texts.iter().map(String::len).max();
            assert!(longest.is_some_and(|longest| longest < 24), "{ranges:?}: digits of no ladder");
        }
        assert!(shown(100.0, 0.1, "us").iter().any(|text| text == "80 to 120 µs"));
        assert!(shown(1.755, 0.1, "x").iter().any(|text| text.ends_with("x to 2x")), "{:?}", shown(1.755, 0.1, "x"));
        let shares = shown(94.0, 0.03, "%");
        assert!(shares.iter().all(|text| !text.contains("200")), "no share is above the whole: {shares:?}");
        let counts = shown(7.0, 0.1, "n");
        assert!(counts.iter().all(|text| !text.contains('.')), "a count is whole: {counts:?}");
        assert!(shown(2000.0, 0.1, "us").iter().any(|text| text.contains("1,")), "thousands have a comma");
    }

    #[test]
    fn a_tolerance_without_an_end_has_no_ranges() {
        assert!(number(0.2, "us").has_ranges());
        assert!(!number(0.9, "us").has_ranges() && !number(0.1, "parsec").has_ranges());
        assert!(!number(f64::NAN, "us").has_ranges());
    }
}
