-- Who has accepted first is not who has asked: a mentee takes back what they asked for, and declines what
-- the coordinators offered.

alter table pairings add column asked_by_mentee boolean not null default false;

-- Asking has always left this in the same transaction, and nothing else does. The dates alone would not
-- tell: what is published on the day it is proposed can be accepted on that day too.
update pairings set asked_by_mentee = true
where exists (
    select from audit_events
    where pairing_id = pairings.id and actor_id = mentee_id and act = 'asked for a mentor'
);

alter table pairings add constraint pairings_whoever_asks_has_accepted check (
    not asked_by_mentee or mentee_accepted_on is not null
);

-- What a mentee took back without having asked was closed as if nobody had declined, and nobody heard of
-- it. It stands as declined now, unless it was taken up again since.
update pairings set closed_how = 'declined', mentee_accepted_on = null
where closed_how = 'ended' and mentor_accepted_on is null and not asked_by_mentee
    and 'took back their yes to the offer' = (
        select act from audit_events
        where pairing_id = pairings.id
            and act in ('took back their yes to the offer', 're-opened the pairing')
        order by id desc
        limit 1
    );

-- As it was, and who asked for it.
create or replace view pairing_situations with (security_barrier) as
select
    pairings.id, pairings.programme_id, pairings.mentor_id, pairings.mentee_id,
    proposed_on, offered_on, mentor_accepted_on, mentee_accepted_on, met_on, agreed_on,
    moving_on_since, final_session_on, final_session_recorded_on, mentor_reviewed_on,
    mentee_reviewed_on, joint_review_on, paused_since, closed_on, closed_how,
    -- When it was last taken up again, after a pause or a closing: clocks begin anew.
    (select max(until) from pauses where pairing_id = pairings.id) as taken_up_on,
    programmes.name as programme_name,
    programmes.time_zone as programme_time_zone,
    programmes.session_minutes,
    programmes.session_every_weeks,
    programmes.ends_on as programme_ends_on,
    mentor.full_name as mentor_name,
    mentor.job_title as mentor_job_title,
    mentor.time_zone as mentor_time_zone,
    mentee.full_name as mentee_name,
    mentee.job_title as mentee_job_title,
    mentee.time_zone as mentee_time_zone,
    exists (select from weekly_hours where person_id = pairings.mentor_id) as mentor_gives_hours,
    -- An offer that the mentee cannot accept any more: others were faster, or places were taken away.
    case when offered_on is null or mentee_accepted_on is not null or closed_on is not null
        then false
        else (
            select capacity from enrolments
            where programme_id = pairings.programme_id and person_id = mentor_id and part = 'mentor'
        ) <= (
            select count(*) from pairings others
            where others.programme_id = pairings.programme_id and others.mentor_id = pairings.mentor_id
                and others.mentee_accepted_on is not null and others.closed_on is null
        )
    end as mentor_is_full,
    open_session.id as open_session_id,
    lower(open_session.during) as open_session_starts_at,
    upper(open_session.during) as open_session_ends_at,
    coalesce(held.sessions, 0) as sessions_held,
    held.last_on as last_held_on,
    unrecorded.id as unrecorded_session_id,
    unrecorded.held_on as unrecorded_session_on,
    agreement.id as agreement_id,
    agreement.version as agreement_version,
    agreement.drafted_at as agreement_drafted_at,
    agreement.mentor_signed_at,
    agreement.mentee_signed_at,
    in_force.id as agreement_in_force_id,
    in_force.version as agreement_in_force_version,
    in_force.signed_at as agreement_in_force_since,
    coalesce(goals.agreed, 0) as objectives,
    coalesce(goals.waiting_for_mentor, 0) as objectives_waiting_for_mentor,
    coalesce(goals.waiting_for_mentee, 0) as objectives_waiting_for_mentee,
    goals.proposed_since as objectives_proposed_since,
    coalesce(goals.reached, 0) as objectives_waiting_for_sign_off,
    goals.reached_since as objectives_reached_since,
    coalesce(goals.signed_off, 0) as objectives_signed_off,
    coalesce(goals.unsettled, 0) as objectives_unsettled,
    coalesce(actions.targets, 0) as targets,
    coalesce(actions.done, 0) as targets_done,
    (select count(*) from further_steps where pairing_id = pairings.id) as further_steps,
    exists (
        select from earlier_endings
        where pairing_id = pairings.id
            and num_nonnulls(earlier_endings.mentor_reviewed_on, earlier_endings.mentee_reviewed_on) > 0
    ) as looked_back_before,
    asked_by_mentee,
    -- Whether its mentee may look for a mentor themselves and ask.
    who_asks <> 'coordinators' as mentees_ask
