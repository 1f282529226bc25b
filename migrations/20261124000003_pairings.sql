-- A pairing's stage is never stored: it follows from these dates, all of them dates in the
-- programme's time zone. They are facts that the programme's coordinators may see.
create table pairings (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes,
    mentor_id bigint not null,
    mentee_id bigint not null,
    mentor_part text not null generated always as ('mentor') stored,
    mentee_part text not null generated always as ('mentee') stored,
    proposed_on date not null,
    offered_on date,
    mentor_accepted_on date,
    mentee_accepted_on date,
    -- The initial meeting was held, and the first agreement signed by both, in either order.
    met_on date,
    agreed_on date,
    moving_on_since date,
    final_session_on date,
    -- When it became known that it was held, which may be long afterwards.
    final_session_recorded_on date,
    mentor_reviewed_on date,
    mentee_reviewed_on date,
    joint_review_on date,
    paused_since date,
    closed_on date,
    closed_how text check (
        closed_how in ('declined', 'completed', 'completed_early', 'ended', 'lapsed', 'moved_or_left')
    ),
    foreign key (programme_id, mentor_id, mentor_part) references enrolments (programme_id, person_id, part),
    foreign key (programme_id, mentee_id, mentee_part) references enrolments (programme_id, person_id, part),
    constraint pairings_two_people check (mentor_id <> mentee_id),
    constraint pairings_closed_somehow check ((closed_on is null) = (closed_how is null)),
    constraint pairings_stages_in_order check (
        (offered_on is null or proposed_on <= offered_on)
        and (mentor_accepted_on is null or (offered_on is not null and offered_on <= mentor_accepted_on))
        and (mentee_accepted_on is null or (offered_on is not null and offered_on <= mentee_accepted_on))
        and (num_nulls(met_on, agreed_on) = 2 or num_nulls(mentor_accepted_on, mentee_accepted_on) = 0)
        and (moving_on_since is null
            or (num_nulls(met_on, agreed_on) = 0 and greatest(met_on, agreed_on) <= moving_on_since))
        and num_nulls(final_session_on, final_session_recorded_on) <> 1
        and (final_session_on is null
            or (moving_on_since is not null and moving_on_since <= final_session_on
                and final_session_on <= final_session_recorded_on))
        and (num_nulls(mentor_reviewed_on, mentee_reviewed_on) = 2 or moving_on_since is not null)
        and (joint_review_on is null or num_nulls(mentor_reviewed_on, mentee_reviewed_on) = 0)
        and (closed_on is null or closed_on >= greatest(
            proposed_on, offered_on, mentor_accepted_on, mentee_accepted_on,
            met_on, agreed_on, moving_on_since, final_session_recorded_on))
    ),
    constraint pairings_paused_while_alive check (
        paused_since is null
        or (closed_on is null and num_nulls(mentor_accepted_on, mentee_accepted_on) = 0)
    )
);

-- A mentee has one mentor at a time in a programme, open offers included.
create unique index pairings_one_mentor_at_a_time on pairings (programme_id, mentee_id)
    where closed_on is null;
create index pairings_by_programme on pairings (programme_id);
create index pairings_by_mentor on pairings (mentor_id);
create index pairings_by_mentee on pairings (mentee_id);

create table pauses (
    pairing_id bigint not null references pairings,
    since date not null,
    until date,
    primary key (pairing_id, since),
    constraint pauses_end_after_they_start check (until >= since)
);

-- The rules of pairing that no unique index can keep. The mentor's enrolment is locked, so
-- that two mentees who accept at the same moment are counted one after the other.
create function pairings_keep_the_rules() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    places smallint;
    taken bigint;
begin
    if exists (
        select from people
        where (id = new.mentee_id and line_manager_id = new.mentor_id)
            or (id = new.mentor_id and line_manager_id = new.mentee_id)
    ) then
        raise exception 'a line manager cannot be the mentor'
            using errcode = 'check_violation', constraint = 'pairings_not_a_line_manager';
    end if;

    -- It is the mentee's acceptance that takes the place; the mentor's takes none.
    if tg_op = 'UPDATE' and old.closed_on is null
        and old.mentee_accepted_on is not distinct from new.mentee_accepted_on
    then
        return new;
    end if;

    select capacity into places from enrolments
    where programme_id = new.programme_id and person_id = new.mentor_id and part = 'mentor'
    for update;

    -- An insert counts what is proposed and offered too; an acceptance only what was accepted.
    select count(*) into taken from pairings
    where programme_id = new.programme_id and mentor_id = new.mentor_id
        and closed_on is null and id <> new.id
        and (tg_op = 'INSERT' or mentee_accepted_on is not null);
    if taken >= places then
        raise exception 'the mentor has no free place'
            using errcode = 'check_violation', constraint = 'pairings_within_capacity';
    end if;
    return new;
end
$$;

create trigger pairings_begin_by_the_rules before insert on pairings
    for each row execute function pairings_keep_the_rules();

create trigger pairings_are_accepted_by_the_rules before update on pairings
    for each row when (
        (old.mentor_accepted_on is null and new.mentor_accepted_on is not null)
        or (old.mentee_accepted_on is null and new.mentee_accepted_on is not null)
    )
    execute function pairings_keep_the_rules();

create trigger pairings_are_reopened_by_the_rules before update on pairings
    for each row when (old.closed_on is not null and new.closed_on is null)
    execute function pairings_keep_the_rules();

-- Who did what to which pairing, programme or person, and when. Never what it said.
create table audit_events (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor_id bigint references people,
    act text not null check (act <> ''),
    pairing_id bigint references pairings,
    programme_id bigint references programmes,
    person_id bigint references people
);

create index audit_events_by_pairing on audit_events (pairing_id);
create index audit_events_by_person on audit_events (person_id);
create index audit_events_by_actor on audit_events (actor_id);
