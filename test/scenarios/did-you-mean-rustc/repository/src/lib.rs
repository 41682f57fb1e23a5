pub fn twice(count: u32) -> u32 {
    count * 2
}
