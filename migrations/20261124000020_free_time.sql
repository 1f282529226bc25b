-- When somebody is free and when not, beside their weekly hours. All of it in their own time zone.
create table days_away (
    id bigint generated always as identity primary key,
    person_id bigint not null references people on delete cascade,
    days daterange not null check (not isempty(days) and not lower_inf(days) and not upper_inf(days)),
    constraint days_away_do_not_overlap exclude using gist (person_id with =, days with &&)
);

create table extra_hours (
    id bigint generated always as identity primary key,
    person_id bigint not null references people on delete cascade,
    on_date date not null,
    hours timerange not null check (not isempty(hours) and not lower_inf(hours) and not upper_inf(hours)),
    constraint extra_hours_do_not_overlap
        exclude using gist (person_id with =, on_date with =, hours with &&)
);

-- How soon somebody may be booked, how long they want to themselves before and after a session, and
-- where they usually meet: a room, or the link to a call of their own.
create table booking_wishes (
    person_id bigint primary key references people on delete cascade,
    notice_hours smallint not null check (notice_hours between 0 and 336),
    padding_minutes smallint not null check (padding_minutes between 0 and 120),
    place text not null default '' check (length(place) <= 300)
);

-- Whether the viewer books with this person: themselves, or the other one of an open pairing.
create function books_with(person bigint) returns boolean language sql stable security definer
set search_path = public, pg_temp as $$
    select person = acting_person() or exists (
        select from pairings
        where acting_person() in (mentor_id, mentee_id) and person in (mentor_id, mentee_id)
            and offered_on is not null and closed_on is null
    )
$$;

-- The hours of the clock on the wall in which somebody can meet: every week or on that date alone,
-- and not away. A mentor has to give them; a mentee who has none can meet at any time.
create function hours_given(person bigint, as_mentee boolean, first_day date, last_day date)
returns tsmultirange language sql stable as $$
    select
        case
            when as_mentee and not exists (select from weekly_hours where person_id = person)
                then '{(,)}'
            else coalesce(range_agg(tsrange(day + lower(hours), day + upper(hours))), '{}')
        end
        - coalesce((
            select range_agg(tsrange(lower(days)::timestamp, upper(days)::timestamp))
            from days_away where person_id = person
        ), '{}')
    from (
        select day, hours
        from generate_series(first_day::timestamp, last_day::timestamp, interval '1 day') day
        join weekly_hours on person_id = person and weekday = extract(isodow from day)
        union all
        select on_date::timestamp, hours
        from extra_hours
        where person_id = person and on_date between first_day and last_day
    ) given
$$;

alter table days_away enable row level security;
create policy read_to_book on days_away for select using (books_with(person_id));
create policy given_by_oneself on days_away using (person_id = acting_person());

alter table extra_hours enable row level security;
create policy read_to_book on extra_hours for select using (books_with(person_id));
create policy given_by_oneself on extra_hours using (person_id = acting_person());

alter table booking_wishes enable row level security;
create policy read_to_book on booking_wishes for select using (books_with(person_id));
create policy given_by_oneself on booking_wishes using (person_id = acting_person());

grant select, insert, delete on days_away, extra_hours to waymark_server;
grant select, insert, update on booking_wishes to waymark_server;
