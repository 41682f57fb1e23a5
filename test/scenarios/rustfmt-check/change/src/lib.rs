pub mod cart;

pub fn name()->&'static str{ "shop" }
