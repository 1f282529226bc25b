//! Proposals that cannot be published as it stands: what allowed them has changed since.

use super::access::Runs;
use crate::pairings::{Pairing, PairingId};
use crate::web::words;
use std::collections::BTreeMap;
use time::Date;

/// Why one of them cannot be published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    InLine,
    Unwilling,
    AwayUntil(Date),
    /// So many places, all of them taken or offered.
    NoPlace(i16),
    /// The last of so many places goes to whom they were proposed to before.
    ProposedLater(i16),
}

/// A proposal that is not published.
pub struct HeldBack {
    pub pairing: Pairing,
    pub why: Why,
}

impl HeldBack {
    /// "Tom and Maya: Maya has no free place"
    pub fn words(&self) -> String {
        format!("{}: {}", self.pairing.title(), self.why())
    }

    pub fn why(&self) -> String {
        let maya = &self.pairing.mentor.name;
        match self.why {
            Why::InLine => "one of them is in the other’s line of management by now".into(),
            Why::Unwilling => "one of them would rather not be paired with the other by now".into(),
            Why::AwayUntil(until) => format!("{maya} is away until {}", words::short_day(&until)),
            Why::NoPlace(0) => format!("{maya} takes nobody on at present"),
            Why::NoPlace(_) => format!("{maya} has no free place any more"),
            Why::ProposedLater(_) => {
                format!("{maya}’s last free place goes to whoever was proposed first")
            }
        }
    }

    /// How many places the mentor has, if one more would let it be published.
    pub fn places(&self) -> Option<i16> {
        match self.why {
            Why::NoPlace(places) | Why::ProposedLater(places) => Some(places),
            Why::InLine | Why::Unwilling | Why::AwayUntil(_) => None,
        }
    }
}

/// Which of these proposals cannot be published together today. Of those who are proposed to one
/// mentor, whoever was proposed first goes first.
#[expect(clippy::too_many_lines, reason = "one query, and what it asks")]
pub async fn among(
    runs: &mut Runs,
    proposals: &[PairingId],
) -> sqlx::Result<BTreeMap<PairingId, Why>> {
    let asked: Vec<i64> = proposals.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"
        with asked as (
            select
                pairings.id, pairings.mentor_id, proposed_on, capacity,
                in_line(pairings.mentor_id, mentee_id) as in_line,
                exists (
                    select from exclusions
                    join applications wish on wish.id = application_id
                    where wish.programme_id = $1 and sent_at is not null
                        and array[wish.person_id, exclusions.person_id]
                            <@ array[pairings.mentor_id, mentee_id]
                ) as unwilling,
                (
                    select max(away_until) from applications
                    where programme_id = $1 and person_id = pairings.mentor_id and part = 'mentor'
                        and $3 between away_from and away_until
                ) as away_until,
                (
                    select count(*) from pairings offered
                    where offered.programme_id = $1 and offered.mentor_id = pairings.mentor_id
                        and closed_on is null and offered_on is not null
                ) as offered
            from pairings
            join enrolments
                on enrolments.programme_id = $1 and person_id = pairings.mentor_id and part = 'mentor'
            where pairings.programme_id = $1 and pairings.id = any ($2)
                and offered_on is null and closed_on is null
        ), in_turn as (
            select
                *,
                count(*) filter (where not in_line and not unwilling and away_until is null)
                    over (partition by mentor_id order by proposed_on, id) as turn
            from asked
        )
        select
            id as "id: PairingId", in_line as "in_line!", unwilling as "unwilling!", away_until,
            capacity as "capacity!", offered >= capacity as "full!"
        from in_turn
        where in_line or unwilling or away_until is not null or offered + turn > capacity
        "#,
        runs.programme.id.0,
        &asked,
        runs.programme.today,
    )
    .fetch_all(&mut *runs.acting)
    .await?;
    let whys = rows.into_iter().map(|row| {
        let why = match row.away_until {
            _ if row.in_line => Why::InLine,
            _ if row.unwilling => Why::Unwilling,
            Some(until) => Why::AwayUntil(until),
            None if row.full => Why::NoPlace(row.capacity),
            None => Why::ProposedLater(row.capacity),
        };
        (row.id, why)
    });
    Ok(whys.collect())
}

/// Those that can be published, and those that cannot.
pub fn part(
    proposals: Vec<Pairing>,
    whys: &BTreeMap<PairingId, Why>,
) -> (Vec<Pairing>, Vec<HeldBack>) {
    let (mut fit, mut held_back) = (Vec::new(), Vec::new());
    for pairing in proposals {
        match whys.get(&pairing.id) {
            None => fit.push(pairing),
            Some(why) => held_back.push(HeldBack { pairing, why: *why }),
        }
    }
    (fit, held_back)
}
