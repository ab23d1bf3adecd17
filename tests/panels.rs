//! The panels by label and role, as a screen reader meets them: no window, no renderer.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::sample::{FabricFrame, FabricView};
use fabricscope::scene::ClockMode;
use fabricscope::session::{Intent, Session};
use fabricscope::stage::{Rect, stage_cells};
use fabricscope::ui::{HeatmapTextures, Model, fonts, panels, style};
use fabricscope::units::Femtos;
use glam::vec2;

/// A session with its panels; intents are applied as the app does.
struct Screen {
    session: Session,
    heatmaps: HeatmapTextures,
    /// Made for this revision of the session.
    views: (u64, Vec<FabricView>),
    /// What the panels leave free.
    stage: Rect,
    ready: bool,
}

fn show(ui: &mut egui::Ui, screen: &mut Screen) {
    if !screen.ready {
        screen.ready = true;
        ui.ctx().set_fonts(fonts());
        ui.ctx().set_global_style(style(screen.session.theme));
        return;
    }
    let session = &screen.session;
    // Between the panels, as in the window.
    let cells =
        stage_cells(Rect::new(vec2(280.0, 60.0), vec2(1110.0, 640.0)), session.runs.len(), session.stage.active);
    if screen.views.0 != session.revision {
        let views = session.runs.iter().zip(cells).map(|(run, cell)| FabricView::new(run, cell));
        screen.views = (session.revision, views.collect());
    }
    for (index, (run, view)) in session.runs.iter().zip(&mut screen.views.1).enumerate() {
        view.update_selection(run, &session.stage, index);
        if let Some(explained) = &mut view.explained {
            explained.finish(run);
            explained.ask(run, session.local_time(run));
        }
    }
    let views = &screen.views.1;
    let mut frames = vec![FabricFrame::default(); views.len()];
    for ((run, view), frame) in session.runs.iter().zip(views).zip(&mut frames) {
        let own = run.result().map_or(Femtos(0), |result| result.time);
        view.frame(run, session.clock.local(own), session.clock.local_speed(own), &session.stage, frame);
    }
    screen.heatmaps.update(ui.ctx(), session, views);
    let model = Model { session, views, frames: &frames, heatmaps: &screen.heatmaps };
    for intent in panels(ui, &model) {
        screen.session.apply(intent);
    }
    let left = ui.available_rect_before_wrap();
    screen.stage = Rect::new(vec2(left.left(), left.top()), vec2(left.right(), left.bottom()));
}

fn screen() -> Harness<'static, Screen> {
    screen_of(Session::first_look().expect("the first look"), [1440.0, 900.0])
}

fn screen_of(mut session: Session, size: [f32; 2]) -> Harness<'static, Screen> {
    session.apply(Intent::Pause);
    let screen = Screen {
        session,
        heatmaps: HeatmapTextures::default(),
        views: (0, Vec::new()),
        stage: Rect::new(vec2(280.0, 60.0), vec2(1110.0, 640.0)),
        ready: false,
    };
    let mut harness = Harness::builder().with_size(size).build_ui_state(show, screen);
    harness.run();
    harness
}

#[test]
fn the_transport_is_named_and_works() {
    let mut harness = screen();
    harness.get_by_label("Play (Space)").click();
    harness.run();
    assert!(harness.state().session.clock.playing);
    harness.get_by_label("Pause (Space)").click();
    harness.run();
    assert!(!harness.state().session.clock.playing);
    harness.get_by_label("To the end (End)").click();
    harness.run();
    assert_eq!(harness.state().session.clock.at, harness.state().session.clock.duration);
    harness.get_by_label("Previous event (←)").click();
    harness.run();
    assert!(harness.state().session.clock.at < harness.state().session.clock.duration);
    harness.get_by_label("Normalised").click();
    harness.run();
    assert_eq!(harness.state().session.clock.mode, ClockMode::Normalised);
}

