#![deny(warnings)]

pub mod shapes;

pub use shapes::Circle;
use std::{
    collections::{BTreeMap as Tree, HashMap}, // maps
    fmt::{self, Display},
    io::*,
};
use std::rc::Rc;

pub fn show(map: &HashMap<u8, u8>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", map.len())
}
