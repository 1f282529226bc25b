/work/main/benches/matching/target/debug/deps/cpu_time-8b3568784f88a23f.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cpu-time-1.0.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cpu-time-1.0.0/src/clock_gettime.rs

/work/main/benches/matching/target/debug/deps/libcpu_time-8b3568784f88a23f.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cpu-time-1.0.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cpu-time-1.0.0/src/clock_gettime.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cpu-time-1.0.0/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cpu-time-1.0.0/src/clock_gettime.rs:
