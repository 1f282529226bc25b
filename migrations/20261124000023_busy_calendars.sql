-- People's other calendars, which say when they are busy. Of what stands in them nothing is kept but
-- the times.

create table calendar_subscriptions (
    id bigint generated always as identity primary key,
    person_id bigint not null references people on delete cascade,
    -- Whoever has it reads that calendar, so it is shown to nobody, its owner included.
    address text not null check (address like 'https://%' and length(address) <= 2000),
    added_at timestamptz not null,
    next_fetch_at timestamptz not null,
    tried_at timestamptz,
    -- When its server last answered, and when the whole of it was last read.
    fetched_at timestamptz,
    read_at timestamptz,
    -- What its server calls the state that was read.
    etag text check (length(etag) <= 500),
    last_modified text check (length(last_modified) <= 100),
    -- Why it cannot be read, in words, and how often in a row.
    problem text check (problem <> '' and length(problem) <= 300),
    failures smallint not null default 0 check (failures >= 0),
    constraint calendar_subscriptions_once unique (person_id, address)
);

create index calendar_subscriptions_due on calendar_subscriptions (next_fetch_at);

create table calendar_busy (
    subscription_id bigint not null references calendar_subscriptions on delete cascade,
    during tstzrange not null
        check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    constraint calendar_busy_does_not_overlap
        exclude using gist (subscription_id with =, during with &&)
);

-- When people are busy, and nothing of why: enough to offer a free time. Without a session it is from
-- a calendar of theirs.
create view busy_times with (security_barrier) as
select person_id, during, session_id
from (
    select person_id, during, session_id from attendances
    union all
    select person_id, during, null
    from calendar_busy
    join calendar_subscriptions on calendar_subscriptions.id = subscription_id
) busy
where person_id in (
    select unnest(array[mentor_id, mentee_id]) from pairings
    where acting_person() in (mentor_id, mentee_id)
        and offered_on is not null and closed_on is null
);

-- What follows is for whoever reads calendars, who acts for nobody; for anybody else it does nothing.

-- Takes the calendar that is due first, for as long as reading may last. What was read more than a
-- day ago is read again as a whole, for the weeks that have come nearer since.
create function calendar_to_read(moment timestamptz)
returns table (
    subscription_id bigint, address text, etag text, last_modified text, email text, time_zone text
)
language sql security definer set search_path = public, pg_temp as $$
    with due as (
        select id from calendar_subscriptions
        where acting_person() is null and next_fetch_at <= moment
        order by next_fetch_at
        limit 1
        for update skip locked
    ),
    taken as (
        update calendar_subscriptions
        set tried_at = moment, next_fetch_at = moment + interval '5 minutes'
        from due
        where calendar_subscriptions.id = due.id
        returning calendar_subscriptions.*
    )
    select
        taken.id, taken.address,
        case when read_at > moment - interval '1 day' then taken.etag end,
        case when read_at > moment - interval '1 day' then taken.last_modified end,
        people.email, people.time_zone
    from taken
    join people on people.id = person_id
$$;

create function calendar_was_the_same(subscription bigint, moment timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    update calendar_subscriptions
    set fetched_at = moment, next_fetch_at = moment + interval '30 minutes', problem = null, failures = 0
    where id = subscription and acting_person() is null
$$;

-- Keeps the times of what was read. A session that has come back through the calendar is not
-- something else that its owner is busy with: it is known by its uid, or where a calendar tells no
-- more than times, by these.
create function calendar_was_read(
    subscription bigint, moment timestamptz, tag text, modified text,
    starts timestamptz[], ends timestamptz[], uids text[]
)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
    owner bigint;
begin
    update calendar_subscriptions
    set fetched_at = moment, read_at = moment, etag = tag, last_modified = modified,
        next_fetch_at = moment + interval '30 minutes', problem = null, failures = 0
    where id = subscription and acting_person() is null
    returning person_id into owner;
    if not found then
        return;
    end if;
    delete from calendar_busy where subscription_id = subscription;
    insert into calendar_busy (subscription_id, during)
    select subscription, unnest(range_agg(tstzrange(starts_at, ends_at)))
    from unnest(starts, ends, uids) as events (starts_at, ends_at, uid)
    where not exists (select from mentoring_sessions where mentoring_sessions.uid = events.uid::uuid)
        and not exists (
            select from attendances
            where person_id = owner and during = tstzrange(starts_at, ends_at)
        );
end
$$;

-- What was read before counts for three days more.
create function calendar_was_not_read(subscription bigint, moment timestamptz, words text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
    last_read timestamptz;
begin
    update calendar_subscriptions
    set problem = words, failures = least(failures + 1, 1000),
        next_fetch_at = moment + interval '30 minutes' * 2 ^ least(failures, 4)
    where id = subscription and acting_person() is null
    returning coalesce(fetched_at, added_at) into last_read;
    if found and last_read < moment - interval '3 days' then
        delete from calendar_busy where subscription_id = subscription;
        update calendar_subscriptions set etag = null, last_modified = null where id = subscription;
    end if;
end
$$;

alter table calendar_subscriptions enable row level security;
create policy ones_own on calendar_subscriptions using (person_id = acting_person());

alter table calendar_busy enable row level security;
create policy with_ones_own on calendar_busy for select
    using (subscription_id in (select id from calendar_subscriptions));

grant select, insert, delete on calendar_subscriptions to waymark_server;
grant update (next_fetch_at) on calendar_subscriptions to waymark_server;
grant select on calendar_busy, busy_times to waymark_server;
