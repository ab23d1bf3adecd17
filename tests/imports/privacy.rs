//! Nothing personal of a file gets into a report or a scene.

use crate::support::{read, sample};

/// Words that stand for a host, a user, an address and a token.
const PLANTED: [&str; 4] = ["zeppelin-host", "/home/agneta", "203.0.113.77", "tok3n-s3cret"];

/// The report and the scene of a file with planted words.
fn output(text: &str) -> String {
    let imported = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    format!("{}\n{:?}\n{:?}", imported.scene_text(), imported.report, imported.document)
}

#[test]
fn planted_names_do_not_get_out() {
    let text = |name: &str| String::from_utf8(sample(name)).expect("text");
    let [host, path, address, token] = PLANTED;
    let matrix =
        format!("agneta@{host}:{path}$ TOKEN={token} nvidia-smi topo -m # {address}\n{}", text("a100-8gpu-17nic.txt"));
    let matrix = matrix.replace("mlx5_2", host);
    let xml = text("dgx-a100-40g-8gpu-10hca.xml")
        .replace("mlx5_0", host)
        .replace("GenuineIntel", path)
        .replace("AuthenticAMD", token);
    let log = format!(
        "{host}:1:1 [0] NCCL INFO Bootstrap : Using eth0:{address}<0>\n{host}:1:1 [0] NCCL INFO NCCL_ALGO set by environment to {token}{path}.\n\
         {host}:1:1 [0] NCCL INFO Using network {host}\n{host}:1:1 [0] NCCL INFO Channel 00/01 :    0   1   2   3\n"
    );
    let trace = format!(
        "{{\"traceName\": \"{path}\", \"deviceProperties\": [{{\"name\": \"{host}\"}}], \"distributedInfo\": {{\"rank\": 0, \"world_size\": 8}}, \
         \"traceEvents\": [{{\"ph\": \"X\", \"cat\": \"kernel\", \"name\": \"ncclDevKernel_AllReduce {token}\", \"ts\": 1, \"dur\": 2, \"args\": \
         {{\"Collective name\": \"allreduce\", \"In msg nelems\": 1024, \"dtype\": \"Float\", \"Process Group Description\": \"{address}\"}}}}]}}"
    );
    for text in [matrix, xml, log, trace] {
        let output = output(&text);
        for planted in PLANTED {
            assert!(!output.contains(planted), "{planted} is in the output");
        }
    }
}
