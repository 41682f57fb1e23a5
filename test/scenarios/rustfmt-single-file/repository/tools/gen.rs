fn main() {
    println!("gen");
}
