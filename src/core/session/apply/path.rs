//! The field for a path, and messages about files and the clipboard.

use crate::session::intent::Effect;
use crate::session::link::Link;
use crate::session::path_field::{Completion, Done, DoneMessage, PathField, PathPurpose};
use crate::session::session::Session;

impl Session {
    pub(super) fn copy_scene(&mut self) -> Effect {
        let text = self.latest().to_ron();
        self.report_done(Done::CopiedScene { bytes: text.len() as u64 });
        Effect::Copy(text)
    }

    pub(super) fn copy_link(&mut self) -> Effect {
        let link = self.link();
        self.report_done(Done::CopiedLink { characters: link.len() as u64 });
        Effect::CopyLink(link)
    }

    pub(super) fn copy_embed_code(&mut self) -> Option<Effect> {
        let code = self.embed_code()?;
        self.report_done(Done::CopiedEmbedCode { characters: code.len() as u64 });
        Some(Effect::Copy(code))
    }

    /// The code shows one instant: a link that followed the clock could not be read.
    /// Without the address of a page there is nothing that a phone could open.
    pub(super) fn toggle_qr_code(&mut self) {
        self.qr_link = match self.qr_link {
            Some(_) => None,
            None if !self.has_page_address() => return,
            None => Some(format!("{}#{}", self.page_address, self.link())),
        };
        self.scenes = false;
    }

    /// Shows the field for a path; the window looks for what completes the path.
    pub(super) fn show_path_field(&mut self, purpose: PathPurpose, path: String) -> Effect {
        self.path_field = Some(PathField::new(purpose.clone(), path.clone()));
        // What was wrong before is about another file.
        self.diagnostics = None;
        Effect::CompletePath { path, purpose }
    }

    pub(super) fn type_path(&mut self, path: String) -> Option<Effect> {
        let field = self.path_field.as_mut()?;
        field.set_path(path.clone());
        Some(Effect::CompletePath { path, purpose: field.purpose.clone() })
    }

    pub(super) fn show_completions(&mut self, path: &str, completions: Vec<Completion>) {
        if let Some(field) = &mut self.path_field {
            field.complete(path, completions);
        }
    }

    /// Opens or saves the file of the typed path. The field stays until that has succeeded.
    pub(super) fn confirm_path(&mut self) -> Option<Effect> {
        let field = self.path_field.as_ref().filter(|field| !field.path.trim().is_empty())?;
        let path = field.path.clone();
        if field.purpose == PathPurpose::Open && Link::is_alone(&path) {
            self.path_field = None;
            self.open_link(path.trim());
            return None;
        }
        Some(match &field.purpose {
            PathPurpose::Open => Effect::OpenFile(path),
            PathPurpose::Save { content } => {
                Effect::SaveFile { path, content: content.clone(), replace: field.needs_confirmation }
            }
        })
    }

    pub(super) fn require_confirmation(&mut self, path: &str) {
        if let Some(field) = self.path_field.as_mut().filter(|field| field.path == path) {
            field.needs_confirmation = true;
        }
    }

