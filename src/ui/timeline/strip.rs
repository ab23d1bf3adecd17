//! The timeline as one line, for low windows.

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::scene::{ClockMode, letter};
use crate::session::{Intent, Session};
use crate::style::Theme;
use crate::training::RunTime;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::timeline as text;
use crate::ui::training;
use crate::ui::widgets::{TOUCH, named};
use crate::units::Femtos;

/// Height of the line, points.
pub(in crate::ui) const STRIP: f32 = TOUCH;

/// What the line shows, as shares of its length.
struct Strip {
    /// The playhead.
    now: f64,
    /// The end of each run, by fabric.
    ends: Vec<(usize, f64)>,
    /// The instant in words.
    label: String,
}

impl Strip {
    fn new(session: &Session) -> Strip {
        let of_runs = session.shows_run();
        // Before a prediction, the line has no ends.
        let hides = session.hides_results();
        if of_runs {
            let (at, whole) = (session.run_clock.at, session.run_length());
            let share = |at: RunTime| at.secs() / whole.secs().max(f64::MIN_POSITIVE);
            let ends = session.training_runs().map(|(fabric, run)| (fabric, share(run.schedule.length())));
            let ends = ends.filter(|_| !hides).collect();
            return Strip { now: share(at), ends, label: training::instant(at, whole) };
        }
        let clock = &session.clock;
        let share = |at: Femtos| at.0 as f64 / clock.duration.0.max(1) as f64;
        let runs = session.runs.iter().enumerate().filter(|_| !hides && clock.mode == ClockMode::Same);
        let ends = runs.filter_map(|(fabric, run)| Some((fabric, share(run.result()?.time)))).collect();
        Strip { now: share(clock.at), ends, label: clock.at.to_string() }
    }
}

/// The timeline as one line: the end of every fabric, and the playhead.
pub(in crate::ui) fn strip_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let (theme, session) = (model.theme(), model.session);
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::CLICK | Sense::DRAG);
    let strip = Strip::new(session);
    named(&response, egui::WidgetType::Slider, text::TIMELINE, &strip.label);
    let rail = Rect::from_center_size(rect.center(), vec2(rect.width() - 8.0, 4.0));
    let x = |share: f64| rail.left() + rail.width() * share as f32;
    let painter = ui.painter();
    painter.rect_filled(rail, 2.0, colour(theme.line));
    let now = x(strip.now);
    painter.rect_filled(rail.with_max_x(now), 2.0, colour(theme.sum));
    let mut last = f32::NEG_INFINITY;
    for (fabric, end) in strip.ends {
        let end = x(end);
        painter.vline(end, rail.top() - 4.0..=rail.bottom() + 4.0, Stroke::new(2.0, colour(theme.done)));
        let at = pos2(end, rail.bottom() + 9.0);
        if (end - last).abs() > 10.0 && end < rect.right() - 12.0 {
            painter.text(at, Align2::CENTER_CENTER, letter(fabric), text_font(Theme::TYPE[0]), colour(theme.done));
            last = end;
        }
    }
    painter.circle(pos2(now, rail.center().y), 6.0, colour(theme.text), Stroke::new(2.0, colour(theme.panel)));
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let share = f64::from(((pointer.x - rail.left()) / rail.width().max(1.0)).clamp(0.0, 1.0));
        intents.push(if session.shows_run() {
            Intent::SeekRun(session.run_length().scaled(share))
        } else {
            Intent::Seek(Femtos((share * session.clock.duration.0 as f64) as u64))
        });
    }
}
