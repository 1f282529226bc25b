-- The demonstration: made-up people in made-up programmes, alone on a server or beside real ones.

-- One row while it is there.
create table demonstration (
    single boolean primary key default true check (single),
    -- The administrator who looks around in it; nobody where it is all there is.
    loaded_by bigint references people,
    loaded_at timestamptz not null
);

create table made_up_people (
    person_id bigint primary key references people on delete cascade
);

create table made_up_programmes (
    programme_id bigint primary key references programmes on delete cascade
);

-- Such a letter never leaves.
alter table letters add column made_up boolean not null default false;

-- A pairing is made up if its programme is, or one of its two.
create function made_up_pairings() returns table (pairing_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select id from pairings
    where programme_id in (select programme_id from made_up_programmes)
        or mentor_id in (select person_id from made_up_people)
        or mentee_id in (select person_id from made_up_people)
$$;

revoke execute on function made_up_pairings from public;

-- Nobody gets letters about what happens in the demonstration: no made-up person, whose address
-- leads nowhere, and no real one. What a letter is about, its link tells.
create function letters_keep_the_demonstration_in() returns trigger language plpgsql security definer
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
            select from invitations join made_up_programmes using (programme_id)
            where token_hash = sha256(
                convert_to(substring(new.body from '/invitations/([0-9a-f]{64})'), 'UTF8')
            )
        )
    );
    return new;
end
$$;

create trigger letters_are_kept_in before insert on letters
    for each row execute function letters_keep_the_demonstration_in();

-- Takes away everything that is made up, and what real people did in it. Of a real programme goes
-- what made-up people were in it, with their pairings. False if there is nothing to take away, if
-- it is all there is, or if it is not for the viewer to do.
create function remove_demonstration() returns boolean language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    gone bigint[];
    gone_programmes bigint[];
    gone_pairings bigint[];
    kept text;
begin
    perform from demonstration for update;
    if not found or not acting_administrator() or exists (select from demo_people)
        or exists (select from made_up_people where person_id = acting_person())
    then
        return false;
    end if;

    -- Locked, so that nobody adds to what is being taken away.
    perform from people join made_up_people on person_id = id order by id for update of people;
    perform from programmes join made_up_programmes on programme_id = id order by id for update of programmes;
    perform from pairings join made_up_pairings() on pairing_id = id order by id for update of pairings;
    gone := array(select person_id from made_up_people);
    gone_programmes := array(select programme_id from made_up_programmes);
    gone_pairings := array(select pairing_id from made_up_pairings());

    delete from letters where made_up or person_id = any (gone);
    delete from failed_sign_ins
    where counted_for in (select 'account:' || email from people where id = any (gone));
    delete from audit_events
    where actor_id = any (gone) or person_id = any (gone)
        or pairing_id = any (gone_pairings) or programme_id = any (gone_programmes);

    -- Each before what it refers to.
    foreach kept in array array[
        'notes', 'further_steps', 'remarks', 'reviews', 'joint_reviews', 'earlier_endings', 'targets',
        'objectives', 'agreement_signatures', 'agreements', 'session_records', 'session_plans',
        'mentoring_sessions', 'pauses'
    ] loop
        execute format('delete from %I where pairing_id = any ($1)', kept) using gone_pairings;
    end loop;
    delete from pairings where id = any (gone_pairings);

    delete from applications where programme_id = any (gone_programmes) or person_id = any (gone);
    delete from matching_runs where made_by = any (gone);
    delete from question_choices
    using questions
    where questions.id = question_id and programme_id = any (gone_programmes);
    foreach kept in array array[
        'matching_criteria', 'matching_jobs', 'matching_rules', 'matching_runs', 'mentor_wishes', 'questions', 'programme_letters', 'open_programmes', 'enrolment_links', 'imports', 'invitations', 'coordinators',
        'enrolments'
    ] loop
        execute format('delete from %I where programme_id = any ($1)', kept) using gone_programmes;
    end loop;
    delete from invitations
    where accepted_by = any (gone) or email in (select email from people where id = any (gone));
    delete from coordinators where person_id = any (gone);
    delete from enrolments where person_id = any (gone);
    delete from skills
    where proposed_by = any (gone) and not exists (select from answered_skills where skill_id = skills.id);

    -- What they did for real people stays, and is the viewer's from now on where it must be somebody's.
    update invitations set invited_by = acting_person() where invited_by = any (gone);
    update enrolment_links set opened_by = acting_person() where opened_by = any (gone);
    update people set line_manager_id = null where line_manager_id = any (gone) and id <> all (gone);
    update skills set proposed_by = null where proposed_by = any (gone);
    update programmes set created_by = null where created_by = any (gone);
    update coordinators set named_by = null where named_by = any (gone);
    update enrolments set enrolled_by = null where enrolled_by = any (gone);
    update mentoring_sessions set booked_by = null where booked_by = any (gone);
    update enquiries set asked_by = null where asked_by = any (gone);

    delete from demonstration;
    delete from programmes where id = any (gone_programmes);
    delete from people where id = any (gone);
    return true;
end
$$;

alter table demonstration enable row level security;
create policy known_to_administrators on demonstration for select using (acting_administrator());

alter table made_up_people enable row level security;
create policy known_to_administrators on made_up_people for select using (acting_administrator());

alter table made_up_programmes enable row level security;
create policy known_to_administrators on made_up_programmes for select using (acting_administrator());

grant select (made_up) on letters to waymark_server;
grant select on demonstration, made_up_people, made_up_programmes to waymark_server;
