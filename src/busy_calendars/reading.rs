//! When somebody is busy, of what stands in their calendar (RFC 5545). Titles, places and names are
//! passed over before anything is read.

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::dates::TimeOrDelta;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFreeBusyType,
    ICalendarFrequency, ICalendarParameter, ICalendarParameterName, ICalendarParameterValue,
    ICalendarParticipationStatus, ICalendarPeriod, ICalendarProperty, ICalendarRecurrenceRule,
    ICalendarStatus, ICalendarTransparency, ICalendarValue,
};
use calcard::{Entry, Parser};
use std::collections::BTreeMap;
use std::time::{Duration as Wait, Instant};
use time::{Duration, OffsetDateTime};

/// A little further than sessions may be booked.
const AHEAD: Duration = Duration::days(53 * 7);
/// Nobody's calendar needs more: lines that say when, time zones, times that an event recurs, times
/// of all events together, and how long it takes to work them out.
const MOST_LINES: usize = 150_000;
const MOST_ZONES: usize = 200;
const MOST_OF_ONE: usize = 25_000;
const MOST_TIMES: usize = 200_000;
const PATIENCE: Wait = Wait::from_secs(5);

/// Whose calendar it is.
#[derive(Clone)]
pub struct Owner {
    pub email: String,
    /// In which times count that name no zone. An IANA name.
    pub time_zone: String,
}

#[derive(Debug, PartialEq)]
pub struct Busy {
    pub from: OffsetDateTime,
    pub until: OffsetDateTime,
    /// Of the event, if it may be one of ours: those have UUIDs.
    pub uuid: Option<String>,
}

#[derive(Debug, PartialEq)]
pub enum Unreadable {
    NotACalendar,
    TooMuch,
}

/// The times from now on, in no order. They may overlap.
pub fn busy_times(text: &str, owner: &Owner, now: OffsetDateTime) -> Result<Vec<Busy>, Unreadable> {
    let text = lines_of_time(text, &owner.email)?;
    let zone = owner.time_zone.parse().unwrap_or(Tz::UTC);
    let mut reading = Reading {
        begun: Instant::now(),
        owner,
        now,
        until: now + AHEAD,
        zone,
        left: MOST_TIMES,
        busy: Vec::new(),
    };
    let mut zones = Vec::new();
    let mut events: BTreeMap<String, Vec<ICalendarComponent>> = BTreeMap::new();
    for (place, component) in components(&text)?.into_iter().enumerate() {
        match component.component_type {
            ICalendarComponentType::VTimezone if zones.len() < MOST_ZONES => zones.push(component),
            ICalendarComponentType::VFreebusy => reading.take_free_busy(&component),
            ICalendarComponentType::VEvent => {
                let uid = component.uid().map(str::to_owned);
                let uid = uid.unwrap_or_else(|| format!("\0{place}"));
                events.entry(uid).or_default().push(component);
            }
            _ => {}
        }
    }
    reading.take_events(zones, events)?;
    Ok(reading.busy)
}

/// There may be several calendars in a row.
fn components(text: &str) -> Result<Vec<ICalendarComponent>, Unreadable> {
    let (mut parser, mut components) = (Parser::new(text), Vec::new());
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => components.extend(calendar.components),
            Entry::Eof => return Ok(components),
            _ => return Err(Unreadable::NotACalendar),
        }
    }
}

/// Without folds, and without a line that says anything but when. `SEQUENCE` is left out too, so
/// that a changed occurrence always takes the place of the one it changes.
fn lines_of_time(text: &str, email: &str) -> Result<String, Unreadable> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let email = email.to_ascii_lowercase();
    let (mut kept, mut lines, mut line) = (String::new(), 0, String::new());
    for part in text.split('\n').chain([""]) {
        let part = part.trim_end_matches('\r');
        if let Some(more) = part.strip_prefix([' ', '\t']) {
            line.push_str(more);
            continue;
        }
        if says_when(&line, &email) {
            lines += 1;
            kept.push_str(&line);
            kept.push_str("\r\n");
        }
        line.clear();
        line.push_str(part);
    }
    let shouted = |line: Option<&str>| line.map(str::to_ascii_uppercase);
    let first = shouted(text.lines().next());
    if first.as_deref().map(str::trim_end) != Some("BEGIN:VCALENDAR")
        || shouted(kept.lines().last()).as_deref() != Some("END:VCALENDAR")
    {
        return Err(Unreadable::NotACalendar);
    }
    if lines > MOST_LINES {
        return Err(Unreadable::TooMuch);
    }
    Ok(kept)
}

