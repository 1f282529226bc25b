-- What the two agreed at the initial meeting. A version is never changed; both sign one.
create table agreements (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings,
    version smallint not null,
    purpose text not null check (purpose <> '' and length(purpose) <= 2000),
    success text not null check (length(success) <= 2000),
    scope text not null check (length(scope) <= 2000),
    meetings text not null check (length(meetings) <= 2000),
    contact text not null check (length(contact) <= 2000),
    cancelling text not null check (length(cancelling) <= 2000),
    mentor_commits text not null check (length(mentor_commits) <= 2000),
    mentee_commits text not null check (length(mentee_commits) <= 2000),
    confidentiality text not null check (length(confidentiality) <= 2000),
    if_it_does_not_work text not null check (length(if_it_does_not_work) <= 2000),
    review_on date not null,
    ends_on date not null,
    drafted_by bigint not null references people,
    drafted_at timestamptz not null,
    unique (id, pairing_id),
    constraint agreements_one_next_version unique (pairing_id, version),
    constraint agreements_reviewed_before_they_end check (review_on <= ends_on)
);

create table agreement_signatures (
    agreement_id bigint not null,
    pairing_id bigint not null,
    person_id bigint not null references people,
    signed_at timestamptz not null,
    primary key (agreement_id, person_id),
    foreign key (agreement_id, pairing_id) references agreements (id, pairing_id)
);

create index agreement_signatures_by_pairing on agreement_signatures (pairing_id);

-- What the mentee wants to reach. Its state follows from these dates.
create table objectives (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings,
    statement text not null check (statement <> '' and length(statement) <= 500),
    how_we_will_know text not null check (length(how_we_will_know) <= 1000),
    due_on date,
    proposed_by bigint not null references people,
    proposed_on date not null,
    agreed_on date,
    reached_on date,
    signed_off_on date,
    handed_on_on date,
    dropped_on date,
    -- To whom it was handed on, or why it was dropped; or the mentor's word at the sign-off.
    settled_with text not null default '' check (length(settled_with) <= 1000),
    unique (id, pairing_id),
    constraint objectives_settled_one_way check (num_nonnulls(signed_off_on, handed_on_on, dropped_on) <= 1),
    constraint objectives_steps_in_order check (
        (agreed_on is null or proposed_on <= agreed_on)
        and (reached_on is null or (agreed_on is not null and agreed_on <= reached_on))
        and (signed_off_on is null or (reached_on is not null and reached_on <= signed_off_on))
        and (coalesce(handed_on_on, dropped_on) is null or settled_with <> '')
    )
);

create index objectives_by_pairing on objectives (pairing_id);

-- A small action with a due date that comes out of a session.
create table targets (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings,
    session_id bigint,
    what text not null check (what <> '' and length(what) <= 300),
    owner_id bigint not null references people,
    due_on date not null,
    set_by bigint not null references people,
    set_on date not null,
    done_on date,
    dropped_on date,
    foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id),
    constraint targets_end_one_way check (num_nonnulls(done_on, dropped_on) <= 1)
);

create index targets_by_pairing on targets (pairing_id);

-- For nobody but its author.
create table notes (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings,
    author_id bigint not null references people,
    body text not null check (body <> '' and length(body) <= 4000),
    written_at timestamptz not null
);

create index notes_by_pairing on notes (pairing_id, author_id);

-- What the mentee goes on with after the pairing: what, by when, with whom.
create table further_steps (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings,
    what text not null check (what <> '' and length(what) <= 300),
    due_on date not null,
    with_whom text not null default '' check (length(with_whom) <= 100),
    written_by bigint not null references people,
    written_on date not null
);

create index further_steps_by_pairing on further_steps (pairing_id);

-- How a pairing ended that was taken up again for more sessions. What the two wrote at that end is
-- kept with it, and they look back afresh when the next one comes.
create table earlier_endings (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings,
    moving_on_since date not null,
    final_session_on date,
    mentor_reviewed_on date,
    mentee_reviewed_on date,
    joint_review_on date,
    closed_on date not null,
    unique (id, pairing_id)
);

create index earlier_endings_by_pairing on earlier_endings (pairing_id);

-- One person's answers at the moving-on review. The other reads them once both have answered.
create table reviews (
    pairing_id bigint not null references pairings,
    person_id bigint not null references people,
    results text not null check (length(results) <= 4000),
    learned text not null check (length(learned) <= 4000),
    gained text not null check (length(gained) <= 4000),
    differently text not null check (length(differently) <= 4000),
    effectiveness smallint not null check (effectiveness between 1 and 5),
    answered_at timestamptz not null,
    -- None for the end at which the pairing is, or to which it is still to come.
    earlier_ending_id bigint,
    foreign key (earlier_ending_id, pairing_id) references earlier_endings (id, pairing_id),
    constraint reviews_once_at_an_end unique nulls not distinct (pairing_id, person_id, earlier_ending_id)
);

-- A word to the coordinator at the end. The partner never sees it.
create table remarks (
    pairing_id bigint not null references pairings,
    person_id bigint not null references people,
    body text not null check (body <> '' and length(body) <= 2000),
    written_at timestamptz not null,
    earlier_ending_id bigint,
    foreign key (earlier_ending_id, pairing_id) references earlier_endings (id, pairing_id),
    constraint remarks_once_at_an_end unique nulls not distinct (pairing_id, person_id, earlier_ending_id)
);

create table joint_reviews (
    pairing_id bigint not null references pairings,
    together text not null check (together <> '' and length(together) <= 4000),
    afterwards text not null check (length(afterwards) <= 4000),
    written_by bigint not null references people,
    written_at timestamptz not null,
    earlier_ending_id bigint,
    foreign key (earlier_ending_id, pairing_id) references earlier_endings (id, pairing_id),
    constraint joint_reviews_once_at_an_end unique nulls not distinct (pairing_id, earlier_ending_id)
);

-- A coordinator, who opens a pairing again, reads nothing of what is put away here. What was to be
-- its last session was one of many.
create function pairings_keep_their_earlier_ending() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    ending bigint;
begin
    insert into earlier_endings (pairing_id, moving_on_since, final_session_on, mentor_reviewed_on,
        mentee_reviewed_on, joint_review_on, closed_on)
    values (old.id, old.moving_on_since, old.final_session_on, old.mentor_reviewed_on,
        old.mentee_reviewed_on, old.joint_review_on, old.closed_on)
    returning id into ending;
    update reviews set earlier_ending_id = ending where pairing_id = old.id and earlier_ending_id is null;
    update remarks set earlier_ending_id = ending where pairing_id = old.id and earlier_ending_id is null;
    update joint_reviews set earlier_ending_id = ending where pairing_id = old.id and earlier_ending_id is null;
    update mentoring_sessions set kind = 'session' where pairing_id = old.id and kind = 'moving_on';
    return null;
end
$$;

create trigger pairings_go_back_to_their_sessions after update on pairings
    for each row when (old.moving_on_since is not null and new.moving_on_since is null)
    execute function pairings_keep_their_earlier_ending();
