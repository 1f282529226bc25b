create extension if not exists btree_gist;

create table people (
    id bigint generated always as identity primary key,
    full_name text not null check (full_name <> '' and length(full_name) <= 100),
    email text not null
        constraint people_email_taken unique
        constraint people_email_in_lower_case check (email = lower(email) and length(email) <= 254),
    job_title text not null default '' check (length(job_title) <= 100),
    department text not null default '' check (length(department) <= 100),
    location text not null default '' check (length(location) <= 100),
    -- An IANA name. A person's hours, and every time shown to them, are in this zone.
    time_zone text not null,
    line_manager_id bigint references people,
    administrator_since timestamptz,
    added_at timestamptz not null,
    constraint people_not_their_own_manager check (line_manager_id <> id)
);

create index people_by_line_manager on people (line_manager_id);

-- Apart from people, so that no query about people can carry a hash along.
create table passwords (
    person_id bigint primary key references people on delete cascade,
    hash text not null,
    changed_at timestamptz not null
);

-- One row per browser that is signed in. Only the hash of its token is kept.
create table sign_ins (
    id bigint generated always as identity primary key,
    person_id bigint not null references people on delete cascade,
    token_hash bytea not null unique check (length(token_hash) = 32),
    browser text not null check (length(browser) <= 200),
    address text not null,
    signed_in_at timestamptz not null,
    expires_at timestamptz not null
);

create index sign_ins_by_person on sign_ins (person_id);

-- A browser in which somebody has signed in before (OWASP's device cookie): it is throttled by
-- itself, so that guessing elsewhere never locks the owner out.
create table known_browsers (
    token_hash bytea primary key check (length(token_hash) = 32),
    person_id bigint not null references people on delete cascade,
    known_since timestamptz not null
);

-- Failed attempts to sign in, counted per account, per known browser and per address.
create table failed_sign_ins (
    counted_for text primary key,
    failures int not null,
    since timestamptz not null
);

create type timerange as range (subtype = time);

-- When a mentor can usually meet, in the mentor's own time zone. Monday is 1 (ISO 8601).
create table weekly_hours (
    person_id bigint not null references people on delete cascade,
    weekday smallint not null check (weekday between 1 and 7),
    hours timerange not null check (not isempty(hours) and not lower_inf(hours) and not upper_inf(hours)),
    primary key (person_id, weekday, hours),
    constraint weekly_hours_do_not_overlap
        exclude using gist (person_id with =, weekday with =, hours with &&)
);

-- A form that has been acted upon, so that pressing its button twice acts once.
create table forms_used (
    token uuid primary key,
    person_id bigint not null references people on delete cascade,
    used_at timestamptz not null
);

-- The people whom a demonstration server offers to try with one click.
create table demo_people (
    position smallint primary key,
    person_id bigint not null references people on delete cascade,
    introduction text not null
);
