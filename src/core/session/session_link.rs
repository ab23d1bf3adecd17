//! The session as a link, and a session from one.

use super::intent::Intent;
use super::link::{Link, LinkScene, LinkStart, LinkView, link_to};
use super::link_place::LinkPlace;
use super::open_story::{StoryIntent, StorySource};
use super::session::{Session, SessionError};
use super::shown_lesson::{LessonIntent, LessonSource};
use crate::catalog::Catalog;
use crate::scene::{Diagnostics, SceneDocument};
use crate::units::{Femtos, html};

impl Session {
    /// The fragment of a link to what is shown, without `#`.
    pub fn link(&self) -> String {
        let view = LinkView {
            active: self.view.active,
            matrix: self.view.matrix,
            accumulated: self.view.accumulated,
            path: self.view.path,
            stage_only: !self.panels,
        };
        self.link_start().with_view(self.clock.at, view)
    }

    /// The HTML of a frame with what is shown. `None` in a window, which has no address.
    pub(super) fn embed_code(&self) -> Option<String> {
        let address = self.has_page_address().then_some(self.page_address.as_str())?;
        // The query is about this visit.
        let address = address.split('?').next()?;
        let (source, title) = (html(&format!("{address}?embed#{}", self.link())), html(&self.latest().file.title));
        Some(format!(
            "<iframe src=\"{source}\" title=\"Fabricscope: {title}\" width=\"960\" height=\"540\" \
             allow=\"fullscreen; clipboard-write\"></iframe>"
        ))
    }

    /// The part of a link that says what is open.
    pub(super) fn link_start(&self) -> LinkStart {
        let document = self.latest();
        match self.link_place() {
            None => LinkStart::scene(link_to(&self.name, document, &self.catalog)),
            Some(place) => {
                let opened = self.changes.opening().map_or(&self.opened, |opening| &opening.opened);
                LinkStart::place(&place, (*document != **opened).then_some(document))
            }
        }
    }

    /// The step or the beat that is open, of a lesson or a story that comes with the program.
    pub(super) fn link_place(&self) -> Option<LinkPlace> {
        let lesson = self.lesson.as_ref().filter(|open| open.source == LessonSource::Bundled);
        let story = self.story.as_ref().filter(|open| open.source == StorySource::Bundled);
        let step = lesson.map(|open| LinkPlace::Step { lesson: open.file.id.clone(), step: open.step });
        step.or_else(|| story.map(|open| LinkPlace::Beat { story: open.file.id.clone(), beat: open.beat }))
    }

    /// A session as a link has it: paused where it says, playing from the start if it names no time.
    ///
    /// # Errors
    /// The link is not one, or its scene has errors.
    pub fn from_link(link: &str) -> Result<Session, SessionError> {
        let link = Link::parse(link)?;
        let Some(LinkScene { name, text }) = link.scene.as_ref().filter(|_| link.place.is_none()) else {
            let mut session = Session::first_look()?;
            let document = link.document(&session.catalog)?;
            session.open_linked(document, &link);
            return Ok(session);
        };
        let mut session = Session::from_text(name, text)?;
        if !link.settings.is_empty() {
            let changed = session.document.with(&link.settings, &session.catalog)?;
            session = Session::from_text(name, &changed.to_ron())?;
        }
        session.show_view(link.at, link.view);
        Ok(session)
    }

    /// Checks what a link leads to, without opening it.
    ///
    /// # Errors
    /// As [`Session::from_link`].
    pub fn validate_link(link: &str) -> Result<(), SessionError> {
        linked(link, &Catalog::bundled()?).map(|_| ())
    }

    /// Opens what a link leads to, as [`Session::from_link`]. A fault is shown, and the open scene stays.
    pub(super) fn open_link(&mut self, link: &str) {
        match linked(link, &self.catalog) {
            Ok((document, link)) => self.open_linked(document, &link),
            Err(error) => self.diagnostics = Some(Diagnostics::whole("the link", error.to_string(), None)),
        }
    }

