fn main() {
    println!("cargo::rerun-if-changed=migrations");
    memory_serve::load_directory("./static");
}
