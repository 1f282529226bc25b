-- Sessions in people's own calendars: what each is known by there, and what people answered.

alter table mentoring_sessions
    -- What calendars know it by. It outlives every change.
    add column uid uuid not null default gen_random_uuid()
        constraint mentoring_sessions_uid_taken unique,
    -- How often calendars had to be told of a change (RFC 5546).
    add column sequence int not null default 0 check (sequence >= 0);

alter table targets
    add column uid uuid not null default gen_random_uuid() constraint targets_uid_taken unique;

-- What a calendar answered for its owner. Nothing while it has not answered to the time as it is.
alter table attendances
    add column answer text check (answer in ('accepted', 'tentative', 'declined', 'countered')),
    add column answered_at timestamptz,
    add constraint attendances_answers_have_a_time check ((answer is null) = (answered_at is null));

-- Whoever changes a session need not think of calendars.
create function sessions_count_their_changes() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
    if new.during <> old.during or new.cancelled_on is distinct from old.cancelled_on then
        new.sequence := old.sequence + 1;
    end if;
    return new;
end
$$;

create trigger sessions_count_their_changes before update on mentoring_sessions
    for each row execute function sessions_count_their_changes();

create function places_count_as_changes() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
    update mentoring_sessions set sequence = sequence + 1 where id = new.session_id;
    return null;
end
$$;

create trigger places_count_as_changes after update on session_plans
    for each row when (new.place <> old.place) execute function places_count_as_changes();

-- An answer was to the time before.
create function another_time_wants_another_answer() returns trigger language plpgsql
set search_path = public, pg_temp as $$
begin
    new.answer := null;
    new.answered_at := null;
    return new;
end
$$;

create trigger another_time_wants_another_answer before update on attendances
    for each row when (new.during <> old.during) execute function another_time_wants_another_answer();

-- The address at which somebody's own calendar fetches their sessions, without signing in.
create table calendar_feeds (
    person_id bigint primary key references people on delete cascade,
    token_hash bytea not null
        constraint calendar_feeds_token_taken unique check (length(token_hash) = 32),
    made_at timestamptz not null
);

-- Whoever has the address reads as its owner, for as long as that one may sign in.
create function person_of_calendar(token bytea) returns bigint language sql stable security definer
set search_path = public, pg_temp as $$
    select person_id from calendar_feeds where token_hash = token and may_sign_in(person_id)
$$;

-- The sessions that somebody has, or had after a moment, with what the two calendars need; or one of
-- them, also for a coordinator who ends its pairing and for nobody, when it ends by itself. Of those called off longer ago nothing is said.
create function sessions_in_calendars(wanted bigint, since timestamptz, called_off_since date)
returns table (
    session_id bigint, pairing_id bigint, uid text, sequence int, booked_at timestamptz,
    starts_at timestamptz, ends_at timestamptz, called_off boolean, place text, programme text,
    mentor_id bigint, mentor text, mentor_email text, mentor_time_zone text,
    mentor_answer text,
    mentee_id bigint, mentee text, mentee_email text, mentee_time_zone text,
    mentee_answer text
)
language sql stable security definer set search_path = public, pg_temp as $$
    select
        mentoring_sessions.id, pairings.id, mentoring_sessions.uid::text, sequence, booked_at,
        lower(during), upper(during), num_nonnulls(missed_on, cancelled_on) > 0,
        case when acting_person() in (mentor_id, mentee_id) then coalesce(place, '') else '' end,
        programmes.name, mentor_id, mentor.full_name, mentor.email, mentor.time_zone,
        (select answer from attendances where session_id = mentoring_sessions.id and person_id = mentor_id),
        mentee_id, mentee.full_name, mentee.email, mentee.time_zone,
        (select answer from attendances where session_id = mentoring_sessions.id and person_id = mentee_id)
    from (
        -- Found by index, either way.
        select id from pairings where wanted is null and mentor_id = (select acting_person())
        union
        select id from pairings where wanted is null and mentee_id = (select acting_person())
        union
        select pairing_id from mentoring_sessions where id = wanted
    ) near
    join pairings on pairings.id = near.id
    join mentoring_sessions on mentoring_sessions.pairing_id = pairings.id
    join programmes on programmes.id = programme_id
    join people mentor on mentor.id = mentor_id
    join people mentee on mentee.id = mentee_id
    left join session_plans on session_id = mentoring_sessions.id
    where (
            (acting_person() in (mentor_id, mentee_id) and offered_on is not null)
            or (wanted is not null and (coordinates(programme_id) or acting_person() is null))
        )
        and (wanted is null or mentoring_sessions.id = wanted)
        and (since is null or upper(during) > since)
        and (called_off_since is null or coalesce(missed_on, cancelled_on, called_off_since) >= called_off_since)
    order by during, mentoring_sessions.id
