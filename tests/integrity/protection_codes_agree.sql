-- PER-1. protection_codes.csv says for each code what the cut does with it.
-- One row is a code for which it says something else.
{{ config(meta={
    'what': 'seeds/rules/protection_codes.csv says of a code something else than what nattsynk does with it.',
    'when': 'Whoever reads the list would believe a person protected who is open, or open who is protected.',
    'how_to_resolve': 'Restore seeds/rules/protection_codes.csv, macros/is_protecting.sql and models/staging as delivered.',
}) }}
with

{%- set judged = "nullif(codes.source_code, 'blank')" %}

codes as (

    select * from {{ ref('protection_codes') }}

),

compared as (

    select
        codes.source_system,
        codes.source_code,
        codes.means,
        case
            {%- for family, systems in var('families').items() %}
            when codes.source_system in ('{{ systems | join("', '") }}') then {{ is_protecting(judged, family) }}
            {%- endfor %}
        end as is_protecting
    from codes

)

select
    source_system,
    source_code
from compared
where means <> case when is_protecting = 1 then 'protected' else 'open' end
