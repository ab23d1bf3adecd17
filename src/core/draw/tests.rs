//! The display list of whole scenes, without a renderer.

use glam::{Vec2, vec2};

use super::*;
use crate::sample::{FabricFrame, FabricView, Playback};
use crate::scene::Setting;
use crate::session::{Intent, Session};
use crate::stage::{ChipKind, Item, Rect, Selection, StageCamera, stage_cells};
use crate::style::{Palette, Theme, ThemeKind};
use crate::units::Femtos;

/// A session and its display list at an instant.
struct Drawn {
    session: Session,
    views: Vec<FabricView>,
    frames: Vec<FabricFrame>,
    list: DisplayList,
}

/// Draws the first look at an instant after some intents.
fn draw(at_s: f64, intents: Vec<Intent>) -> Drawn {
    let mut session = Session::first_look().expect("the first look");
    session.view.reduced_motion = true;
    session.apply(Intent::Pause);
    session.apply(Intent::Seek(Femtos::from_secs(at_s)));
    for intent in intents {
        session.apply(intent);
    }
    let cells = stage_cells(Rect::new(vec2(10.0, 20.0), vec2(1210.0, 820.0)), session.runs.len(), 0);
    let (mut views, mut frames) = (Vec::new(), Vec::new());
    for (index, (run, cell)) in session.runs.iter().zip(cells).enumerate() {
        let mut view = FabricView::new(run, cell);
        view.place(run, cell, session.camera(index));
        let mut frame = FabricFrame::default();
        view.frame(run, session.local_time(run), Playback::paused(1e-9), &session.view, &mut frame);
        views.push(view);
        frames.push(frame);
    }
    let mut list = DisplayList::default();
    redraw(&session, &views, &frames, &mut list);
    Drawn { session, views, frames, list }
}

fn redraw(session: &Session, views: &[FabricView], frames: &[FabricFrame], list: &mut DisplayList) {
    let fabrics: Vec<FabricScene> = (session.runs.iter().zip(views.iter().zip(frames)))
        .map(|(run, (view, frame))| FabricScene { run, view, frame, at: session.local_time(run) })
        .collect();
    let chips: Vec<ChipState> = (fabrics.iter().enumerate())
        .flat_map(|(fabric, scene)| {
            let numbered = scene.frame.fills.iter().zip(scene.ringed_chips()).enumerate();
            numbered.map(move |(index, (&fill, is_ringed))| ChipState { fabric, index, fill, is_ringed })
        })
        .collect();
    let scene = StageScene { theme: session.theme(), view: &session.view, fabrics: &fabrics, chips: &chips };
    draw_stage(&scene, list);
}

/// The quads in front of the wafers.
fn front(list: &DisplayList) -> impl Iterator<Item = &Quad> {
    [&list.under_links, &list.over_links, &list.chips, &list.marks].into_iter().flatten()
}

fn with_border(list: &DisplayList, colour: crate::style::Rgba8) -> Vec<&Quad> {
    front(list).filter(|quad| quad.border > 0.0 && quad.border_colour == colour).collect()
}

#[test]
fn every_degraded_link_has_a_mark() {
    let theme = &Theme::DARK;
    let strokes = |fabric: &crate::fabric::Fabric, layout: &crate::stage::FabricLayout| {
        let mut shapes = Vec::new();
        degradation::marks(layout, fabric, theme, &mut shapes);
        shapes.iter().filter(|quad| quad.fill == theme.selection).count()
    };
    let session = |file: &str| {
        let text = crate::scene::menu().find(|scene| scene.file == file).expect("a scene").text;
        Session::from_text(file, text).expect("a scene")
    };
    for (file, names) in [
        ("first-look.ron", ["GPU 5 -> NVSwitch", "NVSwitch -> GPU 1"]),
        ("cluster.ron", ["GPU 3 of node 1 -> NIC", "leaf -> NIC 2 of node 0"]),
    ] {
        let session = session(file);
        let run = &session.runs[0];
        let layout = crate::stage::FabricLayout::new(run, Rect::new(vec2(0.0, 0.0), vec2(900.0, 700.0)));
        let link = |name: &str| run.fabric.topology.find_link(name).expect("a link");
        for name in names {
            let mut fabric = (*run.fabric).clone();
            assert_eq!(strokes(&fabric, &layout), 0);
            fabric.slow([(link(name), 0.5)]);
            assert_eq!(strokes(&fabric, &layout), 1, "a bar across {name}");
            fabric.slow([(link(name), 0.0)]);
            assert_eq!(strokes(&fabric, &layout), 2, "a cross on {name}");
        }
    }
}

#[test]
fn packets_are_on_lanes_of_their_links() {
    let drawn = draw(100e-6, Vec::new());
    let (layout, marks) = (&drawn.views[0].layout, &drawn.frames[0].packets);
    let mut all = Vec::new();
    lanes(layout, 0, 0, &Theme::LIGHT, &mut all);
    let first_lanes: Vec<u32> = (0..layout.links.len() as u32)
        .map(|link| all.iter().position(|lane| lane.link == link && !lane.is_bed).expect("a lane") as u32)
        .collect();
    assert!(!marks.is_empty());
    for mark in marks {
        let PacketPlace::Lane(lane, share) = PacketPlace::new(mark, &first_lanes) else { panic!("not on a lane") };
        let Lane { from, to, is_bed, .. } = all[lane as usize];
        assert!(!is_bed && from.lerp(to, share).distance(mark.at) < 1e-3, "{mark:?}");
    }
    let on_wafer = &drawn.frames[1].packets;
    assert!(on_wafer.iter().all(|mark| PacketPlace::new(mark, &[]) == PacketPlace::Point(mark.at)));
}