fn says_when(line: &str, email: &str) -> bool {
    let name = line.split([':', ';']).next().unwrap_or_default();
    match name.to_ascii_uppercase().as_str() {
        "BEGIN"
        | "END"
        | "UID"
        | "DTSTART"
        | "DTEND"
        | "DURATION"
        | "RRULE"
        | "RDATE"
        | "EXDATE"
        | "RECURRENCE-ID"
        | "STATUS"
        | "TRANSP"
        | "FREEBUSY"
        | "TZID"
        | "X-LIC-LOCATION"
        | "X-MICROSOFT-CDO-TZID"
        | "X-MICROSOFT-CDO-BUSYSTATUS" => true,
        "ATTENDEE" => line.to_ascii_lowercase().contains(email),
        _ => false,
    }
}

struct Reading<'a> {
    begun: Instant,
    owner: &'a Owner,
    now: OffsetDateTime,
    until: OffsetDateTime,
    zone: Tz,
    /// How many more times are looked at.
    left: usize,
    busy: Vec<Busy>,
}

impl Reading<'_> {
    fn keep(&mut self, from: i64, until: i64, uuid: Option<&str>) {
        let at = OffsetDateTime::from_unix_timestamp;
        let (Ok(from), Ok(until)) = (at(from), at(until)) else {
            return;
        };
        if from < until && self.now < until && from < self.until {
            self.busy.push(Busy {
                from,
                until: until.min(self.until),
                uuid: uuid.map(str::to_owned),
            });
        }
    }

    fn take_free_busy(&mut self, component: &ICalendarComponent) {
        let free = ICalendarParameterValue::Fbtype(ICalendarFreeBusyType::Free);
        for entry in component.properties(&ICalendarProperty::Freebusy) {
            if entry.parameter(&ICalendarParameterName::Fbtype) == Some(&free) {
                continue;
            }
            for value in &entry.values {
                let ICalendarValue::Period(period) = value else {
                    continue;
                };
                let at = |at| instant(at, self.zone);
                let (from, until) = match period {
                    ICalendarPeriod::Range { start, end } => (at(start), at(end)),
                    ICalendarPeriod::Duration { start, duration } => {
                        let from = at(start);
                        let length = duration.as_seconds();
                        (from, from.and_then(|from| from.checked_add(length)))
                    }
                };
                if let (Some(from), Some(until)) = (from, until) {
                    self.keep(from, until, None);
                }
            }
        }
    }

    /// The components of one event are those with its UID: it, and what differs of its occurrences.
    fn take_events(
        &mut self,
        zones: Vec<ICalendarComponent>,
        events: BTreeMap<String, Vec<ICalendarComponent>>,
    ) -> Result<(), Unreadable> {
        let mut calendar = ICalendar { components: zones };
        let zones = calendar.components.len();
        let resolver = calendar.build_owned_tz_resolver().with_default(self.zone);
        for (uid, components) in events {
            if self.begun.elapsed() > PATIENCE || self.left == 0 {
                return Err(Unreadable::TooMuch);
            }
            for mut component in components {
                self.tame(&mut component, &resolver);
                calendar.components.push(component);
            }
            self.take_event(&calendar, &resolver, uuid(&uid).as_deref());
            calendar.components.truncate(zones);
        }
        Ok(())
    }

    fn take_event(
        &mut self,
        calendar: &ICalendar,
        resolver: &TzResolver<String>,
        uuid: Option<&str>,
    ) {
        let times = calendar.expand_dates(self.zone, MOST_OF_ONE.min(self.left));
        self.left = self.left.saturating_sub(times.events.len());
        for time in times.events {
            let Some(event) = calendar.component_by_id(time.comp_id) else {
                continue;
            };
            if !self.is_busy(event) {
                continue;
            }
            let start = time.start.timestamp();
            let from = match time.start.timezone().is_floating() {
                true => {
                    let named = event.property(&ICalendarProperty::Dtstart);
                    let zone = resolver.resolve_or_default(named.and_then(ICalendarEntry::tz_id));
                    as_the_day_before(start, zone)
                }
                false => Some(start),
            };
            let Some(from) = from else {
                continue;
            };
            let until = match time.end {
                TimeOrDelta::Time(end) => Some(end.timestamp()),
                TimeOrDelta::Delta(length) => from.checked_add(length.num_seconds()),
            };
            if let Some(until) = until {
                self.keep(from, until, uuid);
            }
        }
    }

    fn is_busy(&self, event: &ICalendarComponent) -> bool {
        let status = ICalendarProperty::Other("X-MICROSOFT-CDO-BUSYSTATUS".into());
        let said = event
            .property(&status)
            .and_then(|entry| entry.values.first()?.as_text());
        let works = said.is_some_and(|said| {
            ["FREE", "WORKINGELSEWHERE"]
                .iter()
                .any(|free| said.eq_ignore_ascii_case(free))
        });
        let is_instant = start(event).is_some_and(PartialDateTime::has_time)
            && !event.has_property(&ICalendarProperty::Dtend)
            && !event.has_property(&ICalendarProperty::Duration);
        event.status() != Some(&ICalendarStatus::Cancelled)
            && event.transparency() != Some(&ICalendarTransparency::Transparent)
            && !works
            && !is_instant
            && !self.is_declined(event)
    }

    fn is_declined(&self, event: &ICalendarComponent) -> bool {
        let declined = ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Declined);
        event
            .properties(&ICalendarProperty::Attendee)
            .any(|attendee| {
                let address = attendee.calendar_address().unwrap_or_default();
                address.eq_ignore_ascii_case(&self.owner.email)
                    && attendee.parameter(&ICalendarParameterName::Partstat) == Some(&declined)
            })
    }

    /// What recurs for ever ends where we stop looking, and nothing recurs within a day.
    fn tame(&self, event: &mut ICalendarComponent, resolver: &TzResolver<String>) {
        if !event.has_property(&ICalendarProperty::Rrule) {
            return;
        }
        name_utc(event);
        let from = event.property(&ICalendarProperty::Dtstart);
        let zone = resolver.resolve_or_default(from.and_then(ICalendarEntry::tz_id));
        let last = self.until.unix_timestamp();
        event.entries.retain_mut(|entry| {
            if entry.name != ICalendarProperty::Rrule {
                return true;
            }
            match entry.values.first_mut() {
                Some(ICalendarValue::RecurrenceRule(rule)) => end_at(rule, last, zone),
                _ => false,
            }
        });
    }
}

/// False for a rule that is not followed.
fn end_at(rule: &mut ICalendarRecurrenceRule, last: i64, zone: Tz) -> bool {
    match rule.freq {
        ICalendarFrequency::Hourly
        | ICalendarFrequency::Minutely
        | ICalendarFrequency::Secondly => return false,
        ICalendarFrequency::Yearly
        | ICalendarFrequency::Monthly
        | ICalendarFrequency::Weekly
        | ICalendarFrequency::Daily => {}
    }
    let until = rule.until.as_ref().and_then(|until| {
        let mut until = until.clone();
        if until.hour.is_none() {
            (until.hour, until.minute, until.second) = (Some(23), Some(59), Some(59));
        }
        instant(&until, zone)
    });
    let until = PartialDateTime::from_utc_timestamp(until.map_or(last, |until| until.min(last)));
    // It is compared with the clock on the wall there.
    let there = until.to_date_time_with_tz(zone).map(|at| {
        let there = at.with_timezone(&zone).naive_local();
        PartialDateTime::from_naive_timestamp(there.and_utc().timestamp())
    });
    rule.until = there;
    rule.until.is_some()
}

/// Recurrences follow the clock of the zone that is named. UTC is one.
fn name_utc(event: &mut ICalendarComponent) {
    if start(event).is_none_or(|start| start.tz_hour.is_none()) {
        return;
    }
    for entry in &mut event.entries {
        let ends = [ICalendarProperty::Dtstart, ICalendarProperty::Dtend];
        if !ends.contains(&entry.name) {
            continue;
        }
        if let Some(ICalendarValue::PartialDateTime(at)) = entry.values.first_mut()
            && let Some(utc) = instant(at, Tz::UTC)
        {
            **at = PartialDateTime::from_naive_timestamp(utc);
            entry.params.push(ICalendarParameter {
                name: ICalendarParameterName::Tzid,
                value: ICalendarParameterValue::Text("UTC".into()),
            });
        }
    }
}

