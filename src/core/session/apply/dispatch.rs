//! One arm for each intent. There is no wildcard: an intent without an arm does not compile.

use crate::lesson::is_texts;
use crate::scene::{Diagnostics, menu};
use crate::session::intent::{Effect, Intent, PictureScale};
use crate::session::link::Link;
use crate::session::open_import::{Opening, opening};
use crate::session::open_log::is_log;
use crate::session::open_story::is_story;
use crate::session::picture::PictureKind;
use crate::session::session::Session;
use crate::session::shown_lesson::is_lesson;
use crate::training::{RunTime, is_runs_table};
use crate::units::Femtos;

/// Bytes at the beginning that tell what a text is.
const HEAD_BYTES: usize = 64 << 10;

fn head(text: &str) -> &[u8] {
    text.as_bytes().get(..HEAD_BYTES).unwrap_or(text.as_bytes())
}

impl Session {
    /// Applies an intent. If it fails, the scene is unchanged and `diagnostics` holds the reason. Returns what only a window
    /// or a page can do.
    pub fn apply(&mut self, intent: Intent) -> Option<Effect> {
        if self.first_start.is_some() && !super::first_start::belongs_to_first_start(&intent) {
            self.end_first_start();
        }
        let fabrics = self.runs.len();
        match intent {
            // A link that was pasted.
            Intent::Load { text, .. } if Link::is_alone(&text) => self.open_link(text.trim()),
            Intent::Load { name, text } if is_runs_table(&text) => {
                let hint = "compare it with the model on the command line: fabricscope compare FILE";
                self.diagnostics = Some(Diagnostics::whole(&name, "is a table of training steps", Some(hint)));
            }
            Intent::Load { name, text } if is_story(&text) => self.open_story_text(&name, &text),
            Intent::Load { name, text } if is_texts(&text) => self.open_texts(&name, &text),
            Intent::Load { name, text } if is_lesson(&text) => self.open_lesson_text(&name, &text),
            Intent::Load { name, text } => match opening(head(&text)) {
                Opening::Import => self.open_import(&name, &text),
                // A table may stand far below.
                Opening::Log | Opening::Scene if is_log(&text) => self.open_log(&name, &text),
                Opening::Log | Opening::Scene => self.open_scene(&name, &text),
            },
            Intent::ShowImport(imported) => self.show_import(*imported),
            Intent::CloseImport => self.import = None,
            Intent::ShowDiagnostics(diagnostics) => self.diagnostics = Some(diagnostics),
            Intent::DismissDiagnostics => self.diagnostics = None,
            Intent::OpenBundled(index) => {
                if let Some(scene) = menu().nth(index) {
                    self.open_scene(scene.file, scene.text);
                }
            }
            Intent::CopyScene => return Some(self.copy_scene()),
            Intent::ToggleQrCode => self.toggle_qr_code(),
            Intent::CopyLink => return Some(self.copy_link()),
            Intent::CopyEmbedCode => return self.copy_embed_code(),
            Intent::OpenLink(link) => self.open_link(&link),
            Intent::SaveScene => return Some(self.save_scene()),
            Intent::ToggleParameters => self.parameters = !self.parameters,
            Intent::ToggleExports => self.toggle_exports(),
            Intent::Export(format) => return self.export_file(format),
            Intent::SavePicture(scale) => return Some(self.draw(PictureKind::Png, scale)),
            Intent::SaveFilm(kind) => return Some(self.draw(kind, PictureScale::Window)),
            Intent::StopFilm => return Some(Effect::StopFilm),
            Intent::NoteFilm(film) => self.exports.iter_mut().for_each(|open| open.film = film),
            Intent::SetTransparent(transparent) => self.exports.get_or_insert_default().transparent = transparent,
            Intent::OpenInPerfetto => return self.open_in_perfetto(),
            Intent::OfferFile { name, content } => return Some(Effect::Save { name, content }),
            Intent::OpenDialog => return Some(Effect::OpenFileDialog),
            Intent::ShowPathField(purpose, path) => return Some(self.show_path_field(purpose, path)),
            Intent::TypePath(path) => return self.type_path(path),
            Intent::ShowCompletions { path, completions } => self.show_completions(&path, completions),
            Intent::ConfirmPath => return self.confirm_path(),
            Intent::RequireConfirmation(path) => self.require_confirmation(&path),
            Intent::ClosePath => self.path_field = None,
            Intent::ReportDone(done) => self.report_done(done),
            Intent::DismissMessage => self.done = None,

            Intent::Set(settings) => self.set(&settings),
            Intent::EditFabrics(edit) => self.edit_fabrics(&edit),
            Intent::EditFault(fabric, place, edit) => self.edit_fault(fabric, &place, edit),
            Intent::Drag(change) => return self.drag(*change),
            Intent::EndDrag => self.undo.end_drag(),
            Intent::Reset => self.reset(),
            Intent::Undo => self.undo_change(),
            Intent::Redo => self.redo_change(),
            Intent::CancelSolving => self.cancel_solving(),
            Intent::ClearComparison => self.undo.clear_comparison(),

            Intent::Play if self.shows_run() => self.play_run(false),
            Intent::Play => self.clock.play(),
            Intent::Pause => self.clock.playing = false,
            Intent::TogglePlay if self.clock.playing => self.clock.playing = false,
            Intent::TogglePlay if self.shows_run() => self.play_run(false),
            Intent::TogglePlay => self.clock.play(),
            Intent::PlayBackwards if self.shows_run() => self.play_run(true),
            Intent::PlayBackwards => self.clock.play_backwards(),
            Intent::Seek(at) => {
                self.clock.seek(at);
                // The ends of the run, for keys that know the ends of a scene only.
                let length = self.run_length();
                self.run_clock.seek(if at == Femtos(0) { RunTime(0) } else { length }, length);
            }
            Intent::Step(forwards) if self.shows_run() => self.step_run(forwards),
            Intent::Step(forwards) => self.step_to_event(forwards),
            Intent::SetLoop(span) => self.clock.set_loop(span),
            Intent::SetSpeed(speed) => self.clock.set_speed(speed),
            Intent::SetClockMode(mode) => self.set_clock_mode(mode),

            Intent::SetCamera(fabric, camera) => self.view.set_camera(fabric, camera, fabrics),
            Intent::MoveCamera(fabric, camera) => self.view.move_camera(fabric, camera, fabrics),
            Intent::ZoomCamera(factor) if self.shows_run() => self.zoom_run(factor.into(), self.run_clock.at, None),
            Intent::ZoomCamera(factor) if self.leaves_call(factor) => self.leave_call(),
            Intent::ZoomCamera(factor) => self.view.zoom_active(factor, fabrics),
            Intent::ShowWholeFabric if self.shows_run() => {
                let length = self.run_length();
                self.run_clock.set_window(RunTime(0), length, length);
            }
            Intent::ShowWholeFabric => self.view.show_whole_fabric(fabrics),
            Intent::PanCamera(by) if self.shows_run() => self.run_clock.pan(by.x.into(), self.run_length()),
            Intent::PanCamera(by) => self.view.pan_active(by, fabrics),
            Intent::ReduceMotion(reduced) => self.reduce_motion(reduced),
            Intent::Activate(fabric) => self.view.active = fabric.min(fabrics.saturating_sub(1)),
            Intent::Select(selection) => self.view.select(selection, fabrics),
            Intent::SelectPair(fabric, pair) => self.view.select_pair(fabric, pair, fabrics),
            Intent::ShowMatrix(matrix) => self.view.matrix = matrix,
            Intent::Accumulate(accumulated) => self.view.accumulated = accumulated,
            Intent::ShowPath(path) => self.view.path = path,
            Intent::SetHeatDirection(direction) => self.view.heat_of = direction,
            Intent::SetTimeline(shows) => self.view.timeline = shows,
            Intent::SetTimelineSpan(span) => self.view.set_span(span, self.clock.duration),

            Intent::SeekRun(at) => self.run_clock.seek(at, self.run_length()),
            Intent::SetRunWindow(start, length) => self.run_clock.set_window(start, length, self.run_length()),
            Intent::ZoomRun { factor, around, row } => self.zoom_run(factor, around, row),
            Intent::PanRun(share) => self.run_clock.pan(share, self.run_length()),
            Intent::OpenCall { fabric, call } => self.open_call(fabric, call),
            Intent::LeaveCall => self.leave_call(),

            Intent::ShowSources(fabric) => self.sources = fabric,
            Intent::AnswerFirstStart(guess) => self.answer_first_start(guess),
            Intent::ContinueFirstStart => self.continue_first_start(),
            // It has ended above.
            Intent::EndFirstStart => {}
            Intent::ShowGlossary(term) => self.glossary = term,
            Intent::TogglePanels => self.panels = !self.panels,
            Intent::ToggleHelp => self.help = !self.help,
            Intent::ToggleScenes => self.scenes = !self.scenes,
            Intent::SetTheme(theme) => self.theme = theme,
            Intent::ToggleTheme => {
                self.theme = self.theme.next();
            }
            Intent::SetPalette(palette) => self.palette = palette,
            Intent::SetInterfaceScale(scale) => self.zoom = scale.clamp(0.5, 3.0),
            Intent::ToggleFullScreen => {
                self.full_screen = !self.full_screen;
                return Some(if self.full_screen { Effect::FullScreen } else { Effect::LeaveFullScreen });
            }
            Intent::LeaveFullScreen => {
                self.full_screen = false;
                return Some(Effect::LeaveFullScreen);
            }
            Intent::NoteFullScreen(full_screen) => self.full_screen = full_screen,
            Intent::ToggleBlank(screen) => self.toggle_blank(screen),
            Intent::TogglePalette => self.palette_open = !self.palette_open,

            Intent::CompareLog(flags) => self.compare_log(flags),
            Intent::TypeLogFigure { figure, typed } => self.type_log_figure(figure, &typed),
            Intent::SelectLogRun(run) => self.select_log_run(run),
            Intent::StageLog(cause) => self.stage_log(cause),
            Intent::LeaveLogStage => self.leave_log_stage(),
            Intent::CloseLog => self.log = None,
            Intent::ToggleSweep => self.toggle_sweep(),
            Intent::Sweep(intent) => return self.apply_sweep(intent),
            Intent::Lesson(intent) => return self.apply_lesson(intent),
            Intent::Story(intent) => return self.apply_story(intent),
            Intent::Editor(intent) => return self.apply_editor(intent),
        }
        None
    }
}
