//! Names of the crate's modules, and where a path leads.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, UseTree};

use super::source::SourceFile;

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// To the module of this path.
    Module(Vec<String>),
    /// To an item that this file defines.
    Item(usize),
}

enum Named {
    /// A module below.
    Module,
    /// A type, function, constant, trait or macro.
    Item,
    /// Another path's name, by `use`.
    Import(Vec<String>),
}

/// The names of one module.
struct Scope {
    file: usize,
    /// One name can stand for a module and a function at once.
    names: BTreeMap<String, Vec<Named>>,
    globs: Vec<Vec<String>>,
}

/// The names of all modules.
pub struct Modules {
    scopes: BTreeMap<Vec<String>, Scope>,
}

/// What a search has passed: imports, so that it ends, and files.
struct Trail<'a> {
    imports: Vec<(Vec<String>, String, usize)>,
    files: &'a mut BTreeSet<usize>,
}

impl Modules {
    pub fn new(files: &[SourceFile]) -> Self {
        let mut modules = Self { scopes: BTreeMap::new() };
        for (index, file) in files.iter().enumerate() {
            modules.add(index, &file.module, &file.items);
        }
        modules
    }

    fn add(&mut self, file: usize, module: &[String], items: &[Item]) {
        let mut scope = Scope { file, names: BTreeMap::new(), globs: Vec::new() };
        for item in items {
            let (name, named) = match item {
                Item::Mod(child) => {
                    let path: Vec<String> = module.iter().cloned().chain([child.ident.to_string()]).collect();
                    if let Some((_, content)) = &child.content {
                        self.add(file, &path, content);
                    }
                    (&child.ident, Named::Module)
                }
                Item::Use(item) => {
                    scope.import(&item.tree, &mut Vec::new());
                    continue;
                }
                Item::Const(item) => (&item.ident, Named::Item),
                Item::Enum(item) => (&item.ident, Named::Item),
                Item::Fn(item) => (&item.sig.ident, Named::Item),
                Item::Static(item) => (&item.ident, Named::Item),
                Item::Struct(item) => (&item.ident, Named::Item),
                Item::Trait(item) => (&item.ident, Named::Item),
                Item::Type(item) => (&item.ident, Named::Item),
                Item::Union(item) => (&item.ident, Named::Item),
                Item::Macro(item) => match &item.ident {
                    Some(name) => (name, Named::Item),
                    None => continue,
                },
                _ => continue,
            };
            scope.names.entry(name.to_string()).or_default().push(named);
        }
        match self.scopes.get_mut(module) {
            // The roots of both packages are one.
            Some(known) => known.merge(scope),
            None => drop(self.scopes.insert(module.to_vec(), scope)),
        }
    }

    /// The file of a module; none if no file holds it.
    pub fn file(&self, module: &[String]) -> Option<usize> {
        self.scopes.get(module).map(|scope| scope.file)
    }

    /// Whether a module has a name, be it one of another crate.
    pub fn knows(&self, module: &[String], name: &str) -> bool {
        ["crate", "self", "super", "Self"].contains(&name)
            || self.scopes.get(module).is_some_and(|scope| scope.names.contains_key(name))
    }

    /// Where a path written in `from` leads; nowhere if it names something of another crate.
    ///
    /// Files that the path leads through are added to `through`.
    pub fn resolve(&self, from: &[String], path: &[String], through: &mut BTreeSet<usize>) -> BTreeSet<Found> {
        self.follow(from, path, &mut Trail { imports: Vec::new(), files: through })
    }

    fn follow(&self, from: &[String], path: &[String], trail: &mut Trail) -> BTreeSet<Found> {
        let mut start = from.to_vec();
        let mut rest = path;
        match path.first().map(String::as_str) {
            // The core's names stand in the program's library, too.
            Some("crate" | "fabricscope_core") => {
                start.clear();
                rest = &path[1..];
            }
            Some("self") => rest = &path[1..],
            Some("super") => {
                while rest.first().is_some_and(|name| name == "super") {
                    start.pop();
                    rest = &rest[1..];
                }
            }
            Some(name) => {
                let found = self.find(from, name, trail);
                return self.beyond(found, &path[1..], trail);
            }
            None => {}
        }
        self.walk(start, rest, trail)
    }

    fn walk(&self, module: Vec<String>, rest: &[String], trail: &mut Trail) -> BTreeSet<Found> {
        let Some(file) = self.file(&module) else { return BTreeSet::new() };
        trail.files.insert(file);
        let Some(name) = rest.first() else { return BTreeSet::from([Found::Module(module)]) };
        let found = self.find(&module, name, trail);
        if found.is_empty() && !self.knows(&module, name) {
            // Made by a macro there.
            return BTreeSet::from([Found::Item(file)]);
        }
        self.beyond(found, &rest[1..], trail)
    }

    /// Goes on with the rest of a path: in modules by name; after a type come its own members.
    fn beyond(&self, found: BTreeSet<Found>, rest: &[String], trail: &mut Trail) -> BTreeSet<Found> {
        let has_module = found.iter().any(|place| matches!(place, Found::Module(_)));
        let mut reached = BTreeSet::new();
        for place in found {
            match place {
                Found::Module(module) => reached.extend(self.walk(module, rest, trail)),
                Found::Item(_) if has_module && !rest.is_empty() => {}
                Found::Item(file) => {
                    reached.insert(Found::Item(file));
                }
            }
        }
        reached
    }

    fn find(&self, module: &[String], name: &str, trail: &mut Trail) -> BTreeSet<Found> {
        let mut found = BTreeSet::new();
        let Some(scope) = self.scopes.get(module) else { return found };
        for (index, named) in scope.names.get(name).into_iter().flatten().enumerate() {
            match named {
                Named::Module => {
                    let child: Vec<String> = module.iter().cloned().chain([name.to_owned()]).collect();
                    found.insert(Found::Module(child));
                }
                Named::Item => {
                    found.insert(Found::Item(scope.file));
                }
                Named::Import(path) => {
                    let step = (module.to_vec(), name.to_owned(), index);
                    if !trail.imports.contains(&step) {
                        trail.imports.push(step);
                        found.extend(self.follow(module, path, trail));
                        trail.imports.pop();
                    }
                }
            }
        }
        if found.is_empty() && !scope.names.contains_key(name) {
            for (index, glob) in scope.globs.iter().enumerate() {
                let step = (module.to_vec(), format!("{name} in *"), index);
                if trail.imports.contains(&step) {
                    continue;
                }
                trail.imports.push(step);
                for place in self.follow(module, glob, trail) {
                    if let Found::Module(other) = place {
                        found.extend(self.find(&other, name, trail));
                    }
                }
                trail.imports.pop();
            }
        }
        found
    }
}

impl Scope {
    fn merge(&mut self, other: Scope) {
        for (name, named) in other.names {
            self.names.entry(name).or_default().extend(named);
        }
        self.globs.extend(other.globs);
    }

    fn import(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before)),
            UseTree::Name(name) => self.name(before, &name.ident.to_string(), None),
            UseTree::Rename(name) => self.name(before, &name.ident.to_string(), Some(name.rename.to_string())),
            UseTree::Glob(_) => self.globs.push(before.clone()),
        }
    }

    fn name(&mut self, before: &[String], last: &str, rename: Option<String>) {
        let mut path = before.to_vec();
        if last != "self" {
            path.push(last.to_owned());
        }
        let Some(name) = rename.or_else(|| path.last().cloned()) else { return };
        self.names.entry(name).or_default().push(Named::Import(path));
    }
}
