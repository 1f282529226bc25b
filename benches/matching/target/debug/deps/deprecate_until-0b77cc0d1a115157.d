/work/main/benches/matching/target/debug/deps/deprecate_until-0b77cc0d1a115157.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/deprecate-until-1.0.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/deprecate-until-1.0.0/src/../README.md

/work/main/benches/matching/target/debug/deps/libdeprecate_until-0b77cc0d1a115157.so: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/deprecate-until-1.0.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/deprecate-until-1.0.0/src/../README.md

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/deprecate-until-1.0.0/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/deprecate-until-1.0.0/src/../README.md:
