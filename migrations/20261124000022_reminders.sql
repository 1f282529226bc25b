-- Letters that say what comes next, and what people want of them.

alter table letters
    -- Where one press ends letters of the kind. Whoever has it may, so it goes once it is sent.
    add column unsubscribe text check (length(unsubscribe) <= 300);

-- Whoever has no row gets each reminder at once.
create table letter_wishes (
    person_id bigint primary key references people on delete cascade,
    rhythm text not null default 'at_once'
        check (rhythm in ('at_once', 'daily', 'weekly', 'none')),
    unwanted text[] not null default '{}',
    constraint letter_wishes_of_kinds_there_are
        check (unwanted <@ array['tomorrow', 'record', 'target', 'turn', 'review', 'standstill'])
);

-- The last day, on their own calendar, on which somebody's reminders were gathered into one letter.
create table digests (
    person_id bigint primary key references people on delete cascade,
    gathered_on date not null
);

-- Since when a pairing waits for the step that it waits for. No other date says it: hours are given
-- and places made outside the pairing.
create table turns (
    pairing_id bigint primary key references pairings on delete cascade,
    -- Step and whose it is, as pairings/turn.rs has them.
    turn text not null check (turn <> '' and length(turn) <= 100),
    since date not null
);

-- What somebody was reminded of, written in the transaction of the letter: never twice of the same.
create table reminders (
    person_id bigint not null references people on delete cascade,
    pairing_id bigint not null references pairings on delete cascade,
    kind text not null
        check (kind in ('tomorrow', 'record', 'target', 'turn', 'review', 'standstill')),
    -- The session and its day, the day on which targets are due, the turn and since when it is.
    about text not null check (about <> '' and length(about) <= 120),
    -- After how many days of waiting; none where nothing is waited for.
    rung smallint not null check (rung in (0, 7, 14, 21)),
    written_at timestamptz not null,
    constraint reminders_once primary key (person_id, pairing_id, kind, about, rung)
);

create index reminders_by_pairing on reminders (pairing_id);

-- The links at the end of letters that turn reminders off without signing in (RFC 8058). Only the
-- hash of a token is kept.
create table unsubscribe_links (
    token_hash bytea primary key check (length(token_hash) = 32),
    person_id bigint not null references people on delete cascade,
    -- None for all of them.
    kind text check (kind in ('tomorrow', 'record', 'target', 'turn', 'review', 'standstill')),
    expires_at timestamptz not null
);

create index unsubscribe_links_by_person on unsubscribe_links (person_id);

-- What follows is read by whoever reminds people, who acts for nobody; for anybody else it is empty.

-- The open pairings, or those that one person has to do with, each as somebody sees it who may. What
-- they see are dates and counts, so it is all the same who that is.
create function pairings_to_remind_of(only_of bigint) returns setof pairing_situations
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    pairing record;
begin
    if acting_person() is not null then
        return;
    end if;
    for pairing in
        select
            id,
            case when offered_on is not null then mentee_id
                else (select min(person_id) from coordinators where programme_id = pairings.programme_id)
            end as seen_by
        from pairings
        where closed_on is null and (
            only_of is null or only_of in (mentor_id, mentee_id)
            or exists (
                select from coordinators
                where programme_id = pairings.programme_id and person_id = only_of
            )
        )
    loop
        perform set_config('app.person_id', pairing.seen_by::text, true);
        return query select * from pairing_situations where id = pairing.id;
    end loop;
    perform set_config('app.person_id', '', true);
end
$$;

