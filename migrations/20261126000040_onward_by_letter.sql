-- A letter whose act needs something read that is for the two alone has a link of the same kind. Its
-- page leads on: to what comes next, to a time to meet, to a record, to a review.
alter table letter_acts
    drop constraint letter_acts_of_one_thing,
    add constraint letter_acts_of_one_thing check (
        case what
            when 'offer' then num_nonnulls(session_id, due_on) = 0
            when 'coming' then session_id is not null and due_on is null
            when 'happened' then session_id is not null and due_on is null
            when 'target' then session_id is null and due_on is not null
            when 'next' then num_nonnulls(session_id, due_on) = 0
            when 'booking' then num_nonnulls(session_id, due_on) = 0
            when 'record' then session_id is not null and due_on is null
            when 'midpoint' then num_nonnulls(session_id, due_on) = 0
            when 'review' then num_nonnulls(session_id, due_on) = 0
            else false
        end
    );