from pairings
join programmes on programmes.id = programme_id
join people mentor on mentor.id = mentor_id
join people mentee on mentee.id = mentee_id
left join lateral (
    select id, during
    from mentoring_sessions
    where pairing_id = pairings.id and num_nonnulls(held_on, missed_on, cancelled_on) = 0
    order by during
    limit 1
) open_session on true
left join lateral (
    select count(*) as sessions, max(held_on) as last_on
    from mentoring_sessions
    where pairing_id = pairings.id and held_on is not null
) held on true
left join lateral (
    -- The latest session, when its mentor has not written it up.
    select id, held_on
    from (
        select id, held_on
        from mentoring_sessions
        where pairing_id = pairings.id and held_on is not null
        order by during desc
        limit 1
    ) latest
    where not exists (
        select from session_records where session_id = latest.id and author_id = pairings.mentor_id
    )
) unrecorded on true
left join lateral (
    select
        id, version, drafted_at,
        (select signed_at from agreement_signatures where agreement_id = agreements.id and person_id = pairings.mentor_id) as mentor_signed_at,
        (select signed_at from agreement_signatures where agreement_id = agreements.id and person_id = pairings.mentee_id) as mentee_signed_at
    from agreements
    where pairing_id = pairings.id
    order by version desc
    limit 1
) agreement on true
left join lateral (
    -- The latest that both have signed: it stays in force, whatever is drafted after it.
    select agreements.id, version, max(signed_at) as signed_at
    from agreements
    join agreement_signatures on agreement_id = agreements.id
    where agreements.pairing_id = pairings.id
    group by agreements.id
    having count(*) = 2
    order by version desc
    limit 1
) in_force on true
left join lateral (
    select
        count(*) filter (where agreed_on is not null and dropped_on is null) as agreed,
        count(*) filter (where not settled and agreed_on is null and proposed_by = pairings.mentee_id) as waiting_for_mentor,
        count(*) filter (where not settled and agreed_on is null and proposed_by = pairings.mentor_id) as waiting_for_mentee,
        min(proposed_on) filter (where not settled and agreed_on is null) as proposed_since,
        count(*) filter (where not settled and reached_on is not null) as reached,
        min(reached_on) filter (where not settled) as reached_since,
        count(signed_off_on) as signed_off,
        count(*) filter (where not settled) as unsettled
    from objectives,
        lateral (select num_nonnulls(signed_off_on, handed_on_on, dropped_on) > 0 as settled) settling
    where pairing_id = pairings.id
) goals on true
left join lateral (
    select
        count(*) filter (where dropped_on is null) as targets,
        count(done_on) as done
    from targets
    where pairing_id = pairings.id
) actions on true
where (acting_person() in (mentor_id, mentee_id) and offered_on is not null)
    or coordinates(pairings.programme_id);

-- As it was; and that the mentee asked is kept.
create or replace function ask_mentor(programme bigint, mentor bigint, moment timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    today date;
    asked bigint;
begin
    perform from programmes where id = programme for share;
    perform from pairings
    where programme_id = programme and mentee_id = acting_person()
        and closed_on is null and offered_on is null
    for update;
    perform from enrolments
    where programme_id = programme and person_id = mentor and part = 'mentor'
    for update;
    perform from enrolments
    where programme_id = programme and person_id = acting_person() and part = 'mentee'
    for no key update;
    if not exists (select from mentors_to_ask(programme, moment) where person_id = mentor) then
        return null;
    end if;
    select (moment at time zone time_zone)::date into today from programmes where id = programme;
    with withdrawn as (
        update pairings set closed_on = greatest(today, proposed_on), closed_how = 'mentee_asked'
        where programme_id = programme and mentee_id = acting_person()
            and closed_on is null and offered_on is null
        returning id
    )
    insert into audit_events (at, act, pairing_id)
    select moment, 'withdrew the proposal, as the mentee asked a mentor', id from withdrawn;
    insert into pairings
        (programme_id, mentor_id, mentee_id, proposed_on, offered_on, mentee_accepted_on, asked_by_mentee)
    values (programme, mentor, acting_person(), today, today, today, true)
    returning id into asked;
    return asked;
end
$$;

drop function lapse_offers;

-- Closes what has not been accepted by both in time. Told are the two of each, for the letters;
-- not who of them has answered, but whether they have asked the other one. Nobody acts here.
create function lapse_offers(moment timestamptz)
returns table (
    pairing_id bigint, programme text, mentees_ask boolean, answer_by date,
    person_id bigint, email text, mentor boolean, asked boolean, partner text
)
language sql security definer set search_path = public, pg_temp as $$
    with late as (
        select pairings.id, (moment at time zone programmes.time_zone)::date as today
        from pairings
        join programmes on programmes.id = programme_id
        where acting_person() is null
            and closed_on is null and offered_on is not null
            and num_nulls(mentor_accepted_on, mentee_accepted_on) > 0
            and pairings.answer_by < (moment at time zone programmes.time_zone)::date
        for update of pairings skip locked
    ),
    lapsed as (
        update pairings set closed_on = today, closed_how = 'lapsed'
        from late
        where pairings.id = late.id
        returning
            pairings.id, pairings.programme_id, pairings.mentor_id, pairings.mentee_id,
            pairings.answer_by, pairings.asked_by_mentee
    ),
    noted as (
        insert into audit_events (at, act, pairing_id)
        select moment, 'closed the offer, which was not accepted in time', id from lapsed
    )
    select
        lapsed.id, programmes.name, who_asks <> 'coordinators', lapsed.answer_by,
        told.id, told.email, told.id = lapsed.mentor_id,
        asked_by_mentee and told.id = lapsed.mentee_id, partner.full_name
    from lapsed
    join programmes on programmes.id = lapsed.programme_id
    left join people told
        on told.id in (lapsed.mentor_id, lapsed.mentee_id) and told.deactivated_at is null
    left join people partner
        on partner.id in (lapsed.mentor_id, lapsed.mentee_id) and partner.id <> told.id
    order by lapsed.id, told.id
$$;

revoke execute on function lapse_offers from public;
grant execute on function lapse_offers to waymark_server;
