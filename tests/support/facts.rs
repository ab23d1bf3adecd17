//! What the house rules look at: string literals, decisions that rest on text, definitions, identifiers, comments.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, ExprBinary, ExprMethodCall, Item, ItemImpl, Lit, LitStr, Macro, Meta, Pat, Type};

use super::source::{MacroBody, SourceFile, attributes, is_test_only, macro_body};

/// A text at its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    pub file: String,
    pub line: usize,
    pub text: String,
}

/// A place where the program compares text with a literal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    pub file: String,
    pub line: usize,
    /// How: `.contains(…)`, `==`, `match`.
    pub how: String,
    /// With what.
    pub text: String,
}

/// What a definition defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Type,
    Function,
    Constant,
    Field,
    Variant,
    Module,
}

/// A name that the package defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Definition {
    pub file: String,
    pub line: usize,
    pub kind: Kind,
    pub name: String,
    /// The type that a field, a variant or a method belongs to; empty for others.
    pub owner: String,
}

/// What the files of the program say, tests left out.
#[derive(Default)]
pub struct Facts {
    pub literals: Vec<Text>,
    pub decisions: Vec<Decision>,
    pub definitions: Vec<Definition>,
}

pub fn facts(files: &[SourceFile]) -> Facts {
    let mut facts = Facts::default();
    for file in files {
        let mut reader = Reader { file: &file.path, owner: String::new(), facts: &mut facts };
        file.items.iter().for_each(|item| reader.visit_item(item));
    }
    facts
}

/// Methods that ask whether a text holds another one.
const QUESTIONS: [&str; 9] = [
    "contains",
    "starts_with",
    "ends_with",
    "strip_prefix",
    "strip_suffix",
    "find",
    "rfind",
    "eq_ignore_ascii_case",
    "trim_start_matches",
];

struct Reader<'a> {
    file: &'a str,
    owner: String,
    facts: &'a mut Facts,
}