fn start(event: &ICalendarComponent) -> Option<&PartialDateTime> {
    let entry = event.property(&ICalendarProperty::Dtstart)?;
    entry.values.first()?.as_partial_date_time()
}

fn instant(at: &PartialDateTime, zone: Tz) -> Option<i64> {
    Some(at.to_date_time_with_tz(zone)?.timestamp())
}

/// An hour that there is twice or not at all, on a day the clocks change. It counts as if they had
/// not changed yet.
fn as_the_day_before(wall: i64, zone: Tz) -> Option<i64> {
    let before = wall.checked_sub(24 * 60 * 60)?;
    let there = PartialDateTime::from_utc_timestamp(before).to_date_time_with_tz(zone)?;
    let there = there.with_timezone(&zone).naive_local();
    wall.checked_sub(there.and_utc().timestamp() - before)
}

/// A UID that is a UUID. Outlook wraps what others made (MS-OXCICAL 2.1.3.1.1.20.26).
fn uuid(uid: &str) -> Option<String> {
    let unwrapped = unwrap(uid);
    let uid = unwrapped.as_deref().unwrap_or(uid);
    let shape = uid.len() == 36
        && uid.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    shape.then(|| uid.to_owned())
}

fn unwrap(uid: &str) -> Option<String> {
    if uid.len() % 2 == 1 || !uid.is_ascii() {
        return None;
    }
    let pairs = uid.as_bytes().chunks_exact(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let bytes = bytes?;
    let mark = b"vCal-Uid\x01\0\0\0";
    let at = bytes.windows(mark.len()).position(|part| part == mark)? + mark.len();
    let inner = bytes[at..].split(|byte| *byte == 0).next()?;
    String::from_utf8(inner.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{datetime, format_description};

    const NOW: OffsetDateTime = datetime!(2026-03-26 12:00 UTC);

    fn owner() -> Owner {
        Owner {
            email: "maya@example.org".into(),
            time_zone: "Europe/London".into(),
        }
    }

    fn calendar(inner: &str) -> String {
        let inner = inner.trim().replace('\n', "\r\n");
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inner}\r\nEND:VCALENDAR\r\n")
    }

    fn event(lines: &str) -> String {
        calendar(&format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT"))
    }

    /// Until a few weeks on, in UTC and in their order.
    fn times(text: &str) -> Vec<String> {
        let mut busy = busy_times(text, &owner(), NOW).unwrap();
        busy.sort_by_key(|busy| busy.from);
        let shape = format_description!("[month]-[day] [hour]:[minute]");
        busy.iter()
            .filter(|busy| busy.from < datetime!(2026-04-20 00:00 UTC))
            .map(|busy| {
                let from = busy.from.format(shape).unwrap();
                let until = busy.until.format(shape).unwrap();
                format!("{from} to {until}")
            })
            .collect()
    }

    #[track_caller]
    fn check(cases: &[(&str, &str, &[&str])]) {
        for (says, text, expected) in cases {
            assert_eq!(times(&event(text)), *expected, "{says}");
        }
    }

    #[test]
    fn one_event_is_busy_while_it_lasts() {
        let nine: &[&str] = &["04-02 09:00 to 04-02 10:00"];
        check(&[
            (
                "in UTC",
                "DTSTART:20260402T090000Z\nDTEND:20260402T100000Z",
                nine,
            ),
            (
                "in a zone",
                "DTSTART;TZID=America/New_York:20260402T050000\nDTEND;TZID=America/New_York:20260402T060000",
                nine,
            ),
            (
                "in a zone as Windows calls it",
                "DTSTART;TZID=\"W. Europe Standard Time\":20260402T110000\nDURATION:PT1H",
                nine,
            ),
            (
                "in no zone, on the owner's clock",
                "DTSTART:20260402T100000\nDTEND:20260402T110000",
                nine,
            ),
            (
                "folded, with more in it",
                "DTSTART:202604\n 02T090000Z\nSUMMARY:A title\n , folded\\nDTSTART:1\nDTEND:20260402T100000Z\nX-ODD",
                nine,
            ),
            (
                "the whole day, on the owner's clock",
                "DTSTART;VALUE=DATE:20260402\nDTEND;VALUE=DATE:20260404",
                &["04-01 23:00 to 04-03 23:00"],
            ),
            (
                "a day without an end",
                "DTSTART;VALUE=DATE:20260402",
                &["04-01 23:00 to 04-02 23:00"],
            ),
            (
                "under way now",
                "DTSTART:20260326T110000Z\nDTEND:20260326T130000Z",
                &["03-26 11:00 to 03-26 13:00"],
            ),
            (
                "over",
                "DTSTART:20260326T110000Z\nDTEND:20260326T120000Z",
                &[],
            ),
            ("a moment", "DTSTART:20260402T090000Z", &[]),
            (
                "backwards",
                "DTSTART:20260402T090000Z\nDTEND:20260402T080000Z",
                &[],
            ),
            (
                "tentative",
                "DTSTART:20260402T090000Z\nDTEND:20260402T100000Z\nSTATUS:TENTATIVE\nTRANSP:OPAQUE",
                nine,
            ),
        ]);
    }

    #[test]
    fn what_does_not_take_time_is_not_busy() {
        let when = "DTSTART:20260402T090000Z\nDTEND:20260402T100000Z";
        let nine: &[&str] = &["04-02 09:00 to 04-02 10:00"];
        for (lines, expected) in [
            ("TRANSP:TRANSPARENT", &[][..]),
            ("STATUS:CANCELLED", &[]),
            ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", &[]),
            ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", &[]),
            ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", nine),
            ("ATTENDEE;PARTSTAT=DECLINED:mailto:Maya@example.org", &[]),
            ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:maya@example.org", nine),
            ("ATTENDEE;PARTSTAT=DECLINED:mailto:tom@example.org", nine),
            (
                "ATTENDEE;CN=maya@example.org;PARTSTAT=DECLINED:mailto:tom@example.org",
                nine,
            ),
        ] {
            assert_eq!(
                times(&event(&format!("{when}\n{lines}"))),
                expected,
                "{lines}"
            );
        }
        let alarm = format!("{when}\nBEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT9H\nEND:VALARM");
        assert_eq!(times(&event(&alarm)), nine);
        let todo = calendar(&format!("BEGIN:VTODO\nUID:1\n{when}\nEND:VTODO"));
        assert_eq!(times(&todo), [""; 0]);
    }

    /// In London the clocks go forward on 29 March.
    #[test]
    fn what_recurs_follows_the_clock_on_the_wall() {
        let weekly = "DTSTART;TZID=Europe/London:20250102T100000\nDTEND;TZID=Europe/London:20250102T110000\nRRULE:FREQ=WEEKLY;BYDAY=TH";
        check(&[
            (
                "across the change of the clocks, for ever",
                weekly,
                &[
                    "04-02 09:00 to 04-02 10:00",
                    "04-09 09:00 to 04-09 10:00",
                    "04-16 09:00 to 04-16 10:00",
                ],
            ),
            (
                "but for one day",
                &format!("{weekly}\nEXDATE;TZID=Europe/London:20260409T100000"),
                &["04-02 09:00 to 04-02 10:00", "04-16 09:00 to 04-16 10:00"],
            ),
            (
                "on further days",
                "DTSTART;TZID=Europe/London:20260402T100000\nDURATION:PT30M\nRDATE;TZID=Europe/London:20260403T120000",
                &["04-02 09:00 to 04-02 09:30", "04-03 11:00 to 04-03 11:30"],
            ),
            (
                "until the last of them, which is named in UTC",
                &format!("{weekly};UNTIL=20260409T090000Z"),
                &["04-02 09:00 to 04-02 10:00", "04-09 09:00 to 04-09 10:00"],
            ),
            (
                "until a day",
                &format!("{weekly};UNTIL=20260402"),
                &["04-02 09:00 to 04-02 10:00"],
            ),
            (
                "in UTC, whose clocks never change",
                "DTSTART:20260319T100000Z\nDTEND:20260319T110000Z\nRRULE:FREQ=WEEKLY;COUNT=3",
                &["04-02 10:00 to 04-02 11:00"],
            ),
            (
                "the whole day",
                "DTSTART;VALUE=DATE:20260301\nDTEND;VALUE=DATE:20260302\nRRULE:FREQ=MONTHLY;COUNT=2",
                &["03-31 23:00 to 04-01 23:00"],
            ),
            (
                "in an hour that is left out once",
                "DTSTART;TZID=Europe/London:20260328T013000\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=3",
                &[
                    "03-28 01:30 to 03-28 01:45",
                    "03-29 01:30 to 03-29 01:45",
                    "03-30 00:30 to 03-30 00:45",
                ],
            ),
        ]);
    }

    #[test]
    fn one_occurrence_may_differ_whatever_its_sequence() {
        let weekly = "BEGIN:VEVENT\nUID:a\nSEQUENCE:0\nDTSTART;TZID=Europe/London:20260402T100000\nDTEND;TZID=Europe/London:20260402T110000\nRRULE:FREQ=WEEKLY;COUNT=3\nEND:VEVENT";
        let moved = "BEGIN:VEVENT\nUID:a\nSEQUENCE:4\nRECURRENCE-ID:20260409T090000Z\nDTSTART:20260410T120000Z\nDTEND:20260410T123000Z\nEND:VEVENT";
        let called_off = "BEGIN:VEVENT\nUID:a\nSTATUS:CANCELLED\nRECURRENCE-ID;TZID=Europe/London:20260416T100000\nDTSTART;TZID=Europe/London:20260416T100000\nDTEND;TZID=Europe/London:20260416T110000\nEND:VEVENT";
        // Another event that recurs at the same times.
        let other = weekly
            .replace("UID:a", "UID:b")
            .replace("COUNT=3", "COUNT=2");
        let text = calendar(&format!("{moved}\n{weekly}\n{called_off}\n{other}"));
        assert_eq!(
            times(&text),
            [
                "04-02 09:00 to 04-02 10:00",
                "04-02 09:00 to 04-02 10:00",
                "04-09 09:00 to 04-09 10:00",
                "04-10 12:00 to 04-10 12:30",
            ]
        );
    }

    #[test]
    fn a_zone_that_a_calendar_brings_along_is_known_by_its_place() {
        let text = calendar(
            "BEGIN:VTIMEZONE\nTZID:My own\nX-LIC-LOCATION:America/New_York\nBEGIN:STANDARD\nDTSTART:19701101T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=My own:20260402T050000\nDTEND;TZID=My own:20260402T060000\nEND:VEVENT",
        );
        assert_eq!(times(&text), ["04-02 09:00 to 04-02 10:00"]);
    }

    #[test]
    fn calendars_that_tell_busy_times_alone_are_read() {
        let text = calendar(
            "BEGIN:VFREEBUSY\nUID:1\nDTSTART:20260401T000000Z\nDTEND:20260501T000000Z\nFREEBUSY:20260402T090000Z/PT1H,20260403T090000Z/20260403T100000Z\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20260404T090000Z/PT1H\nFREEBUSY;FBTYPE=FREE:20260405T090000Z/PT1H\nEND:VFREEBUSY",
        );
        assert_eq!(
            times(&text),
            [
                "04-02 09:00 to 04-02 10:00",
                "04-03 09:00 to 04-03 10:00",
                "04-04 09:00 to 04-04 10:00",
            ]
        );
    }

    #[test]
    fn uids_that_may_be_ours_are_told() {
        let ours = "7b1f0a52-9c3e-4d7a-8a64-0123456789ab";
        let wrapped: String = [b"vCal-Uid\x01\0\0\0", ours.as_bytes(), b"\0"]
            .concat()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let wrapped = format!("040000008200E00074C5B7101A82E00800000000{wrapped}");
        assert_eq!(uuid(ours).as_deref(), Some(ours));
        assert_eq!(uuid(&wrapped).as_deref(), Some(ours));
        for other in [
            "",
            "1",
            "é1",
            "7b1f0a52+9c3e-4d7a-8a64-0123456789ab",
            "7b1f0a52-9c3e-4d7a-8a64-0123456789ab@x",
            "040000008200E00074C5B710",
        ] {
            assert_eq!(uuid(other), None, "{other}");
        }
        let text = event("DTSTART:20260402T090000Z\nDTEND:20260402T100000Z")
            .replace("UID:1", &format!("UID:{ours}"));
        let busy = busy_times(&text, &owner(), NOW).unwrap();
        assert_eq!(busy[0].uuid.as_deref(), Some(ours));
    }

    #[test]
    fn what_is_no_calendar_is_not_taken_for_an_empty_one() {
        for text in [
            "",
            "<!doctype html><title>Sign in</title>",
            "BEGIN:VCARD\r\nEND:VCARD\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260402T090000Z\r\n",
            "\u{fffd}\u{fffd}PNG",
        ] {
            let read = busy_times(text, &owner(), NOW);
            assert_eq!(read, Err(Unreadable::NotACalendar), "{text}");
        }
        assert_eq!(times(&calendar("")), [""; 0]);
        assert_eq!(times(&format!("\u{feff}{}", calendar(""))), [""; 0]);
        let one = event("DTSTART:20260402T090000Z\nDTEND:20260402T100000Z");
        let after_another = format!("{}{one}", calendar(""));
        assert_eq!(times(&after_another), ["04-02 09:00 to 04-02 10:00"]);
        let odd = "DTSTART:20261399T000000Z\nDTEND:nine\nRRULE:FREQ=SOMETIMES;COUNT=-1\nEXDATE:x";
        assert_eq!(times(&event(odd)), [""; 0]);
    }

    #[test]
    fn no_rule_keeps_us_busy_for_ever() {
        let first: &[&str] = &["04-02 09:00 to 04-02 09:01"];
        for rule in [
            "FREQ=SECONDLY",
            "FREQ=MINUTELY;INTERVAL=5",
            "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        ] {
            let text = format!("DTSTART:20260402T090000Z\nDURATION:PT1M\nRRULE:{rule}");
            assert_eq!(times(&event(&text)), first, "{rule}");
        }
        for rule in [
            "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,1,2,3,4,5;BYSECOND=0,1,2,3,4,5",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=YEARLY;BYYEARDAY=366;BYDAY=MO",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;COUNT=4294967295",
        ] {
            let text = event(&format!(
                "DTSTART:00010101T090000Z\nDURATION:PT1M\nRRULE:{rule}"
            ));
            let busy = busy_times(&text, &owner(), NOW).unwrap();
            assert!(busy.len() <= MOST_OF_ONE, "{rule}: {}", busy.len());
        }
        let daily =
            "BEGIN:VEVENT\nDTSTART:20200101T090000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY\nEND:VEVENT\n";
        let many = calendar(&daily.repeat(200));
        assert_eq!(busy_times(&many, &owner(), NOW), Err(Unreadable::TooMuch));
        let long = calendar(&"TRANSP:OPAQUE\n".repeat(MOST_LINES));
        assert_eq!(busy_times(&long, &owner(), NOW), Err(Unreadable::TooMuch));
    }
}
