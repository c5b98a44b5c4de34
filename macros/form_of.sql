{#- The name of the form that a shape (shape_of) has, as a person would write it: n, d, m and y are digits, a is a letter. It is never a
    value. A new form is a row of the lists. The first that fits is taken. -#}
{% macro form_of(shape, holds) -%}
{%- set shape = exact(shape) -%}
{%- set dates = [
    ('nn/nn/nnnn', 'dd/mm/yyyy'), ('n/n/nnnn', 'd/m/yyyy'), ('nn/n/nnnn', 'd/m/yyyy'), ('n/nn/nnnn', 'd/m/yyyy'),
    ('n%/n% nnnn', 'd/m yyyy'), ('nnnn/%/%', 'yyyy/mm/dd'), ('nn/nn/nn', 'dd/mm/yy'), ('n%/n%/nn', 'd/m/yy'),
    ('n%.n%.nnnn', 'd.m.yyyy'), ('n%.n%.nn', 'd.m.yy'), ('nn-nn-nnnn', 'dd-mm-yyyy'), ('nn-nn-nn', 'yy-mm-dd'), ('nnnn-n%-n', 'yyyy-m-d'),
    ('nnnn-n-nn', 'yyyy-m-d'), ('nnnn-nn-nn', 'yyyy-mm-dd'), ('nnnn-nn-nnTnn:%nZ', 'yyyy-mm-ddThh:mm:ssZ'), ('nnnn-nn-nn%', 'yyyy-mm-dd and more'),
    ('nnnnnnnn', 'yyyymmdd'), ('nnnnnn', 'yymmdd'), ('___ %n nnnn%', 'mmm d yyyy'), ('n% ___% nnnn', 'd mmm yyyy'), ('n%-___-n%', 'd-mmm-yy'),
] -%}
{%- set any = [
    ('n%,n%Enn', 'n,nnnnnE+nn'), ('n%.n%Enn', 'n.nnnnnE+nn'), ('n,n%E+nn', 'n,nnnnnE+nn'), ('n.n%E+nn', 'n.nnnnnE+nn'), ('nEnn', 'nE+nn'),
    ('##%', '####'), ('nnnnn,n%', 'nnnnn,nn'), ('nnnnn.n%', 'nnnnn.nn'),
] -%}
case
    {%- for pattern, form in dates if holds == 'date' %}
    when {{ shape }} like '{{ pattern }}' then '{{ form }}'
    {%- endfor %}
    {%- for pattern, form in any %}
    when {{ shape }} like '{{ pattern }}' then '{{ form }}'
    {%- endfor %}
    when len({{ shape }}) <= 12 and len(replace({{ shape }}, 'n', '')) = 0 then {{ shape }}
    when {{ shape }} not like '%n%' then 'aaaa'
    else 'another form'
end
{%- endmacro %}
