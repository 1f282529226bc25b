-- Objectives with all that belongs to them, the board of targets, the mid-point review, and what
-- is kept of a pairing in the end.

alter table objectives
    add column why text not null default '' check (length(why) <= 1000),
    add column baseline smallint check (baseline between 0 and 10),
    add column wanted smallint check (wanted between 0 and 10),
    add column steps text not null default '' check (length(steps) <= 2000),
    add column evidence text not null default '' check (length(evidence) <= 2000),
    -- Counts the changes of its words, so that nobody changes what they have not read.
    add column version integer not null default 1;

-- How far one of the two thinks that it is, on its day. Never changed: the next one follows it.
create table objective_levels (
    id bigint generated always as identity primary key,
    objective_id bigint not null,
    pairing_id bigint not null,
    level smallint not null constraint objective_levels_are_of_nought_to_ten check (level between 0 and 10),
    said_by bigint not null references people on delete cascade,
    said_at timestamptz not null,
    foreign key (objective_id, pairing_id) references objectives (id, pairing_id) on delete cascade
);

create index objective_levels_by_objective on objective_levels (objective_id, pairing_id);
create index objective_levels_by_person on objective_levels (said_by);

-- Every change of an objective: who, when, what, and what it said before and after. Never changed.
create table objective_changes (
    id bigint generated always as identity primary key,
    objective_id bigint not null,
    pairing_id bigint not null,
    what text not null check (
        what in (
            'proposed', 'agreed', 'reached', 'signed_off', 'handed_on', 'dropped', 'statement',
            'how_we_will_know', 'why', 'due_on', 'baseline', 'wanted', 'steps', 'evidence'
        )
    ),
    before text not null default '' check (length(before) <= 2000),
    after text not null default '' check (length(after) <= 2000),
    -- Unknown of what was settled before this was kept.
    changed_by bigint references people on delete cascade,
    changed_at timestamptz not null,
    foreign key (objective_id, pairing_id) references objectives (id, pairing_id) on delete cascade
);

create index objective_changes_by_objective on objective_changes (objective_id, pairing_id);
create index objective_changes_by_person on objective_changes (changed_by);

insert into objective_changes (objective_id, pairing_id, what, changed_by, changed_at)
select
    objectives.id, pairing_id, step.what, step.who,
    (step.taken_on + time '12:00') at time zone programmes.time_zone
from objectives
join pairings on pairings.id = pairing_id
join programmes on programmes.id = programme_id,
    lateral (
        values
            (1, 'proposed', proposed_by, objectives.proposed_on),
            (2, 'agreed', case when proposed_by = mentor_id then mentee_id else mentor_id end, objectives.agreed_on),
            (3, 'reached', mentee_id, reached_on),
            (4, 'signed_off', mentor_id, signed_off_on),
            (5, 'handed_on', null, handed_on_on),
            (6, 'dropped', null, dropped_on)
    ) step (place, what, who, taken_on)
where step.taken_on is not null
order by objectives.id, step.place;

-- Of which objective a target is a part, if of any; and whether it is for later.
alter table targets
    add column objective_id bigint,
    add column later boolean not null default false,
    add constraint targets_of_an_objective
        foreign key (objective_id, pairing_id) references objectives (id, pairing_id);

create index targets_by_objective on targets (objective_id, pairing_id);

-- What else each answers when looking back. Of the mentee only: whether they would mentor others.
alter table reviews
    add column thanks text not null default '' check (length(thanks) <= 2000),
    add column would_mentor text check (would_mentor in ('yes', 'perhaps', 'no'));

-- Which of their words a mentor lets the mentee take along: the word at a sign-off, the feedback
-- or the strengths of a session, or the thanks of the review.
create table words_to_keep (
    pairing_id bigint not null references pairings on delete cascade,
    source text not null check (source in ('sign_off', 'feedback', 'strengths', 'thanks')),
    -- The objective or the session. Of a review, the second in which it was answered: after another
    -- ending there is another one.
    source_id bigint not null,
    shared_by bigint not null references people on delete cascade,
    shared_at timestamptz not null,
    primary key (pairing_id, source, source_id)
);

create index words_to_keep_by_person on words_to_keep (shared_by);

