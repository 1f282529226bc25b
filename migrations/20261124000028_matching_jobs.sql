-- Matching that takes longer than anybody waits for a page: done in the background by whichever server
-- takes it, and taken again by another should that one stop.
create table matching_jobs (
    id bigint generated always as identity primary key,
    programme_id bigint not null references programmes,
    made_by bigint not null references people on delete cascade,
    made_at timestamptz not null,
    -- What stood in the address, and everything that it is worked out from.
    asked text not null,
    input text not null,
    -- A server has it until then.
    taken_until timestamptz,
    thousandths smallint not null default 0 check (thousandths between 0 and 1000),
    plan text,
    done_at timestamptz,
    constraint matching_jobs_done_with_a_plan check ((plan is null) = (done_at is null))
);

create index matching_jobs_by_programme on matching_jobs (programme_id);
create index matching_jobs_by_person on matching_jobs (made_by);
create index matching_jobs_to_do on matching_jobs (id) where done_at is null;

alter table matching_jobs enable row level security;
create policy read_by_coordinators on matching_jobs for select
    using (programme_id in (select coordinated_programmes()));
create policy asked_for_by_coordinators on matching_jobs for insert
    with check (programme_id in (select coordinated_programmes()) and made_by = acting_person());

grant select, insert on matching_jobs to waymark_server;

-- What follows is for whoever works, who acts for nobody; for anybody else it does nothing.

create function take_matching_job(moment timestamptz, until timestamptz)
returns table (job bigint, input text)
language sql volatile security definer set search_path = public, pg_temp as $$
    update matching_jobs set taken_until = until
    where acting_person() is null and id = (
        select id from matching_jobs
        where done_at is null and (taken_until is null or taken_until < moment)
        order by id
        limit 1
        for update skip locked
    )
    returning id, input
$$;

-- Says how far it is and that it is still worked at. False where it is another's by now.
create function go_on_with_matching_job(job bigint, done smallint, had timestamptz, until timestamptz)
returns boolean
language sql volatile security definer set search_path = public, pg_temp as $$
    with gone_on as (
        update matching_jobs set thousandths = greatest(thousandths, done), taken_until = until
        where acting_person() is null and id = job and done_at is null and taken_until = had
        returning id
    )
    select exists (select from gone_on)
$$;

create function finish_matching_job(job bigint, found text, had timestamptz, moment timestamptz)
returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    update matching_jobs
    set plan = found, done_at = moment, thousandths = 1000, taken_until = null
    where acting_person() is null and id = job and done_at is null and taken_until = had
$$;

-- Nobody looks at them for longer than a week.
create function forget_matching_jobs(moment timestamptz) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    delete from matching_jobs where acting_person() is null and made_at < moment - interval '7 days'
$$;
