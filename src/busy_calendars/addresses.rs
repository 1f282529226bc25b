//! Which addresses of the internet may be connected to: those that anybody reaches from anywhere,
//! and none that mean something else from inside a network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether it is the same machine for everybody (the special-purpose registries of IANA).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network, private ones, this machine.
        [0 | 10 | 127, ..] => true,
        // Shared by the customers of a provider.
        [100, 64..=127, ..] => true,
        // Link-local, where clouds tell machines their secrets.
        [169, 254, ..] => true,
        // Where one cloud does the same, though it looks public.
        [168, 63, 129, 16] => true,
        [172, 16..=31, ..] => true,
        // Assignments of protocols, and documentation.
        [192, 0, 0 | 2, _] => true,
        // The relays that led to IPv6.
        [192, 88, 99, _] => true,
        [192, 168, ..] => true,
        // Benchmarks and documentation.
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let inner = || {
        let ([g1, g2], [h1, h2]) = (g.to_be_bytes(), h.to_be_bytes());
        is_public_v4(Ipv4Addr::new(g1, g2, h1, h2))
    };
    match (a, b) {
        // IPv4 in the clothes of IPv6, and what a translator (NAT64) makes of it.
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0xffff) => inner(),
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => inner(),
        // Assignments of protocols, among them Teredo and benchmarks; and documentation.
        (0x2001, 0..=0x1ff | 0xdb8) => false,
        // 6to4, which holds any IPv4 address.
        (0x2002, _) => false,
        (0x3fff, 0..=0x0fff) => false,
        // All that is given out. Whatever else there is has a special purpose or none yet.
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &[&str] = &[
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "203.0.112.255",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "2a00:1450:4009::200e",
        "3ffe::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ];

    const SPECIAL: &[&str] = &[
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.0",
        "169.254.169.254",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        // IPv4-compatible, IPv4-mapped and translated (SIIT).
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:0.0.0.0",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:192.168.1.1",
        "::ffff:0:8.8.8.8",
        // NAT64, of one's own network as well.
        "64:ff9b::10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b::1:8.8.8.8",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "100:0:0:1::1",
        // Teredo, benchmarks, ORCHID, documentation.
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "3fff::1",
        "3fff:fff::1",
        // 6to4 of a private address and of a public one.
        "2002:a00:1::1",
        "2002:808:808::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fdff:ffff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ];

    #[test]
    fn only_what_everybody_reaches_is_public() {
        for text in PUBLIC {
            assert!(is_public(text.parse().unwrap()), "{text} is public");
        }
        for text in SPECIAL {
            assert!(!is_public(text.parse().unwrap()), "{text} is not public");
        }
    }
}
