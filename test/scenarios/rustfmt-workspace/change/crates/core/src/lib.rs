pub const ID: u8 = 1;

pub fn describe(name: &str, version: &str, region: &str) -> String {
    format!("{} {} {} {}", name, version, region, "grün")
}
