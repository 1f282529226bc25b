-- Times at which one of the two could meet, whatever the hours that each gives, until the other
-- answers: what is answered, taken back or booked otherwise is gone.
create table suggestions (
    id bigint generated always as identity primary key,
    pairing_id bigint not null references pairings on delete cascade,
    suggested_by bigint not null references people on delete cascade,
    times timestamptz[] not null
        constraint suggestions_are_of_a_few_times check (cardinality(times) between 1 and 3),
    place text not null default '' check (length(place) <= 300),
    words text not null default '' check (length(words) <= 500),
    -- The session that would be moved to one of them.
    session_id bigint,
    suggested_at timestamptz not null,
    constraint suggestions_one_of_each unique (pairing_id, suggested_by),
    constraint suggestions_move_a_session_of_the_pairing
        foreign key (session_id, pairing_id) references mentoring_sessions (id, pairing_id)
        on delete cascade
);

-- Whose suggestion waits for the other, and until when: whose turn it is follows from that, so
-- everybody who may see the pairing is told so, and nothing of which times those are.
create view waiting_suggestions with (security_barrier) as
select
    suggestions.pairing_id, suggested_by,
    least((select max(at) from unnest(times) at), lower(during)) as until
from suggestions
join pairings on pairings.id = suggestions.pairing_id
left join mentoring_sessions on mentoring_sessions.id = session_id
where acting_person() is null
    or acting_person() in (mentor_id, mentee_id)
    or programme_id in (select coordinated_programmes());

-- Whoever books or moves a session need not think of what was suggested.
create function bookings_settle_suggestions() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        delete from suggestions where pairing_id = new.pairing_id and session_id is null;
    else
        delete from suggestions where session_id = new.id;
    end if;
    return null;
end
$$;

create trigger bookings_settle_suggestions after insert on mentoring_sessions
    for each row when (num_nonnulls(new.held_on, new.missed_on) = 0)
    execute function bookings_settle_suggestions();

create trigger changes_settle_suggestions
    after update of during, held_on, missed_on, cancelled_on on mentoring_sessions
    for each row execute function bookings_settle_suggestions();

alter table suggestions enable row level security;
create policy read_by_the_two on suggestions for select using (of_the_two(pairing_id));
create policy made_by_one_of_the_two on suggestions for insert
    with check (of_the_two(pairing_id) and suggested_by = acting_person());
create policy answered_or_taken_back on suggestions for delete using (of_the_two(pairing_id));

grant select, insert, delete on suggestions to waymark_server;
grant select on waiting_suggestions to waymark_server;
