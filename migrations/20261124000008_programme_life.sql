-- The life of a programme, from a draft to an archive, follows from these columns and the date:
-- see programmes/stage.rs. The rest are settings that its coordinators keep.
alter table programmes
    add column whom_for text not null default '' check (length(whom_for) <= 1000),
    -- Until it is opened it is a draft.
    add column opened_at timestamptz,
    add column archived_at timestamptz,
    -- From the opening to the programme's end, unless these say otherwise.
    add column enrolment_opens_on date,
    add column enrolment_closes_on date,
    -- Half-way between start and end, unless it says otherwise.
    add column midpoint_on date,
    -- How many sessions a pairing is expected to have at least.
    add column minimum_sessions smallint not null default 6
        check (minimum_sessions between 1 and 100),
    -- How many mentees a mentor takes at a time: what is suggested, and the most.
    add column capacity_default smallint not null default 1,
    add column capacity_max smallint not null default 20,
    -- Who asks whom to be paired.
    add column who_asks text not null default 'coordinators'
        check (who_asks in ('coordinators', 'mentees', 'both')),
    -- What the programme learns of a pairing, as its two are told.
    add column is_told text not null default '' check (length(is_told) <= 2000),
    -- Counts the changes to the settings, so that an old tab is known for one.
    add column version integer not null default 1,
    add constraint programmes_capacity_within_bounds check (
        capacity_default between 1 and capacity_max and capacity_max <= 20
    ),
    add constraint programmes_enrol_before_they_end check (
        greatest(enrolment_opens_on, enrolment_closes_on) <= ends_on
        and (enrolment_opens_on is null or enrolment_closes_on is null
            or enrolment_opens_on <= enrolment_closes_on)
    ),
    add constraint programmes_midpoint_within check (midpoint_on between starts_on and ends_on);

-- A draft does not exist but for those who make it ready.
drop policy known on programmes;
create policy known_once_opened on programmes for select
    using (opened_at is not null or coordinates(id) or acting_administrator());

-- The programme is locked, so that nobody comes in while it is being archived, or while its
-- maximum is changed.
create function enrolments_keep_to_the_programme() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    programme programmes;
begin
    select * into programme from programmes where id = new.programme_id for share;
    if programme.archived_at is not null then
        raise exception 'nobody is enrolled in an archive'
            using errcode = 'check_violation', constraint = 'programmes_archived_stay_as_they_are';
    end if;
    if new.capacity > programme.capacity_max then
        raise exception 'a mentor takes more mentees than the programme allows'
            using errcode = 'check_violation', constraint = 'enrolments_capacity_within_the_maximum';
    end if;
    return new;
end
$$;

create trigger enrolments_begin_within_the_programme before insert on enrolments
    for each row execute function enrolments_keep_to_the_programme();

create trigger enrolments_grow_within_the_programme before update on enrolments
    for each row when (new.capacity > old.capacity)
    execute function enrolments_keep_to_the_programme();

create function programmes_keep_the_places_of_mentors() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    if exists (select from enrolments where programme_id = new.id and capacity > new.capacity_max) then
        raise exception 'a mentor has more places already'
            using errcode = 'check_violation', constraint = 'enrolments_capacity_within_the_maximum';
    end if;
    return new;
end
$$;

create trigger programmes_lower_the_maximum_by_the_rules before update on programmes
    for each row when (new.capacity_max < old.capacity_max)
    execute function programmes_keep_the_places_of_mentors();

-- Pairings under way go on in an archive until they are closed; none is begun there, and none
-- is offered from a draft, whose name the two could not read.
create function pairings_keep_to_the_programme() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    programme programmes;
begin
    select * into programme from programmes where id = new.programme_id for share;
    if programme.archived_at is not null then
        raise exception 'no pairing is begun in an archive'
            using errcode = 'check_violation', constraint = 'programmes_archived_stay_as_they_are';
    end if;
    if new.offered_on is not null and programme.opened_at is null then
        raise exception 'no pairing is offered from a draft'
            using errcode = 'check_violation', constraint = 'programmes_drafts_offer_nothing';
    end if;
    return new;
end
$$;

create trigger pairings_are_made_within_the_programme before insert on pairings
    for each row execute function pairings_keep_to_the_programme();

create trigger pairings_are_published_within_the_programme before update on pairings
    for each row when (old.offered_on is null and new.offered_on is not null)
    execute function pairings_keep_to_the_programme();
