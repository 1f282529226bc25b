-- What people say of themselves and of the organisation: at the start, half-way and at the end. What
-- a coordinator gets of it are sums over five people or more: docs/evidence.md says how, and why no
-- two of them tell of fewer.
create table outcome_sheets (
    programme_id bigint not null references programmes on delete cascade,
    person_id bigint not null references people on delete cascade,
    point text not null check (point in ('start', 'half_way', 'end')),
    saved_at timestamptz not null,
    -- Until then it is a draft.
    sent_at timestamptz,
    -- Whether they had met a mentor, or a mentee, when it was first sent.
    had_mentor boolean not null default false,
    had_mentee boolean not null default false,
    primary key (programme_id, person_id, point)
);

create index outcome_sheets_by_person on outcome_sheets (person_id);

create table outcome_ratings (
    programme_id bigint not null,
    person_id bigint not null,
    point text not null,
    -- As evidence/measures.rs lists them: whose it is, and what.
    measure text not null
        constraint outcome_ratings_of_a_measure check (measure ~ '^(mentee|mentor|organisation)_[a-z]{1,30}$'),
    -- None where they would rather not say.
    rating smallint check (rating between 1 and 5),
    primary key (programme_id, person_id, point, measure),
    foreign key (programme_id, person_id, point) references outcome_sheets on delete cascade
);

-- Sums over a batch of people, each of whom rated one statement at the start and again at a later
-- point. A batch is never added to, taken from or made again.
create table outcome_batches (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes on delete cascade,
    measure text not null,
    point text not null check (point in ('half_way', 'end')),
    -- Those who had met their mentor, or mentee, those who had not; or everybody, about the organisation.
    audience text not null check (audience in ('paired', 'waiting', 'everyone')),
    people integer not null constraint outcome_batches_of_five_or_more check (people >= 5),
    -- Known at the end only, so that nobody's start is in two sums.
    start_sum integer,
    change_sum integer not null,
    change_squares integer not null,
    made_at timestamptz not null,
    constraint outcome_batches_start_in_one_sum check ((point = 'end') = (start_sum is not null))
);

create index outcome_batches_by_programme on outcome_batches (programme_id);

-- Who is in a batch, and so never in another. Nobody reads this.
create table outcome_batched (
    batch_id bigint not null references outcome_batches on delete cascade,
    programme_id bigint not null references programmes on delete cascade,
    person_id bigint not null references people on delete cascade,
    measure text not null,
    point text not null,
    primary key (programme_id, person_id, measure, point)
);

create index outcome_batched_by_batch on outcome_batched (batch_id);
create index outcome_batched_by_person on outcome_batched (person_id);

-- The same for what became of the objectives of closed pairings.
create table objective_batches (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes on delete cascade,
    pairings integer not null constraint objective_batches_of_five_or_more check (pairings >= 5),
    signed_off integer not null,
    handed_on integer not null,
    dropped integer not null,
    left_open integer not null,
    made_at timestamptz not null
);

create index objective_batches_by_programme on objective_batches (programme_id);

create table objectives_batched (
    pairing_id bigint primary key references pairings on delete cascade,
    batch_id bigint not null references objective_batches on delete cascade
);

create index objectives_batched_by_batch on objectives_batched (batch_id);

