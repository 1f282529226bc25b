/work/main/benches/matching/target/debug/deps/mcmf-28622b1ea25e7770.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/mcmf-2.0.0/src/lib.rs

/work/main/benches/matching/target/debug/deps/libmcmf-28622b1ea25e7770.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/mcmf-2.0.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/mcmf-2.0.0/src/lib.rs:
