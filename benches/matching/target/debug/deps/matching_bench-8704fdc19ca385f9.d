/work/main/benches/matching/target/debug/deps/matching_bench-8704fdc19ca385f9.d: src/main.rs src/dice.rs src/instance.rs src/../../../src/matching/mod.rs src/../../../src/matching/certificate.rs src/../../../src/matching/even.rs src/../../../src/matching/kernel.rs src/../../../src/matching/network.rs src/../../../src/matching/optimum.rs src/../../../src/matching/problem.rs src/../../../src/matching/report.rs src/../../../src/matching/scores.rs src/../../../src/matching/stable.rs src/../../../src/matching/watch.rs src/../../../src/matching/worst_off.rs src/programme.rs src/shapes.rs src/solvers.rs

/work/main/benches/matching/target/debug/deps/libmatching_bench-8704fdc19ca385f9.rmeta: src/main.rs src/dice.rs src/instance.rs src/../../../src/matching/mod.rs src/../../../src/matching/certificate.rs src/../../../src/matching/even.rs src/../../../src/matching/kernel.rs src/../../../src/matching/network.rs src/../../../src/matching/optimum.rs src/../../../src/matching/problem.rs src/../../../src/matching/report.rs src/../../../src/matching/scores.rs src/../../../src/matching/stable.rs src/../../../src/matching/watch.rs src/../../../src/matching/worst_off.rs src/programme.rs src/shapes.rs src/solvers.rs

src/main.rs:
src/dice.rs:
src/instance.rs:
src/../../../src/matching/mod.rs:
src/../../../src/matching/certificate.rs:
src/../../../src/matching/even.rs:
src/../../../src/matching/kernel.rs:
src/../../../src/matching/network.rs:
src/../../../src/matching/optimum.rs:
src/../../../src/matching/problem.rs:
src/../../../src/matching/report.rs:
src/../../../src/matching/scores.rs:
src/../../../src/matching/stable.rs:
src/../../../src/matching/watch.rs:
src/../../../src/matching/worst_off.rs:
src/programme.rs:
src/shapes.rs:
src/solvers.rs:
