//! What the other one is told of suggested times.

use super::how_many;
use super::queries::NewSuggestion;
use crate::pairings::access::{Action, May};
use crate::reminders::act::Direct;
use crate::reminders::ahead::Onward;
use crate::reminders::news::tell_other;
use crate::web::words;

pub async fn suggested<A: Action>(may: &mut May<A>, new: &NewSuggestion) -> sqlx::Result<()> {
    let pairing = may.pairing();
    let (name, programme) = (may.viewer().name.clone(), pairing.programme.name.clone());
    let zone = words::place(&pairing.partner().time_zone);
    let times = new.times.iter().map(|slot| {
        let theirs = words::moment(&slot.times.theirs);
        format!("\n\n{theirs} ({zone})")
    });
    let (many, times) = (how_many(new.times.len()), times.collect::<String>());
    let what = match new.moving {
        Some(_) => "to move your session to",
        None => "to meet",
    };
    let subject = format!("{name} suggests {many} {what}");
    let fact = format!("{name} suggests {many} {what}, in {programme}:{times}");
    let act = "Choose one, and it is booked; or say that none fits:";
    tell_other(may, Direct::Onward(Onward::Next), subject, (fact, act)).await
}

pub async fn none_fits<A: Action>(may: &mut May<A>) -> sqlx::Result<()> {
    let name = may.viewer().name.clone();
    let subject = format!("{name} cannot make the times that you suggested");
    let fact = format!("None of the times that you suggested fits {name}.");
    let act = "See when both of you are free, or suggest others:";
    tell_other(may, Direct::Onward(Onward::Booking), subject, (fact, act)).await
}

pub async fn withdrawn<A: Action>(may: &mut May<A>) -> sqlx::Result<()> {
    let name = may.viewer().name.clone();
    let subject = format!("{name} has taken suggested times back");
    let fact = format!(
        "{name} does not suggest those times any more. You need not answer, and can choose another \
         time yourself."
    );
    tell_other(
        may,
        Direct::Onward(Onward::Next),
        subject,
        (fact, "See where the two of you stand:"),
    )
    .await
}