#[test]
fn the_numbers_of_the_command_line_are_on_the_screen() {
    let harness = screen();
    for words in ["1.343", "271.1", "799.4 GB/s", "1.399 TB/s", "899.3 GB/s", "88.8 %", "99.9 %", "96.7 %"] {
        assert!(harness.query_all_by_label(words).count() >= 1, "{words} is not on the screen");
    }
    assert_eq!(harness.query_all_by_label_contains("derived, never measured on silicon").count(), 1);
    assert_eq!(harness.query_all_by_label_contains("3 of 755 columns stay idle").count(), 1);
}

#[test]
fn where_the_time_goes_is_said_and_the_path_is_shown_on_demand() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Seek(Femtos::from_secs(150e-6)));
    harness.run();
    let whole = harness.get_by_label_contains("Where the time goes: serialization on NVLink");
    assert!(format!("{whole:?}").contains("99.9"), "{whole:?}");
    for words in ["twice the capacity would save 50\u{a0}%", "binds: 8 streams share it", "The critical path is in"] {
        assert!(harness.query_all_by_label_contains(words).count() >= 1, "{words} is not on the screen");
    }
    harness.get_by_label("Critical path: hidden").click();
    harness.run();
    assert!(harness.state().session.stage.path);
    // What happens at an instant is said while the clock stands only.
    harness.state_mut().session.apply(Intent::Play);
    harness.step();
    assert_eq!(harness.query_all_by_label_contains("The critical path is in").count(), 0);
}

#[test]
fn a_claim_stands_beside_its_verdict() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::ToggleScenes);
    harness.run();
    let name = "One slow NIC of eight in one of four nodes";
    harness.get_by_role_and_label(egui::accesskit::Role::Button, name).click_accesskit();
    harness.run();
    let session = &harness.state().session;
    assert!(!session.scenes, "the menu closes");
    let claim = session.scene().claim.clone().expect("a claim");
    let verdict = session.verdict.clone().expect("a verdict");
    assert!(harness.query_all_by_label(&claim).count() >= 1);
    assert!(verdict[0].starts_with("The figures contradict the claim"), "{verdict:?}");
    for sentence in &verdict {
        let sentence = ["%", "ms", "µs", "ns", "GB/s"]
            .iter()
            .fold(sentence.clone(), |said, unit| said.replace(&format!(" {unit}"), &format!("\u{a0}{unit}")));
        assert_eq!(harness.query_all_by_label(&sentence).count(), 1, "{sentence} is not on the screen");
    }
}

#[test]
fn a_slider_moves_the_scene_and_a_menu_changes_the_algorithm() {
    let mut harness = screen();
    let before = harness.state().session.report();
    harness.get_by_label("Gradient per replica: 1 GiB").focus();
    harness.run();
    harness.key_press(egui::Key::ArrowLeft);
    harness.run();
    assert_eq!(harness.state().session.scene().message.to_string(), "512 MiB");
    assert_ne!(harness.state().session.report(), before);
    harness.get_by_label("Algorithm: NVLS, sum in the switch").click();
    harness.run();
    harness.get_by_label("Ring").click();
    harness.run();
    assert_eq!(harness.state().session.document.file.fabrics[0].algorithm, "ring");
}

#[test]
fn any_machine_can_stand_in_for_any_other() {
    let mut harness = screen();
    let machines = ["DGX H100", "HGX B200", "GB200 NVL72", "WSE-2", "WSE-3"];
    let mut current = "HGX B200";
    for machine in machines {
        if machine == current {
            continue;
        }
        harness.query_all_by_label(&format!("Machine: {current}")).next().expect("the menu").click();
        harness.run();
        // The last one of that name is the menu's entry, above everything else.
        harness.query_all_by_label(machine).last().expect("the entry").click();
        harness.run();
        let session = &harness.state().session;
        assert_eq!(session.faults, None, "{current} to {machine}");
        assert!(session.runs[0].result().is_some(), "{current} to {machine}");
        assert_eq!(session.runs[0].scene.name, machine);
        current = machine;
    }
}

