pub const ID: u8 = 1;
