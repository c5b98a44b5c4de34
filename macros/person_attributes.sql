{#- The columns of export_persons that have a policy by role (attributes.csv): overwrite, fill or omit. -#}
{% macro person_attributes() -%}
{{ return([
    'civic_no', 'given_name', 'family_name', 'street_address', 'postal_code', 'city', 'phone', 'mobile',
    'email_student', 'email_staff', 'email_guardian', 'user_name', 'google_account',
]) }}
{%- endmacro %}
