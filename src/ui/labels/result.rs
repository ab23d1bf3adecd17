//! The result of a fabric that is done, as a plate below its machine: time, busbw, share of the fabric bound.

use egui::{Painter, Rect, Stroke, StrokeKind, pos2, vec2};

use crate::solve::{FabricRun, RunResult};
use crate::stage::FabricLayout;
use crate::style::Theme;
use crate::ui::hero;
use crate::ui::model::Model;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::{labels as text, results};
use crate::units::BytesPerSec;

/// Height of the plate, points; in a low cell.
const HEIGHT: [f32; 2] = [42.0, 24.0];
/// Distance of the middle of the plate from the lower edge of the picture, points; in a low cell from that of the cell.
const MIDDLE: [f32; 2] = [26.0, -28.0];
/// Space left and right of a figure, points.
const SPACE: f32 = 10.0;

/// A figure of the plate: its value and its name.
struct ResultFigure {
    value: String,
    name: &'static str,
}

/// Whether a run is done, and its plate is shown.
pub(super) fn is_shown(model: &Model, run: &FabricRun) -> bool {
    // A training run is not over with its first gradients.
    model.session.training.is_none()
        && !model.session.hides_results()
        && run.result().is_some_and(|result| model.session.local_time(run) >= result.time)
}

pub(super) fn paint_result(painter: &Painter, model: &Model, run: &FabricRun, layout: &FabricLayout) {
    let Some(result) = run.result().filter(|_| is_shown(model, run)) else { return };
    let theme = model.theme();
    let low = layout.is_low();
    let fonts = (number_font(Theme::TYPE[if low { 0 } else { 2 }]), text_font(Theme::TYPE[0]));
    let width = |text: &str, font: &egui::FontId| {
        painter.layout_no_wrap(text.to_owned(), font.clone(), colour(theme.text)).size().x
    };
    // Value over name; in a low cell value beside name.
    let wide = |figure: &ResultFigure| {
        let (value, name) = (width(&figure.value, &fonts.0), width(figure.name, &fonts.1));
        2.0 * SPACE + if low { value + 5.0 + name } else { value.max(name) }
    };
    let mut figures = figures(model, run, result, low);
    let room = layout.cell.size().x - 16.0;
    // The time stands over the machine, too: it goes first where the plate is too wide.
    while figures.len() > 1 && figures.iter().map(wide).sum::<f32>() > room {
        figures.remove(0);
    }
    let size = vec2(figures.iter().map(wide).sum(), HEIGHT[usize::from(low)]);
    let from = if low { layout.cell.max.y } else { layout.picture.max.y };
    let plate = Rect::from_center_size(pos2(layout.picture.center().x, from + MIDDLE[usize::from(low)]), size);
    let border = Stroke::new(1.0, colour(theme.done));
    painter.rect(plate, Theme::CORNER, colour(theme.raised), border, StrokeKind::Inside);
    let mut left = plate.left();
    for (place, figure) in figures.iter().enumerate() {
        let right = left + wide(figure);
        if place > 0 {
            painter.vline(left, plate.shrink(7.0).y_range(), Stroke::new(1.0, colour(theme.line)));
        }
        let value = painter.layout_no_wrap(figure.value.clone(), fonts.0.clone(), colour(theme.text));
        let name = painter.layout_no_wrap(figure.name.to_owned(), fonts.1.clone(), colour(theme.soft));
        let middle = (left + right) / 2.0;
        let (at_value, at_name) = if low {
            let top = plate.center().y;
            (
                pos2(left + SPACE, top - value.size().y / 2.0),
                pos2(left + SPACE + value.size().x + 5.0, top - name.size().y / 2.0),
            )
        } else {
            let (above, below) = (plate.top() + 13.0, plate.bottom() - 12.0);
            (
                pos2(middle - value.size().x / 2.0, above - value.size().y / 2.0),
                pos2(middle - name.size().x / 2.0, below - name.size().y / 2.0),
            )
        };
        painter.galley(at_value, value, colour(theme.text));
        painter.galley(at_name, name, colour(theme.soft));
        left = right;
    }
}

fn figures(model: &Model, run: &FabricRun, result: &RunResult, low: bool) -> Vec<ResultFigure> {
    let scale = hero::time_scale(model.session, 3);
    let time = scale.map_or_else(|| result.time.to_string(), |scale| scale.text(result.time));
    let mut figures = vec![ResultFigure { value: time, name: text::TIME }];
    // Operations of several sizes have no common bandwidth.
    if run.scene.sequence.is_none() {
        let busbw = result.busbw(run.scene.collective, run.message, run.ranks);
        figures.push(ResultFigure { value: BytesPerSec(busbw).to_string(), name: results::BUSBW });
    }
    let share = run.bound_s / result.time.secs();
    if share.is_finite() {
        figures.push(ResultFigure {
            value: results::share(share),
            name: if low { text::OF_THE_BOUND } else { text::OF_FABRIC_BOUND },
        });
    }
    figures
}