impl Reader<'_> {
    fn literal(&mut self, literal: &LitStr) {
        let line = literal.span().start().line;
        self.facts.literals.push(Text { file: self.file.to_owned(), line, text: literal.value() });
    }

    fn decision(&mut self, how: &str, literal: &LitStr) {
        self.facts.decisions.push(Decision {
            file: self.file.to_owned(),
            line: literal.span().start().line,
            how: how.to_owned(),
            text: literal.value(),
        });
    }

    fn define(&mut self, kind: Kind, name: &proc_macro2::Ident, owner: &str) {
        self.facts.definitions.push(Definition {
            file: self.file.to_owned(),
            line: name.span().start().line,
            kind,
            name: name.to_string(),
            owner: owner.to_owned(),
        });
    }

    fn fields(&mut self, fields: &syn::Fields, owner: &str) {
        for name in fields.iter().filter_map(|field| field.ident.as_ref()) {
            self.define(Kind::Field, name, owner);
        }
    }

    fn literals_of_tokens(&mut self, tokens: TokenStream) {
        let mut documents = false;
        for token in tokens {
            // `doc = "…"`, which a comment is to a macro.
            let after_doc = documents;
            documents = match &token {
                TokenTree::Ident(name) => name == "doc",
                TokenTree::Punct(mark) => documents && mark.as_char() == '=',
                TokenTree::Group(_) | TokenTree::Literal(_) => false,
            };
            match token {
                TokenTree::Group(group) => self.literals_of_tokens(group.stream()),
                TokenTree::Literal(literal) if !after_doc => {
                    if let Lit::Str(literal) = Lit::new(literal) {
                        self.literal(&literal);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

/// The literals that an expression compares with: itself, those of a list, or that of `Some("…")`.
fn texts(expression: &Expr) -> Vec<&LitStr> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => vec![text],
            _ => Vec::new(),
        },
        Expr::Reference(reference) => texts(&reference.expr),
        Expr::Paren(inner) => texts(&inner.expr),
        Expr::Unary(unary) => texts(&unary.expr),
        Expr::Array(list) => list.elems.iter().flat_map(texts).collect(),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if path.path.is_ident("Some") || path.path.is_ident("Ok") => {
                call.args.iter().flat_map(texts).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test_only(attributes(item)) {
            return;
        }
        match item {
            Item::Struct(item) => {
                self.define(Kind::Type, &item.ident, "");
                self.fields(&item.fields, &item.ident.to_string());
            }
            Item::Enum(item) => {
                self.define(Kind::Type, &item.ident, "");
                for variant in &item.variants {
                    self.define(Kind::Variant, &variant.ident, &item.ident.to_string());
                    self.fields(&variant.fields, &variant.ident.to_string());
                }
            }
            Item::Type(item) => self.define(Kind::Type, &item.ident, ""),
            Item::Trait(item) => self.define(Kind::Type, &item.ident, ""),
            Item::Const(item) => self.define(Kind::Constant, &item.ident, ""),
            Item::Static(item) => self.define(Kind::Constant, &item.ident, ""),
            Item::Fn(item) => self.define(Kind::Function, &item.sig.ident, ""),
            Item::Mod(item) => self.define(Kind::Module, &item.ident, ""),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        if let Type::Path(path) = &*block.self_ty {
            self.owner = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        }
        visit::visit_item_impl(self, block);
        self.owner.clear();
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.define(Kind::Function, &function.sig.ident, &self.owner.clone());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_impl_item_const(&mut self, constant: &'ast syn::ImplItemConst) {
        self.define(Kind::Constant, &constant.ident, &self.owner.clone());
        visit::visit_impl_item_const(self, constant);
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.literal(literal);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = call.method.to_string();
        if QUESTIONS.contains(&method.as_str()) {
            for text in call.args.iter().flat_map(texts) {
                self.decision(&format!(".{method}(…)"), text);
            }
            // `["a", "b"].contains(&text)`
            for text in texts(&call.receiver) {
                self.decision(&format!("[…].{method}(…)"), text);
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_binary(&mut self, comparison: &'ast ExprBinary) {
        let how = match comparison.op {
            BinOp::Eq(_) => "==",
            BinOp::Ne(_) => "!=",
            _ => "",
        };
        if !how.is_empty() {
            for text in texts(&comparison.left).into_iter().chain(texts(&comparison.right)) {
                self.decision(how, text);
            }
        }
        visit::visit_expr_binary(self, comparison);
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if let Pat::Lit(literal) = pattern
            && let Lit::Str(text) = &literal.lit
        {
            self.decision("match", text);
        }
        visit::visit_pat(self, pattern);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        match macro_body(call) {
            MacroBody::Expressions(expressions) => expressions.iter().for_each(|one| Visit::visit_expr(self, one)),
            MacroBody::Matches(expressions, pattern) => {
                expressions.iter().for_each(|one| Visit::visit_expr(self, one));
                Visit::visit_pat(self, &pattern);
            }
            MacroBody::Tokens(tokens) => self.literals_of_tokens(tokens),
        }
    }

    /// Texts of errors and of the command line stand in attributes; documentation is read as comments.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            Meta::List(list) => self.literals_of_tokens(list.tokens.clone()),
            Meta::NameValue(pair) if !pair.path.is_ident("doc") => Visit::visit_expr(self, &pair.value),
            Meta::NameValue(_) | Meta::Path(_) => {}
        }
    }
}

/// Every identifier of a file, tests too, with its line. Fails if the text is not made of Rust's tokens.
pub fn identifiers(file: &str, text: &str) -> Vec<Text> {
    fn gather(tokens: TokenStream, file: &str, found: &mut Vec<Text>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => gather(group.stream(), file, found),
                TokenTree::Ident(name) => {
                    let line = name.span().start().line;
                    found.push(Text { file: file.to_owned(), line, text: name.to_string() });
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut found = Vec::new();
    gather(tokens, file, &mut found);
    found
}

/// A comment of one or more lines without its slashes, and where each of its lines begins.
pub struct Comment {
    pub text: String,
    /// Offsets into the text with their lines, from the first on.
    starts: Vec<(usize, usize)>,
}

impl Comment {
    /// The line of the file on which a part of the text begins.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.iter().rev().find(|(start, _)| *start <= offset).map_or(0, |(_, line)| *line)
    }
}

/// The comments that stand on lines of their own, neighbouring lines joined.
pub fn comments(text: &str) -> Vec<Comment> {
    let mut comments: Vec<Comment> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let Some(words) = line.trim_start().strip_prefix("//") else {
            open = false;
            continue;
        };
        let words = words.trim_start_matches(['/', '!']).trim();
        let number = index + 1;
        match comments.last_mut().filter(|_| open) {
            Some(comment) => {
                comment.text.push(' ');
                comment.starts.push((comment.text.len(), number));
                comment.text.push_str(words);
            }
            None => comments.push(Comment { text: words.to_owned(), starts: vec![(0, number)] }),
        }
        open = true;
    }
    comments
}
