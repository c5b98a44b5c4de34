{#- DQ-5. The code points that are taken out of names. Those that break a line or a column become one blank, the others nothing. -#}
{% macro unclean_characters() -%}
{%- set breaks = [9, 10, 11, 12, 13, 133, 8232, 8233] -%}
{%- set hidden = [1564, 65279] -%}
{%- for first, last in [(0, 8), (14, 31), (127, 132), (134, 159), (8203, 8207), (8234, 8238), (8288, 8297)] -%}
    {%- do hidden.extend(range(first, last + 1)) -%}
{%- endfor -%}
{{ return({'breaks': breaks, 'hidden': hidden}) }}
{%- endmacro %}
