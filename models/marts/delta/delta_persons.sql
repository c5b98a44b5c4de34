-- What has to be said so that the receiver holds export_persons: what is new, changed or gone.
-- One row a person that differs (person_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_persons and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('persons', key=['person_id'], columns=['civic_no', 'previous_civic_no', 'given_name', 'family_name', 'street_address', 'postal_code', 'city', 'phone', 'mobile', 'email_student', 'email_staff', 'email_guardian', 'user_name', 'google_account']) }}

)

select * from compared where operation is not null
