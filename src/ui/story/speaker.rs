//! The view of the speaker: the beat on the stage and the next one, notes, figures and time, in a window that nobody else
//! sees.

use egui::{
    Align, CentralPanel, Image, Label, Layout, Margin, Panel, RichText, ScrollArea, Stroke, StrokeKind, TextureHandle,
    Ui, WidgetType, vec2,
};

use super::speaker_buttons::{beats_ui, buttons_ui, click};
use super::speaker_time::time_ui;
use crate::session::{BlankScreen, Intent, SpeakerView};
use crate::style::Theme;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::{speaker as text, story};
use crate::ui::widgets::{named, section, unbroken};

/// Size of the notes, points: to read at arm's length and a half.
const NOTES: f32 = 26.0;
/// Size of the caption on the stage.
const CAPTION: f32 = 24.0;
/// Size of what comes next.
const NEXT: f32 = 20.0;
/// Size of clock and figures.
const FIGURE: f32 = 18.0;
/// Size of the large figure.
const HERO: f32 = 36.0;
/// Height of the line with the time of day, points.
const HEAD: f32 = 44.0;
/// Height of a still, as a share of the window.
const MAX_STILL: f32 = 0.25;
/// Share of the width for figures and beats.
const SIDE: f32 = 0.36;
/// Space at the edges, points.
const MARGIN: i8 = 16;

/// Pictures of the beats as they stand at their ends, where a rehearsal has drawn them.
#[derive(Clone, Default)]
pub struct SpeakerStills {
    /// The beat on the stage.
    pub now: Option<TextureHandle>,
    /// The next one.
    pub next: Option<TextureHandle>,
}

/// Shows the view in the whole window; `wall_clock` is the time of day. Returns what its buttons ask for.
pub fn speaker_ui(
    root: &mut Ui,
    view: &SpeakerView,
    stills: &SpeakerStills,
    theme: &Theme,
    wall_clock: &str,
) -> Vec<Intent> {
    // A clicker must reach the talk, never a button that a click has left in focus.
    root.memory_mut(|memory| {
        if let Some(control) = memory.focused() {
            memory.surrender_focus(control);
        }
    });
    let mut intents = Vec::new();
    let frame = |fill| egui::Frame::new().fill(colour(fill)).inner_margin(Margin::symmetric(MARGIN, 10));
    Panel::top("time of the talk").frame(frame(theme.panel)).show(root, |ui| {
        head_ui(ui, view, theme, wall_clock);
        time_ui(ui, theme, view.time);
        warnings_ui(ui, view, theme, &mut intents);
    });
    Panel::bottom("buttons of the talk").frame(frame(theme.panel)).show(root, |ui| {
        buttons_ui(ui, theme, view, &mut intents);
    });
    let width = root.available_width() * SIDE;
    Panel::right("next beat").exact_size(width).resizable(false).frame(frame(theme.panel)).show(root, |ui| {
        section(ui, theme, text::NEXT);
        let next = if view.at_end { "" } else { view.next.as_deref().unwrap_or(story::END) };
        ui.add(Label::new(RichText::new(unbroken(next)).font(heading_font(NEXT)).color(colour(theme.text))).wrap());
        if let Some(still) = &stills.next {
            still_ui(ui, theme, still, text::STILL_NEXT);
        }
        section(ui, theme, text::FIGURES);
        figures_ui(ui, view, theme);
        section(ui, theme, text::BEATS);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| beats_ui(ui, theme, view, &mut intents));
    });
    CentralPanel::default().frame(frame(theme.ground)).show(root, |ui| {
        section(ui, theme, text::NOW);
        let now = match &view.fault {
            _ if view.at_end => story::END.to_owned(),
            Some(problem) => story::fault(problem),
            None => view.caption.clone(),
        };
        let caption = |ui: &mut Ui| {
            let label = Label::new(RichText::new(unbroken(&now)).font(heading_font(CAPTION)).color(colour(theme.text)));
            named(&ui.add(label.wrap()), WidgetType::Label, &now, "");
            if let Some(hero) = view.hero.as_ref().filter(|_| !view.at_end) {
                ui.label(RichText::new(hero).font(heading_font(HERO)).color(colour(theme.text)));
            }
        };
        match &stills.now {
            Some(still) => {
                ui.columns_const(|[picture, words]| {
                    still_ui(picture, theme, still, text::STILL_NOW);
                    words.with_layout(Layout::top_down(Align::Min), caption);
                });
            }
            None => caption(ui),
        }
        section(ui, theme, text::NOTES);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let notes = if view.notes.is_empty() { story::NO_NOTES } else { &view.notes };
            let ink = if view.notes.is_empty() { theme.soft } else { theme.text };
            ui.add(Label::new(RichText::new(unbroken(notes)).font(text_font(NOTES)).color(colour(ink))).wrap());
        });
    });
    intents
}

