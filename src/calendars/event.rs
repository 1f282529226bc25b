//! What stands in a calendar, and how it is written down there (RFC 5545, RFC 5546).

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarMethod,
    ICalendarParameter, ICalendarParameterName, ICalendarParameterValue,
    ICalendarParticipationStatus, ICalendarProperty, ICalendarStatus, ICalendarTransparency,
    ICalendarValue, ICalendarValueType, Uri,
};
use time::{Date, OffsetDateTime, UtcOffset};

/// Something that stands in a calendar. It never holds more words than these.
pub struct Event {
    /// The same in everything that speaks of it.
    pub uid: String,
    /// How often it has changed.
    pub sequence: i32,
    /// Of this state of it.
    pub stamp: OffsetDateTime,
    pub when: When,
    pub summary: String,
    /// The whole address of its page.
    pub link: String,
    /// Empty where it is not said.
    pub place: String,
    pub cancelled: bool,
    /// Who invites whom, in an invitation.
    pub meeting: Option<Meeting>,
}

pub enum When {
    Hours(OffsetDateTime, OffsetDateTime),
    /// Somebody is not busy for the whole of it.
    Day(Date),
}

pub struct Meeting {
    pub organiser: Address,
    pub attendees: Vec<Attendee>,
}

pub struct Address {
    pub name: String,
    pub email: String,
}

pub struct Attendee {
    pub address: Address,
    /// None while it is waited for.
    pub answer: Option<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Answer {
    Accepted,
    Tentative,
    Declined,
    /// Asks for another time.
    Countered,
}

/// What a calendar is to do with what it is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    Publish,
    Request,
    Cancel,
}

impl Method {
    pub fn word(self) -> &'static str {
        match self {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        }
    }
}

/// A calendar with these events, as it is handed over.
pub fn calendar(method: Method, name: Option<&str>, events: &[Event]) -> String {
    let mut head = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    head.add_property(ICalendarProperty::Version, "2.0");
    head.add_property(ICalendarProperty::Prodid, "-//Waymark//Waymark//EN");
    head.add_property(
        ICalendarProperty::Method,
        match method {
            Method::Publish => ICalendarMethod::Publish,
            Method::Request => ICalendarMethod::Request,
            Method::Cancel => ICalendarMethod::Cancel,
        },
    );
    if let Some(name) = name {
        add_subscription(&mut head, name);
    }
    head.component_ids = (1_u32..).take(events.len()).collect();
    let mut components = vec![head];
    components.extend(events.iter().map(component));
    ICalendar { components }.to_string()
}

/// What a calendar that comes again wants to know: RFC 7986, and what came before it.
fn add_subscription(head: &mut ICalendarComponent, name: &str) {
    let hourly = ICalendarDuration {
        hours: 1,
        ..ICalendarDuration::default()
    };
    head.add_property(ICalendarProperty::Name, name);
    head.add_property(ICalendarProperty::Other("X-WR-CALNAME".into()), name);
    head.add_property_with_params(
        ICalendarProperty::RefreshInterval,
        [parameter(
            ICalendarParameterName::Value,
            ICalendarParameterValue::Value(ICalendarValueType::Duration),
        )],
        hourly,
    );
    head.add_property(ICalendarProperty::Other("X-PUBLISHED-TTL".into()), "PT1H");
}

fn component(event: &Event) -> ICalendarComponent {
    let mut component = ICalendarComponent::new(ICalendarComponentType::VEvent);
    component.add_uid(&event.uid);
    component.add_sequence(event.sequence.into());
    component.add_dtstamp(instant(event.stamp));
    add_times(&mut component, &event.when);
    component.add_property(ICalendarProperty::Summary, event.summary.as_str());
    component.add_property(ICalendarProperty::Url, address(event.link.clone()));
    if !event.place.is_empty() {
        component.add_property(ICalendarProperty::Location, event.place.as_str());
    }
    component.add_property(
        ICalendarProperty::Status,
        if event.cancelled {
            ICalendarStatus::Cancelled
        } else {
            ICalendarStatus::Confirmed
        },
    );
    if let Some(meeting) = &event.meeting {
        add_people(&mut component, meeting);
    }
    component
}

fn add_times(component: &mut ICalendarComponent, when: &When) {
    match *when {
        When::Hours(from, until) => {
            component.add_property(ICalendarProperty::Dtstart, instant(from));
            component.add_property(ICalendarProperty::Dtend, instant(until));
        }
        When::Day(day) => {
            let whole = parameter(
                ICalendarParameterName::Value,
                ICalendarParameterValue::Value(ICalendarValueType::Date),
            );
            component.add_property_with_params(ICalendarProperty::Dtstart, [whole], date(day));
            component.add_property(
                ICalendarProperty::Transp,
                ICalendarTransparency::Transparent,
            );
        }
    }
}