$$;

-- Which of the two do not come, as their calendars say: told to the two alone.
create function calendars_decline(session bigint)
returns table (person text, asks_for_another_time boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select full_name, answer = 'countered'
    from attendances
    join people on people.id = person_id
    join mentoring_sessions on mentoring_sessions.id = session_id
    where session_id = session and answer in ('declined', 'countered') and of_the_two(pairing_id)
    order by people.id
$$;

-- Keeps what somebody's calendar answered to an invitation, if it was to the session as it is and
-- that is still to come; and names the other one of the two, to be told where it is news that
-- somebody does not come. Mail is taken in for nobody who is signed in.
create function answer_invitation(invited_to text, address text, revision int, given text, moment timestamptz)
returns table (
    session_id bigint, pairing_id bigint, programme text, starts_at timestamptz, person text,
    is_news boolean, other_id bigint, other text, other_email text, other_time_zone text
)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    found_one record;
begin
    select
        mentoring_sessions.id, pairings.id as pairing, mentoring_sessions.during, attendances.answer,
        programmes.name as programme, people.id as person_id, people.full_name, other.id as other_id,
        other.full_name as other_name, other.email, other.time_zone
    into found_one
    from mentoring_sessions
    join attendances on attendances.session_id = mentoring_sessions.id
    join people on people.id = attendances.person_id
    join pairings on pairings.id = mentoring_sessions.pairing_id
    join programmes on programmes.id = pairings.programme_id
    join people other on other.id = pairings.mentor_id + pairings.mentee_id - people.id
    where acting_person() is null
        and mentoring_sessions.uid = invited_to::uuid and people.email = address
        and sequence = revision and lower(mentoring_sessions.during) > moment
        and num_nonnulls(held_on, missed_on, cancelled_on) = 0
    for update of attendances;
    if not found then
        return;
    end if;
    update attendances set answer = given, answered_at = moment
    where attendances.session_id = found_one.id and person_id = found_one.person_id;
    insert into audit_events (at, act, pairing_id, person_id)
    values (moment, 'a calendar answered an invitation', found_one.pairing, found_one.person_id);
    return query select
        found_one.id, found_one.pairing, found_one.programme, lower(found_one.during),
        found_one.full_name,
        given in ('declined', 'countered') and given is distinct from found_one.answer,
        found_one.other_id, found_one.other_name, found_one.email, found_one.time_zone;
end
$$;

-- Invitations come from where letters come from.
create function letters_come_from() returns text language sql stable security definer
set search_path = public, pg_temp as $$
    select sender from mail_settings
$$;

-- What a letter carries beside its words: the session it is about, to stand with the others of it
-- in a mailbox, and an invitation, which is cleared away with the words.
alter table letters
    add column thread text check (length(thread) <= 300),
    add column calendar_method text check (calendar_method in ('REQUEST', 'CANCEL')),
    add column calendar text check (length(calendar) <= 20000),
    add constraint letters_have_all_of_an_invitation
        check ((calendar is null) = (calendar_method is null));

-- Where and when two people meet is not an administrator's to read, so it is read only to be sent.
create function invitation_in(letter bigint) returns table (method text, content text)
language sql stable security definer set search_path = public, pg_temp as $$
    select calendar_method, calendar from letters
    where id = letter and calendar is not null and acting_person() is null
$$;

alter table calendar_feeds enable row level security;
create policy for_oneself on calendar_feeds using (person_id = acting_person());

grant select, insert, update, delete on calendar_feeds to waymark_server;
grant select (thread) on letters to waymark_server;
grant update (calendar, calendar_method) on letters to waymark_server;
