//! Distinguishes public addresses from those of this machine and its network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is public. Any other may reach routers, services without passwords or cloud metadata, which only
/// this machine or its network should reach.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

/// Source: IANA's special-purpose address registry for IPv4.
fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        // Carrier-grade NAT (100.64/10), protocol assignments (192.0.0/24), old relays (192.88.99/24), benchmarks
        // (198.18/15).
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240)
}

/// Source: IANA's special-purpose address registry for IPv6. An address that embeds an IPv4 address counts as that one.
fn is_public_6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Mapped, compatible, translated (64:ff9b::/96), 6to4.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            inner(high, low)
        }
        // Teredo and other protocol assignments (2001::/23), documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        // Global unicast is 2000::/3; loopback, local and multicast addresses are outside it. 3fff::/20 is
        // documentation.
        [first, second, ..] => first & 0xe000 == 0x2000 && !(first == 0x3fff && second < 0x1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_distinguished_from_public_ones() {
        for address in ["1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1"]
            .into_iter()
            .chain(["192.169.0.1", "198.20.0.1", "223.255.255.254", "2606:4700::1111", "2a00:1450::1"])
            .chain(["::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"])
        {
            assert!(is_public(address.parse().expect("an address")), "{address}");
        }
        for address in ["127.0.0.1", "127.255.0.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"]
            .into_iter()
            .chain(["169.254.169.254", "100.64.0.1", "100.127.255.255", "0.0.0.0", "0.1.2.3", "224.0.0.1"])
            .chain(["239.1.1.1", "255.255.255.255", "240.0.0.1", "192.0.0.1", "198.18.0.1", "203.0.113.9"])
            .chain(["::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1", "2001:db8::1"])
            .chain(["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::1"])
            .chain(["64:ff9b:1::1", "2001::1", "100::1", "3fff::1"])
        {
            assert!(!is_public(address.parse().expect("an address")), "{address}");
        }
    }
}
