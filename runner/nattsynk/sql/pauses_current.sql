{% from 'in_order.jinja' import in_order -%}
{# The pauses that hold on the day of the build; blank is every school, or every form. -#}
select school_id, school_form, end_date
from {{ delivery }}.delta_pauses
order by {{ in_order(('school_id', 'school_form', 'end_date'), exact, ('end_date',)) }}
