//! Who uses whom: every `use` and every path of the source, followed to the file that defines what it names.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, Macro, Pat, Path, UseTree, VisRestricted, Visibility};

use super::resolve::{Found, Modules};
use super::source::{MacroBody, SourceFile, attributes, is_test_only, macro_body, room};
use super::token_paths::paths_in_tokens;

/// How one file leans on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// It uses something that the other file defines.
    Uses,
    /// It names the other file's module; what it uses of it shows elsewhere.
    NamesModule,
    /// It offers the names of a module below it as its own: `pub use child::Name`.
    Reexports,
}

/// One place where a file leans on another.
#[derive(Clone, Debug)]
pub struct Link {
    pub from: String,
    pub to: String,
    pub line: usize,
    /// As it is written: `use crate::fabric::Link`.
    pub text: String,
    pub kind: LinkKind,
    /// Rooms that the path leads through, re-exports included.
    pub rooms: BTreeSet<String>,
}

/// One place where a file names another crate (or a name that is not the package's, such as `Vec`).
#[derive(Clone, Debug)]
pub struct External {
    pub file: String,
    pub line: usize,
    pub name: String,
    pub text: String,
}

/// All places, in the order of the source.
#[derive(Default)]
pub struct Usage {
    pub links: Vec<Link>,
    pub externals: Vec<External>,
}

pub fn usage(files: &[SourceFile]) -> Usage {
    let modules = Modules::new(files);
    let mut usage = Usage::default();
    for (index, file) in files.iter().enumerate() {
        let mut walk = Walk {
            files,
            modules: &modules,
            file: index,
            module: file.module.clone(),
            locals: BTreeSet::new(),
            usage: &mut usage,
        };
        for item in &file.items {
            walk.visit_item(item);
        }
    }
    usage
}

struct Walk<'a> {
    files: &'a [SourceFile],
    modules: &'a Modules,
    file: usize,
    /// The module that names are looked up in; differs from the file's inside `mod x { … }`.
    module: Vec<String>,
    /// Names that the function bound, which hide functions of the module.
    locals: BTreeSet<String>,
    usage: &'a mut Usage,
}

impl Walk<'_> {
    fn path(&mut self, names: &[String], line: usize) {
        if names.len() == 1 && self.locals.contains(&names[0]) {
            return;
        }
        self.record(names, line, names.join("::"), LinkKind::Uses);
    }

    fn record(&mut self, names: &[String], line: usize, text: String, kind: LinkKind) {
        let mut rooms = BTreeSet::new();
        let places = self.modules.resolve(&self.module, names, &mut rooms);
        let from = self.files[self.file].path.clone();
        if places.is_empty() {
            self.external(names, line, text);
            return;
        }
        let mut rooms: BTreeSet<String> =
            rooms.into_iter().filter_map(|file| room(&self.files[file].path)).map(str::to_owned).collect();
        for place in places {
            let (file, kind) = match place {
                Found::Module(module) => (self.modules.file(&module), LinkKind::NamesModule),
                Found::Item(file) => (Some(file), kind),
            };
            let Some(file) = file.filter(|file| *file != self.file) else { continue };
            let target = &self.files[file];
            rooms.extend(room(&target.path).map(str::to_owned));
            let below = target.module.len() > self.module.len() && target.module.starts_with(&self.module);
            let kind = if kind == LinkKind::Reexports && !below { LinkKind::Uses } else { kind };
            let (to, text, rooms) = (target.path.clone(), text.clone(), rooms.clone());
            self.usage.links.push(Link { from: from.clone(), to, line, text, kind, rooms });
        }
    }

    fn external(&mut self, names: &[String], line: usize, text: String) {
        let file = self.files[self.file].path.clone();
        self.usage.externals.push(External { file, line, name: names[0].clone(), text });
    }

    fn use_tree(&mut self, tree: &UseTree, before: &[String], kind: LinkKind) {
        let with = |ident: &Ident| -> Vec<String> { before.iter().cloned().chain([ident.to_string()]).collect() };
        match tree {
            UseTree::Path(path) => self.use_tree(&path.tree, &with(&path.ident), kind),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, before, kind)),
            UseTree::Name(name) if name.ident == "self" => self.import(before, &name.ident, None, kind),
            UseTree::Name(name) => self.import(&with(&name.ident), &name.ident, None, kind),
            UseTree::Rename(name) if name.ident == "self" => {
                self.import(before, &name.ident, Some(&name.rename), kind);
            }
            UseTree::Rename(name) => self.import(&with(&name.ident), &name.ident, Some(&name.rename), kind),
            // What is used of a glob shows where it is used; the module alone is named here.
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.record(before, line, format!("use {}::*", before.join("::")), kind);
            }
        }
    }

    fn import(&mut self, names: &[String], last: &Ident, rename: Option<&Ident>, kind: LinkKind) {
        let rename = rename.map(|name| format!(" as {name}")).unwrap_or_default();
        let text = format!("use {}{rename}", names.join("::"));
        self.record(names, last.span().start().line, text, kind);
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test_only(attributes(item)) {
            return;
        }
        match item {
            Item::Mod(module) => {
                self.module.push(module.ident.to_string());
                visit::visit_item(self, item);
                self.module.pop();
            }
            Item::Fn(function) => {
                let outer = self.locals.clone();
                Locals(&mut self.locals).visit_item_fn(function);
                visit::visit_item(self, item);
                self.locals = outer;
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        Locals(&mut self.locals).visit_impl_item_fn(function);
        visit::visit_impl_item_fn(self, function);
        self.locals.clear();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let kind = if matches!(item.vis, Visibility::Inherited) { LinkKind::Uses } else { LinkKind::Reexports };
        if item.leading_colon.is_none() {
            self.use_tree(&item.tree, &[], kind);
        } else if let UseTree::Path(path) = &item.tree {
            let name = path.ident.to_string();
            self.external(std::slice::from_ref(&name), path.ident.span().start().line, format!("use ::{name}::…"));
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let line = path.segments[0].ident.span().start().line;
        if path.leading_colon.is_some() {
            self.external(&names, line, format!("::{}", names.join("::")));
        } else {
            self.path(&names, line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        match macro_body(call) {
            MacroBody::Expressions(expressions) => expressions.iter().for_each(|one| Visit::visit_expr(self, one)),
            MacroBody::Matches(expressions, pattern) => {
                expressions.iter().for_each(|one| Visit::visit_expr(self, one));
                Visit::visit_pat(self, &pattern);
            }
            MacroBody::Tokens(tokens) => self.tokens(tokens),
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }
}

impl Walk<'_> {
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        let mut paths = Vec::new();
        paths_in_tokens(tokens, &mut paths);
        for (names, line) in paths {
            self.path(&names, line);
        }
    }
}

/// Gathers the names that a function binds.
struct Locals<'a>(&'a mut BTreeSet<String>);

impl<'ast> Visit<'ast> for Locals<'_> {
    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if let Pat::Ident(name) = pattern {
            let name = name.ident.to_string();
            // A capital is a constant to compare with.
            if !name.starts_with(char::is_uppercase) {
                self.0.insert(name);
            }
        }
        visit::visit_pat(self, pattern);
    }
}
