use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;

pub fn total(a: u32, b: u32) -> u32 {
    a + b
}

pub fn empty() -> BTreeMap<u8, u8> {
    BTreeMap::new()
}
