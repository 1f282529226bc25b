-- An offer can be answered from its letter too, and whether somebody comes to a session said.
alter table letter_acts add column what text;
update letter_acts set what = case when due_on is null then 'happened' else 'target' end;
alter table letter_acts
    alter column what set not null,
    drop constraint letter_acts_of_one_thing,
    add constraint letter_acts_of_one_thing check (
        case what
            when 'offer' then num_nonnulls(session_id, due_on) = 0
            when 'coming' then session_id is not null and due_on is null
            when 'happened' then session_id is not null and due_on is null
            when 'target' then session_id is null and due_on is not null
            else false
        end
    );

-- Whoever publishes, asks, books or moves writes to the two of that pairing.
drop policy written_for_nobody_in_particular on letter_acts;
create policy written_to_one_of_the_two on letter_acts for insert with check (
    acting_person() is null
    or exists (
        select from pairings where pairings.id = pairing_id and person_id in (mentor_id, mentee_id)
    )
    or (pairing_id, person_id) in (
        select assisted.pairing_id, one
        from assisted_pairings() assisted, unnest(array[mentor_id, mentee_id]) one
    )
);

drop function act_behind(bytea, timestamptz);
create function act_behind(token bytea, moment timestamptz)
returns table (
    id bigint, full_name text, time_zone text, pairing_id bigint, what text, session_id bigint,
    due_on date
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        people.id, full_name, people.time_zone, letter_acts.pairing_id, what, session_id, due_on
    from letter_acts
    join people on people.id = person_id
    where token_hash = token and expires_at > moment and deactivated_at is null
$$;

-- Keeps whether the person acted for comes to a session that is still to be, and says whether it is
-- news that they do not; nothing, where there is no such session of theirs.
create function say_whether_coming(session bigint, comes boolean, moment timestamptz)
returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    given constant text := case when comes then 'accepted' else 'declined' end;
    before text;
begin
    select answer into before
    from attendances
    join mentoring_sessions on mentoring_sessions.id = session_id
    where session_id = session and person_id = acting_person()
        and lower(mentoring_sessions.during) > moment
        and num_nonnulls(held_on, missed_on, cancelled_on) = 0
    for update of attendances;
    if not found then
        return null;
    end if;
    update attendances set answer = given, answered_at = moment
    where session_id = session and person_id = acting_person();
    return not comes and given is distinct from before;
end
$$;

-- What a letter is about, the link of its act tells as well.
create or replace function letters_keep_the_demonstration_in() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    new.made_up := exists (select from demonstration) and (
        exists (
            select from made_up_people join people on people.id = person_id
            where people.id = new.person_id or email = lower(new.recipient)
        )
        or exists (
            select from made_up_programmes
            where programme_id = substring(new.body from '/programmes/([0-9]{1,18})')::bigint
        )
        or exists (
            select from made_up_pairings()
            where pairing_id = substring(new.body from '/pairings/([0-9]{1,18})')::bigint
        )
        or exists (
            select from letter_acts join made_up_pairings() using (pairing_id)
            where token_hash = sha256(
                convert_to(substring(new.body from '/letters/act/([0-9a-f]{64})'), 'UTF8')
            )
        )
        or exists (
            select from invitations join made_up_programmes using (programme_id)
            where token_hash = sha256(
                convert_to(substring(new.body from '/invitations/([0-9a-f]{64})'), 'UTF8')
            )
        )
    );
    return new;
end
$$;
