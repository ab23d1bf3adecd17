//! Plans: the transfers of one collective with their routes and dependencies.
//!
//! A plan says what moves where and in which order. It contains no times: those are the result of a simulation.
//!
//! | file | contents |
//! |---|---|
//! | `route` | link runs, and the routes made of them |
//! | `transfer` | transfers, cohorts, dependencies and their ids |
//! | `delays` | software per launch and per step, late and slow ranks |
//! | `error` | why a fabric has no plan, and the limits of a plan |
//! | `routing` | the path from rank to rank around links that are down |
//! | `rule` | the trait that every form of a plan implements |
//! | `listed` | a plan with all transfers written out |
//! | `rules` | plans whose transfers are computed from their ids |
//! | `operation` | the operations of a sequence |
//! | `plan` | the plan: one of these forms, with its launch and its phases |
//! | `builder` | builds a listed plan |
//! | `representative` | the few transfers that stand for all of a symmetric plan |

mod builder;
mod delays;
mod error;
mod listed;
mod operation;
#[expect(clippy::module_inception, reason = "the file of `Plan` itself; the module is the room")]
mod plan;
mod representative;
mod route;
mod routing;
mod rule;
mod rules;
mod transfer;

pub use builder::PlanBuilder;
pub use delays::Delays;
pub use error::{PlanCount, PlanError, check_listed};
pub(crate) use error::{USEFUL_ROUTE_RUNS, check_limit, check_route_runs};
pub use listed::ListedPlan;
pub use operation::PlanOperation;
pub use plan::{Plan, PlanBody};
pub use representative::{Representative, representative};
pub use route::{Flow, Route, RouteId, RouteRun};
pub use routing::path_between;
pub use rule::{Deps, TransferRule};
pub use rules::{
    AllReduceHalf, ChannelRings, Channels, Exchange, Halves, Loops, MultiRings, RankOrder, RingPart, RingPhase,
    RingRule, RingSet, SwitchExchange, SymmetricRule,
};
pub use transfer::{Cohort, Delivery, Dep, DepKind, MessageSlice, PlanPhaseId, Transfer, TransferId};
