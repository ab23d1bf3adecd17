//! Where the keyboard focus stands in the order of Tab, so that a page can let it leave at both ends.

use egui::{Context, Id, LayerId, Order};

/// The place of the focus among the controls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TabPlace {
    /// Whether a control has the focus.
    pub in_control: bool,
    /// Whether no control comes before: Shift + Tab would leave.
    pub at_start: bool,
    /// Whether no control comes after: Tab would leave.
    pub at_end: bool,
}

/// The place of the focus after the last pass. A window over the stage comes after the panels. A menu belongs to the
/// control that opened it, so its last entry is not the end.
pub fn tab_place(ctx: &Context) -> TabPlace {
    let focused = ctx.memory(|memory| memory.focused());
    let mut layers: Vec<(LayerId, Vec<Id>)> = ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let focusable = |widgets: &[egui::WidgetRect]| {
            widgets
                .iter()
                .filter(|widget| widget.enabled && widget.sense.is_focusable())
                .map(|widget| widget.id)
                .collect()
        };
        widgets.layers().map(|(layer, widgets)| (*layer, focusable(widgets))).collect()
    });
    layers.retain(|(layer, ids): &(LayerId, Vec<Id>)| !ids.is_empty() && layer.order <= Order::Middle);
    let Some(focused) = focused else {
        return TabPlace { in_control: false, at_start: true, at_end: layers.is_empty() };
    };
    let first_order = layers.iter().map(|(layer, _)| layer.order).min();
    let last_order = layers.iter().map(|(layer, _)| layer.order).max();
    let is = |order: Option<Order>, end: fn(&Vec<Id>) -> Option<&Id>| {
        layers.iter().any(|(layer, ids)| Some(layer.order) == order && end(ids) == Some(&focused))
    };
    TabPlace {
        in_control: true,
        at_start: is(first_order, |ids| ids.first()),
        at_end: is(last_order, |ids| ids.last()),
    }
}
