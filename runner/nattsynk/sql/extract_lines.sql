{# One source table as lines of CSV, the header first. Whatever tool saves the one column has no cell to quote, no null to write and no date to format.
   A value stands in double quotes (nchar(34)), those within doubled; a blank or null is nothing. A date is yyyy-mm-dd, unless the register writes it
   as text. A line break becomes a blank, in a flag a question mark, for there a blank could open what protects. No double quote stands in the query
   itself, so that a command line can hold it. -#}
select line
from (
    select 0 as part, N'{{ header | replace("'", "''") }}' as line
    union all
    select
        1 as part,
        concat(
            {% for name, holds in read %}
            {% set broken = "N'?'" if holds in ('protection', 'flag') else "N' '" %}
            {% set text = 'convert(nvarchar(max), ' ~ name ~ ', 23)' if holds == 'date' else 'cast(' ~ name ~ ' as nvarchar(max))' %}
            nullif(concat(nchar(34), replace(replace(replace(rtrim({{ text }} {{ collated }}), nchar(13), {{ broken }}), nchar(10), {{ broken }}), nchar(34), concat(nchar(34), nchar(34))), nchar(34)), concat(nchar(34), nchar(34))){{ ", N','," if not loop.last }}
            {% endfor %}
        ) as line
    from {{ relation }}
) as lines
order by part