    /// Opens the scene of a link, or its place in a lesson or a story with the scene as a change of it.
    fn open_linked(&mut self, document: Option<SceneDocument>, link: &Link) {
        match (&link.place, &link.scene, document) {
            (None, Some(LinkScene { name, .. }), Some(document)) => {
                self.open_scene_at(name, &document.to_ron(), Some((link.at, link.view)));
            }
            (Some(place), _, document) => {
                let is_changed = document.is_some() || !link.settings.is_empty();
                self.open_place(place, !is_changed);
                if !is_changed {
                    return;
                }
                // Settings alone change what the step or the beat shows.
                let changed = document.map_or_else(|| self.latest().with(&link.settings, &self.catalog), Ok);
                match changed {
                    Ok(document) => self.change_place(document, (link.at, link.view)),
                    Err(rejected) => self.diagnostics = Some(rejected),
                }
            }
            (None, _, _) => {}
        }
    }

    fn open_place(&mut self, place: &LinkPlace, plays: bool) {
        match place {
            LinkPlace::Step { lesson, step } => {
                self.apply(Intent::Lesson(LessonIntent::Open(lesson.clone())));
                self.go_to_step(*step);
            }
            LinkPlace::Beat { story, beat } => {
                self.apply(Intent::Story(StoryIntent::Open(story.clone())));
                self.go_to_beat(*beat, plays);
            }
        }
    }

    pub(super) fn show_view(&mut self, at: Femtos, view: LinkView) {
        if at.0 > 0 {
            self.clock.playing = false;
            self.clock.seek(at);
        }
        self.view.active = view.active.min(self.runs.len().saturating_sub(1));
        self.panels = !view.stage_only;
        (self.view.matrix, self.view.accumulated, self.view.path) = (view.matrix, view.accumulated, view.path);
    }
}

