//! The beats of a story as they are shown: texts filled, and where the clock plays and stands.

use super::expression::Expression;
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::light::Light;
use super::schema::StoryFile;
use super::text::filled;
use crate::units::Femtos;

/// A beat with today's figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownBeat {
    /// The one sentence of the beat.
    pub caption: String,
    /// The one large figure.
    pub hero: Option<String>,
    /// For the speaker.
    pub notes: String,
    /// The span that is played.
    pub play: Option<(Femtos, Femtos)>,
    /// Where the clock stands after it.
    pub rest: Rest,
    /// The lit parts; everything if there are none.
    pub light: Vec<Light>,
    /// Why the beat cannot be shown, if the story is at fault.
    pub fault: Option<String>,
}

/// Where the clock of a beat stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    /// At the start.
    #[default]
    Start,
    /// At half of the slowest run: links carry something.
    Middle,
    /// At an instant.
    At(Femtos),
}

impl StoryFile {
    /// The run of a beat: its own, or that of the beats before it.
    pub fn run_of(&self, beat: usize) -> Option<&str> {
        let until = self.beats.get(..=beat)?;
        until.iter().rev().find_map(|beat| beat.run.as_deref())
    }

    /// A beat, filled.
    pub fn shown_beat(&self, lab: &mut Lab, beat: usize) -> ShownBeat {
        let Some(file) = self.beats.get(beat) else { return ShownBeat::default() };
        let mut shown = ShownBeat::default();
        let mut fault = None;
        let mut fill = |text: &str| {
            filled(lab, text).unwrap_or_else(|error| {
                fault = Some(error.problem);
                String::new()
            })
        };
        shown.caption = fill(&file.caption);
        shown.hero = file.hero.as_deref().map(&mut fill);
        shown.notes = fill(&file.notes);
        match self.times(lab, beat) {
            Ok(times) => {
                shown.play = match times.as_slice() {
                    [from, until] if from < until => Some((*from, *until)),
                    _ => None,
                };
            }
            Err(error) => fault = Some(error.problem),
        }
        shown.rest = self.rest(lab, beat);
        shown.light = file.light.iter().filter_map(|part| Light::parse(part).ok()).collect();
        shown.fault = fault;
        shown
    }

    /// The instants of a beat.
    fn times(&self, lab: &mut Lab, beat: usize) -> Result<Vec<Femtos>, ExpressionError> {
        let written = self.beats.get(beat).map_or(&[][..], |file| &file.play);
        let mut times = Vec::with_capacity(written.len());
        for text in written {
            let value = lab.value(&Expression::parse(text)?)?;
            times.push(Femtos::from_secs(value.number().unwrap_or_default().max(0.0)));
        }
        Ok(times)
    }

    /// Where the clock stands after a beat: at the end of what it plays, else where the beat before of the same run left
    /// it. It depends on the beat alone, so that a jump shows what the way there shows.
    fn rest(&self, lab: &mut Lab, beat: usize) -> Rest {
        let run = self.run_of(beat);
        for earlier in (0..=beat).rev() {
            if self.run_of(earlier) != run {
                return Rest::Middle;
            }
            if let Some(last) = self.times(lab, earlier).ok().and_then(|times| times.last().copied()) {
                return Rest::At(last);
            }
        }
        Rest::Start
    }
}