fn add_people(component: &mut ICalendarComponent, meeting: &Meeting) {
    let organiser = &meeting.organiser;
    component.add_property_with_params(
        ICalendarProperty::Organizer,
        [ICalendarParameter::cn(plain(&organiser.name))],
        mailbox(organiser),
    );
    for attendee in &meeting.attendees {
        let answer = match attendee.answer {
            Some(Answer::Accepted) => ICalendarParticipationStatus::Accepted,
            Some(Answer::Tentative) => ICalendarParticipationStatus::Tentative,
            Some(Answer::Declined) => ICalendarParticipationStatus::Declined,
            Some(Answer::Countered) | None => ICalendarParticipationStatus::NeedsAction,
        };
        component.add_property_with_params(
            ICalendarProperty::Attendee,
            [
                ICalendarParameter::cn(plain(&attendee.address.name)),
                parameter(
                    ICalendarParameterName::Partstat,
                    ICalendarParameterValue::Partstat(answer),
                ),
                parameter(
                    ICalendarParameterName::Rsvp,
                    ICalendarParameterValue::Bool(true),
                ),
            ],
            mailbox(&attendee.address),
        );
    }
}

fn parameter(name: ICalendarParameterName, value: ICalendarParameterValue) -> ICalendarParameter {
    ICalendarParameter { name, value }
}

/// A parameter has no way to hold quotation marks.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            c => c,
        })
        .collect()
}

fn mailbox(person: &Address) -> ICalendarValue {
    address(format!("mailto:{}", person.email))
}

fn address(link: String) -> ICalendarValue {
    ICalendarValue::Uri(Uri::Location(link))
}

/// In UTC, which needs no rules of a time zone beside it.
fn instant(at: OffsetDateTime) -> PartialDateTime {
    let at = at.to_offset(UtcOffset::UTC);
    PartialDateTime {
        hour: Some(at.hour()),
        minute: Some(at.minute()),
        second: Some(at.second()),
        tz_hour: Some(0),
        tz_minute: Some(0),
        ..date(at.date())
    }
}

fn date(day: Date) -> PartialDateTime {
    PartialDateTime {
        year: u16::try_from(day.year()).ok(),
        month: Some(day.month().into()),
        day: Some(day.day()),
        ..PartialDateTime::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    fn event() -> Event {
        Event {
            uid: "7b1f".into(),
            sequence: 2,
            stamp: datetime!(2026-04-01 12:00 UTC),
            when: When::Hours(
                datetime!(2026-04-02 10:00 +2),
                datetime!(2026-04-02 11:00 +2),
            ),
            summary: "Mentoring session with Zoë (Growing; together, slowly)".into(),
            link: "http://localhost:3000/pairings/1/sessions/1".into(),
            place: String::new(),
            cancelled: false,
            meeting: None,
        }
    }

    /// Without folds.
    fn lines(text: &str) -> Vec<String> {
        let whole = text.replace("\r\n ", "");
        whole.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn times_are_utc_and_words_are_escaped() {
        let text = calendar(Method::Publish, None, &[event()]);
        let lines = lines(&text);
        for line in [
            "METHOD:PUBLISH",
            "DTSTART:20260402T080000Z",
            "DTEND:20260402T090000Z",
            "DTSTAMP:20260401T120000Z",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "SUMMARY:Mentoring session with Zoë (Growing\\; together\\, slowly)",
            "URL:http://localhost:3000/pairings/1/sessions/1",
        ] {
            assert!(lines.iter().any(|one| one == line), "{line}: {text}");
        }
        assert!(!text.contains("LOCATION"));
    }

    #[test]
    fn no_line_is_longer_than_75_bytes_and_none_is_cut_inside_a_letter() {
        let long = Event {
            summary: "Mentoring mit Zoë über die große Prüfung 👩‍👩‍👧‍👦 ".repeat(9),
            place: "https://meet.example/".to_owned() + &"x".repeat(280),
            ..event()
        };
        let text = calendar(Method::Publish, Some("Mentoring"), &[long]);
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{} bytes: {line}", line.len());
        }
        assert!(text.ends_with("END:VCALENDAR\r\n"));
    }

    #[test]
    fn a_name_cannot_add_to_an_event() {
        let name = "Maya\"; \\X=1:evil\r\nSTATUS:CANCELLED";
        let address = || Address {
            name: name.into(),
            email: "maya@example.org".into(),
        };
        let invitation = Event {
            summary: name.into(),
            place: name.into(),
            when: When::Day(date!(2026 - 04 - 02)),
            meeting: Some(Meeting {
                organiser: address(),
                attendees: vec![Attendee {
                    address: address(),
                    answer: None,
                }],
            }),
            ..event()
        };
        let text = calendar(Method::Request, None, &[invitation]);
        let lines = lines(&text);
        assert!(
            !lines.iter().any(|line| line == "STATUS:CANCELLED"),
            "{text}"
        );
        let attendee = "ATTENDEE;CN=\"Maya'; /X=1:evilSTATUS:CANCELLED\";PARTSTAT=NEEDS-ACTION;\
                        RSVP=TRUE:mailto:maya@example.org";
        assert!(lines.iter().any(|line| line == attendee), "{text}");
        assert!(
            lines
                .iter()
                .any(|line| line == "DTSTART;VALUE=DATE:20260402")
        );
    }
}
