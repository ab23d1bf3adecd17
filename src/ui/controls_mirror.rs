//! The controls of the panels as a list, for a page: browsers see one canvas, and screen readers nothing in it. The page keeps
//! an element for each control.

use std::collections::BTreeMap;

use egui::accesskit::{Action, Node, NodeId, Role, Toggled, TreeUpdate};
use serde::Serialize;

/// A control, as an element of a page describes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MirroredControl {
    /// Its number, as text: numbers of a page have 53 bits.
    pub id: String,
    /// Its role by the names of ARIA.
    pub role: &'static str,
    /// Its name.
    pub name: String,
    /// Whether it is checked or chosen, if it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<bool>,
    /// Whether it can be used.
    pub enabled: bool,
    /// The value of a slider, with its least and largest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 3]>,
    /// The text of a field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// All controls in the order of the screen, and the one that has the keyboard.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ControlsMirror {
    /// The controls.
    pub controls: Vec<MirroredControl>,
    /// The number of the control that has the keyboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focused: Option<String>,
}

/// The controls of a pass.
pub fn controls_mirror(update: &TreeUpdate) -> ControlsMirror {
    let nodes: BTreeMap<NodeId, &Node> = update.nodes.iter().map(|(id, node)| (*id, node)).collect();
    let mut controls = Vec::new();
    let mut waiting: Vec<NodeId> = update.tree.as_ref().map(|tree| tree.root).into_iter().collect();
    // Each node once, even if the tree had a circle.
    let mut left = nodes.len();
    while let Some(id) = waiting.pop().filter(|_| left > 0) {
        left -= 1;
        let Some(node) = nodes.get(&id) else { continue };
        controls.extend(control(id, node));
        waiting.extend(node.children().iter().rev());
    }
    let focused = update.focus.0.to_string();
    let is_control = controls.iter().any(|control: &MirroredControl| control.id == focused);
    ControlsMirror { controls, focused: is_control.then_some(focused) }
}

/// A node as a control; `None` for labels, panels and whatever has no name.
fn control(id: NodeId, node: &Node) -> Option<MirroredControl> {
    let role = role(node)?;
    let name = node.label().filter(|name| !name.is_empty())?.to_owned();
    let range = node.numeric_value().zip(node.min_numeric_value()).zip(node.max_numeric_value());
    Some(MirroredControl {
        id: id.0.to_string(),
        role,
        name,
        checked: node.toggled().map(|toggled| toggled == Toggled::True),
        enabled: !node.is_disabled(),
        range: range.map(|((value, least), largest)| [value, least, largest]),
        value: node.value().filter(|_| node.role() == Role::TextInput).map(str::to_owned),
    })
}

/// The name of a role in ARIA; `None` if the node is not a control.
#[expect(clippy::wildcard_enum_match_arm, reason = "roles of AccessKit; panels have only some")]
fn role(node: &Node) -> Option<&'static str> {
    match node.role() {
        Role::Button => Some("button"),
        Role::Link => Some("link"),
        Role::CheckBox => Some("checkbox"),
        Role::RadioButton => Some("radio"),
        Role::ComboBox => Some("combobox"),
        Role::Slider => Some("slider"),
        Role::TextInput => Some("textbox"),
        Role::Image => Some("img"),
        _ if node.supports_action(Action::Click) && node.label().is_some() => Some("button"),
        _ => None,
    }
}
