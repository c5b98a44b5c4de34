-- What each unclean name, address and e-mail that has landed becomes (DQ-5).
-- One row is an unclean text, letter for letter. Key: raw_text.
-- Change: unclean_characters lists the characters that are taken out, composed_letters the letters that are put together.
{%- set hidden = [] %}
{%- for code_point in unclean_characters().hidden %}
    {%- do hidden.append((character(code_point), "''")) %}
{%- endfor %}
{%- set breaks = [] %}
{%- for code_point in unclean_characters().breaks %}
    {%- do breaks.append((character(code_point), "' '")) %}
{%- endfor %}
{%- set marks = [] %}
{%- for mark, letters, composed in composed_letters() %}
    {%- for letter in letters %}
        {%- do marks.append((unicode_text(letter ~ mark), unicode_text(composed[loop.index0]))) %}
    {%- endfor %}
{%- endfor %}

with

cells as (

    {{ union_staging('unclean_texts') }}

),

texts as (

    select raw_text from cells group by {{ exact('raw_text') }}, raw_text

),

shown_0 as (

    select raw_text, raw_text as text from texts

),
{% for pairs in hidden | batch(12) %}
shown_{{ loop.index }} as (

    select raw_text, {{ replaced('text', pairs) }} as text from shown_{{ loop.index0 }}

),
{% endfor %}
-- A line break or tab between words becomes one blank.
broken as (

    select raw_text, text, {{ replaced('text', breaks) }} as unbroken from shown_{{ (hidden | batch(12) | list) | length }}

),

joined_0 as (

    select raw_text, case when {{ exact('text') }} = {{ exact('unbroken') }} then text else {{ collapsed('unbroken') }} end as text from broken

),
{% for pairs in marks | batch(12) %}
joined_{{ loop.index }} as (

    select raw_text, {{ replaced('text', pairs) }} as text from joined_{{ loop.index0 }}

),
{% endfor %}
cleaned as (

    select
        raw_text,
        coalesce({{ trimmed('text') }}, '') as clean_text,
        nullif(substring(concat(
            {%- for code_point in (unclean_characters().breaks + unclean_characters().hidden) | sort %}
            case when {{ exact('raw_text') }} like concat('%', {{ character(code_point) }}, '%') then ',{{ 'U+%04X' | format(code_point) }}' else '' end,
            {%- endfor %}
            ''
        ), 2, 200), '') as characters
    from joined_{{ (marks | batch(12) | list) | length }}

)

select * from cleaned
