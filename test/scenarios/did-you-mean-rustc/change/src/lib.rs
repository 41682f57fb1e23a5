pub fn twice(count: u32) -> u32 {
    cout * 2
}
