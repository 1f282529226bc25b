//! Where people's calendars may be though nobody reaches them from outside.

/// A server of calendars inside the organisation's own network.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarHost {
    pub host: String,
    pub port: u16,
}

/// `cal.corp.example:8443, exchange.corp.example`
pub fn read(typed: &str) -> Result<Vec<CalendarHost>, String> {
    let hosts = typed
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .map(|one| {
            read_one(one).ok_or_else(|| {
                format!(
                    "CALENDAR_HOSTS are hosts with or without a port, parted by commas, like \
                     cal.corp.example:8443, and {one:?} is none."
                )
            })
        });
    hosts.collect()
}

/// As an address spells it.
fn read_one(typed: &str) -> Option<CalendarHost> {
    let url = reqwest::Url::parse(&format!("https://{typed}")).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || typed.contains(['/', '@']) {
        return None;
    }
    Some(CalendarHost {
        host: url.host_str()?.to_owned(),
        port: url.port_or_known_default()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_addresses_spell_them() {
        let host = |host: &str, port| CalendarHost {
            host: host.into(),
            port,
        };
        assert_eq!(
            read("Cal.Corp.example:8443, 10.0.0.7 ,,[fd00::7]:444"),
            Ok(vec![
                host("cal.corp.example", 8443),
                host("10.0.0.7", 443),
                host("[fd00::7]", 444),
            ])
        );
        for typed in [
            "https://cal.example",
            "cal.example/a",
            "a b",
            "me@cal",
            "cal:99999",
            "cal?x",
        ] {
            assert!(read(typed).is_err(), "{typed}");
        }
    }
}
