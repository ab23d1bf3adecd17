//! The package's source, parsed, without what is compiled for tests only.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ImplItem, Item, Macro, Meta, Pat, Token};

/// A file that is part of the program or the library.
pub struct SourceFile {
    /// From the folder of the repository: `src/core/fabric/mod.rs`.
    pub path: String,
    /// Its module, from the crate's root: `["fabric"]`; empty for both `lib.rs`.
    pub module: Vec<String>,
    pub items: Vec<Item>,
}

/// The path of a file below the folder of its package: `src/`, or `src/core/` of the core.
fn below_package(path: &str) -> Option<&str> {
    path.strip_prefix("src/core/").or_else(|| path.strip_prefix("src/"))
}

/// The room of a file: the first name below the folder of its package. None for the roots of the crates.
pub fn room(path: &str) -> Option<&str> {
    let below = below_package(path)?;
    let first = below.split('/').next()?;
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (!["lib", "main", "vendor"].contains(&room)).then_some(room)
}

/// Path and text of each `.rs` file below a folder of the package, in the order of their paths.
///
/// Fails if the folder exists and cannot be read; a folder that does not exist has no files.
pub fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    if Path::new(folder).exists() {
        collect(Path::new(folder), &mut files);
    }
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.to_string_lossy().replace('\\', "/");
            files.push((name, std::fs::read_to_string(&path).expect("UTF-8")));
        }
    }
}

/// Parses the files of `src/`, and drops test modules, whether written in place or in files of their own.
///
/// Fails with the file's name if one does not parse.
pub fn parse(files: &[(String, String)]) -> Vec<SourceFile> {
    let mut test_modules = Vec::new();
    let mut parsed = Vec::new();
    for (path, text) in files {
        let ast = syn::parse_file(text)
            .unwrap_or_else(|error| panic!("{path}:{}: does not parse: {error}", error.span().start().line));
        let module = module_of(path);
        let items = without_tests(ast.items, &module, &mut test_modules);
        parsed.push(SourceFile { path: path.clone(), module, items });
    }
    parsed.retain(|file| !test_modules.iter().any(|test| file.module.starts_with(test)));
    parsed
}

/// `src/core/fabric/names.rs` is `["fabric", "names"]`, `src/core/fabric/mod.rs` is `["fabric"]`. Both packages have one tree of
/// modules, as the names of the core stand in the program's library.
fn module_of(path: &str) -> Vec<String> {
    let below = below_package(path).unwrap_or(path);
    let mut names: Vec<String> = below.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|name| name == "mod") || below == "lib.rs" {
        names.pop();
    }
    names
}

fn without_tests(items: Vec<Item>, module: &[String], test_modules: &mut Vec<Vec<String>>) -> Vec<Item> {
    let mut kept = Vec::new();
    for mut item in items {
        let test_only = is_test_only(attributes(&item));
        match &mut item {
            Item::Mod(child) => {
                let path: Vec<String> = module.iter().cloned().chain([child.ident.to_string()]).collect();
                if test_only {
                    test_modules.push(path);
                } else if let Some((_, content)) = &mut child.content {
                    *content = without_tests(std::mem::take(content), &path, test_modules);
                }
            }
            Item::Impl(block) => block.items.retain(|item| !is_test_only(member_attributes(item))),
            _ => {}
        }
        if !test_only {
            kept.push(item);
        }
    }
    kept
}

/// Whether `#[test]`, `#[cfg(test)]` or `#[cfg(all(test, …))]` stands before an item.
pub fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) => list.path.is_ident("cfg") && requires_test(list.tokens.clone()),
        Meta::NameValue(_) => false,
    })
}

fn requires_test(condition: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = condition.into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(name)] => name == "test",
        [TokenTree::Ident(name), TokenTree::Group(group)] if name == "all" => {
            let parts: Vec<TokenTree> = group.stream().into_iter().collect();
            parts
                .split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','))
                .any(|part| requires_test(part.iter().cloned().collect()))
        }
        _ => false,
    }
}

/// The attributes of any item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn member_attributes(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(item) => &item.attrs,
        ImplItem::Fn(item) => &item.attrs,
        ImplItem::Type(item) => &item.attrs,
        ImplItem::Macro(item) => &item.attrs,
        _ => &[],
    }
}

/// What stands between the brackets of a macro call, as far as it can be parsed.
pub enum MacroBody {
    /// Expressions between commas, as in `format!` and `vec!`.
    Expressions(Vec<Expr>),
    /// `matches!(value, pattern)`, its guard dropped into the expressions.
    Matches(Vec<Expr>, Box<Pat>),
    /// Anything else, such as the rules of a `macro_rules!`.
    Tokens(TokenStream),
}

pub fn macro_body(call: &Macro) -> MacroBody {
    let is_matches = call.path.segments.last().is_some_and(|segment| segment.ident == "matches");
    if is_matches && let Ok((expressions, pattern)) = parse_matches.parse2(call.tokens.clone()) {
        return MacroBody::Matches(expressions, Box::new(pattern));
    }
    // `vec![value; count]`
    let pair = |input: syn::parse::ParseStream| {
        let value: Expr = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(vec![value, input.parse()?])
    };
    if let Ok(expressions) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone()) {
        return MacroBody::Expressions(expressions.into_iter().collect());
    }
    pair.parse2(call.tokens.clone()).map_or_else(|_| MacroBody::Tokens(call.tokens.clone()), MacroBody::Expressions)
}

fn parse_matches(input: syn::parse::ParseStream) -> syn::Result<(Vec<Expr>, Pat)> {
    let mut expressions = vec![input.parse()?];
    input.parse::<Token![,]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    if input.parse::<Option<Token![if]>>()?.is_some() {
        expressions.push(input.parse()?);
    }
    input.parse::<Option<Token![,]>>()?;
    Ok((expressions, pattern))
}
