//! The display list of whole scenes, without a renderer.

use glam::{Vec2, vec2};

use super::*;
use crate::collective::Flow;
use crate::sample::{FabricFrame, FabricView, Playback};
use crate::session::{Intent, Session};
use crate::stage::{ChipKind, Item, Rect, Selection, StageCamera, stage_cells};
use crate::style::Theme;
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
    let numbered = || frames.iter().enumerate();
    let chips: Vec<ChipState> = numbered()
        .flat_map(|(fabric, frame)| {
            frame.fills.iter().enumerate().map(move |(index, &fill)| ChipState { fabric, index, fill })
        })
        .collect();
    let links: Vec<LinkState> = numbered()
        .flat_map(|(fabric, frame)| {
            let numbered = frame.utilisations.iter().enumerate();
            numbered.map(move |(index, &utilisation)| LinkState { fabric, index, utilisation })
        })
        .collect();
    let packets: Vec<PacketState> = numbered()
        .flat_map(|(fabric, frame)| {
            frame.packets.iter().map(move |mark| PacketState { fabric, flow: mark.flow, at: mark.at })
        })
        .collect();
    let (chips, links, packets) = (&chips, &links, &packets);
    let scene = StageScene { theme: session.theme(), view: &session.view, fabrics: &fabrics, chips, links, packets };
    draw_stage(&scene, list);
}

fn with_border(list: &DisplayList, colour: crate::style::Rgba8) -> Vec<&Quad> {
    list.front.iter().filter(|quad| quad.border > 0.0 && quad.border_colour == colour).collect()
}

#[test]
fn partial_sums_are_diamonds_and_copies_are_squares() {
    let drawn = draw(100e-6, Vec::new());
    let theme = drawn.session.theme();
    let all: Vec<_> = drawn.frames.iter().flat_map(|frame| &frame.packets).collect();
    let count = |flow: Flow| all.iter().filter(|mark| mark.flow == flow).count();
    assert!(count(Flow::Reduce) > 0 && count(Flow::Broadcast) > 0);
    let outlined = |kind: QuadKind, fill| {
        let quads = drawn.list.front.iter();
        quads.filter(|quad| quad.kind == kind && quad.fill == fill && quad.border_colour == theme.outline).count()
    };
    assert_eq!(outlined(QuadKind::Diamond, theme.sum), count(Flow::Reduce));
    assert_eq!(outlined(QuadKind::Box, theme.copy), count(Flow::Broadcast));
    assert_eq!(outlined(QuadKind::Diamond, theme.copy) + outlined(QuadKind::Box, theme.sum), 0);
}

#[test]
fn lanes_are_coloured_only_while_their_link_carries_bytes() {
    for (at_s, busy) in [(0.0, false), (100e-6, true)] {
        let drawn = draw(at_s, Vec::new());
        let (layout, frame, theme) = (&drawn.views[0].layout, &drawn.frames[0], drawn.session.theme());
        for (place, utilisation) in layout.links.iter().zip(&frame.utilisations) {
            assert_eq!(*utilisation > 0.0, busy, "{:?} at {at_s} s", place.link);
            let middle = (place.lanes[0][0] + place.lanes[0][1]) / 2.0;
            let same_place = |quad: &&Quad| quad.center.distance(middle) < 1e-3;
            let lane =
                drawn.list.front.iter().filter(same_place).find(|quad| (quad.half.y * 2.0 - place.width).abs() < 1e-3);
            let ink = lane.expect("a lane").fill.0;
            let expected = if busy { theme.heat(*utilisation) } else { theme.line };
            assert_eq!(ink[..3], expected.0[..3], "{:?} at {at_s} s", place.link);
        }
    }
}

#[test]
fn bottleneck_links_have_rims() {
    let drawn = draw(100e-6, Vec::new());
    let theme = drawn.session.theme();
    let mark = drawn.frames[0].bottleneck.as_ref().expect("a bottleneck");
    let layout = &drawn.views[0].layout;
    let ringed = bottleneck::ringed(layout, &drawn.session.runs[0].fabric.topology, &mark.links);
    assert!(!mark.links.is_empty() && !ringed.is_empty());
    for place in ringed {
        let middle = (place.lanes[0][0] + place.lanes[0][1]) / 2.0;
        let rim = |quad: &&Quad| quad.fill == theme.binding && quad.center.distance(middle) < 1e-3;
        let rim = drawn.list.front.iter().find(rim).expect("a rim");
        assert!(rim.half.y * 2.0 > place.width);
    }
    let idle = draw(0.0, Vec::new());
    assert!(idle.list.front.iter().all(|quad| quad.fill != theme.binding && quad.border_colour != theme.binding));
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
        drawn.list.front.iter().filter(ink).count()
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
        for quad in &drawn.list.front {
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
    assert!(!drawn.list.front.is_empty() && drawn.list.heats.len() == 1);
    drawn.session.apply(Intent::ShowMatrix(true));
    redraw(&drawn.session, &drawn.views, &drawn.frames, &mut drawn.list);
    assert!(drawn.list.front.is_empty() && drawn.list.heats.is_empty() && drawn.list.pes.is_empty());
    assert_eq!(drawn.list.back.len(), 1, "the line between the two fabrics");
    assert_eq!(drawn.list.back[0].fill, Theme::DARK.line);
}