-- What each answers alone half-way. The other reads it once both have answered.
create table midpoint_reviews (
    pairing_id bigint not null references pairings on delete cascade,
    person_id bigint not null references people on delete cascade,
    helpful text not null check (helpful <> '' and length(helpful) <= 2000),
    missing text not null check (length(missing) <= 2000),
    objectives text not null check (length(objectives) <= 2000),
    useful smallint not null
        constraint midpoint_reviews_are_of_one_to_five check (useful between 1 and 5),
    answered_on date not null,
    primary key (pairing_id, person_id)
);

create index midpoint_reviews_by_person on midpoint_reviews (person_id);

-- What the two decide then, together.
create table midpoint_decisions (
    pairing_id bigint primary key references pairings on delete cascade,
    decision text not null check (decision in ('continue', 'change', 'end')),
    words text not null check (length(words) <= 2000),
    decided_by bigint not null references people on delete cascade,
    decided_on date not null
);

create index midpoint_decisions_by_person on midpoint_decisions (decided_by);

create function both_looked_half_way(pairing bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) = 2 from midpoint_reviews where pairing_id = pairing
$$;

create function mentors_in(pairing bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from pairings where id = pairing and mentor_id = acting_person() and offered_on is not null
    )
$$;

-- When the review is due, when the mentor and the mentee answered and when they decided: dates and
-- nothing else, for the two, for coordinators, and for whoever reminds people and acts for nobody. Due it is on the day that the programme has chosen
-- or, of a pairing that began later, half-way from its beginning to the programme's end. A function,
-- so that whoever reads many pairings is not thought to read much.
create function midpoint_of(pairing bigint) returns date[] language sql stable security definer
set search_path = public, pg_temp as $$
    select array[
        case
            when num_nulls(mentor_accepted_on, mentee_accepted_on) > 0 then null
            when midpoint_on > greatest(mentor_accepted_on, mentee_accepted_on) then midpoint_on
            else greatest(mentor_accepted_on, mentee_accepted_on)
                + (ends_on - greatest(mentor_accepted_on, mentee_accepted_on)) / 2
        end,
        (select answered_on from midpoint_reviews where pairing_id = pairings.id and person_id = mentor_id),
        (select answered_on from midpoint_reviews where pairing_id = pairings.id and person_id = mentee_id),
        (select decided_on from midpoint_decisions where pairing_id = pairings.id)
    ]
    from pairings
    join programmes on programmes.id = programme_id
    where pairings.id = pairing
        and (
            acting_person() is null
            or (acting_person() in (mentor_id, mentee_id) and offered_on is not null)
            or coordinates(programme_id)
        )
$$;

alter table objective_levels enable row level security;
create policy read_by_the_two on objective_levels for select using (of_the_two(pairing_id));
create policy said_for_oneself on objective_levels for insert
    with check (of_the_two(pairing_id) and said_by = acting_person());

alter table objective_changes enable row level security;
create policy read_by_the_two on objective_changes for select using (of_the_two(pairing_id));
create policy kept_of_oneself on objective_changes for insert
    with check (of_the_two(pairing_id) and changed_by = acting_person());

alter table words_to_keep enable row level security;
create policy read_by_the_two on words_to_keep for select using (of_the_two(pairing_id));
create policy shared_by_the_mentor on words_to_keep for insert
    with check (mentors_in(pairing_id) and shared_by = acting_person());
create policy taken_back_by_the_mentor on words_to_keep for delete using (mentors_in(pairing_id));

alter table midpoint_reviews enable row level security;
create policy own_first_then_both on midpoint_reviews for select using (
    of_the_two(pairing_id) and (person_id = acting_person() or both_looked_half_way(pairing_id))
);
create policy answered_for_oneself on midpoint_reviews for insert
    with check (of_the_two(pairing_id) and person_id = acting_person());

alter table midpoint_decisions enable row level security;
create policy read_by_the_two on midpoint_decisions for select using (of_the_two(pairing_id));
create policy decided_once_both_have_answered on midpoint_decisions for insert with check (
    of_the_two(pairing_id) and decided_by = acting_person() and both_looked_half_way(pairing_id)
);

grant select, insert on objective_levels, objective_changes, midpoint_reviews, midpoint_decisions
    to waymark_server;
grant select, insert, delete on words_to_keep to waymark_server;