/// A picture as wide as there is room, no higher than a quarter of the window.
fn still_ui(ui: &mut Ui, theme: &Theme, still: &TextureHandle, name: &str) {
    let size = vec2(ui.available_width(), ui.ctx().content_rect().height() * MAX_STILL);
    let image = Image::from_texture(still).fit_to_exact_size(size).maintain_aspect_ratio(true);
    // A column would widen it to its own width.
    let response = ui.with_layout(Layout::top_down(Align::LEFT), |ui| ui.add(image)).inner;
    let line = Stroke::new(1.0, colour(theme.line));
    ui.painter().rect_stroke(response.rect, 0.0, line, StrokeKind::Inside);
    named(&response, WidgetType::Image, name, "");
}

/// The number of the beat, the title and the time of day.
fn head_ui(ui: &mut Ui, view: &SpeakerView, theme: &Theme, wall_clock: &str) {
    // A layout from the right takes all the height that it is given.
    let size = vec2(ui.available_width(), HEAD);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.label(RichText::new(wall_clock).font(number_font(HERO)).color(colour(theme.text)));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let place = view.typed.map_or_else(|| text::place(view.beat, view.captions.len()), text::typed);
            ui.label(RichText::new(place).font(heading_font(CAPTION)).color(colour(theme.text)));
            ui.add_space(12.0);
            let title = RichText::new(&view.title).font(text_font(FIGURE)).color(colour(theme.soft));
            ui.add(Label::new(title).truncate());
        });
    });
}

/// What differs from a talk that goes as planned, and a button where one helps.
fn warnings_ui(ui: &mut Ui, view: &SpeakerView, theme: &Theme, intents: &mut Vec<Intent>) {
    let blank = view.blank.map(|blank| match blank {
        BlankScreen::Black => text::BLACK,
        BlankScreen::White => text::WHITE,
    });
    let mut states: Vec<&str> = blank.into_iter().collect();
    states.extend(view.hides_caption.then_some(text::NO_CAPTION));
    states.extend(view.is_changed.then_some(story::CHANGED));
    if states.is_empty() && view.warnings.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(16.0, 6.0);
        for state in states {
            ui.label(RichText::new(state).font(heading_font(FIGURE)).color(colour(theme.selection)));
        }
        for warning in &view.warnings {
            ui.label(RichText::new(text::warning(*warning)).font(heading_font(FIGURE)).color(colour(theme.binding)));
            if *warning == crate::session::SpeakerWarning::NotFullScreen {
                click(ui, theme, text::FULL_SCREEN, Intent::ToggleFullScreen, intents);
            }
        }
    });
}

fn figures_ui(ui: &mut Ui, view: &SpeakerView, theme: &Theme) {
    for figure in &view.figures {
        ui.horizontal_wrapped(|ui| {
            let name = text::fabric(figure);
            ui.label(RichText::new(name).font(text_font(FIGURE)).color(colour(theme.soft)));
            let time = figure.time.as_deref().unwrap_or("-");
            ui.label(RichText::new(time).font(number_font(FIGURE)).color(colour(theme.text)));
        });
        let rates = text::rates(figure);
        if !rates.is_empty() {
            ui.label(RichText::new(rates).font(text_font(Theme::TYPE[2])).color(colour(theme.soft)));
        }
    }
}
