/work/main/benches/matching/target/debug/deps/gcc-a5ded89a41750d5e.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/windows_registry.rs

/work/main/benches/matching/target/debug/deps/libgcc-a5ded89a41750d5e.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/windows_registry.rs

/work/main/benches/matching/target/debug/deps/libgcc-a5ded89a41750d5e.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/windows_registry.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gcc-0.3.55/src/windows_registry.rs:
