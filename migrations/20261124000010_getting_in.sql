-- Since when somebody who has left has no way in. What they did stays.
alter table people add column deactivated_at timestamptz,
    add constraint people_deactivated_administer_nothing
        check (deactivated_at is null or administrator_since is null);

-- Whoever leaves a programme after having been paired stays on the pages of those pairings, and
-- nowhere else in it.
alter table enrolments add column left_at timestamptz;

create or replace function enrolled_in(programme bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (
        select from enrolments
        where programme_id = programme and person_id = acting_person() and left_at is null
    )
$$;

create or replace function own_programmes() returns setof bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select programme_id from enrolments where person_id = acting_person() and left_at is null
$$;

-- Who has been asked to come, by letter: into a programme, or to an account alone. Whoever comes by
-- a programme's link asks for the letter themselves.
create table invitations (
    id bigint generated always as identity primary key,
    programme_id bigint references programmes,
    -- What they are to be in the programme.
    part text check (part in ('mentor', 'mentee')),
    capacity smallint check (capacity between 1 and 20),
    email text not null check (email = lower(email) and length(email) between 3 and 254),
    full_name text not null default '' check (length(full_name) <= 100),
    -- Nobody, when they asked by the programme's link.
    invited_by bigint references people,
    invited_at timestamptz not null,
    -- The link in the latest letter. Only the hash of its token is kept.
    token_hash bytea not null
        constraint invitations_link_taken unique check (length(token_hash) = 32),
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by bigint references people,
    withdrawn_at timestamptz,
    constraint invitations_have_a_part_in_a_programme check ((programme_id is null) = (part is null)),
    constraint invitations_capacity_is_an_invited_mentors
        check ((capacity is not null) = (coalesce(part, '') = 'mentor' and invited_by is not null)),
    constraint invitations_accepted_by_somebody check ((accepted_at is null) = (accepted_by is null)),
    constraint invitations_end_one_way check (num_nonnulls(accepted_at, withdrawn_at) <= 1)
);

-- One open letter to one address about one thing; whoever asks by the link stands in nobody's way.
create unique index invitations_one_open on invitations (programme_id, part, email, (invited_by is null))
    nulls not distinct where num_nonnulls(accepted_at, withdrawn_at) = 0;
create index invitations_by_programme on invitations (programme_id);

-- The address at which strangers ask to take part. None while the programme is closed to them. It
-- is meant to be passed on, so it is kept as it is.
create table enrolment_links (
    programme_id bigint primary key references programmes,
    token text not null
        constraint enrolment_links_token_taken unique check (length(token) between 20 and 100),
    opened_by bigint not null references people,
    opened_at timestamptz not null
);

create function invitation_stands(
    accepted_at timestamptz, withdrawn_at timestamptz, expires_at timestamptz, moment timestamptz
) returns text language sql immutable
return case
    when accepted_at is not null then 'accepted'
    when withdrawn_at is not null then 'withdrawn'
    when expires_at <= moment then 'expired'
    else 'waiting'
end;

-- What the page behind an invitation's link says. Whoever holds the link may know it.
create function invitation_behind(token bytea, moment timestamptz)
returns table (
    programme_id bigint, programme text, purpose text, part text, email text, full_name text,
    invited_by text, stands text, account bigint, left_since timestamptz
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        programme_id, programmes.name, programmes.purpose, part, invitations.email,
        invitations.full_name, inviter.full_name,
        invitation_stands(accepted_at, withdrawn_at, expires_at, moment),
        account.id, account.deactivated_at
    from invitations
    left join programmes on programmes.id = programme_id
    left join people inviter on inviter.id = invited_by
    left join people account on account.email = invitations.email
    where token_hash = token
$$;

-- Accepts an invitation, once: whoever is new gets an account, and whoever was invited into a
-- programme takes part. Null if it no longer stands, or is another's.
create function accept_invitation(token bytea, named text, hash text, moment timestamptz)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    invitation invitations%rowtype;
    person bigint;
begin
    select * into invitation from invitations
    where token_hash = token and num_nonnulls(accepted_at, withdrawn_at) = 0 and expires_at > moment
    for update;
    if not found then
        return null;
    end if;
    select id into person from people where email = invitation.email;
    if person is null and acting_person() is null and hash is not null then
        insert into people (full_name, email, time_zone, added_at)
        select named, invitation.email, time_zone, moment from organisation
        on conflict (email) do nothing
        returning id into person;
        if person is null then
            return null;
        end if;
        insert into passwords values (person, hash, moment);
        insert into audit_events (at, actor_id, act, person_id, programme_id)
        values (moment, person, 'accepted an invitation', person, invitation.programme_id);
    elsif person is null or acting_person() is distinct from person then
        return null;
    end if;
    update invitations set accepted_at = moment, accepted_by = person where id = invitation.id;
    if invitation.invited_by is not null and invitation.part is not null then
        insert into enrolments (programme_id, person_id, part, capacity, enrolled_by, enrolled_at)
        values (
            invitation.programme_id, person, invitation.part, invitation.capacity,
            invitation.invited_by, moment
        )
        on conflict (programme_id, person_id, part) do update
        set capacity = excluded.capacity, left_at = null
        where enrolments.left_at is not null;
    end if;
    return person;
end
$$;

-- The programme that a link opens, unless it is closed by now.
create function programme_behind(link text) returns table (id bigint, name text, purpose text)
language sql stable security definer set search_path = public, pg_temp as $$
    select programmes.id, programmes.name, programmes.purpose
    from enrolment_links join programmes on programmes.id = programme_id
    where token = link
$$;

-- Somebody asks by a programme's link for a letter to this address. Nothing comes of it unless the
-- organisation owns the address.
create function ask_by_link(
    link text, address text, as_part text, token bytea, moment timestamptz, expires timestamptz
) returns table (programme text, account bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
    with asked as (
        insert into invitations (programme_id, part, email, invited_at, token_hash, sent_at, expires_at)
        select programme_id, as_part, address, moment, ask_by_link.token, moment, expires
        from enrolment_links, organisation
        where enrolment_links.token = link
            and split_part(address, '@', 2) = any (mail_domains)
            and not exists (
                select from people where email = address and deactivated_at is not null
            )
        on conflict (programme_id, part, email, (invited_by is null))
            where num_nonnulls(accepted_at, withdrawn_at) = 0
            do update set token_hash = excluded.token_hash, sent_at = moment, expires_at = expires
        returning programme_id, email
    )
    select programmes.name, people.id
    from asked
    join programmes on programmes.id = programme_id
    left join people on people.email = asked.email;
end
$$;

-- The same for somebody signed in, of whom it is known that their mail reaches them. False if they
-- have asked already.
create function ask_as_oneself(link text, as_part text, token bytea, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into invitations (
        programme_id, part, email, full_name, invited_at, token_hash, sent_at, expires_at,
        accepted_at, accepted_by
    )
    select
        programme_id, as_part, people.email, people.full_name, moment, ask_as_oneself.token, moment,
        moment, moment, people.id
    from enrolment_links join people on people.id = acting_person()
    where enrolment_links.token = link
        and not exists (
            select from invitations
            where invitations.programme_id = enrolment_links.programme_id
                and part = as_part and accepted_by = acting_person() and invited_by is null
        )
        and not exists (
            select from enrolments
            where enrolments.programme_id = enrolment_links.programme_id
                and part = as_part and person_id = acting_person() and left_at is null
        );
    return found;
end
$$;

-- Whether there is a way for letters to leave.
create function letters_leave() returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select exists (select from mail_settings)
$$;

alter table invitations enable row level security;
create policy read_by_coordinators_and_administrators on invitations for select
    using (coordinates(programme_id) or acting_administrator());
create policy written_as_oneself on invitations for insert with check (
    invited_by = acting_person()
    and (coordinates(programme_id) or (programme_id is null and acting_administrator()))
);
create policy changed_by_whoever_invites on invitations for update
    using (coordinates(programme_id) or (programme_id is null and acting_administrator()));

alter table enrolment_links enable row level security;
create policy kept_by_coordinators on enrolment_links
    using (coordinates(programme_id))
    with check (coordinates(programme_id) and opened_by = acting_person());

grant select on invitations to waymark_server;
grant insert (
    programme_id, part, capacity, email, full_name, invited_by, invited_at, token_hash, sent_at, expires_at
) on invitations to waymark_server;
grant update (token_hash, sent_at, expires_at, withdrawn_at) on invitations to waymark_server;
grant select, insert, update, delete on enrolment_links to waymark_server;

-- Ways to a new password, each in one letter. Nobody reads this table but the functions below.
create table password_links (
    token_hash bytea primary key check (length(token_hash) = 32),
    person_id bigint not null references people on delete cascade,
    -- Where the letter went. It leads nowhere once that is no longer their address.
    email text not null,
    expires_at timestamptz not null
);

create index password_links_by_person on password_links (person_id);

-- Somebody who cannot sign in asks for a link. Nothing comes of it where there is no account.
create function ask_for_password_link(address text, token bytea, expires timestamptz)
returns bigint language sql security definer set search_path = public, pg_temp as $$
    insert into password_links (token_hash, person_id, email, expires_at)
    select token, id, email, expires
    from people
    where email = address and deactivated_at is null and acting_person() is null
    returning person_id
$$;

-- An administrator lets somebody choose a new password.
create function send_password_link(person bigint, token bytea, expires timestamptz)
returns boolean language sql security definer set search_path = public, pg_temp as $$
    insert into password_links (token_hash, person_id, email, expires_at)
    select token, id, email, expires
    from people
    where id = person and deactivated_at is null and acting_administrator()
    returning true
$$;

create function password_link_behind(token bytea, moment timestamptz)
returns table (full_name text, email text)
language sql stable security definer set search_path = public, pg_temp as $$
    select full_name, people.email
    from password_links join people on people.id = person_id and people.email = password_links.email
    where token_hash = token and expires_at > moment and deactivated_at is null
$$;

-- Sets a password by a link, once: every sign-in and every other link ends. Null if it no longer
-- leads anywhere.
create function set_password_by_link(token bytea, chosen text, moment timestamptz)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    person bigint;
begin
    delete from password_links
    using people
    where token_hash = token and expires_at > moment
        and people.id = password_links.person_id and people.email = password_links.email
        and deactivated_at is null
    returning people.id into person;
    if person is null then
        return null;
    end if;
    insert into passwords (person_id, hash, changed_at) values (person, chosen, moment)
    on conflict (person_id) do update set hash = excluded.hash, changed_at = excluded.changed_at;
    delete from sign_ins where sign_ins.person_id = person;
    delete from password_links where password_links.person_id = person;
    insert into audit_events (at, actor_id, act, person_id)
    values (moment, person, 'set a new password by a link', person);
    return person;
end
$$;

alter table password_links enable row level security;

-- Somebody asks to change their own address. It changes when both addresses have confirmed.
create table email_changes (
    person_id bigint primary key references people on delete cascade,
    old_email text not null,
    new_email text not null check (new_email = lower(new_email) and length(new_email) between 3 and 254),
    -- Of the links in the two letters.
    old_token_hash bytea not null
        constraint email_changes_old_link_taken unique check (length(old_token_hash) = 32),
    new_token_hash bytea not null
        constraint email_changes_new_link_taken unique check (length(new_token_hash) = 32),
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    old_confirmed_at timestamptz,
    new_confirmed_at timestamptz,
    constraint email_changes_to_another check (old_email <> new_email)
);

-- What the page behind either link says, while the address is still the old one.
create function email_change_behind(token bytea, moment timestamptz)
returns table (old_email text, new_email text, to_old boolean, confirmed boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        old_email, new_email, old_token_hash = token,
        case when old_token_hash = token then old_confirmed_at else new_confirmed_at end is not null
    from email_changes join people on people.id = person_id and people.email = old_email
    where token in (old_token_hash, new_token_hash) and expires_at > moment and deactivated_at is null
$$;

-- One of the two addresses confirms. Says what came of it: 'waiting' for the other, 'changed', or
-- 'taken' by somebody else meanwhile. Null if the link no longer leads anywhere.
create function confirm_email_change(token bytea, moment timestamptz)
returns text language plpgsql security definer set search_path = public, pg_temp as $$
declare
    change email_changes%rowtype;
begin
    select email_changes.* into change from email_changes
    where token in (old_token_hash, new_token_hash) and expires_at > moment
    for update;
    if not found or not exists (
        select from people
        where id = change.person_id and email = change.old_email and deactivated_at is null
    ) then
        return null;
    end if;
    update email_changes set
        old_confirmed_at = case when old_token_hash = token then moment else old_confirmed_at end,
        new_confirmed_at = case when new_token_hash = token then moment else new_confirmed_at end
    where person_id = change.person_id
    returning * into change;
    if num_nulls(change.old_confirmed_at, change.new_confirmed_at) > 0 then
        return 'waiting';
    end if;
    delete from email_changes where person_id = change.person_id;
    begin
        update people set email = change.new_email where id = change.person_id;
    exception when unique_violation then
        return 'taken';
    end;
    insert into audit_events (at, actor_id, act, person_id)
    values (moment, acting_person(), 'changed the address by confirming it at both', change.person_id);
    return 'changed';
end
$$;

-- Whoever reads the mail of the old address does not want it changed.
create function refuse_email_change(token bytea, moment timestamptz)
returns boolean language sql security definer set search_path = public, pg_temp as $$
    with refused as (
        delete from email_changes where old_token_hash = token and expires_at > moment
        returning person_id
    )
    insert into audit_events (at, actor_id, act, person_id)
    select moment, acting_person(), 'refused to change the address', person_id from refused
    returning true
$$;

alter table email_changes enable row level security;
create policy asked_for_oneself on email_changes using (person_id = acting_person());

-- Clears away what leads nowhere any more.
create function forget_dead_links(moment timestamptz) returns void language sql security definer
set search_path = public, pg_temp as $$
    delete from password_links where expires_at <= moment;
    delete from email_changes where expires_at <= moment;
$$;

grant select, delete on email_changes to waymark_server;
grant insert (person_id, old_email, new_email, old_token_hash, new_token_hash, asked_at, expires_at)
    on email_changes to waymark_server;

-- Whoever has left does not come in, is nobody's line manager anew, and is in no pairing that
-- begins.
create or replace function signed_in(token bytea, moment timestamptz)
returns table (id bigint, full_name text, time_zone text, sign_in bigint, administrator boolean, coordinator boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        people.id, full_name, time_zone, sign_ins.id, administrator_since is not null,
        exists (select from coordinators where person_id = people.id)
    from sign_ins join people on people.id = sign_ins.person_id
    where token_hash = token and expires_at > moment and deactivated_at is null
$$;

create or replace function account_of(address text) returns table (person_id bigint, hash text)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, passwords.hash
    from people join passwords on passwords.person_id = people.id
    where email = address and deactivated_at is null
$$;

create or replace function person_with_email(address text) returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select id from people where email = address and deactivated_at is null
$$;

-- Both people are locked, so that nobody leaves while they are being paired.
create function pairings_are_of_people_here() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    perform from people where id in (new.mentor_id, new.mentee_id) order by id for share;
    if exists (
        select from people where id in (new.mentor_id, new.mentee_id) and deactivated_at is not null
    ) then
        raise exception 'one of the two has left'
            using errcode = 'check_violation', constraint = 'pairings_of_people_who_are_here';
    end if;
    return new;
end
$$;

create trigger pairings_begin_with_people_here before insert on pairings
    for each row execute function pairings_are_of_people_here();

create trigger pairings_are_reopened_with_people_here before update on pairings
    for each row when (old.closed_on is not null and new.closed_on is null)
    execute function pairings_are_of_people_here();

-- Somebody leaves: no sign-in of theirs holds any more, and what they ran or took part in ends.
-- Says which pairings and offers those were, and with whom, so that the partners can be told.
create function deactivate(person bigint, moment timestamptz)
returns table (
    pairing_id bigint, programme_id bigint, programme text, partner_id bigint, partner text,
    partner_email text, partner_part text, was_offered boolean, was_live boolean
)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if not acting_administrator() or person = acting_person() then
        return;
    end if;
    perform from pairings where person in (mentor_id, mentee_id) order by id for update;
    update people set deactivated_at = moment, administrator_since = null
    where id = person and deactivated_at is null;
    if not found then
        return;
    end if;
    delete from sign_ins where person_id = person;
    delete from known_browsers where person_id = person;
    delete from password_links where person_id = person;
    delete from email_changes where person_id = person;
    delete from calendar_subscriptions where person_id = person;
    with removed as (delete from coordinators where person_id = person returning programme_id)
    insert into audit_events (at, actor_id, act, person_id, programme_id)
    select moment, acting_person(), 'removed a coordinator', person, programme_id from removed;
    return query
    with ended as (
        update pairings set
            closed_on = greatest(
                (moment at time zone programmes.time_zone)::date, proposed_on, offered_on,
                mentor_accepted_on, mentee_accepted_on, met_on, agreed_on, moving_on_since,
                final_session_recorded_on
            ),
            closed_how = case
                when num_nulls(mentor_accepted_on, mentee_accepted_on) = 0 then 'moved_or_left'
                else 'ended'
            end,
            paused_since = null
        from programmes
        where programmes.id = pairings.programme_id and person in (mentor_id, mentee_id)
            and closed_on is null
        returning
            pairings.id, pairings.programme_id, programmes.name, mentor_id, mentee_id, offered_on,
            closed_on, closed_how
    ),
    taken_up as (
        update pauses set until = greatest(since, closed_on)
        from ended
        where pauses.pairing_id = ended.id and until is null
    ),
    cancelled as (
        update mentoring_sessions set cancelled_on = closed_on
        from ended
        where mentoring_sessions.pairing_id = ended.id and lower(during) > moment
            and num_nonnulls(held_on, missed_on, cancelled_on) = 0
        returning mentoring_sessions.id
    ),
    freed as (
        delete from attendances using cancelled where session_id = cancelled.id
    ),
    noted as (
        insert into audit_events (at, actor_id, act, pairing_id)
        select moment, acting_person(), 'closed the pairing', id from ended
    )
    select
        ended.id, ended.programme_id, ended.name, partners.id, partners.full_name, partners.email,
        case when partners.id = mentor_id then 'mentor' else 'mentee' end,
        offered_on is not null, closed_how = 'moved_or_left'
    from ended
    join people partners on partners.id in (mentor_id, mentee_id) and partners.id <> person
    order by ended.id;
end
$$;

create function reactivate(person bigint) returns boolean language sql security definer
set search_path = public, pg_temp as $$
    update people set deactivated_at = null
    where id = person and deactivated_at is not null and acting_administrator()
    returning true
$$;
