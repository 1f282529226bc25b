/work/main/benches/matching/target/debug/deps/integer_sqrt-3b6b674dfa2d529b.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/integer-sqrt-0.1.5/src/lib.rs

/work/main/benches/matching/target/debug/deps/libinteger_sqrt-3b6b674dfa2d529b.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/integer-sqrt-0.1.5/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/integer-sqrt-0.1.5/src/lib.rs:
