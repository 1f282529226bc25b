//! How far a pairing has come, station by station.

use super::Pairing;
use super::stage::{Closed, Name, Stage};
use crate::web::words;
use time::Date;

/// One station of the stepper.
pub struct Station {
    pub name: &'static str,
    pub state: StationState,
    pub words: String,
}

#[derive(Clone, Copy, PartialEq)]
pub enum StationState {
    Done,
    Now,
    Paused,
    ToCome,
}

pub fn stepper(pairing: &Pairing) -> Vec<Station> {
    let here = pairing.stage.name();
    let order = [
        Name::InitialMeeting,
        Name::Sessions,
        Name::MovingOn,
        Name::Closed,
    ];
    let place = order.iter().position(|name| *name == here);
    order
        .iter()
        .enumerate()
        .map(|(at, name)| Station {
            name: name.words(),
            state: match place {
                Some(place) if at < place && reached(pairing, *name) => StationState::Done,
                Some(place) if at == place && pairing.paused_since.is_some() => {
                    StationState::Paused
                }
                Some(place) if at == place => StationState::Now,
                _ => StationState::ToCome,
            },
            words: words_of(pairing, *name, here),
        })
        .collect()
}

/// Whether the pairing has been through this stage: one that ended early may not have.
fn reached(pairing: &Pairing, name: Name) -> bool {
    let dates = &pairing.dates;
    match name {
        Name::Proposed | Name::Offered => true,
        Name::InitialMeeting => dates.met_on.is_some() && dates.agreed_on.is_some(),
        Name::Sessions => dates.moving_on_since.is_some(),
        Name::MovingOn => dates.final_session_on.is_some(),
        Name::Closed => dates.closed_on.is_some(),
    }
}

fn words_of(pairing: &Pairing, name: Name, here: Name) -> String {
    let dates = &pairing.dates;
    let done_on = |date: Option<Date>| match date {
        Some(date) => format!("Done {}", words::short_day(&date)),
        None if here == Name::Closed => "Left out".into(),
        None => "Not yet".into(),
    };
    if let Stage::Closed(Closed { on, how }) = pairing.stage
        && name == Name::Closed
    {
        return format!("{}, {}", how.words(), words::short_day(&on));
    }
    if name == here && pairing.paused_since.is_some() {
        return "Paused".into();
    }
    match name {
        Name::InitialMeeting if here == name => "You are here".into(),
        Name::InitialMeeting => done_on(dates.met_on.zip(dates.agreed_on).map(|(a, b)| a.max(b))),
        Name::Sessions if here == name => format!(
            "You are here: {} held",
            words::count(&pairing.facts.sessions_held, "meeting", "meetings")
        ),
        Name::Sessions => done_on(dates.moving_on_since),
        Name::MovingOn if here == name => "You are here".into(),
        Name::MovingOn => done_on(dates.final_session_on),
        Name::Proposed | Name::Offered | Name::Closed => "Not yet".into(),
    }
}
