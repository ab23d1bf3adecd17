//! The verdict on a log as a stamp: the state, the busbw that was reached and the one that is expected, the share as a bar, and
//! what is assumed.

use egui::{Align, Layout, RichText, Sense, Stroke, Ui, vec2};

use crate::compare::{Headline, VerdictState};
use crate::session::LogComparison;
use crate::style::{Rgba8, Theme};
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::named;

/// Height of the bar, points.
const BAR: f32 = 8.0;
/// Width of the frame, points.
const FRAME: f32 = 2.0;

/// `network` is an assumed one. A verdict on an assumption has no colour of its own.
pub(super) fn stamp_ui(ui: &mut Ui, theme: &Theme, held: &LogComparison, network: Option<&str>) {
    let verdict = &held.comparison.verdict;
    let ink = match verdict.state {
        _ if network.is_some() => theme.soft,
        VerdictState::Healthy => theme.done,
        VerdictState::Below | VerdictState::WrongSums => theme.binding,
        VerdictState::SlowBelow32Mib | VerdictState::Faster => theme.sum,
        VerdictState::OtherMachine | VerdictState::Unknown => theme.soft,
    };
    let frame = egui::Frame::new()
        .stroke(Stroke::new(FRAME, colour(ink)))
        .corner_radius(Theme::CORNER)
        .fill(colour(theme.raised))
        .inner_margin(12.0);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            let state = RichText::new(text::state(verdict.state)).font(heading_font(Theme::TYPE[3]));
            ui.label(state.color(colour(theme.text)));
            if let Some(headline) = verdict.headline {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let share = RichText::new(text::share(&headline)).font(number_font(Theme::TYPE[3]));
                    ui.label(share.color(colour(theme.text)));
                });
            }
        });
        if let Some(headline) = verdict.headline {
            figures(ui, theme, &headline, ink);
        }
        if let Some(network) = network {
            let assumption = RichText::new(text::assumes_network(network)).font(text_font(Theme::TYPE[1]));
            ui.add(egui::Label::new(assumption.color(colour(theme.text))).wrap());
        }
        let sentence = RichText::new(&verdict.text).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
        ui.add(egui::Label::new(sentence).wrap());
    });
}

/// The two figures, and below them what was reached on a bar as long as what is expected.
fn figures(ui: &mut Ui, theme: &Theme, headline: &Headline, ink: Rgba8) {
    let Headline { busbw_gb_s, expected_busbw_gb_s, .. } = *headline;
    ui.columns(2, |columns| {
        for (column, (gb_s, caption)) in columns
            .iter_mut()
            .zip([(busbw_gb_s, text::reached(headline)), (expected_busbw_gb_s, text::EXPECTED.to_owned())])
        {
            column.spacing_mut().item_spacing.y = 0.0;
            let figure = RichText::new(text::busbw(gb_s)).font(number_font(Theme::TYPE[4]));
            column.label(figure.color(colour(theme.text)));
            let caption = RichText::new(caption).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
            column.label(caption);
        }
    });
    let (rect, bar) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
    named(&bar, egui::WidgetType::ProgressIndicator, text::SHARE, &text::share(headline));
    // More than expected is drawn to scale, too: the expected busbw is then a mark inside the bar.
    let longest = busbw_gb_s.max(expected_busbw_gb_s).max(f64::MIN_POSITIVE);
    let part = |gb_s: f64| rect.left() + rect.width() * (gb_s / longest) as f32;
    ui.painter().rect_filled(rect, BAR / 2.0, colour(theme.line));
    let reached = egui::Rect::from_min_max(rect.min, egui::pos2(part(busbw_gb_s), rect.bottom()));
    ui.painter().rect_filled(reached, BAR / 2.0, colour(ink));
    let mark = Stroke::new(2.0, colour(theme.text));
    let expected = part(expected_busbw_gb_s).min(rect.right() - 1.0);
    ui.painter().vline(expected, rect.y_range().expand(3.0), mark);
    ui.add_space(Theme::STEP / 2.0);
}