    /// Shows a message about what was done; a saved file closes the field for its path.
    pub(in crate::session) fn report_done(&mut self, done: Done) {
        if matches!(done, Done::Saved { .. } | Done::SavedScene { .. } | Done::SavedOwn { .. }) {
            self.path_field = None;
            self.diagnostics = None;
        }
        match &done {
            Done::SavedScene { path, text } => self.note_saved(path, text),
            Done::SavedOwn { kind, path, text } => self.note_own_saved(*kind, path, text),
            Done::KeptChanges { .. }
            | Done::DroppedDegradations { .. }
            | Done::FoundDraft(_)
            | Done::Saved { .. }
            | Done::CopiedScene { .. }
            | Done::CopiedLink { .. }
            | Done::CopiedEmbedCode { .. } => {}
        }
        let number = self.done.as_ref().map_or(0, |message| message.number + 1);
        self.done = Some(DoneMessage { number, done });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::intent::Intent;
    use crate::session::path_field::FileContent;

    fn session() -> Session {
        Session::first_look().expect("the first look")
    }

    #[test]
    fn a_typed_path_is_completed_confirmed_and_asked_about_once() {
        let mut session = session();
        let content = FileContent::Text("text".to_owned());
        let purpose = PathPurpose::Save { content: content.clone() };
        session.apply(Intent::ShowPathField(purpose.clone(), "/tmp/".to_owned()));
        let effect = session.apply(Intent::TypePath("/tmp/a".to_owned()));
        assert_eq!(effect, Some(Effect::CompletePath { path: "/tmp/a".to_owned(), purpose }));
        let found = vec![Completion { path: "/tmp/a.ron".to_owned(), name: "a.ron".to_owned() }];
        session.apply(Intent::ShowCompletions { path: "/tmp/b".to_owned(), completions: found.clone() });
        assert!(session.path_field.as_ref().is_some_and(|field| field.completions.is_empty()), "of an earlier path");
        session.apply(Intent::ShowCompletions { path: "/tmp/a".to_owned(), completions: found.clone() });
        assert!(session.path_field.as_ref().is_some_and(|field| field.completions == found));
        let save = |replace| Some(Effect::SaveFile { path: "/tmp/a".to_owned(), content: content.clone(), replace });
        assert_eq!(session.apply(Intent::ConfirmPath), save(false));
        session.apply(Intent::RequireConfirmation("/tmp/a".to_owned()));
        assert_eq!(session.apply(Intent::ConfirmPath), save(true));
        session.apply(Intent::TypePath("/tmp/a".to_owned()));
        assert_eq!(session.apply(Intent::ConfirmPath), save(false), "typing asks again");
        session.apply(Intent::ReportDone(Done::Saved { path: "/tmp/a".to_owned(), bytes: 4 }));
        assert_eq!(session.path_field, None);
        assert!(session.done.is_some());
    }

    #[test]
    fn a_path_field_stays_if_the_file_cannot_be_opened_and_closes_if_it_can() {
        let mut session = session();
        session.apply(Intent::ShowPathField(PathPurpose::Open, String::new()));
        assert_eq!(session.apply(Intent::ConfirmPath), None, "no path is typed");
        session.apply(Intent::TypePath("bad.ron".to_owned()));
        assert_eq!(session.apply(Intent::ConfirmPath), Some(Effect::OpenFile("bad.ron".to_owned())));
        session.apply(Intent::Load { name: "bad.ron".to_owned(), text: "(version: 9)".to_owned() });
        assert!(session.path_field.is_some() && session.diagnostics.is_some());
        session.apply(Intent::OpenBundled(1));
        assert_eq!(session.path_field, None);
    }

    #[test]
    fn the_code_holds_the_link_of_the_moment_it_was_opened_at() {
        let mut session = session();
        session.apply(Intent::ToggleQrCode);
        assert_eq!(session.qr_link, None, "a window has no address that a phone could open");
        session.page_address = "https://example.org/".to_owned();
        session.apply(Intent::ToggleQrCode);
        let link = session.qr_link.clone().expect("a link");
        assert_eq!(link, format!("https://example.org/#{}", session.link()));
        session.apply(Intent::Seek(crate::units::Femtos::from_secs(1e-4)));
        assert_eq!(session.qr_link.as_ref(), Some(&link));
        session.apply(Intent::ToggleQrCode);
        assert_eq!(session.qr_link, None);
    }

    #[test]
    fn each_copy_is_reported() {
        let mut session = session();
        let Some(Effect::Copy(text)) = session.apply(Intent::CopyScene) else { panic!("nothing is copied") };
        let message = session.done.clone().expect("a message");
        assert_eq!(message.done, Done::CopiedScene { bytes: text.len() as u64 });
        session.apply(Intent::CopyScene);
        assert!(session.done.as_ref().is_some_and(|next| next.number != message.number));
        session.apply(Intent::DismissMessage);
        assert_eq!(session.done, None);
    }
}
