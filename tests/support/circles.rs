//! Circles of files inside a room.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::{Link, LinkKind};
use super::source::room;

/// Files that use each other, and the imports that make them.
#[derive(Debug)]
pub struct Circle {
    /// One import a file; the last leads back to the first file.
    pub links: Vec<Link>,
}

impl std::fmt::Display for Circle {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        for link in &self.links {
            writeln!(f, "  {}:{}: `{}` uses {}", link.from, link.line, link.text, link.to)?;
        }
        Ok(())
    }
}

/// The imports between files of one room: the first that each file has of each other.
type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Link>>;

/// By room, the shortest circles, no two of which share an import; none if there is none.
pub fn circles(links: &[Link]) -> BTreeMap<String, Vec<Circle>> {
    let mut rooms: BTreeMap<&str, Graph> = BTreeMap::new();
    for link in links {
        let Some(own) = room(&link.from).filter(|own| room(&link.to) == Some(own)) else { continue };
        if link.kind == LinkKind::Uses {
            let files = rooms.entry(own).or_default();
            files.entry(&link.from).or_default().entry(&link.to).or_insert(link);
        }
    }
    let mut found = BTreeMap::new();
    for (name, graph) in rooms {
        let mut shortest_by_link: Vec<Vec<&Link>> = Vec::new();
        for link in graph.values().flat_map(|links| links.values()) {
            if let Some(mut back) = shortest(&graph, &link.to, &link.from) {
                back.insert(0, link);
                shortest_by_link.push(back);
            }
        }
        shortest_by_link.sort_by_key(Vec::len);
        let mut named = BTreeSet::new();
        let mut circles: Vec<Circle> = Vec::new();
        for links in shortest_by_link {
            let pairs: Vec<(&str, &str)> = links.iter().map(|link| (link.from.as_str(), link.to.as_str())).collect();
            if pairs.iter().all(|pair| !named.contains(pair)) {
                named.extend(pairs);
                circles.push(Circle { links: links.into_iter().cloned().collect() });
            }
        }
        if !circles.is_empty() {
            found.insert(name.to_owned(), circles);
        }
    }
    found
}

/// The fewest imports that lead from one file to another.
fn shortest<'a>(graph: &Graph<'a>, from: &'a str, to: &str) -> Option<Vec<&'a Link>> {
    let mut reached: BTreeMap<&str, &Link> = BTreeMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(file) = queue.pop_front() {
        if file == to {
            let mut path = Vec::new();
            let mut at = to;
            while at != from {
                let link = reached[at];
                path.insert(0, link);
                at = &link.from;
            }
            return Some(path);
        }
        for (next, link) in graph.get(file).into_iter().flatten() {
            if *next != from && !reached.contains_key(next) {
                reached.insert(next, link);
                queue.push_back(next);
            }
        }
    }
    None
}
