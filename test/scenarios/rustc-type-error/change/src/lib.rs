pub fn count(n: u64) -> u32 {
    n
}
