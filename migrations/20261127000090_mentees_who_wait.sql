-- Whether a mentee waits for a mentor in a programme, and since when: whoever has completed a pairing there
-- waits no longer. What was proposed and never offered is known to coordinators alone, and makes no wait
-- shorter.
create view mentees with (security_barrier, security_invoker) as
select
    enrolments.programme_id, enrolments.person_id,
    greatest((enrolled_at at time zone programmes.time_zone)::date, ended_on) as since,
    coalesce(completed, false) as completed,
    left_at is null and deactivated_at is null and open is not true and completed is not true as waits,
    -- Also who is proposed to somebody: to a mentor for a second time, where coordinators wish it.
    left_at is null and deactivated_at is null and offered is not true
        and (open is true or completed is not true) as to_be_matched
from enrolments
join programmes on programmes.id = enrolments.programme_id
join people on people.id = enrolments.person_id
left join (
    select
        programme_id, mentee_id,
        bool_or(closed_on is null) as open,
        bool_or(closed_on is null and offered_on is not null) as offered,
        bool_or(closed_how in ('completed', 'completed_early')) as completed,
        max(closed_on) filter (where offered_on is not null) as ended_on
    from pairings
    group by programme_id, mentee_id
) so_far on so_far.programme_id = enrolments.programme_id and mentee_id = enrolments.person_id
where part = 'mentee' and enrolments.programme_id in (select coordinated_programmes());

grant select on mentees to waymark_server;
