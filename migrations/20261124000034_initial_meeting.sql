-- The initial meeting: the whole agreement and what is said of it, how each prepares, and what the
-- two go through when they meet.

-- The clauses that the agreement has besides; versions of before leave them empty.
alter table agreements
    add column booking text not null default '' check (length(booking) <= 2000),
    add column conflicts text not null default '' check (length(conflicts) <= 2000),
    add column reported text not null default '' check (length(reported) <= 2000),
    add column feedback text not null default '' check (length(feedback) <= 2000),
    add column starts_on date,
    add constraint agreements_begin_before_they_are_reviewed check (starts_on <= review_on);

-- What a programme's coordinators suggest for a clause, where it is not what Waymark suggests.
-- An empty one suggests nothing.
create table agreement_wordings (
    programme_id bigint not null references programmes on delete cascade,
    clause text not null check (
        clause in (
            'purpose', 'success', 'scope', 'meetings', 'booking', 'contact', 'cancelling',
            'mentor_commits', 'mentee_commits', 'confidentiality', 'conflicts', 'reported',
            'feedback', 'if_it_does_not_work'
        )
    ),
    words text not null check (length(words) <= 2000),
    primary key (programme_id, clause)
);

-- What one of the two says to the other about a clause, as it stood in that version.
create table agreement_comments (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings on delete cascade,
    version smallint not null,
    clause text not null check (
        clause in (
            'purpose', 'success', 'scope', 'meetings', 'booking', 'contact', 'cancelling',
            'mentor_commits', 'mentee_commits', 'confidentiality', 'conflicts', 'reported',
            'feedback', 'if_it_does_not_work', 'dates'
        )
    ),
    author_id bigint not null references people on delete cascade,
    body text not null check (body <> '' and length(body) <= 1000),
    written_at timestamptz not null,
    constraint agreement_comments_are_about_a_version
        foreign key (pairing_id, version) references agreements (pairing_id, version)
        on delete cascade
);

create index agreement_comments_by_version on agreement_comments (pairing_id, version);
create index agreement_comments_by_author on agreement_comments (author_id);

-- What each writes before the two meet for the first time.
create table preparations (
    pairing_id bigint not null references pairings on delete cascade,
    person_id bigint not null references people on delete cascade,
    hopes text not null check (hopes <> '' and length(hopes) <= 2000),
    questions text not null check (length(questions) <= 2000),
    story text not null check (length(story) <= 2000),
    written_at timestamptz not null,
    primary key (pairing_id, person_id)
);

create index preparations_by_person on preparations (person_id);

-- What the two have been through at their first meeting, and who ticked it.
create table first_meeting_checks (
    pairing_id bigint not null references pairings on delete cascade,
    item text not null check (
        item in (
            'contacts', 'undisturbed', 'expectations', 'boundaries', 'confidentiality', 'exit',
            'objectives', 'practicalities', 'next_date'
        )
    ),
    checked_by bigint not null references people on delete cascade,
    checked_at timestamptz not null,
    primary key (pairing_id, item)
);

create index first_meeting_checks_by_person on first_meeting_checks (checked_by);

create function both_prepared(pairing bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) = 2 from preparations where pairing_id = pairing
$$;

alter table agreement_wordings enable row level security;
create policy known on agreement_wordings for select using (true);
create policy worded_by_coordinators on agreement_wordings for insert
    with check (coordinates(programme_id));
create policy reworded_by_coordinators on agreement_wordings for update
    using (coordinates(programme_id));
create policy taken_back_by_coordinators on agreement_wordings for delete
    using (coordinates(programme_id));

alter table agreement_comments enable row level security;
create policy read_by_the_two on agreement_comments for select using (of_the_two(pairing_id));
create policy written_by_its_author on agreement_comments for insert
    with check (of_the_two(pairing_id) and author_id = acting_person());

alter table preparations enable row level security;
create policy own_first_then_both on preparations for select using (
    of_the_two(pairing_id) and (person_id = acting_person() or both_prepared(pairing_id))
);
create policy written_for_oneself on preparations for insert
    with check (of_the_two(pairing_id) and person_id = acting_person());
create policy changed_by_oneself on preparations for update
    using (of_the_two(pairing_id) and person_id = acting_person());

alter table first_meeting_checks enable row level security;
create policy between_the_two on first_meeting_checks
    using (of_the_two(pairing_id))
    with check (of_the_two(pairing_id) and checked_by = acting_person());

grant select, insert, delete on agreement_wordings to waymark_server;
grant update (words) on agreement_wordings to waymark_server;
grant select, insert on agreement_comments to waymark_server;
grant select, insert on preparations to waymark_server;
grant update (hopes, questions, story, written_at) on preparations to waymark_server;
grant select, insert, delete on first_meeting_checks to waymark_server;

-- The copy of a programme suggests what the original does.
create or replace function repeat_questions_and_letters(original bigint, copy bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not acting_administrator() or not exists (
        select from programmes
        where id = copy and created_by = acting_person() and opened_at is null
            and not exists (select from questions where programme_id = copy)
    ) then
        return;
    end if;
    insert into programme_letters (programme_id, letter, words)
    select copy, letter, words from programme_letters where programme_id = original
    on conflict do nothing;
    insert into agreement_wordings (programme_id, clause, words)
    select copy, clause, words from agreement_wordings where programme_id = original
    on conflict do nothing;
    insert into questions (
        programme_id, position, kind, wording, hint, asked_of, required, for_matching, readers,
        points, least, most, ranks
    )
    select
        copy, row_number() over (order by position, id), kind, wording, hint, asked_of, required,
        for_matching, readers, points, least, most, ranks
    from questions
    where programme_id = original and archived_at is null;
    insert into question_choices (question_id, position, wording)
    select repeated.id, question_choices.position, question_choices.wording
    from (
        select id, row_number() over (order by position, id) as place
        from questions
        where programme_id = original and archived_at is null
    ) asked
    join questions repeated on repeated.programme_id = copy and repeated.position = asked.place
    join question_choices on question_id = asked.id;
end
$$;
