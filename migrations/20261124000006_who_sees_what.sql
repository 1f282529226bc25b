-- The server's role owns nothing here. Each of its transactions acts for one person, named in
-- app.person_id for as long as the transaction lasts; without one, nothing confidential exists.

-- A temporary table of the same name could pass itself off as one of ours.
do $$ begin
    execute format('revoke temporary on database %I from public', current_database());
end $$;

create function acting_person() returns bigint language sql stable parallel safe
return nullif(current_setting('app.person_id', true), '')::bigint;

-- These read past row-level security, as their owner, and answer yes or no. A proposal
-- does not exist for the two until the coordinator publishes it.
create function coordinates(programme bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from coordinators where programme_id = programme and person_id = acting_person())
$$;

-- The same as a set, which is read once for many rows.
create function coordinated_programmes() returns setof bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select programme_id from coordinators where person_id = acting_person()
$$;

create function of_the_two(pairing bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from pairings
        where id = pairing and acting_person() in (mentor_id, mentee_id) and offered_on is not null
    )
$$;

create function acting_administrator() returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from people where id = acting_person() and administrator_since is not null)
$$;

create function enrolled_in(programme bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from enrolments where programme_id = programme and person_id = acting_person())
$$;

create function own_programmes() returns setof bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select programme_id from enrolments where person_id = acting_person()
$$;

create function runs_a_programme() returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from coordinators where person_id = acting_person())
$$;

-- Whether the two take part in one programme, or one of them runs it; or is the other's manager.
create function acquainted_with(person bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from enrolments own
        where own.person_id = acting_person() and (
            exists (select from enrolments where programme_id = own.programme_id and person_id = person)
            or exists (select from coordinators where programme_id = own.programme_id and person_id = person)
        )
    ) or exists (
        select from people where id = acting_person() and line_manager_id = person
    )
$$;

-- At the end that is now, or at an earlier one.
create function both_reviewed(pairing bigint, earlier bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) = 2 from reviews
    where pairing_id = pairing and earlier_ending_id is not distinct from earlier
$$;

-- What the server has to find out before it acts for anybody, or about whom it need not know.

