//! Explanations of sequences.

use crate::catalog::Catalog;
use crate::explain::{explain, instant, instant_sentences, operations_on_path};
use crate::scene::parse_scene;
use crate::solve::solve;
use crate::units::Femtos;

#[test]
fn parts_and_operations_on_the_critical_path_add_up_to_the_time() {
    let sequence = "(name: \"gather\", collective: \"all-gather\"), (name: \"forward\", compute: \"2ms\"), \
                    (name: \"beside\", collective: \"all-gather\", message: \"1MiB\", after: [\"gather\"]), \
                    (name: \"scatter\", collective: \"reduce-scatter\", after: [\"forward\", \"beside\"])";
    let text = format!(
        "(version: 1, title: \"t\", workload: (message: \"64MiB\", replicas: 16, sequence: [{sequence}]), fabrics: \
         [(name: \"A\", machine: \"dgx-h100\", nodes: 2, network: \"ib-ndr\", algorithm: \"ring\")])"
    );
    let catalog = Catalog::bundled().expect("the catalog");
    let run = solve(&parse_scene("t", &text, &catalog).expect("a scene").scene).remove(0);
    let explanation = explain(&run).expect("an explanation");
    let parts: u64 = explanation.shares.iter().map(|share| share.time.0).sum();
    assert_eq!(Femtos(parts), run.result().expect("a result").time);
    assert!(explanation.path.complete);
    let path = operations_on_path(&run.plan, &explanation.path);
    let names: Vec<&str> = path.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["gather", "forward", "scatter"]);
    assert!(explanation.sentences.iter().any(|text| text.contains("gather (") && text.contains("then forward (2")));
    // Shortly before the forward pass ends nothing is sent.
    let at = Femtos(path[1].until.0 - 1);
    let sentences = instant_sentences(&run, &explanation.path, at, instant(&run, at).as_ref());
    assert_eq!(sentences[0], "No link is the bottleneck: waiting on a computation.");
}
