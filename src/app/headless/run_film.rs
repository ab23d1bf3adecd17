//! A training run in pictures: an instant with a window, or one take from months to one link.

use bevy::math::Vec2;

use super::error::RenderError;
use crate::session::{Intent, Session};
use crate::stage::StageCamera;
use crate::training::RunTime;
use crate::units::Femtos;

/// Units of instants and windows of a run beyond those of a scene.
const UNITS: [(&str, f64); 3] = [("min", 60.0), ("d", 86_400.0), ("h", 3_600.0)];
/// Where in the run the take goes down, as a share of it.
const DOWN_AT: f64 = 0.34;
/// Seconds of the take: the whole run, the way down, the collective, the way to its link.
const PARTS_S: [f64; 4] = [2.0, 16.0, 4.0, 8.0];
/// How far the camera zooms into the collective.
const CLOSE: f32 = 5.0;
/// The last window of a collective, as a share of its time.
const LAST_SPAN: f64 = 0.004;

/// An instant or a length of a run: `54d`, `3h`, `2.5s`, a sum such as `54d+3h+2.5s`, or a share such as `34%`.
pub(super) fn run_time(text: &str, run: RunTime) -> Result<RunTime, RenderError> {
    if let Some(percent) = text.strip_suffix('%') {
        return match percent.trim().parse::<f64>() {
            Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(run.scaled(percent / 100.0)),
            _ => Err(RenderError::Value(format!("`{text}`: accepted: a time such as 54d, or 0% to 100%"))),
        };
    }
    text.split('+').try_fold(RunTime(0), |sum, term| {
        let term = term.trim();
        let longer = UNITS.iter().find_map(|(unit, seconds)| {
            let number = term.strip_suffix(unit)?.trim().parse::<f64>().ok()?;
            (number.is_finite() && number >= 0.0).then(|| RunTime::from_secs(number * seconds))
        });
        match longer {
            Some(time) => Ok(sum + time),
            None => Ok(sum + RunTime::from(Femtos::parse(term)?)),
        }
    })
}

/// What the session is asked for before a picture of an instant.
pub(super) fn still(at: &str, window: Option<&str>, session: &Session) -> Result<Vec<Intent>, RenderError> {
    let run = session.run_length();
    let at = run_time(at, run)?;
    let mut intents = Vec::new();
    if let Some(window) = window {
        let length = run_time(window, run)?;
        intents.push(Intent::SetRunWindow(at.since(length.scaled(0.5)), length));
    }
    intents.push(Intent::SeekRun(at));
    Ok(intents)
}

/// From 0 to 1, with a soft start and end.
fn smooth(share: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// One take from the whole run to a link of one collective: the intents before each picture. The collective opens with the first
/// picture of its part.
pub(super) fn dive(fabric: usize, fps: u32, session: &Session) -> Result<Vec<Vec<Intent>>, RenderError> {
    let refused = |why: &str| RenderError::Value(format!("--dive {fabric}: {why}"));
    let Some((_, run)) = session.training_runs().find(|(index, _)| *index == fabric) else {
        return Err(refused("accepted: the number of a fabric with a training run, from 0"));
    };
    if !(1..=240).contains(&fps) {
        return Err(refused("--fps: accepted: 1 to 240 pictures per second"));
    }
    let whole = session.run_length();
    let step = (0..200).map(|try_at| {
        whole.scaled(DOWN_AT) + RunTime::from(run.schedule.step).scaled(0.41 + 0.003 * f64::from(try_at))
    });
    let found = step.filter_map(|at| run.call_near(at)).max_by_key(|found| found.end.since(found.start));
    let Some(found) = found else { return Err(refused("the step of this fabric has no collective")) };
    let time = found.end.since(found.start);
    let middle = found.start + time.scaled(0.5);
    let pictures = |seconds: f64| (seconds * f64::from(fps)).round().max(1.0) as u32;
    let [first, down, open, close] = PARTS_S.map(pictures);
    let mut film = Vec::new();
    for number in 0..first {
        let at = whole.scaled(DOWN_AT * smooth(f64::from(number + 1) / f64::from(first)));
        film.push(vec![Intent::SetRunWindow(RunTime(0), whole), Intent::SeekRun(at)]);
    }
    let ratio = (time.secs() / whole.secs()).ln();
    for number in 0..down {
        let share = smooth(f64::from(number) / f64::from(down));
        let length = whole.scaled((ratio * share).exp()).min(whole);
        // The target keeps moving towards the middle of the window.
        let place = DOWN_AT + (0.5 - DOWN_AT) * share;
        let start = middle.since(length.scaled(place));
        let at = if length > whole.scaled(0.05) { whole.scaled(DOWN_AT) } else { middle };
        film.push(vec![Intent::SetRunWindow(start, length), Intent::SeekRun(at)]);
    }
    let share_of = |share: f64| Femtos((time.0 as f64 * share) as u64);
    for number in 0..open {
        let share = f64::from(number) / f64::from(open);
        let seek = Intent::Seek(share_of(0.45 * share));
        let opens = (number == 0).then_some(Intent::OpenCall { fabric, call: found.call });
        film.push(opens.into_iter().chain([seek]).collect());
    }
    for number in 0..close {
        let share = smooth(f64::from(number + 1) / f64::from(close));
        let span = (LAST_SPAN.ln() * share).exp();
        let at = 0.45 + 0.03 * share;
        let start = (at - span * 0.5).max(0.0);
        let scale = (f64::from(CLOSE).ln() * share).exp() as f32;
        let center = Vec2::new(0.5 - 0.22 * share as f32, 0.5 + 0.18 * share as f32);
        film.push(vec![
            Intent::Seek(share_of(at)),
            Intent::SetTimelineSpan(Some((share_of(start), share_of(start + span)))),
            Intent::SetCamera(0, StageCamera::at(center, 1.0 / scale)),
        ]);
    }
    Ok(film)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months() -> Session {
        Session::from_text("months.ron", include_str!("../../../scenes/months.ron")).expect("a scene")
    }

    #[test]
    fn instants_of_a_run_are_sums_of_days_hours_and_seconds_or_shares() {
        let run = RunTime::from_secs(1e7);
        assert_eq!(run_time("50%", run).expect("a share"), RunTime::from_secs(5e6));
        assert_eq!(run_time("2d+3h+4min+5s", run).expect("a sum").secs(), 183_845.0);
        assert_eq!(run_time("250ns", run).expect("a time"), RunTime(250_000_000));
        for text in ["101%", "-1d", "d", "3 weeks", ""] {
            assert!(run_time(text, run).is_err(), "{text}");
        }
    }

    #[test]
    fn the_take_narrows_the_window_all_the_way_and_opens_one_collective() {
        let session = months();
        for fabric in [0, 1] {
            let film = dive(fabric, 4, &session).expect("a film");
            let windows: Vec<RunTime> = film
                .iter()
                .flatten()
                .filter_map(|intent| match intent {
                    Intent::SetRunWindow(_, length) => Some(*length),
                    _ => None,
                })
                .collect();
            assert!(windows.windows(2).all(|pair| pair[0] >= pair[1]));
            assert!(windows.last().is_some_and(|last| last.secs() < 1.0));
            let opened = film.iter().flatten().filter(|intent| matches!(intent, Intent::OpenCall { .. })).count();
            assert_eq!(opened, 1);
        }
        assert!(dive(2, 4, &session).is_err());
    }
}