#[test]
fn the_scene_menu_opens_scenes_and_faults_can_be_dismissed() {
    let mut harness = screen();
    harness.get_by_label("Scenes").click();
    harness.run();
    let button = egui::accesskit::Role::Button;
    harness.get_by_role_and_label(button, "One rack: ring against in-switch reduction").click();
    harness.run();
    assert_eq!(harness.state().session.name, "rack.ron");
    assert!(!harness.state().session.scenes, "an opened scene closes the menu");
    harness.state_mut().session.apply(Intent::Load { name: "bad.ron".to_owned(), text: "(version: 1,".to_owned() });
    harness.run();
    assert_eq!(harness.query_all_by_label_contains("bad.ron").count(), 1);
    harness.get_by_label("Close").click();
    harness.run();
    assert_eq!(harness.state().session.faults, None);
    assert_eq!(harness.state().session.name, "rack.ron");
}

#[test]
fn every_control_has_a_name() {
    use egui_kittest::kittest::NodeT;
    let harness = screen();
    let roles = [egui::accesskit::Role::Button, egui::accesskit::Role::Slider, egui::accesskit::Role::ComboBox];
    for role in roles {
        let controls: Vec<_> = harness.query_all_by_role(role).collect();
        assert!(!controls.is_empty(), "{role:?}");
        for control in controls {
            let node = control.accesskit_node();
            assert!(node.label().is_some_and(|label| !label.is_empty()), "a {role:?} has no name");
        }
    }
}

#[test]
fn a_log_is_shown_with_its_verdict_and_put_away() {
    let mut harness = screen();
    let text = include_str!("logs/degraded-a100-1x4-dgx-p2p-disabled.txt").to_owned();
    harness.state_mut().session.apply(Intent::Load { name: "p2p.txt".to_owned(), text });
    harness.run();
    let before = harness.state().session.scene().clone();
    assert!(harness.query_by_label("A real log against the measured timing").is_some());
    assert!(harness.query_all_by_label_contains("below what this machine should reach").count() > 0);
    assert!(harness.query_all_by_label_contains("is a guess from the log").count() > 0);
    assert!(harness.query_all_by_label_contains("ceilings ring").count() > 0, "the plot in words");
    harness.get_by_label("More of the cluster").click();
    harness.run_steps(8);
    harness.get_by_label("tree").click();
    harness.run_steps(2);
    let log = harness.state().session.log.as_ref().expect("the log");
    assert_eq!((&log.guessed, log.flags.algorithms.contains(&"tree".to_owned())), (&None, false));
    assert!(log.held.is_ok(), "{:?}", log.held.as_ref().err());
    harness.get_by_label("Close").click();
    harness.run();
    assert!(harness.state().session.log.is_none());
    assert_eq!(&before, harness.state().session.scene(), "a log changes no scene");

    let broken = Intent::Load { name: "broken.txt".to_owned(), text: "# busbw of nothing".to_owned() };
    harness.state_mut().session.apply(broken);
    harness.run();
    assert!(harness.state().session.faults.is_some() && harness.state().session.log.is_none());
}

#[test]
fn every_figure_has_a_way_to_its_source() {
    let mut harness = screen();
    harness.get_all_by_label("Where do these figures come from?").next().expect("a way per fabric").click();
    harness.run();
    assert_eq!(harness.state().session.sources, Some(0));
    assert!(harness.query_all_by_label_contains("NVLink 5").count() > 0, "the source of the port's rate");
    harness.get_by_label("Close").click();
    harness.run();
    assert_eq!(harness.state().session.sources, None);
}

#[test]
fn a_click_on_the_stage_selects_and_the_card_tells() {
    use fabricscope::stage::Item;
    let mut harness = screen();
    let gpu = harness.state().views.1[0].layout.chips[3].rect.center();
    let at = egui::pos2(gpu.x, gpu.y);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    let selection = harness.state().session.stage.selection.expect("a selection");
    assert_eq!(selection.fabric, 0);
    assert!(matches!(selection.item, Item::Chip(_, 3)));
    assert!(harness.query_all_by_label("GPU 3").count() > 0, "the card's title");
    assert!(harness.query_by_label("Use over the run").is_some());
    harness.get_by_label("Select nothing").click();
    harness.run();
    assert_eq!(harness.state().session.stage.selection, None);
}