/// A link, and its scene with the settings.
fn linked(link: &str, catalog: &Catalog) -> Result<(Option<SceneDocument>, Link), SessionError> {
    let link = Link::parse(link)?;
    Ok((link.document(catalog)?, link))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Course;
    use crate::scene::{Setting, menu};
    use crate::session::intent::Effect;
    use crate::session::snapshot::Snapshot;

    #[test]
    fn every_bundled_scene_fits_into_a_short_link_and_comes_back() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in menu() {
            let document = scene.load(&catalog).unwrap_or_else(|found| panic!("{found}"));
            let packed = link_to("mine.ron", &document, &catalog);
            let named = link_to(scene.file, &document, &catalog);
            assert!(named.len() < 100 && packed.len() < 1000, "{}: {} characters", scene.file, packed.len());
            assert_eq!(named, format!("scene={}", scene.file.trim_end_matches(".ron")));
            for text in [packed, named] {
                let link =
                    Link::parse(&format!("https://example.org/#{text}")).unwrap_or_else(|found| panic!("{found}"));
                let again = link.document(&catalog).unwrap_or_else(|found| panic!("{found}")).expect("a scene");
                assert_eq!(again, document, "{text}");
            }
        }
    }

    #[test]
    fn a_link_keeps_the_changes_the_clock_and_the_view() {
        let mut session = Session::first_look().expect("the first look");
        session.apply(Intent::Set(vec![Setting::parse("workload.message=512MiB").expect("a setting")]));
        session.apply(Intent::Pause);
        session.apply(Intent::Seek(Femtos::from_secs(100e-6)));
        session.apply(Intent::Activate(1));
        session.apply(Intent::ShowPath(true));
        session.apply(Intent::TogglePanels);
        let Some(Effect::CopyLink(link)) = session.apply(Intent::CopyLink) else { panic!("no link") };
        let again = Session::from_link(&link).expect("a session");
        assert_eq!(again.report(), session.report());
        assert_eq!((again.clock.at, again.clock.playing), (session.clock.at, false));
        assert_eq!((again.view.active, again.view.path, again.panels), (1, true, false));
        assert_eq!(again.link(), link);
        let mut open = Session::first_look().expect("the first look");
        open.apply(Intent::OpenLink(format!("#{link}")));
        assert_eq!((open.report(), open.link()), (session.report(), link.clone()));
        // In a window the scene is solved later; the link's instant and view are for that one.
        let mut open = Session::first_look().expect("the first look");
        open.solve_in_background();
        open.apply(Intent::OpenLink(format!("#{link}")));
        let job = open.start_solving().expect("a job");
        assert!(open.accept_solved(job.finish()));
        assert_eq!(open.link(), link);
    }

    #[test]
    fn the_code_of_a_frame_holds_the_link_and_is_html() {
        let mut session = Session::first_look().expect("the first look");
        assert_eq!(session.apply(Intent::CopyEmbedCode), None, "a window has no address");
        session.page_address = "https://example.org/?theme=light".to_owned();
        let title = Setting::parse("title=\"A < B\"").expect("a setting");
        session.apply(Intent::Set(vec![title]));
        let Some(Effect::Copy(code)) = session.apply(Intent::CopyEmbedCode) else { panic!("nothing is copied") };
        let link = session.link();
        let source = format!("src=\"https://example.org/?embed#{}\"", link.replace('&', "&amp;"));
        assert!(code.contains(&source) && code.contains("Fabricscope: A &lt; B"), "{code}");
        session.page_address = "https://example.org/?embed".to_owned();
        let Some(Effect::Copy(code)) = session.apply(Intent::CopyEmbedCode) else { panic!("nothing is copied") };
        assert!(code.contains("src=\"https://example.org/?embed#"), "{code}");
    }

    #[test]
    fn links_to_all_lessons_and_all_beats_come_back() {
        let course = Course::bundled();
        let lessons = course.lessons.iter().map(|lesson| {
            let step = lesson.steps.len() - 1;
            (LinkPlace::Step { lesson: lesson.id.clone(), step }, format!("lesson={}&step={}", lesson.id, step + 1))
        });
        let beats = course.stories.iter().flat_map(|story| {
            let beats = story.beats.iter().enumerate();
            beats.map(|(beat, file)| {
                (LinkPlace::Beat { story: story.id.clone(), beat }, format!("story={}&beat={}", story.id, file.id))
            })
        });
        for (place, written) in lessons.chain(beats) {
            assert_eq!(place.write(), written);
            let link = Link::parse(&format!("https://example.org/?embed#{written}")).expect("a link");
            assert_eq!((link.place.as_ref(), link.scene), (Some(&place), None), "{written}");
            assert!(written.len() < 600);
        }
        assert_eq!(Link::parse("#story=the-claim&beat=2").expect("a link").place.expect("a place").write(), {
            let beat = &course.story("the-claim").expect("a story").beats[1].id;
            format!("story=the-claim&beat={beat}")
        });
    }

    #[test]
    fn a_link_to_a_step_or_a_beat_opens_it_with_what_was_changed() {
        let mut session = Session::first_look().expect("the first look");
        for start in ["lesson=latency-or-bytes&step=3", "story=the-claim&beat=done"] {
            session.apply(Intent::OpenLink(format!("#{start}")));
            assert_eq!(session.link(), start, "a step and a beat have a clock of their own");
            assert_eq!(Snapshot::new(&session).link(), start);
            let message = Setting::parse("workload.message=3MiB").expect("a setting");
            session.apply(Intent::Set(vec![message]));
            session.apply(Intent::Pause);
            session.apply(Intent::Seek(Femtos(5_000_000_000)));
            let link = session.link();
            assert!(link.starts_with(&format!("{start}&s=1.")) && link.contains("&t="), "{link}");
            let again = Session::from_link(&link).expect("a session");
            assert_eq!((again.link(), again.report().fabrics), (link.clone(), session.report().fabrics));
            assert_eq!(again.clock.at, session.clock.at);
            // The same by hand.
            let again = Session::from_link(&format!("{start}&set=workload.message=3MiB")).expect("a session");
            assert_eq!(again.report().fabrics, session.report().fabrics);
        }
        // In a window the step is solved later; the change is one of that step.
        let link = session.link();
        let mut open = Session::first_look().expect("the first look");
        open.solve_in_background();
        open.apply(Intent::OpenLink(link.clone()));
        while let Some(job) = open.start_solving() {
            open.accept_solved(job.finish());
        }
        assert_eq!((open.link(), open.report().fabrics), (link, session.report().fabrics));
    }

    #[test]
    fn a_link_that_leads_to_no_step_says_what_is_accepted() {
        let refused = |link: &str| Session::from_link(link).map(|_| ()).expect_err(link).to_string();
        assert!(refused("#lesson=latency-or-byte").contains("did you mean `latency-or-bytes`?"));
        assert!(refused("#story=the-clam").contains("did you mean `the-claim`?"));
        assert!(refused("#story=the-claim&beat=0").contains("accepted: "), "beats count from 1");
        assert!(refused("#lesson=latency-or-bytes&step=x").contains("`x`"));
        let unset = Session::from_link("#lesson=latency-or-bytes&set=workload.massage=1MiB").expect("the lesson");
        let fault = unset.diagnostics.expect("a fault").to_string();
        assert!(unset.lesson.is_some() && fault.contains("massage"), "{fault}");
        assert!(refused("#step=2").contains("#lesson=ID&step=NUMBER"));
        let last = Session::from_link("#lesson=latency-or-bytes&step=999").expect("the last step");
        let open = last.lesson.as_ref().expect("a lesson");
        assert_eq!(open.step + 1, open.file.steps.len());
    }

    #[test]
    fn a_link_to_the_end_of_a_run_opens_at_its_end() {
        for index in 0..menu().count() {
            let mut session = Session::first_look().expect("the first look");
            session.apply(Intent::OpenBundled(index));
            session.apply(Intent::Pause);
            session.apply(Intent::Seek(session.clock.duration));
            let again = Session::from_link(&session.link()).expect("a session");
            assert_eq!(again.clock.at, session.clock.at, "{}", session.name);
        }
    }

    #[test]
    fn settings_of_a_link_change_a_bundled_scene() {
        let link = "#scene=rack&set=workload.message=64MiB&set=fabrics.1.name=%41%20rack&t=1000000&unknown=1";
        let session = Session::from_link(link).expect("a session");
        assert_eq!(session.scene().message.0, 64 << 20);
        assert_eq!(session.scene().fabrics[1].name, "A rack");
        assert_eq!(session.clock.at, Femtos::from_secs(1e-6));
    }

    #[test]
    fn damaged_links_are_refused_with_what_is_wrong_and_the_scene_stays() {
        let mut session = Session::first_look().expect("the first look");
        let link = link_to("mine.ron", &session.document, session.catalog());
        let before = session.document.clone();
        let bomb = format!("s=1.{}", {
            let mut file = before.file.clone();
            file.teaches = "x".repeat(2 << 20);
            file.pack()
        });
        for (text, problem) in [
            (link[..link.len() - 9].to_owned(), "damaged"),
            (link.replace("s=1.", "s=1.!"), "damaged at character 1"),
            (link.replace("s=1.", "s=7."), "version `7`"),
            (bomb, "larger than"),
            (format!("s=1.{}", "A".repeat(3 << 20)), "characters (limit"),
            ("scene=rak".to_owned(), "did you mean `rack`?"),
            ("t=5".to_owned(), "names no scene"),
            (format!("{link}&t=soon"), "picoseconds"),
            (format!("{link}&v=AB"), "letter of a fabric"),
            (format!("{link}&set=message"), "PATH=VALUE"),
            (format!("{link}&set=workload.message=many"), "many"),
        ] {
            session.apply(Intent::OpenLink(text));
            let found = session.diagnostics.as_ref().map(ToString::to_string).unwrap_or_default();
            assert!(found.contains(problem), "{problem}: {found}");
            assert!(found.len() < 2000, "a message repeats no megabyte");
            assert_eq!(session.document, before);
        }
    }

    #[test]
    fn every_cut_of_a_link_is_a_scene_or_a_sentence() {
        let session = Session::first_look().expect("the first look");
        let link = link_to("mine.ron", &session.document, session.catalog());
        for end in 0..link.len() {
            if let Ok(cut) = Link::parse(&link[..end]) {
                assert!(cut.document(session.catalog()).is_err(), "{end}: a part is no whole scene");
            }
        }
    }
}
