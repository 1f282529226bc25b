//! Who did what, and when: gathered while the stories are told and written down in the order in
//! which it happened.

use super::calendar::Moment;
use sqlx::PgConnection;
use time::PrimitiveDateTime;

#[derive(Debug, Default)]
pub struct Diary {
    moments: Vec<PrimitiveDateTime>,
    zones: Vec<String>,
    actors: Vec<i64>,
    acts: Vec<String>,
    pairings: Vec<Option<i64>>,
    programmes: Vec<Option<i64>>,
    people: Vec<Option<i64>>,
}

/// What was done to what, by their ids.
#[derive(Clone, Copy)]
pub struct Deed {
    pub act: &'static str,
    pub pairing: Option<i64>,
    pub programme: Option<i64>,
    pub person: Option<i64>,
}

impl Deed {
    pub fn on_pairing(act: &'static str, pairing: i64) -> Deed {
        Deed {
            act,
            pairing: Some(pairing),
            programme: None,
            person: None,
        }
    }

    /// What nobody else is to know of.
    pub fn by_oneself(act: &'static str, person: i64) -> Deed {
        Deed {
            act,
            pairing: None,
            programme: None,
            person: Some(person),
        }
    }

    pub fn on_programme(act: &'static str, programme: i64, person: Option<i64>) -> Deed {
        Deed {
            act,
            pairing: None,
            programme: Some(programme),
            person,
        }
    }
}

impl Diary {
    pub fn write(&mut self, at: Moment, actor: i64, deed: Deed) {
        self.moments.push(at.local);
        self.zones.push(at.zone.to_owned());
        self.actors.push(actor);
        self.acts.push(deed.act.to_owned());
        self.pairings.push(deed.pairing);
        self.programmes.push(deed.programme);
        self.people.push(deed.person);
    }

    pub async fn keep(self, db: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into audit_events (at, actor_id, act, pairing_id, programme_id, person_id)
             select local at time zone zone, actor, act, pairing, programme, person
             from unnest($1::timestamp[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
                with ordinality as deed (local, zone, actor, act, pairing, programme, person, place)
             order by local at time zone zone, place",
            &self.moments,
            &self.zones,
            &self.actors,
            &self.acts,
            &self.pairings as &[Option<i64>],
            &self.programmes as &[Option<i64>],
            &self.people as &[Option<i64>],
        )
        .execute(db)
        .await?;
        Ok(())
    }
}
