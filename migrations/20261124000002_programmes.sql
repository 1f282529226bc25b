create table programmes (
    id bigint generated always as identity primary key,
    name text not null check (name <> '' and length(name) <= 100)
        constraint programmes_name_taken unique,
    purpose text not null check (length(purpose) <= 1000),
    starts_on date not null,
    ends_on date not null,
    -- An IANA name. Every calendar date in the programme is a date there.
    time_zone text not null,
    session_minutes smallint not null check (session_minutes between 15 and 240),
    -- How many weeks usually lie between two sessions.
    session_every_weeks smallint not null check (session_every_weeks between 1 and 26),
    created_by bigint references people,
    created_at timestamptz not null,
    constraint programmes_end_after_they_start check (starts_on < ends_on)
);

create table coordinators (
    programme_id bigint not null references programmes,
    person_id bigint not null references people,
    named_by bigint references people,
    named_at timestamptz not null,
    primary key (programme_id, person_id)
);

create index coordinators_by_person on coordinators (person_id);

create table enrolments (
    programme_id bigint not null references programmes,
    person_id bigint not null references people,
    part text not null check (part in ('mentor', 'mentee')),
    -- What a mentor offers, or a mentee seeks, in the programme's own words for it.
    about text not null default '' check (length(about) <= 1000),
    -- How many mentees a mentor takes at a time.
    capacity smallint check (capacity between 0 and 20),
    enrolled_by bigint references people,
    enrolled_at timestamptz not null,
    primary key (programme_id, person_id, part),
    constraint enrolments_capacity_is_a_mentors check ((part = 'mentor') = (capacity is not null))
);

create index enrolments_by_person on enrolments (person_id);
