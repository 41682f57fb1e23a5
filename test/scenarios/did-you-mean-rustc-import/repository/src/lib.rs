#![deny(warnings)]

pub mod shapes;