-- Who has signed in with a browser's token.
create function signed_in(token bytea, moment timestamptz)
returns table (id bigint, full_name text, time_zone text, sign_in bigint, administrator boolean, coordinator boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        people.id, full_name, time_zone, sign_ins.id, administrator_since is not null,
        exists (select from coordinators where person_id = people.id)
    from sign_ins join people on people.id = sign_ins.person_id
    where token_hash = token and expires_at > moment
$$;

create function account_of(address text) returns table (person_id bigint, hash text)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, passwords.hash
    from people join passwords on passwords.person_id = people.id
    where email = address
$$;

create function person_with_email(address text) returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select id from people where email = address
$$;

-- Only administrators make administrators, or end that.
create function set_administrator(person bigint, since timestamptz) returns boolean
language sql security definer set search_path = public, pg_temp as $$
    update people set administrator_since = since
    where id = person and acting_administrator()
        and (administrator_since is null) is distinct from (since is null)
    returning true
$$;

alter table people enable row level security;
-- Coordinators look for people to enrol, and everybody may know whom to ask.
create policy known on people for select using (
    id = (select acting_person())
    or (select acting_administrator())
    or (select runs_a_programme())
    or administrator_since is not null
    or acquainted_with(id)
);
create policy added_by_administrators on people for insert
    with check (acting_administrator() and administrator_since is null);
create policy changed_by_themselves_or_administrators on people for update
    using (id = acting_person() or acting_administrator());

alter table passwords enable row level security;
create policy own_or_an_administrators on passwords
    using (person_id = acting_person() or acting_administrator());
-- Signing in acts for nobody until it has succeeded.
create policy checked_at_sign_in on passwords for select using (acting_person() is null);
create policy locked_at_sign_in on passwords for update using (acting_person() is null) with check (false);

alter table weekly_hours enable row level security;
create policy read_to_book on weekly_hours for select using (true);
create policy given_by_oneself on weekly_hours using (person_id = acting_person());

alter table programmes enable row level security;
create policy known on programmes for select using (true);
create policy made_by_administrators on programmes for insert with check (acting_administrator());
create policy changed_by_who_runs_it on programmes for update
    using (coordinates(id) or acting_administrator());

alter table coordinators enable row level security;
create policy known on coordinators for select using (true);
create policy named_by_administrators on coordinators using (acting_administrator());

alter table enrolments enable row level security;
create policy read_within_the_programme on enrolments for select
    using (
        programme_id in (select own_programmes())
        or programme_id in (select coordinated_programmes())
        or (select acting_administrator())
    );
create policy added_by_coordinators on enrolments for insert with check (coordinates(programme_id));
create policy changed_by_coordinators on enrolments for update using (coordinates(programme_id));
create policy ended_by_coordinators on enrolments for delete using (coordinates(programme_id));

alter table pairings enable row level security;
create policy seen_by_the_two_and_coordinators on pairings for select
    using (
        (acting_person() in (mentor_id, mentee_id) and offered_on is not null)
        or programme_id in (select coordinated_programmes())
    );
create policy made_by_coordinators on pairings for insert with check (coordinates(programme_id));
-- Who the two are is never changed: see the grants.
create policy changed_by_the_two_and_coordinators on pairings for update
    using (
        (acting_person() in (mentor_id, mentee_id) and offered_on is not null)
        or coordinates(programme_id)
    );

alter table pauses enable row level security;
create policy seen_with_the_pairing on pauses
    using (exists (select from pairings where id = pairing_id));

alter table mentoring_sessions enable row level security;
create policy seen_with_the_pairing on mentoring_sessions
    using (exists (select from pairings where id = pairing_id));

alter table attendances enable row level security;
create policy seen_with_the_session on attendances
    using (exists (select from mentoring_sessions where id = session_id))
    with check (exists (
        select from mentoring_sessions join pairings on pairings.id = pairing_id
        where mentoring_sessions.id = session_id and person_id in (mentor_id, mentee_id)
    ));

alter table session_plans enable row level security;
create policy between_the_two on session_plans using (of_the_two(pairing_id));

alter table session_records enable row level security;
create policy read_by_the_two on session_records for select using (of_the_two(pairing_id));
create policy written_by_its_author on session_records for insert
    with check (of_the_two(pairing_id) and author_id = acting_person());
create policy changed_by_its_author on session_records for update
    using (of_the_two(pairing_id) and author_id = acting_person());

alter table agreements enable row level security;
create policy read_by_the_two on agreements for select using (of_the_two(pairing_id));
create policy drafted_by_one_of_the_two on agreements for insert
    with check (of_the_two(pairing_id) and drafted_by = acting_person());

alter table agreement_signatures enable row level security;
create policy read_by_the_two on agreement_signatures for select using (of_the_two(pairing_id));
create policy signed_for_oneself on agreement_signatures for insert
    with check (of_the_two(pairing_id) and person_id = acting_person());

alter table objectives enable row level security;
create policy between_the_two on objectives using (of_the_two(pairing_id));

alter table targets enable row level security;
create policy between_the_two on targets using (of_the_two(pairing_id));

alter table further_steps enable row level security;
create policy between_the_two on further_steps using (of_the_two(pairing_id));

alter table notes enable row level security;
create policy for_the_author_alone on notes
    using (author_id = acting_person() and of_the_two(pairing_id));

alter table earlier_endings enable row level security;
create policy seen_with_the_pairing on earlier_endings
    using (exists (select from pairings where id = pairing_id));

alter table reviews enable row level security;
create policy own_first_then_both on reviews for select using (
    of_the_two(pairing_id) and (
        person_id = acting_person() or both_reviewed(pairing_id, earlier_ending_id)
    )
);
create policy answered_for_oneself on reviews for insert
    with check (of_the_two(pairing_id) and person_id = acting_person() and earlier_ending_id is null);

alter table joint_reviews enable row level security;
create policy between_the_two on joint_reviews using (of_the_two(pairing_id));

alter table remarks enable row level security;
-- A coordinator who is one of the two reads what the other wrote to the coordinators no more
-- than any partner does.
create policy read_by_author_and_coordinators on remarks for select using (
    (person_id = acting_person() and of_the_two(pairing_id))
    or exists (
        select from pairings
        where id = pairing_id and coordinates(programme_id)
            and acting_person() not in (mentor_id, mentee_id)
    )
);
create policy written_for_oneself on remarks for insert
    with check (of_the_two(pairing_id) and person_id = acting_person());

alter table audit_events enable row level security;
create policy about_oneself_or_administered on audit_events for select using (
    actor_id = acting_person()
    or person_id = acting_person()
    or (pairing_id is not null and of_the_two(pairing_id))
    or acting_administrator()
);
-- A failed or first sign-in acts for nobody yet, so it names the actor as it finds them.
create policy written_as_oneself on audit_events for insert
    with check (actor_id is not distinct from acting_person());

-- The same events with the names of those who acted, known to the reader or not.
create view audit_trail with (security_barrier) as
select
    audit_events.id, at, actor_id, actor.full_name as actor, act, pairing_id, programme_id,
    person_id
from audit_events
left join people actor on actor.id = actor_id
where actor_id = acting_person()
    or person_id = acting_person()
    or (pairing_id is not null and of_the_two(pairing_id))
    or acting_administrator();

create view demo_introductions as
select position, person_id, full_name, introduction
from demo_people join people on people.id = person_id;

-- How far every pairing is and what it waits for: dates, names and counts, never words that the
-- two wrote. Whose turn it is follows from a row of this, so that everybody who may see the
-- pairing is told the same.
create view pairing_situations with (security_barrier) as
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
    ) as looked_back_before
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

