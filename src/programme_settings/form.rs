//! What is typed of a programme, or stands in a file, becomes settings that cannot be wrong.

use super::settings::{Settings, WhoAsks};
use crate::web::form::{self, Problem, Problems};
use crate::web::words::short_day;
use serde::Deserialize;
use time::Date;

/// Its fields have the names of the settings. One that does not arrive is at its default.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct ProgrammeForm {
    pub name: String,
    pub purpose: String,
    pub whom_for: String,
    pub starts_on: String,
    pub ends_on: String,
    pub midpoint_on: String,
    pub time_zone: String,
    pub enrolment_opens_on: String,
    pub enrolment_closes_on: String,
    pub who_asks: String,
    pub days_to_answer: String,
    pub session_minutes: String,
    pub session_every_weeks: String,
    pub minimum_sessions: String,
    pub capacity_default: String,
    pub capacity_max: String,
    pub is_told: String,
    /// Email addresses, one to a line. Only a new programme has them.
    pub coordinators: String,
    /// The programme it is a copy of, by its number. Only a new programme has one.
    pub original: String,
    pub once: String,
    /// Which version of the settings it was typed over.
    pub version: String,
}

/// What is suggested, and what holds where nothing is said.
pub const DAYS_TO_ANSWER: &str = "14";

/// True of every programme, until somebody says it better.
pub const IS_TOLD: &str = "That you are paired, and when. That you have met, or missed a session, \
    and when the next one is. That your agreement is signed. How many objectives and targets you \
    have, and how many are done. What you choose to write to the coordinators at the end. Nothing \
    of what you say or write to each other.";

impl Default for ProgrammeForm {
    fn default() -> Self {
        let nothing = String::new;
        ProgrammeForm {
            name: nothing(),
            purpose: nothing(),
            whom_for: nothing(),
            starts_on: nothing(),
            ends_on: nothing(),
            midpoint_on: nothing(),
            time_zone: "UTC".into(),
            enrolment_opens_on: nothing(),
            enrolment_closes_on: nothing(),
            who_asks: WhoAsks::Coordinators.slug().into(),
            days_to_answer: DAYS_TO_ANSWER.into(),
            session_minutes: "60".into(),
            session_every_weeks: "4".into(),
            minimum_sessions: "6".into(),
            capacity_default: "1".into(),
            capacity_max: "3".into(),
            is_told: IS_TOLD.into(),
            coordinators: nothing(),
            original: nothing(),
            once: nothing(),
            version: nothing(),
        }
    }
}

impl ProgrammeForm {
    pub fn of(settings: &Settings) -> Self {
        let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        ProgrammeForm {
            name: settings.name.clone(),
            purpose: settings.purpose.clone(),
            whom_for: settings.whom_for.clone(),
            starts_on: settings.starts_on.to_string(),
            ends_on: settings.ends_on.to_string(),
            midpoint_on: date(settings.midpoint_on),
            time_zone: settings.time_zone.clone(),
            enrolment_opens_on: date(settings.enrolment_opens_on),
            enrolment_closes_on: date(settings.enrolment_closes_on),
            who_asks: settings.who_asks.slug().into(),
            days_to_answer: settings.days_to_answer.to_string(),
            session_minutes: settings.session_minutes.to_string(),
            session_every_weeks: settings.session_every_weeks.to_string(),
            minimum_sessions: settings.minimum_sessions.to_string(),
            capacity_default: settings.capacity_default.to_string(),
            capacity_max: settings.capacity_max.to_string(),
            is_told: settings.is_told.clone(),
            ..ProgrammeForm::default()
        }
    }

    /// The settings as they are typed, in the order of the form.
    fn fields(&self) -> [(&'static str, &str); 17] {
        [
            ("name", &self.name),
            ("purpose", &self.purpose),
            ("whom_for", &self.whom_for),
            ("starts_on", &self.starts_on),
            ("ends_on", &self.ends_on),
            ("midpoint_on", &self.midpoint_on),
            ("time_zone", &self.time_zone),
            ("enrolment_opens_on", &self.enrolment_opens_on),
            ("enrolment_closes_on", &self.enrolment_closes_on),
            ("who_asks", &self.who_asks),
            ("days_to_answer", &self.days_to_answer),
            ("capacity_default", &self.capacity_default),
            ("capacity_max", &self.capacity_max),
            ("session_minutes", &self.session_minutes),
            ("session_every_weeks", &self.session_every_weeks),
            ("minimum_sessions", &self.minimum_sessions),
            ("is_told", &self.is_told),
        ]
    }

    /// What is saved by now, wherever something else was typed.
    pub fn differences(&self, saved: &ProgrammeForm) -> Problems {
        let mut problems = Problems::default();
        for ((field, typed), (_, saved)) in self.fields().into_iter().zip(saved.fields()) {
            if typed != saved {
                let says = match saved {
                    "" => "says nothing".to_owned(),
                    saved => format!("says “{}”", as_read(field, saved)),
                };
                let words = format!(
                    "The programme was changed while you were writing, and {says} here: keep \
                     yours or enter that, and save again"
                );
                problems.add(field, words);
            }
        }
        problems
    }

    /// None if anything of it will not do.
    pub fn read(&self, zones: &[String], problems: &mut Problems) -> Option<Settings> {
        let name = form::line(&self.name, 100, "Enter the programme's name");
        let name = problems.keep("name", name);
        let purpose = problems.keep("purpose", form::optional_prose(&self.purpose, 1000));
        let whom_for = problems.keep("whom_for", form::optional_prose(&self.whom_for, 1000));
        let days = self.read_days(problems);
        let time_zone = zones.iter().find(|zone| **zone == self.time_zone).cloned();
        let time_zone = time_zone.ok_or("Choose a time zone from the list");
        let time_zone = problems.keep("time_zone", time_zone);
        let window = self.read_window(days.as_ref().map(|(_, ends_on, _)| *ends_on), problems);
        let who_asks = WhoAsks::read(&self.who_asks).ok_or("Choose who asks whom");
        let who_asks = problems.keep("who_asks", who_asks);
        let days_to_answer = self.read_days_to_answer(problems);
        let sessions = self.read_sessions(problems);
        let capacity = self.read_capacity(problems);
        let is_told = problems.keep("is_told", form::optional_prose(&self.is_told, 2000));
        let (starts_on, ends_on, midpoint_on) = days?;
        let (enrolment_opens_on, enrolment_closes_on) = window?;
        let (session_minutes, session_every_weeks, minimum_sessions) = sessions?;
        let (capacity_default, capacity_max) = capacity?;
        Some(Settings {
            name: name?,
            purpose: purpose?,
            whom_for: whom_for?,
            starts_on,
            ends_on,
            midpoint_on,
            time_zone: time_zone?,
            enrolment_opens_on,
            enrolment_closes_on,
            who_asks: who_asks?,
            days_to_answer: days_to_answer?,
            session_minutes,
            session_every_weeks,
            minimum_sessions,
            capacity_default,
            capacity_max,
            is_told: is_told?,
        })
    }

    /// The start, the end, and a mid-point that was chosen.
    fn read_days(&self, problems: &mut Problems) -> Option<(Date, Date, Option<Date>)> {
        let starts_on = form::date(&self.starts_on, "Enter the day the programme starts");
        let starts_on = problems.keep("starts_on", starts_on);
        let ends_on = form::date(&self.ends_on, "Enter the day the programme ends");
        let ends_on = ends_on.and_then(|ends_on| match starts_on {
            Some(starts_on) if ends_on <= starts_on => {
                Err(Problem::from("Enter an end that lies after the start"))
            }
            Some(_) | None => Ok(ends_on),
        });
        let ends_on = problems.keep("ends_on", ends_on);
        let midpoint_on = form::optional_date(
            &self.midpoint_on,
            "Enter the day of the mid-point, or leave it empty for the middle",
        );
        let midpoint_on = midpoint_on.and_then(|day| match (starts_on, day, ends_on) {
            (Some(starts_on), Some(day), Some(ends_on))
                if !(starts_on..=ends_on).contains(&day) =>
            {
                Err(Problem::from(
                    "Enter a mid-point between the start and the end",
                ))
            }
            _ => Ok(day),
        });
        let midpoint_on = problems.keep("midpoint_on", midpoint_on);
        Some((starts_on?, ends_on?, midpoint_on?))
    }

    fn read_window(
        &self,
        ends_on: Option<Date>,
        problems: &mut Problems,
    ) -> Option<(Option<Date>, Option<Date>)> {
        let within = |day: Option<Date>| match (day, ends_on) {
            (Some(day), Some(ends_on)) if day > ends_on => {
                Err(Problem::from("Enter a day before the programme ends"))
            }
            _ => Ok(day),
        };
        let opens_on = form::optional_date(
            &self.enrolment_opens_on,
            "Enter the day enrolment opens, or leave it empty for the day you open the programme",
        );
        let opens_on = problems.keep("enrolment_opens_on", opens_on.and_then(within));
        let closes_on = form::optional_date(
            &self.enrolment_closes_on,
            "Enter the last day of enrolment, or leave it empty for the programme's last",
        );
        let closes_on =
            closes_on
                .and_then(within)
                .and_then(|day| match (opens_on.flatten(), day) {
                    (Some(opens_on), Some(day)) if day < opens_on => Err(Problem::from(
                        "Enter a last day that is not before the first",
                    )),
                    _ => Ok(day),
                });
        let closes_on = problems.keep("enrolment_closes_on", closes_on);
        Some((opens_on?, closes_on?))
    }

    fn read_days_to_answer(&self, problems: &mut Problems) -> Option<i16> {
        let days = form::number(
            &self.days_to_answer,
            3..=60,
            "Enter how long an offer waits for its answers: 3 to 60 days",
        );
        problems.keep("days_to_answer", days)
    }

    /// Minutes, weeks between two, and how many at least.
    fn read_sessions(&self, problems: &mut Problems) -> Option<(i16, i16, i16)> {
        let minutes = form::number(
            &self.session_minutes,
            15..=240,
            "Enter how long a session lasts: 15 to 240 minutes",
        );
        let minutes = problems.keep("session_minutes", minutes);
        let every_weeks = form::number(
            &self.session_every_weeks,
            1..=26,
            "Enter how often the two meet: every 1 to 26 weeks",
        );
        let every_weeks = problems.keep("session_every_weeks", every_weeks);
        let minimum = form::number(
            &self.minimum_sessions,
            1..=100,
            "Enter how many sessions you expect at least: 1 to 100",
        );
        let minimum = problems.keep("minimum_sessions", minimum);
        Some((minutes?, every_weeks?, minimum?))
    }

    /// What is suggested to a mentor, and the most.
    fn read_capacity(&self, problems: &mut Problems) -> Option<(i16, i16)> {
        let usual = form::number(
            &self.capacity_default,
            1..=20,
            "Enter how many mentees a mentor usually takes: 1 to 20",
        );
        let usual = problems.keep("capacity_default", usual);
        let most = form::number(
            &self.capacity_max,
            1..=20,
            "Enter how many mentees a mentor may take at the most: 1 to 20",
        );
        let most = most.and_then(|most| match usual {
            Some(usual) if most < usual => Err(Problem::from(
                "Enter at least as many as a mentor usually takes",
            )),
            Some(_) | None => Ok(most),
        });
        let most = problems.keep("capacity_max", most);
        Some((usual?, most?))
    }
}

/// As the form shows it; of a long text its beginning.
fn as_read(field: &str, saved: &str) -> String {
    if let Some(who_asks) = WhoAsks::read(saved).filter(|_| field == "who_asks") {
        return who_asks.words().into();
    }
    match form::date(saved, "") {
        Ok(date) if field.ends_with("_on") => short_day(&date),
        _ if saved.chars().count() > 200 => {
            format!("{}…", saved.chars().take(200).collect::<String>())
        }
        _ => saved.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> ProgrammeForm {
        ProgrammeForm {
            name: "Spring".into(),
            starts_on: "2026-05-01".into(),
            ends_on: "2026-12-01".into(),
            ..ProgrammeForm::default()
        }
    }

    fn problems_of(form: &ProgrammeForm) -> Vec<String> {
        let mut problems = Problems::default();
        let settings = form.read(&["UTC".into()], &mut problems);
        assert_eq!(settings.is_some(), problems.is_empty());
        problems.all().map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn a_name_and_dates_are_enough() {
        let mut problems = Problems::default();
        let settings = typed().read(&["UTC".into()], &mut problems).unwrap();
        assert_eq!(settings.name, "Spring");
        assert_eq!(settings.is_told, IS_TOLD);
        // What was read is typed again as it was.
        let again = ProgrammeForm::of(&settings).read(&["UTC".into()], &mut problems);
        assert_eq!(again, Some(settings));
    }

    /// What each field does not take.
    const REFUSED: &[(&str, &[&str])] = &[
        ("name", &["", "\0", LONG]),
        ("purpose", &[LONG]),
        ("whom_for", &[LONG]),
        (
            "starts_on",
            &["", "2026-02-30", "-1", "99999-01-01", "٢٠٢٦-٠١-٠١"],
        ),
        (
            "ends_on",
            &["", "2026-05-01", "2026-04-30", "0000-00-00", "2026-13-01"],
        ),
        ("midpoint_on", &["x", "2026-04-30", "2026-12-02"]),
        ("time_zone", &["", "Mars/Base", "utc\0"]),
        ("enrolment_opens_on", &["x", "2026-12-02"]),
        ("enrolment_closes_on", &["x", "2026-12-02"]),
        ("who_asks", &["", "everybody"]),
        ("days_to_answer", &["", "2", "61", "soon"]),
        (
            "session_minutes",
            &[
                "",
                "14",
                "241",
                "-60",
                "99999999999999999999",
                "6e1",
                "60.5",
                "\0",
            ],
        ),
        ("session_every_weeks", &["0", "27", "often"]),
        ("minimum_sessions", &["0", "101", "-3"]),
        ("capacity_default", &["0", "21", "٣"]),
        ("capacity_max", &["0", "21", ""]),
        ("is_told", &[LONG]),
    ];

    /// Longer than anything may be.
    const LONG: &str = match str::from_utf8(&[b'x'; 2001]) {
        Ok(long) => long,
        Err(_) => "",
    };

    fn field<'a>(form: &'a mut ProgrammeForm, name: &str) -> &'a mut String {
        match name {
            "name" => &mut form.name,
            "purpose" => &mut form.purpose,
            "whom_for" => &mut form.whom_for,
            "starts_on" => &mut form.starts_on,
            "ends_on" => &mut form.ends_on,
            "midpoint_on" => &mut form.midpoint_on,
            "time_zone" => &mut form.time_zone,
            "enrolment_opens_on" => &mut form.enrolment_opens_on,
            "enrolment_closes_on" => &mut form.enrolment_closes_on,
            "who_asks" => &mut form.who_asks,
            "days_to_answer" => &mut form.days_to_answer,
            "session_minutes" => &mut form.session_minutes,
            "session_every_weeks" => &mut form.session_every_weeks,
            "minimum_sessions" => &mut form.minimum_sessions,
            "capacity_default" => &mut form.capacity_default,
            "capacity_max" => &mut form.capacity_max,
            "is_told" => &mut form.is_told,
            name => panic!("there is no field {name}"),
        }
    }

    #[test]
    fn each_field_is_refused_for_what_cannot_be() {
        for (name, texts) in REFUSED {
            for text in *texts {
                let mut form = typed();
                (*text).clone_into(field(&mut form, name));
                assert_eq!(problems_of(&form), [*name], "{text:?}");
            }
        }
    }

    #[test]
    fn what_is_saved_is_told_wherever_something_else_was_typed() {
        let saved = ProgrammeForm {
            whom_for: "x".repeat(300),
            ends_on: "2027-01-31".into(),
            who_asks: "both".into(),
            is_told: String::new(),
            ..typed()
        };
        let differences = typed().differences(&saved);
        for (field, words) in [
            ("whom_for", format!("says “{}…” here", "x".repeat(200))),
            ("ends_on", "says “31 January 2027” here".into()),
            ("who_asks", "says “Both” here".into()),
            ("is_told", "says nothing here".into()),
        ] {
            let said = differences.on(field);
            assert!(said.is_some_and(|said| said.contains(&words)), "{said:?}");
        }
        assert_eq!(differences.all().count(), 4);
        assert!(typed().differences(&typed()).is_empty());
    }

    #[test]
    fn numbers_and_days_fit_one_another() {
        let form = ProgrammeForm {
            capacity_default: "3".into(),
            capacity_max: "2".into(),
            ..typed()
        };
        assert_eq!(problems_of(&form), ["capacity_max"]);
        let form = ProgrammeForm {
            enrolment_opens_on: "2026-06-02".into(),
            enrolment_closes_on: "2026-06-01".into(),
            ..typed()
        };
        assert_eq!(problems_of(&form), ["enrolment_closes_on"]);
    }
}
