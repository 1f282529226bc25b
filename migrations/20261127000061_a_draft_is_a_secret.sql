-- What coordinators propose is a secret of theirs until they publish it: nobody who looks for a mentor
-- notices it, but for the place that it takes.

-- Nobody was told of a proposal that is closed so: its mentee has asked a mentor themselves.
alter table pairings
    drop constraint pairings_closed_how_check,
    add constraint pairings_closed_how_check check (
        closed_how in (
            'declined', 'completed', 'completed_early', 'ended', 'lapsed', 'moved_or_left',
            'mentee_asked'
        )
    ),
    add constraint pairings_mentees_ask_before_an_offer check (
        closed_how <> 'mentee_asked' or offered_on is null
    );

-- Whether the viewer may look for one: a mentee of the programme without a pairing that they know of, or
-- a completed one.
create or replace function looks_for_a_mentor(programme bigint, moment timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from programmes
        join enrolments on programme_id = programmes.id
        where programmes.id = programme and person_id = acting_person() and part = 'mentee'
            and left_at is null and who_asks in ('mentees', 'both')
            and opened_at is not null and archived_at is null
            and (moment at time zone time_zone)::date <= ends_on
            and not exists (
                select from pairings
                where pairings.programme_id = programme and mentee_id = acting_person()
                    and offered_on is not null
                    and (closed_on is null or closed_how in ('completed', 'completed_early'))
            )
    )
$$;

-- A place that is kept for the viewer is free for them: what is proposed for them is withdrawn when they
-- ask.
create or replace function mentors_to_ask(programme bigint, moment timestamptz)
returns table (
    person_id bigint, full_name text, job_title text, department text, location text, about text
)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, full_name, job_title, department, location, enrolments.about
    from programmes
    join enrolments on enrolments.programme_id = programmes.id
    join people on people.id = enrolments.person_id
    where programmes.id = programme and looks_for_a_mentor(programme, moment)
        and part = 'mentor' and left_at is null and deactivated_at is null
        and people.id <> acting_person()
        and (
            select count(*) from pairings
            where pairings.programme_id = programme and mentor_id = people.id and closed_on is null
                and (offered_on is not null or mentee_id <> acting_person())
        ) < enrolments.capacity
        and not exists (
            select from people own
            left join people above on above.id = own.line_manager_id
            where own.id = acting_person() and people.id in (own.line_manager_id, above.line_manager_id)
        )
        and people.line_manager_id is distinct from acting_person()
        and not exists (
            select from people between_them
            where between_them.id = people.line_manager_id
                and between_them.line_manager_id = acting_person()
        )
        and not exists (
            select from exclusions
            join applications on applications.id = application_id
            where applications.programme_id = programme and sent_at is not null
                and array[applications.person_id, exclusions.person_id]
                    <@ array[people.id, acting_person()]
        )
        and not exists (
            select from applications
            where applications.programme_id = programme and applications.person_id = people.id
                and applications.part = 'mentor'
                and (moment at time zone programmes.time_zone)::date between away_from and away_until
        )
        and not exists (
            select from pairings
            where pairings.programme_id = programme and mentor_id = people.id
                and mentee_id = acting_person() and closed_how = 'declined'
                and mentee_accepted_on is not null and mentor_accepted_on is null
        )
$$;

-- Whatever the coordinators have proposed for the viewer gives way. Nobody acts in that, for the viewer
-- reads what they have done themselves.
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
    insert into pairings (programme_id, mentor_id, mentee_id, proposed_on, offered_on, mentee_accepted_on)
    values (programme, mentor, acting_person(), today, today, today)
    returning id into asked;
    return asked;
end
$$;