-- Fourteen days after the final session was recorded, or after the pairing was taken up again
-- since, it closes by itself with the reviews it has: the two have always been asked first. Nobody
-- acts here, so that nobody's form can hold it open.
-- Told are the pairings, each with the session that is cancelled by it, if there is one.
create function close_overdue_pairings(moment timestamptz)
returns table (pairing_id bigint, session_id bigint) language sql security definer
set search_path = public, pg_temp as $$
    with overdue as (
        select pairings.id, (moment at time zone programmes.time_zone)::date as today
        from pairings
        join programmes on programmes.id = programme_id
        where acting_person() is null
            and closed_on is null and paused_since is null and final_session_recorded_on is not null
            and greatest(
                final_session_recorded_on,
                (select max(until) from pauses where pairing_id = pairings.id)
            ) + 14 <= (moment at time zone programmes.time_zone)::date
        for update of pairings skip locked
    ),
    closed as (
        update pairings set closed_on = today, closed_how = 'completed'
        from overdue
        where pairings.id = overdue.id
        returning pairings.id, closed_on
    ),
    cancelled as (
        update mentoring_sessions set cancelled_on = closed_on
        from closed
        where mentoring_sessions.pairing_id = closed.id and lower(during) > moment
            and num_nonnulls(held_on, missed_on, cancelled_on) = 0
        returning mentoring_sessions.id, mentoring_sessions.pairing_id
    ),
    freed as (
        delete from attendances using cancelled where attendances.session_id = cancelled.id
    ),
    noted as (
        insert into audit_events (at, act, pairing_id)
        select moment, 'closed the pairing after its final session', id from closed
    )
    select closed.id, cancelled.id
    from closed left join cancelled on cancelled.pairing_id = closed.id
    order by closed.id, cancelled.id
$$;

revoke execute on function close_overdue_pairings from public;

grant usage on schema public to waymark_server;
grant execute on function close_overdue_pairings to waymark_server;
grant select, insert on people, pairings to waymark_server;
grant update (full_name, email, job_title, department, location, time_zone, line_manager_id)
    on people to waymark_server;
grant update (
    offered_on, mentor_accepted_on, mentee_accepted_on, met_on, agreed_on, moving_on_since,
    final_session_on, final_session_recorded_on, mentor_reviewed_on, mentee_reviewed_on,
    joint_review_on, paused_since, closed_on, closed_how
) on pairings to waymark_server;
grant select, insert, update on
    passwords, weekly_hours, programmes, enrolments, pauses,
    mentoring_sessions, session_plans, session_records, objectives, targets, joint_reviews
    to waymark_server;
-- What a calendar answers for its owner is between the two: it is not among these columns.
grant select (session_id, person_id, during), insert (session_id, person_id, during) on attendances
    to waymark_server;
grant select, insert on
    coordinators, agreements, agreement_signatures, notes, further_steps, reviews, remarks, audit_events, forms_used
    to waymark_server;
grant select, insert, update, delete on sign_ins, known_browsers, failed_sign_ins to waymark_server;
grant delete on attendances, weekly_hours, coordinators, enrolments, further_steps, forms_used to waymark_server;
grant select on earlier_endings, demo_introductions, pairing_situations, audit_trail to waymark_server;
