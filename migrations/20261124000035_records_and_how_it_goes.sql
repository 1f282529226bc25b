-- What one of the two is still writing of a session, as it was typed: nobody else's until it is
-- shared, and gone then.
create table record_drafts (
    session_id bigint not null,
    pairing_id bigint not null,
    author_id bigint not null references people on delete cascade,
    -- Names and texts of the form's fields.
    fields jsonb not null
        constraint record_drafts_are_as_long_as_a_form check (pg_column_size(fields) <= 1048576),
    -- The page that it was last typed on.
    page text not null check (length(page) <= 40),
    saved_at timestamptz not null,
    primary key (session_id, author_id),
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id) on delete cascade
);

create index record_drafts_by_author on record_drafts (author_id);

-- What the author of a record says was spoken of.
create table objectives_spoken_of (
    session_id bigint not null,
    pairing_id bigint not null,
    author_id bigint not null,
    objective_id bigint not null,
    primary key (session_id, author_id, objective_id),
    foreign key (session_id, author_id) references session_records (session_id, author_id) on delete cascade,
    foreign key (objective_id, pairing_id) references objectives (id, pairing_id) on delete cascade
);

create index objectives_spoken_of_by_objective on objectives_spoken_of (objective_id, pairing_id);

-- What became of a target of an earlier session at this one.
create table targets_looked_at (
    session_id bigint not null,
    pairing_id bigint not null,
    target_id bigint not null references targets on delete cascade,
    author_id bigint not null references people on delete cascade,
    how text not null check (how in ('done', 'carried_on', 'dropped')),
    until date,
    primary key (session_id, target_id),
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id) on delete cascade,
    constraint targets_looked_at_carry_on_until_a_day check ((how = 'carried_on') = (until is not null))
);

create index targets_looked_at_by_target on targets_looked_at (target_id);
create index targets_looked_at_by_author on targets_looked_at (author_id);

alter table record_drafts enable row level security;
create policy for_the_author_alone on record_drafts
    using (author_id = acting_person() and of_the_two(pairing_id));

alter table objectives_spoken_of enable row level security;
create policy read_by_the_two on objectives_spoken_of for select using (of_the_two(pairing_id));
create policy ticked_by_the_author on objectives_spoken_of for insert
    with check (of_the_two(pairing_id) and author_id = acting_person());
create policy unticked_by_the_author on objectives_spoken_of for delete
    using (of_the_two(pairing_id) and author_id = acting_person());

alter table targets_looked_at enable row level security;
create policy read_by_the_two on targets_looked_at for select using (of_the_two(pairing_id));
create policy said_by_the_author on targets_looked_at for insert
    with check (of_the_two(pairing_id) and author_id = acting_person());
create policy said_anew_by_either on targets_looked_at for update
    using (of_the_two(pairing_id)) with check (author_id = acting_person());

grant select, insert, update, delete on record_drafts to waymark_server;
grant select, insert, delete on objectives_spoken_of to waymark_server;
grant select, insert, update on targets_looked_at to waymark_server;

-- What of a mentor's nine duties helped at a session: the mentee's alone. Said once, and never
-- changed, so that no change in a sum tells of it.
create table duties_that_helped (
    session_id bigint primary key,
    pairing_id bigint not null,
    mentee_id bigint not null references people on delete cascade,
    duties text[] not null
        constraint duties_that_helped_are_of_the_nine check (
            cardinality(duties) between 1 and 9
            and duties <@ array['listen', 'sounding_board', 'questions', 'perspective', 'reflection',
                'support', 'development', 'challenges', 'career']
        ),
    said_at timestamptz not null,
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id) on delete cascade
);

create index duties_that_helped_by_mentee on duties_that_helped (mentee_id);
create index duties_that_helped_by_pairing on duties_that_helped (pairing_id);

-- How often each helped, over all sessions of the acting mentor: only ever three more sessions at a
-- time, so that two sums never differ by one session.
create function what_helped() returns table (duty text, times bigint, sessions bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    with said as (
        select duties, row_number() over (order by said_at, session_id) as place, count(*) over () as all_said
        from duties_that_helped join pairings on pairings.id = pairing_id
        where mentor_id = acting_person()
    ), summed as (
        select * from said where place <= all_said - all_said % 3
    )
    select one, count(*), (select count(*) from summed)
    from summed, unnest((select array_agg(distinct each) from unnest(duties) each)) one
    group by one
    order by count(*) desc, one
$$;

-- How it is going, from one to five, after a session: nobody's but who says it.
create table pulses (
    session_id bigint not null,
    pairing_id bigint not null,
    person_id bigint not null references people on delete cascade,
    score smallint not null constraint pulses_are_of_one_to_five check (score between 1 and 5),
    said_at timestamptz not null,
    primary key (session_id, person_id),
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id) on delete cascade
);

create index pulses_by_person on pulses (person_id);
create index pulses_by_pairing on pulses (pairing_id);

-- Whether the two suit each other, as each thinks alone.
create table fits (
    pairing_id bigint not null references pairings on delete cascade,
    person_id bigint not null references people on delete cascade,
    fit text not null check (fit in ('yes', 'unsure', 'no')),
    said_at timestamptz not null,
    primary key (pairing_id, person_id)
);

create index fits_by_person on fits (person_id);

-- Somebody asks to talk to the coordinators, who are told that and nothing else.
create table talks_asked (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings on delete cascade,
    person_id bigint not null references people on delete cascade,
    asked_at timestamptz not null,
    constraint talks_asked_once unique (pairing_id, person_id)
);

create index talks_asked_by_person on talks_asked (person_id);

-- One of the two asks for another match. Nobody but they themselves ever learns which of the two.
create table changes_asked (
    pairing_id bigint not null references pairings on delete cascade,
    person_id bigint not null references people on delete cascade,
    asked_at timestamptz not null,
    primary key (pairing_id, person_id)
);

create index changes_asked_by_person on changes_asked (person_id);

-- That it is asked, for coordinators who are not of the two. The day only: an hour could tell who.
create view changes_wanted with (security_barrier) as
select pairing_id, min((asked_at at time zone time_zone)::date) as asked_on
from changes_asked
join pairings on pairings.id = pairing_id
join programmes on programmes.id = programme_id
where programme_id in (select coordinated_programmes()) and acting_person() not in (mentor_id, mentee_id)
group by pairing_id;

-- Mentees whose last pairing ended after a change was asked, by whomever: they go first.
create function first_in_line(programme bigint) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select mentee_id
    from (
        select distinct on (mentee_id) mentee_id, id, closed_on
        from pairings
        where programme_id = programme and num_nulls(mentor_accepted_on, mentee_accepted_on) = 0
        order by mentee_id, closed_on desc nulls first, id desc
    ) last
    where coordinates(programme) and closed_on is not null
        and exists (select from changes_asked where pairing_id = last.id)
$$;

-- Who can be asked from within a pairing: nobody who is one of the two.
create function coordinators_beside(pairing bigint)
returns table (person_id bigint, full_name text, email text)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, people.full_name, people.email
    from pairings
    join coordinators on coordinators.programme_id = pairings.programme_id
    join people on people.id = coordinators.person_id
    where pairings.id = pairing and of_the_two(pairing) and people.id not in (mentor_id, mentee_id)
        and deactivated_at is null
    order by people.id
$$;

alter table duties_that_helped enable row level security;
create policy read_by_the_mentee on duties_that_helped for select using (mentee_id = acting_person());
create policy said_by_the_mentee on duties_that_helped for insert with check (
    mentee_id = acting_person()
    and exists (select from pairings where id = pairing_id and mentee_id = acting_person())
);

alter table pulses enable row level security;
create policy for_oneself_alone on pulses using (person_id = acting_person() and of_the_two(pairing_id));

alter table fits enable row level security;
create policy for_oneself_alone on fits using (person_id = acting_person() and of_the_two(pairing_id));

alter table changes_asked enable row level security;
create policy for_oneself_alone on changes_asked
    using (person_id = acting_person() and of_the_two(pairing_id));

alter table talks_asked enable row level security;
create policy read_by_who_asks_and_coordinators on talks_asked for select using (
    (person_id = acting_person() and of_the_two(pairing_id)) or exists (
        select from pairings
        where id = pairing_id and programme_id in (select coordinated_programmes())
            and acting_person() not in (mentor_id, mentee_id)
    )
);
create policy asked_for_oneself on talks_asked for insert
    with check (person_id = acting_person() and of_the_two(pairing_id));
create policy taken_back_or_had on talks_asked for delete using (
    (person_id = acting_person() and of_the_two(pairing_id)) or exists (
        select from pairings
        where id = pairing_id and programme_id in (select coordinated_programmes())
            and acting_person() not in (mentor_id, mentee_id)
    )
);

grant select, insert on duties_that_helped to waymark_server;
grant select, insert, update on pulses, fits to waymark_server;
grant select, insert, delete on talks_asked, changes_asked to waymark_server;
grant select on changes_wanted to waymark_server;