-- Whoever takes part in a programme or runs it, and what they are asked now: of everybody, or of one
-- person. The start is asked before mentoring changes anything: until four weeks after the first
-- meeting at the latest. Half-way is asked of whoever has been there for four weeks by then; the end
-- when their mentoring is over, or the programme is, and for sixty days after that.
create function outcome_points(within bigint, only_of bigint, moment timestamptz)
returns table (
    programme_id bigint, person_id bigint, mentee boolean, mentor boolean, coordinator boolean,
    had_mentor boolean, had_mentee boolean, joined_on date, half_way_on date, ended_on date,
    today date, point text, until date
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        programmes.id, taking.person_id, mentee, mentor, coordinator,
        coalesce(met.as_mentee, false), coalesce(met.as_mentor, false),
        joined_on, half_way_on, ended_on, days.today,
        case
            when not asks then null
            when ended_on <= days.today then 'end'
            when half_way_on <= days.today then 'half_way'
            when days.today < starts_until then 'start'
        end,
        case
            when ended_on <= days.today then programmes.ends_on + 60
            when half_way_on <= days.today then ended_by - 1
            else least(starts_until, half_way_on, ended_by) - 1
        end
    from programmes
    cross join lateral (select (moment at time zone time_zone)::date as today) days
    cross join lateral (
        select
            roles.person_id, bool_or(part = 'mentee') as mentee, bool_or(part = 'mentor') as mentor,
            bool_or(part = 'coordinator') as coordinator,
            (greatest(min(since), opened_at) at time zone time_zone)::date as joined_on
        from (
            select enrolments.person_id, part, enrolled_at as since
            from enrolments
            where enrolments.programme_id = programmes.id and left_at is null
            union all
            select coordinators.person_id, 'coordinator', named_at
            from coordinators
            where coordinators.programme_id = programmes.id
        ) roles
        where only_of is null or roles.person_id = only_of
        group by roles.person_id
    ) taking
    left join lateral (
        select
            min(met_on) as first_on, max(closed_on) filter (where met_on is not null) as closed_on,
            bool_or(mentee_id = taking.person_id and met_on is not null) as as_mentee,
            bool_or(mentor_id = taking.person_id and met_on is not null) as as_mentor,
            bool_or(closed_on is null) as goes_on
        from pairings
        where pairings.programme_id = programmes.id
            and taking.person_id in (mentor_id, mentee_id)
            and num_nulls(mentor_accepted_on, mentee_accepted_on) = 0
    ) met on true
    cross join lateral (
        select coalesce(midpoint_on, starts_on + (ends_on - starts_on) / 2) as middle_on
    ) middle
    cross join lateral (
        select
            -- Whoever runs the programme goes on until it ends.
            case when coordinator or coalesce(goes_on, true) then ends_on
                else least(ends_on, coalesce(met.closed_on, ends_on))
            end as ended_on,
            case when joined_on + 28 <= middle_on then middle_on end as half_way_on,
            coalesce(met.first_on + 28, ends_on) as starts_until,
            ends_on as ended_by,
            opened_at is not null and archived_at is null and days.today <= ends_on + 60
                and days.today >= joined_on as asks
    ) by_when
    where within is null or programmes.id = within
$$;

-- What the viewer is asked in each programme.
create function own_outcomes(moment timestamptz)
returns table (
    programme_id bigint, mentee boolean, mentor boolean, had_mentor boolean, had_mentee boolean,
    point text, until date
)
language sql stable security definer set search_path = public, pg_temp as $$
    select programme_id, mentee, mentor, had_mentor, had_mentee, point, until
    from outcome_points(null, acting_person(), moment)
    where acting_person() is not null
$$;

-- Puts into batches what has been answered twice since the last time, wherever that is enough: five
-- people who do not read the sums themselves, and not all with the same rating or change, which
-- would tell of each.
create function make_outcome_batches(programme bigint, moment timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not coordinates(programme) then
        return;
    end if;
    -- One at a time, so that nobody gets into two batches.
    perform from programmes where id = programme for no key update;
    with pairs as (
        select
            early.person_id, early.measure, late.point,
            early.rating as before, late.rating - early.rating as change,
            case split_part(early.measure, '_', 1)
                when 'mentee' then case when sheet.had_mentor then 'paired' else 'waiting' end
                when 'mentor' then case when sheet.had_mentee then 'paired' else 'waiting' end
                else 'everyone'
            end as audience,
            exists (
                select from coordinators
                where coordinators.programme_id = programme and coordinators.person_id = early.person_id
            ) as reads_sums
        from outcome_ratings early
        join outcome_sheets first
            on (first.programme_id, first.person_id, first.point)
                = (early.programme_id, early.person_id, early.point)
        join outcome_ratings late
            on (late.programme_id, late.person_id, late.measure)
                = (early.programme_id, early.person_id, early.measure) and late.point <> 'start'
        join outcome_sheets sheet
            on (sheet.programme_id, sheet.person_id, sheet.point)
                = (late.programme_id, late.person_id, late.point)
        where early.programme_id = programme and early.point = 'start'
            and first.sent_at is not null and sheet.sent_at is not null
            and early.rating is not null and late.rating is not null
            and not exists (
                select from outcome_batched
                where (outcome_batched.programme_id, outcome_batched.person_id,
                    outcome_batched.measure, outcome_batched.point)
                    = (programme, early.person_id, early.measure, late.point)
            )
    ),
    made as (
        insert into outcome_batches (programme_id, measure, point, audience, people, start_sum,
            change_sum, change_squares, made_at)
        select
            programme, measure, point, audience, count(*),
            case when point = 'end' then sum(before) end, sum(change), sum(change * change), moment
        from pairs
        group by measure, point, audience
        having count(*) filter (where not reads_sums) >= 5
            and min(before) < max(before) and min(before + change) < max(before + change)
            and min(change) < max(change)
        returning id, measure, point, audience
    )
    insert into outcome_batched (batch_id, programme_id, person_id, measure, point)
    select made.id, programme, person_id, measure, point
    from made join pairs using (measure, point, audience);

    with ended as (
        select
            pairings.id,
            count(signed_off_on) as signed_off,
            count(handed_on_on) as handed_on,
            count(dropped_on) as dropped,
            count(objectives.id) filter (
                where objectives.agreed_on is not null and num_nonnulls(signed_off_on, handed_on_on, dropped_on) = 0
            ) as left_open
        from pairings left join objectives on objectives.pairing_id = pairings.id
        where pairings.programme_id = programme and closed_on is not null and met_on is not null
            and not exists (select from objectives_batched where objectives_batched.pairing_id = pairings.id)
        group by pairings.id
    ),
    made as (
        insert into objective_batches (programme_id, pairings, signed_off, handed_on, dropped, left_open, made_at)
        select programme, count(*), sum(signed_off), sum(handed_on), sum(dropped), sum(left_open), moment
        from ended
        having count(*) >= 5
        returning id
    )
    insert into objectives_batched (pairing_id, batch_id)
    select ended.id, made.id from ended cross join made;
end
$$;

-- Of the programme as a whole: whoever runs it reads nothing smaller.
create function outcome_sums(programme bigint)
returns table (
    measure text, point text, audience text, people bigint, start_sum bigint, change_sum bigint,
    change_squares bigint
)
language sql stable security definer set search_path = public, pg_temp as $$
    select measure, point, audience, sum(people), sum(start_sum), sum(change_sum), sum(change_squares)
    from outcome_batches
    where programme_id = programme and coordinates(programme)
    group by measure, point, audience
$$;

create function objective_sums(programme bigint)
returns table (pairings bigint, signed_off bigint, handed_on bigint, dropped bigint, left_open bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select sum(pairings), sum(signed_off), sum(handed_on), sum(dropped), sum(left_open)
    from objective_batches
    where programme_id = programme and coordinates(programme)
    having count(*) > 0
$$;

-- How many have been asked at the start and again at a later point, which follows from who takes
-- part and who has met whom; not how many have answered.
create function outcome_asked(programme bigint, moment timestamptz)
returns table (whose text, point text, audience text, people bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    with asked as (
        select points.*, later
        from outcome_points(programme, null, moment) points
        cross join lateral (values ('half_way', half_way_on), ('end', ended_on)) again (later, due_on)
        where coordinates(programme) and due_on <= today
            and (later = 'end' or half_way_on < ended_on)
    )
    select 'mentee', later, case when had_mentor then 'paired' else 'waiting' end, count(*)
    from asked where mentee group by later, had_mentor
    union all
    select 'mentor', later, case when had_mentee then 'paired' else 'waiting' end, count(*)
    from asked where mentor group by later, had_mentee
    union all
    select 'organisation', later, 'everyone', count(*) from asked group by later
$$;

alter table outcome_sheets enable row level security;
create policy for_the_author_alone on outcome_sheets using (person_id = acting_person());

alter table outcome_ratings enable row level security;
create policy for_the_author_alone on outcome_ratings using (person_id = acting_person());

-- No policy: these are read by the functions above and by nobody else.
alter table outcome_batches enable row level security;
alter table outcome_batched enable row level security;
alter table objective_batches enable row level security;
alter table objectives_batched enable row level security;

revoke execute on function outcome_points from public;

grant select, insert, update on outcome_sheets, outcome_ratings to waymark_server;
grant select on outcome_batches, outcome_batched, objective_batches, objectives_batched to waymark_server;
