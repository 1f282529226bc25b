-- Everybody in the demonstration's largest programme three times more, with other answers here and there.
do $$
declare k int; p bigint := (select id from programmes where name = 'Across Quillmoor');
begin
  for k in 2..4 loop
    create temp table m on commit drop as
      select e.person_id as old, nextval('people_id_seq') as new, a.id as olda, nextval('applications_id_seq') as newa, e.part
      from enrolments e join applications a on a.programme_id = p and a.person_id = e.person_id
      join people on people.id = e.person_id
      where e.programme_id = p and people.email not like 'k_.%';
    insert into people (id, full_name, email, job_title, department, location, time_zone, languages, grade, added_at)
      overriding system value
      select new, full_name || ' ' || k, 'k' || k || '.' || email, job_title, department, location, time_zone, languages, grade, added_at from m join people on id = old;
    insert into enrolments (programme_id, person_id, part, about, capacity, enrolled_by, enrolled_at)
      select p, new, m.part, about, capacity, enrolled_by, enrolled_at from m join enrolments e on e.programme_id = p and e.person_id = old;
    insert into applications (id, programme_id, person_id, part, about, capacity, started_at, sent_at, approved_at)
      overriding system value
      select newa, p, new, m.part, about, capacity, started_at, sent_at, approved_at from m join applications a on a.id = olda;
    insert into answers (application_id, question_id, kind, words, points)
      select newa, question_id, kind, words, case when points is null then null else 1 + (points + k) % 5 end from m join answers on application_id = olda;
    insert into answered_choices (application_id, question_id, choice_id, place) select newa, question_id, choice_id, place from m join answered_choices on application_id = olda;
    insert into answered_skills (application_id, question_id, skill_id) select newa, question_id, skill_id from m join answered_skills on application_id = olda;
    insert into weekly_hours (person_id, weekday, hours) select new, weekday, hours from m join weekly_hours on person_id = old;
    drop table m;
  end loop;
end $$;
select part, count(*) from enrolments where programme_id = (select id from programmes where name = 'Across Quillmoor') group by 1;