#[test]
fn every_link_has_its_lanes_and_a_bed_where_its_colour_needs_one() {
    let drawn = draw(100e-6, Vec::new());
    let cividis = Theme::with(ThemeKind::Light, Palette::Cividis);
    for (theme, beds) in [(&Theme::DARK, 0), (&Theme::LIGHT, 0), (cividis, 1)] {
        for (view, has_lanes) in drawn.views.iter().zip([true, false]) {
            let mut all = Vec::new();
            lanes(&view.layout, 0, 7, theme, &mut all);
            for (link, place) in (7..).zip(&view.layout.links) {
                let own = all.iter().filter(|lane| lane.link == link);
                let expected = if has_lanes { place.lanes.len() * (1 + beds) } else { 0 };
                assert_eq!(own.count(), expected, "{:?}", place.link);
            }
        }
    }
}

#[test]
fn any_use_of_a_link_differs_from_idle_and_from_none() {
    let levels = [0.0, 1e-6, 0.5, 1.0, 3.0].map(LinkLevel::new);
    assert_eq!(levels.map(|LinkLevel(level)| level), [1, 2, 128, 255, 255]);
    assert!(!levels.contains(&LinkLevel::NONE));
}

#[test]
fn a_bottleneck_has_a_rim_unless_all_links_are_alike() {
    let uniform = draw(100e-6, Vec::new());
    let mark = uniform.frames[0].bottleneck.as_ref().expect("a bottleneck");
    assert_eq!(mark.links.len(), 16);
    assert_eq!(bottleneck::ringed(&uniform.views[0].layout, &mark.links), [None; 4]);
    let slow = r#"fabrics.0.faults=[(link: "GPU 3 -> NVSwitch", capacity: 0.5)]"#;
    let drawn = draw(100e-6, vec![Intent::Set(vec![Setting::parse(slow).expect("a setting")])]);
    let theme = drawn.session.theme();
    let mark = drawn.frames[0].bottleneck.as_ref().expect("a bottleneck");
    let layout = &drawn.views[0].layout;
    let ringed = bottleneck::ringed(layout, &mark.links);
    assert!(!mark.links.is_empty() && ringed[0].is_some());
    for place in ringed.into_iter().flatten() {
        let middle = (place.lanes[0][0] + place.lanes[0][1]) / 2.0;
        let rim = |quad: &&Quad| quad.fill == theme.binding && quad.center.distance(middle) < 1e-3;
        let rim = front(&drawn.list).find(rim).expect("a rim");
        assert!(rim.half.y * 2.0 > place.width);
    }
    let idle = draw(0.0, Vec::new());
    assert!(front(&idle.list).all(|quad| quad.fill != theme.binding && quad.border_colour != theme.binding));
}

#[test]
fn the_selection_has_a_ring() {
    let item = Item::Chip(ChipKind::Gpu, 3);
    let drawn = draw(100e-6, vec![Intent::Select(Some(Selection { fabric: 0, item }))]);
    let theme = drawn.session.theme();
    let chip = drawn.views[0].layout.chips.iter().find(|chip| (chip.kind, chip.index) == (ChipKind::Gpu, 3));
    let rings = with_border(&drawn.list, theme.selection);
    assert_eq!(rings.len(), 1);
    assert_eq!(rings[0].center, chip.expect("GPU 3").rect.center());
    assert!(with_border(&draw(100e-6, Vec::new()).list, theme.selection).is_empty());
}

#[test]
fn the_critical_path_is_drawn_on_request() {
    let quads = |intents| {
        let drawn = draw(100e-6, intents);
        let ink = |quad: &&Quad| quad.fill.0[..3] == drawn.session.theme().path.0[..3];
        front(&drawn.list).filter(ink).count()
    };
    assert_eq!(quads(Vec::new()), 0);
    assert!(quads(vec![Intent::ShowPath(true)]) > 1);
}

#[test]
fn every_quad_is_clipped_to_its_cell() {
    let near = StageCamera::at(vec2(0.4, 0.6), 0.05);
    for intents in [Vec::new(), vec![Intent::SetCamera(0, near), Intent::SetCamera(1, near), Intent::ShowPath(true)]] {
        let drawn = draw(100e-6, intents);
        let cells: Vec<Rect> = drawn.views.iter().map(|view| view.layout.cell).collect();
        let is_inside = |clip: [f32; 4], cell: &Rect| {
            let [left, top, right, bottom] = clip;
            cell.contains(Vec2::new(left, top)) && cell.contains(Vec2::new(right, bottom))
        };
        for quad in front(&drawn.list) {
            assert!(cells.iter().any(|cell| is_inside(quad.clip, cell)), "{quad:?}");
        }
        for clip in drawn.list.heats.iter().map(|heat| heat.clip).chain(drawn.list.pes.iter().map(|pes| pes.clip)) {
            assert!(cells.iter().any(|cell| is_inside(clip, cell)), "{clip:?}");
        }
    }
}

#[test]
fn the_matrix_replaces_the_fabrics() {
    let mut drawn = draw(100e-6, Vec::new());
    assert!(front(&drawn.list).count() > 0 && drawn.list.heats.len() == 1);
    drawn.session.apply(Intent::ShowMatrix(true));
    redraw(&drawn.session, &drawn.views, &drawn.frames, &mut drawn.list);
    assert!(front(&drawn.list).count() == 0 && drawn.list.heats.is_empty() && drawn.list.pes.is_empty());
    assert_eq!(drawn.list.back.len(), 1, "the line between the two fabrics");
    assert_eq!(drawn.list.back[0].fill, Theme::DARK.line);
}
