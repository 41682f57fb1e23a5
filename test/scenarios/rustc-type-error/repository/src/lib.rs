pub fn count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