#[test]
fn a_click_on_the_timeline_selects_the_link_of_the_row_and_goes_there() {
    use egui_kittest::kittest::NodeT;
    use fabricscope::stage::Item;
    let mut harness = screen();
    let bounds = harness.get_by_label_contains("Timeline: 0").accesskit_node().raw_bounds().expect("its place");
    // In the upper half of the first fabric's carpet.
    let at = egui::pos2(bounds.x0 as f32 + 600.0, bounds.y0 as f32 + 26.0 + 24.0);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    let session = &harness.state().session;
    let selection = session.stage.selection.expect("a selection");
    assert!(selection.fabric == 0 && matches!(selection.item, Item::Link(_)), "{selection:?}");
    assert!(session.clock.at > Femtos(0) && session.clock.at < session.clock.duration);
}

#[test]
fn a_drag_on_the_axis_is_a_loop() {
    use egui_kittest::kittest::NodeT;
    let mut harness = screen();
    let bounds = harness.get_by_label_contains("Timeline: 0").accesskit_node().raw_bounds().expect("its place");
    let at = |x: f32| egui::pos2(bounds.x0 as f32 + x, bounds.y0 as f32 + 8.0);
    harness.drag_at(at(400.0));
    harness.run();
    harness.hover_at(at(500.0));
    harness.run();
    harness.drop_at(at(500.0));
    harness.run();
    let clock = &harness.state().session.clock;
    let (from, to) = clock.looped.expect("a loop");
    assert!(from < to && to < clock.duration);
    harness.state_mut().session.apply(Intent::Loop(None));
    assert_eq!(harness.state().session.clock.looped, None);
}

#[test]
fn map_and_matrix_now_and_since_the_start_and_what_the_timeline_shows() {
    use fabricscope::fabric::Direction;
    use fabricscope::stage::TimelineShows;
    let mut harness = screen();
    harness.get_by_label("Matrix").click();
    harness.run();
    assert!(harness.state().session.stage.matrix);
    let matrix = harness.state().views.1[0].matrix.as_ref().expect("a matrix");
    assert_eq!((matrix.side, matrix.noun), (8, "GPU"));
    harness.get_by_label("Map").click();
    harness.get_by_label("Since start").click();
    harness.get_by_label("Timeline: classes").click();
    harness.run();
    let stage = &harness.state().session.stage;
    assert!(!stage.matrix && stage.accumulated);
    assert_eq!(stage.timeline, TimelineShows::Classes);
    harness.get_by_label("Heat of the wafer: Heat: busiest of four links").click();
    harness.run();
    harness.get_by_label("Heat: links going west").click();
    harness.run();
    assert_eq!(harness.state().session.stage.heat_of, Some(Direction::West));
}

#[test]
fn a_link_is_slowed_by_touch_compared_and_taken_back() {
    use fabricscope::fabric::LinkId;
    use fabricscope::stage::{Item, Selection};
    let mut harness = screen();
    let selection = Selection { fabric: 0, item: Item::Link(LinkId(3)) };
    harness.state_mut().session.apply(Intent::Select(Some(selection)));
    harness.run();
    let whole = harness.state().session.report();
    harness.get_by_label("What if: 50 %").click();
    harness.run();
    assert_eq!(harness.state().session.document.file.fabrics[0].faults.len(), 1);
    assert!(harness.query_all_by_label_contains("now +99.9 %").count() > 0, "the run before is compared");
    assert!(harness.query_by_label("50 % of its capacity is left").is_some());
    harness.get_by_label("Take back").click();
    harness.run();
    assert_eq!(harness.state().session.report(), whole);
    assert!(harness.query_by_label("What if: mend").is_none());
}

