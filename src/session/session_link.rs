//! The session as a link, and a session from one.

use super::link::{Link, LinkView, link_to, with_view};
use super::session::{Session, SessionError};
use crate::catalog::Catalog;
use crate::scene::{Diagnostics, SceneDocument, parse_scene};
use crate::units::Femtos;

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
        with_view(&link_to(&self.name, self.latest(), &self.catalog), self.clock.at, view)
    }

    /// A session as a link has it: paused where it says, playing from the start if it names no time.
    ///
    /// # Errors
    /// The link is not one, or its scene has errors.
    pub fn from_link(link: &str) -> Result<Session, SessionError> {
        let Link { name, text, settings, at, view } = Link::parse(link)?;
        let mut session = Session::from_text(&name, &text)?;
        if !settings.is_empty() {
            let changed = session.document.with(&settings, &session.catalog)?;
            session = Session::from_text(&name, &changed.to_ron())?;
        }
        session.show_view(at, view);
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
            Ok((document, link)) => {
                self.open_scene_at(&link.name, &document.to_ron(), Some((link.at, link.view)));
            }
            Err(error) => self.diagnostics = Some(Diagnostics::whole("the link", error.to_string(), None)),
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

/// The scene of a link with its settings.
fn linked(link: &str, catalog: &Catalog) -> Result<(SceneDocument, Link), SessionError> {
    let link = Link::parse(link)?;
    let document = parse_scene(&link.name, &link.text, catalog)?.with(&link.settings, catalog)?;
    Ok((document, link))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Setting, menu};
    use crate::session::intent::{Effect, Intent};

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
                let again = parse_scene(&link.name, &link.text, &catalog).unwrap_or_else(|found| panic!("{found}"));
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
                assert!(
                    parse_scene(&cut.name, &cut.text, session.catalog()).is_err(),
                    "{end}: a part is no whole scene"
                );
            }
        }
    }
}
