fn main() {
    let mut s = String::new();
    std::io::Read::read_to_string(&mut std::io::stdin(), &mut s).unwrap();
    let p = iort_site::base::path::SourcePath::new("a.md");
    let m = iort_site::page::markdown::read(
        iort_site::page::markdown::Part { path: &p, text: &s, offset: 0 },
        iort_site::page::markdown::Options::site(true),
    );
    for n in &m.body.nodes {
        println!("{n:?}");
    }
    println!("{:?} {:?} {:?}", m.headings, m.anchors, m.places);
    for d in &m.diagnostics {
        println!("{} {:?} {}", d.code.name(), d.place.spot, d.message);
    }
}
