-- A wish goes with the enrolment of either: nobody wishes for whoever is no mentor there any more. A mentor
-- who has left and whose pairings are kept stays wished for until the mentee removes the wish.
delete from mentor_wishes
where not exists (
        select from enrolments
        where enrolments.programme_id = mentor_wishes.programme_id and person_id = mentor_id
            and part = 'mentor'
    ) or not exists (
        select from enrolments
        where enrolments.programme_id = mentor_wishes.programme_id and person_id = mentee_id
            and part = 'mentee'
    );

alter table mentor_wishes
    add column mentor_part text not null generated always as ('mentor') stored,
    add column mentee_part text not null generated always as ('mentee') stored,
    add constraint mentor_wishes_are_for_mentors foreign key (programme_id, mentor_id, mentor_part)
        references enrolments (programme_id, person_id, part) on delete cascade,
    add constraint mentor_wishes_are_of_mentees foreign key (programme_id, mentee_id, mentee_part)
        references enrolments (programme_id, person_id, part) on delete cascade;

-- Only what is added needs the mentor: the others are put in their new order as they are.
grant update (place) on mentor_wishes to waymark_server;
