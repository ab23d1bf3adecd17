//! Links merged into resources against the links themselves, one by one.

use std::collections::BTreeMap;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::random_plans::config;
use crate::fabric::{Fabric, Graph, LinkId, LinkMode, Topology};
use crate::plan::{Delivery, Flow, Plan, PlanBuilder, RouteRun};
use crate::simulate::resources::{Resource, Resources, Use};
use crate::units::{BytesPerSec, Femtos};

const LINKS: i64 = 60;

/// A run of links that all exist: rows and columns as on a mesh, forwards and backwards, some crossed twice. Serial links
/// come one by one, as ramps do.
fn run() -> impl Strategy<Value = RouteRun> {
    let row = (0..LINKS as u32, -4..=4_i32, 1..=6_u32);
    let rows = (1..=3_u32, -9..=9_i32);
    (row, rows, 1..=2_u32, 0..8_u32).prop_filter_map(
        "a link that does not exist, or twice in a row",
        |((first, stride, count), (rows, row_stride), weight, serial)| {
            let line = RouteRun::line(LinkId(first), stride, count, 0.0, 0.0, Flow::Reduce);
            let run = RouteRun {
                weight: f64::from(weight),
                serial: serial == 0 && count == 1 && rows == 1,
                ..line.repeated(rows, row_stride, 0.0)
            };
            let ends = [0, rows - 1].into_iter().flat_map(|row| [(row, 0), (row, count - 1)]);
            let reach = |(row, index): (u32, u32)| {
                i64::from(first) + i64::from(row) * i64::from(row_stride) + i64::from(index) * i64::from(stride)
            };
            ends.map(reach).all(|link| (0..LINKS).contains(&link)).then_some(run).filter(|_| stride != 0 || count == 1)
        },
    )
}

/// Sixty links alike, of which some have half their capacity.
fn fabric(slow: impl IntoIterator<Item = u32>) -> Fabric {
    let mut graph = Graph::default();
    (0..LINKS).for_each(|_| _ = graph.add(BytesPerSec(8.0), Femtos(0), LinkMode::Shared));
    let mut fabric = Fabric::from(Topology::Graph(graph));
    fabric.slow(slow.into_iter().map(|link| (LinkId(link), 0.5)));
    fabric
}

fn plan(routes: &[Vec<RouteRun>]) -> Plan {
    let mut plan = PlanBuilder::new(Femtos(0));
    let phase = plan.phase("test");
    for runs in routes {
        let route = plan.route(runs.iter().cloned(), Femtos(0));
        plan.transfer(phase, route, 1.0, Delivery::Partial, &[]);
    }
    plan.build()
}

/// The users of each link that has any, by ascending route.
fn users_by_link(routes: &[Vec<RouteRun>]) -> BTreeMap<LinkId, Vec<Use>> {
    let mut found: BTreeMap<LinkId, Vec<Use>> = BTreeMap::new();
    for (id, run) in routes.iter().zip(0..).flat_map(|(runs, id)| runs.iter().map(move |run| (id, run))) {
        for (row, index) in (0..run.rows).flat_map(|row| (0..run.count).map(move |index| (row, index))) {
            let users = found.entry(run.link(row, index)).or_default();
            match users.last_mut().filter(|user| user.id == id) {
                Some(user) => {
                    user.weight += run.weight;
                    user.serial |= run.serial;
                }
                None => users.push(Use { id, weight: run.weight, serial: run.serial }),
            }
        }
    }
    found
}

/// Whether a link with these users is never full before the resource is.
fn limits_first(resource: &Resource, users: &[Use], capacity: f64) -> bool {
    let crosses = |user: &Use| resource.users.iter().any(|other| other.id == user.id && other.weight >= user.weight);
    let shared = !resource.serial || resource.users.iter().all(|user| user.serial);
    shared && resource.capacity <= capacity && users.iter().all(crosses)
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn resources_limit_as_their_links_do_and_none_is_superfluous(
        routes in vec(vec(run(), 1..=3), 1..=5),
        slow in btree_set(0..LINKS as u32, 0..4),
    ) {
        let fabric = fabric(slow);
        let resources = Resources::new(&fabric, &plan(&routes)).expect("links that exist");
        let links = users_by_link(&routes);
        let capacity = |link: LinkId| fabric.link(link).map_or(0.0, |spec| spec.capacity.0);
        for resource in &resources.all {
            prop_assert_eq!(Some(&resource.users), links.get(&resource.link), "of {:?}", resource.link);
            prop_assert_eq!(resource.capacity, capacity(resource.link), "of {:?}", resource.link);
        }
        for (&link, users) in &links {
            let found = if users.iter().any(|user| user.serial) {
                resources.all.iter().any(|resource| resource.link == link && resource.serial)
            } else {
                resources.all.iter().any(|resource| limits_first(resource, users, capacity(link)))
            };
            prop_assert!(found, "link {} with {users:?} limits nothing", link.0);
        }
        for (index, weak) in resources.all.iter().enumerate().filter(|(_, resource)| !resource.serial) {
            let mut others = resources.all.iter().enumerate().filter(|(other, _)| *other != index);
            let superfluous = others.find(|(_, strong)| {
                // Of two that differ in nothing but weights, the first one may stay.
                let comes_first = strong.users.len() > weak.users.len() || strong.capacity < weak.capacity;
                (comes_first || strong.users == weak.users) && limits_first(strong, &weak.users, weak.capacity)
            });
            prop_assert!(superfluous.is_none(), "{weak:?} beside {superfluous:?}");
        }
        for (route, id) in routes.iter().zip(0..) {
            let crossed = resources.all.iter().zip(0..).filter(|(resource, _)| resource.users.iter().any(|user| user.id == id));
            let crossed: Vec<u32> = crossed.map(|(_, resource)| resource).collect();
            prop_assert_eq!(resources.of_route(id).iter().map(|used| used.id).collect::<Vec<_>>(), crossed, "{:?}", route);
        }
    }
}
