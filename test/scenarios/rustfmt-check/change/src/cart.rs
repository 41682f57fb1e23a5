pub fn total(a: u32, b: u32) -> u32 {
  a+b
}

pub fn twice(a:u32)->u32{
    2*a
}
