{#- The characters that are visible, as a class of a pattern. `trimmed` treats all others as blanks: the blanks of Unicode (U+00A0, U+1680,
    U+2000-200A, U+202F, U+205F, U+3000), control characters (tabs and line breaks included), zero-width and direction characters. -#}
{% macro visible() -%}
{{ "!-~\u00a1-\u061b\u061d-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ufefe\uff00-\ufffd" }}
{%- endmacro %}