#[test]
fn a_sweep_takes_the_place_of_the_timeline_and_its_points_set_the_scene() {
    use fabricscope::session::{Quantity, SweepIntent};
    use fabricscope::sweep::Subject;
    use fabricscope::units::Bytes;
    let mut harness = screen();
    harness.get_by_label("Sweep").click();
    harness.run();
    harness.state_mut().session.sweeping.as_mut().expect("a sweep").finish();
    harness.run();
    assert!(harness.query_by_label("Timeline: links").is_none());
    assert!(harness.query_by_label("Sweep: 32 of 32 points").is_some());
    assert!(harness.query_by_label_contains("Below about 7.5 MiB HGX B200 is the fastest, above it WSE-3.").is_some());
    assert!(harness.query_by_label_contains("Plot of the sweep: HGX B200, WSE-3 over workload.message").is_some());
    harness.get_by_label("Plot: busbw").click();
    harness.get_by_label("every algorithm: off").click();
    harness.run();
    let sweeping = harness.state().session.sweeping.as_ref().expect("a sweep");
    assert_eq!((sweeping.shown, sweeping.algorithms), (Quantity::Busbw, true));
    assert!(sweeping.sweep.as_ref().is_ok_and(|sweep| sweep.points() > 5 * 32));
    harness.get_by_label("What is swept: Message per replica").click();
    harness.run();
    harness.get_by_label("B: cycles per hop").click();
    harness.get_by_label("every algorithm: on").click();
    harness.run();
    let sweeping = harness.state_mut().session.sweeping.as_mut().expect("a sweep");
    assert_eq!(sweeping.subject, Subject::Hop(1));
    sweeping.finish();
    // The sixth value: six cycles.
    harness.state_mut().session.apply(Intent::Sweep(SweepIntent::Take(5)));
    harness.run();
    assert_eq!(harness.state().session.file().fabrics[1].params.hop_cycles, Some(6.0));
    let (generation, done) = {
        let sweeping = harness.state().session.sweeping.as_ref().expect("a sweep");
        (sweeping.generation, sweeping.sweep.as_ref().map(|sweep| sweep.done()))
    };
    assert_eq!(done, Ok(8), "the swept figure itself begins nothing anew");
    let message = fabricscope::scene::Setting::parse("workload.message=4MiB").expect("a setting");
    harness.state_mut().session.apply(Intent::Set(vec![message]));
    harness.run();
    let session = &harness.state().session;
    assert_eq!(session.scene().message, Bytes(4 << 20));
    assert!(session.sweeping.as_ref().is_some_and(|sweeping| sweeping.generation > generation), "any other one does");
    harness.get_by_label("Close the sweep").click();
    harness.run();
    assert!(harness.query_by_label("Timeline: links").is_some());
}

/// The words on the screen and where they are seen.
fn words_seen(harness: &Harness<Screen>) -> Vec<(String, egui::Rect)> {
    fn add(topology: &egui::Shape, clip: egui::Rect, found: &mut Vec<(String, egui::Rect)>) {
        match topology {
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|topology| add(topology, clip, found)),
            egui::Shape::Text(text) => {
                // Line by line, as far as the letters reach.
                for row in &text.galley.rows {
                    let rect = row.rect().translate(text.pos.to_vec2()).shrink2(egui::vec2(0.5, 2.0));
                    let words: String = row.glyphs.iter().map(|glyph| glyph.chr).collect();
                    if !words.trim().is_empty() && rect.intersect(clip).is_positive() {
                        found.push((words, rect.intersect(clip)));
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    harness.output().shapes.iter().for_each(|shape| add(&shape.shape, shape.clip_rect, &mut found));
    found
}

#[test]
fn no_words_of_any_scene_overlap_at_any_size() {
    use fabricscope::scene::{BUNDLED, CLAIMS};
    let mut wrong = Vec::new();
    for size in [[640.0, 360.0], [1280.0, 720.0], [1920.0, 1080.0]] {
        for scene in BUNDLED.iter().chain(&CLAIMS) {
            let mut session = Session::with(scene.file, scene.text).unwrap_or_else(|error| panic!("{error}"));
            let at = Femtos(session.clock.duration.0 / 5 * 2);
            session.apply(Intent::Seek(at));
            let mut harness = screen_of(session, size);
            harness.run_steps(3);
            let seen = words_seen(&harness);
            assert!(seen.len() > 5, "{}: few words", scene.file);
            for (place, (words, rect)) in seen.iter().enumerate() {
                for (others, other) in &seen[place + 1..] {
                    let common = rect.intersect(*other);
                    if common.is_positive() && common.width() > 1.0 && common.height() > 1.0 {
                        wrong.push(format!("{} at {size:?}: `{words}` {rect:?} and `{others}` {other:?}", scene.file));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} overlaps:\n{}", wrong.len(), wrong.join("\n"));
}
