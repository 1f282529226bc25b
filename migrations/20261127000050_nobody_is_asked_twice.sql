-- A mentor who has declined a mentee who wanted them is not offered to them again.

create or replace function mentors_to_ask(programme bigint, moment timestamptz)
returns table (
    person_id bigint, full_name text, job_title text, department text, location text, about text
)
language sql stable security definer set search_path = public, pg_temp as $$
    select people.id, full_name, job_title, department, location, enrolments.about
    from programmes
    join enrolments on enrolments.programme_id = programmes.id
    join people on people.id = enrolments.person_id
    where programmes.id = programme and looks_for_a_mentor(programme, moment)
        and part = 'mentor' and left_at is null and deactivated_at is null
        and people.id <> acting_person()
        and (
            select count(*) from pairings
            where pairings.programme_id = programme and mentor_id = people.id and closed_on is null
        ) < enrolments.capacity
        and not exists (
            select from people own
            left join people above on above.id = own.line_manager_id
            where own.id = acting_person() and people.id in (own.line_manager_id, above.line_manager_id)
        )
        and people.line_manager_id is distinct from acting_person()
        and not exists (
            select from people between_them
            where between_them.id = people.line_manager_id
                and between_them.line_manager_id = acting_person()
        )
        and not exists (
            select from exclusions
            join applications on applications.id = application_id
            where applications.programme_id = programme and sent_at is not null
                and array[applications.person_id, exclusions.person_id]
                    <@ array[people.id, acting_person()]
        )
        and not exists (
            select from applications
            where applications.programme_id = programme and applications.person_id = people.id
                and applications.part = 'mentor'
                and (moment at time zone programmes.time_zone)::date between away_from and away_until
        )
        and not exists (
            select from pairings
            where pairings.programme_id = programme and mentor_id = people.id
                and mentee_id = acting_person() and closed_how = 'declined'
                and mentee_accepted_on is not null and mentor_accepted_on is null
        )
$$;