-- Since when they wait, on which days since then one of the two was away, and who runs them.
create function waiting_since(only_of bigint, moment timestamptz)
returns table (
    pairing_id bigint, turn text, since date, mentor_away date[], mentee_away date[],
    coordinators bigint[], made_up boolean
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        pairings.id, turns.turn, turns.since,
        array(
            select day::date
            from days_away, generate_series(lower(days), upper(days) - 1, interval '1 day') day
            where person_id = mentor_id and day > turns.since
                and day <= moment at time zone programmes.time_zone
        ),
        array(
            select day::date
            from days_away, generate_series(lower(days), upper(days) - 1, interval '1 day') day
            where person_id = mentee_id and day > turns.since
                and day <= moment at time zone programmes.time_zone
        ),
        array(select person_id from coordinators where programme_id = pairings.programme_id),
        pairings.id in (select made.pairing_id from made_up_pairings() made)
    from pairings
    join programmes on programmes.id = pairings.programme_id
    left join turns on turns.pairing_id = pairings.id
    where acting_person() is null and closed_on is null and (
        only_of is null or only_of in (mentor_id, mentee_id)
        or exists (
            select from coordinators
            where programme_id = pairings.programme_id and person_id = only_of
        )
    )
$$;

-- Whom to remind: those who are here and have to do with an open pairing, what they want of letters,
-- and their own clock.
create function people_to_remind(only_of bigint, moment timestamptz)
returns table (
    person_id bigint, email text, rhythm text, unwanted text[], now_there timestamp,
    away boolean, gathered_on date, letters_lately bigint, made_up boolean
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        people.id, email, coalesce(letter_wishes.rhythm, 'at_once'),
        coalesce(letter_wishes.unwanted, '{}'), moment at time zone people.time_zone,
        exists (
            select from days_away
            where days_away.person_id = people.id
                and days @> (moment at time zone people.time_zone)::date
        ),
        digests.gathered_on,
        (
            select count(distinct written_at) from reminders
            where reminders.person_id = people.id and kind <> 'tomorrow'
                and written_at > moment - interval '7 days'
        ),
        exists (select from made_up_people where made_up_people.person_id = people.id)
    from people
    left join letter_wishes on letter_wishes.person_id = people.id
    left join digests on digests.person_id = people.id
    where acting_person() is null and deactivated_at is null
        and (only_of is null or people.id = only_of)
        and exists (
            select from pairings
            where closed_on is null and (
                (offered_on is not null and people.id in (mentor_id, mentee_id))
                or exists (
                    select from coordinators
                    where programme_id = pairings.programme_id
                        and coordinators.person_id = people.id
                )
            )
        )
$$;

-- The sessions that somebody has in the week after today, and the days until then on which targets
-- of theirs are due.
create function days_to_remind_of(only_of bigint, moment timestamptz)
returns table (
    person_id bigint, pairing_id bigint, session_id bigint, session_kind text,
    session_uid text, time_zone text,
    starts timestamp, day date, targets bigint
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        people.id, pairings.id, sessions.id, sessions.kind, sessions.uid::text, people.time_zone,
        lower(during) at time zone people.time_zone,
        (lower(during) at time zone people.time_zone)::date, 0
    from pairings
    join people on people.id in (mentor_id, mentee_id)
    join mentoring_sessions sessions on sessions.pairing_id = pairings.id
    where acting_person() is null and closed_on is null and paused_since is null
        and (only_of is null or people.id = only_of)
        and num_nonnulls(held_on, missed_on, cancelled_on) = 0
        and lower(during) > moment and lower(during) < moment + interval '9 days'
        and (lower(during) at time zone people.time_zone)::date
            between (moment at time zone people.time_zone)::date + 1
                and (moment at time zone people.time_zone)::date + 7
        -- Whoever booked it today knows.
        and (booked_at at time zone people.time_zone)::date
            < (moment at time zone people.time_zone)::date
    union all
    select people.id, pairings.id, null, null, null, people.time_zone, null, due_on, count(*)
    from pairings
    join targets on targets.pairing_id = pairings.id
    join people on people.id = owner_id
    where acting_person() is null and closed_on is null and paused_since is null
        and (only_of is null or people.id = only_of)
        and num_nonnulls(done_on, dropped_on) = 0
        and due_on between (moment at time zone people.time_zone)::date
            and (moment at time zone people.time_zone)::date + 7
    group by people.id, pairings.id, due_on
$$;

-- What they were reminded of already.
create function reminded_of(only_of bigint)
returns table (person_id bigint, pairing_id bigint, kind text, about text, rung smallint)
language sql stable security definer set search_path = public, pg_temp as $$
    select reminders.person_id, reminders.pairing_id, kind, about, rung
    from reminders join pairings on pairings.id = reminders.pairing_id
    where acting_person() is null and closed_on is null
        and (only_of is null or reminders.person_id = only_of)
$$;

-- What the page behind such a link says.
create function letters_behind(token bytea, moment timestamptz)
returns table (kind text, unwanted_already boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        unsubscribe_links.kind,
        coalesce(rhythm = 'none' or unsubscribe_links.kind = any (unwanted), false)
    from unsubscribe_links
    left join letter_wishes using (person_id)
    where token_hash = token and expires_at > moment
$$;

-- Turns reminders of the link's kind off, or all of them. False if there is no such link.
create function unsubscribe(token bytea, moment timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    link unsubscribe_links;
begin
    select * into link from unsubscribe_links where token_hash = token and expires_at > moment;
    if not found then
        return false;
    end if;
    insert into letter_wishes (person_id) values (link.person_id) on conflict do nothing;
    update letter_wishes set
        rhythm = case when link.kind is null then 'none' else rhythm end,
        unwanted = case
            when link.kind is null or link.kind = any (unwanted) then unwanted
            else unwanted || link.kind
        end
    where person_id = link.person_id
        and not (rhythm = 'none' or coalesce(link.kind = any (unwanted), false));
    if found then
        -- By whoever has the letter, whoever is signed in in that browser.
        insert into audit_events (at, act, person_id)
        values (moment, 'turned reminders off by a letter', link.person_id);
    end if;
    return true;
end
$$;

create function forget_unsubscribe_links(moment timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from unsubscribe_links where expires_at <= moment
$$;

alter table letter_wishes enable row level security;
create policy ones_own on letter_wishes using (person_id = acting_person());

alter table digests enable row level security;
create policy kept_for_nobody_in_particular on digests using (acting_person() is null);

alter table turns enable row level security;
create policy seen_with_the_pairing on turns for select
    using (exists (select from pairings where id = pairing_id));
create policy kept_for_nobody_in_particular on turns using (acting_person() is null);

alter table reminders enable row level security;
create policy ones_own on reminders for select using (person_id = acting_person());
create policy written_for_nobody_in_particular on reminders for insert
    with check (acting_person() is null);
create policy read_to_write_once on reminders for select using (acting_person() is null);

alter table unsubscribe_links enable row level security;
create policy made_for_nobody_in_particular on unsubscribe_links for insert
    with check (acting_person() is null);

grant select (unsubscribe), update (unsubscribe) on letters to waymark_server;
grant select, insert, update on letter_wishes, digests, turns to waymark_server;
grant select, insert on reminders to waymark_server;
grant insert on unsubscribe_links to waymark_server;
