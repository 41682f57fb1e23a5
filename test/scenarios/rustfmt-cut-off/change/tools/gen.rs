fn main() {}
fn f0( ){ println!("0") }
fn f1( ){ println!("1") }
fn f2( ){ println!("2") }
fn f3( ){ println!("3") }
fn f4( ){ println!("4") }
fn f5( ){ println!("5") }
fn f6( ){ println!("6") }
fn f7( ){ println!("7") }
fn f8( ){ println!("8") }
fn f9( ){ println!("9") }
fn f10( ){ println!("10") }
fn f11( ){ println!("11") }
