/work/main/benches/matching/target/debug/deps/lsap-b52dca4ec88e1563.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/lsap-1.0.2/src/lib.rs

/work/main/benches/matching/target/debug/deps/liblsap-b52dca4ec88e1563.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/lsap-1.0.2/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/lsap-1.0.2/src/lib.rs:
