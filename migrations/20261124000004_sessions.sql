-- When a pairing meets, and whether it did: facts that coordinators may see.
create table mentoring_sessions (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings,
    kind text not null check (kind in ('initial', 'session', 'moving_on')),
    during tstzrange not null
        check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    booked_by bigint references people,
    booked_at timestamptz not null,
    held_on date,
    missed_on date,
    cancelled_on date,
    unique (id, pairing_id),
    unique (id, during),
    constraint mentoring_sessions_end_one_way check (num_nonnulls(held_on, missed_on, cancelled_on) <= 1)
);

create index mentoring_sessions_by_pairing on mentoring_sessions (pairing_id, during);

-- Who is busy when. Nobody can be in two sessions at once, in whichever pairings.
create table attendances (
    session_id bigint not null,
    person_id bigint not null references people,
    during tstzrange not null,
    primary key (session_id, person_id),
    foreign key (session_id, during) references mentoring_sessions (id, during) on update cascade on delete cascade,
    constraint attendances_not_two_at_once exclude using gist (person_id with =, during with &&)
);

-- What the two mean to talk about, and where: between them.
create table session_plans (
    session_id bigint primary key,
    pairing_id bigint not null,
    place text not null default '' check (length(place) <= 300),
    agenda text not null default '' check (length(agenda) <= 2000),
    -- Who could not come, if the session did not happen and one of the two said so.
    missed_by text check (missed_by in ('mentor', 'mentee', 'both')),
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id) on delete cascade
);

-- What one of the two wrote down of a session. Each writes their own, so neither overwrites
-- the other; both read both.
create table session_records (
    session_id bigint not null,
    pairing_id bigint not null,
    author_id bigint not null references people,
    -- By both: what happened since last time, or was talked about.
    talked_about text not null check (length(talked_about) <= 4000),
    -- By the mentor: strengths seen, areas for development, possible actions explored.
    strengths text not null default '' check (length(strengths) <= 4000),
    development text not null default '' check (length(development) <= 4000),
    actions text not null default '' check (length(actions) <= 4000),
    -- To the other one.
    feedback text not null default '' check (length(feedback) <= 4000),
    written_at timestamptz not null,
    primary key (session_id, author_id),
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id)
);

create index session_records_by_pairing on session_records (pairing_id);
