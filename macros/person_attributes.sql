{#- The columns of export_persons that a profile may omit by role (attributes.csv). -#}
{% macro person_attributes() -%}
{{ return([
    'civic_no', 'given_name', 'family_name', 'street_address', 'postal_code', 'city', 'phone', 'mobile',
    'email_student', 'email_staff', 'email_guardian', 'user_name', 'google_account',
]) }}
{%- endmacro %}
