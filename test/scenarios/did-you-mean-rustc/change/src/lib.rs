pub fn twice(count: u32) -> u32 {
    cuont * 2
}
