-- What has to be said so that the receiver holds export_responsibles: what is new, changed or gone.
-- One row a guardian of a child that differs (child_id, responsible_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_responsibles and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('responsibles', key=['child_id', 'responsible_id'], columns=['relation_type']) }}

)

select * from compared where operation is not null
