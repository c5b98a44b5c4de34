{# How many persons were read, and how many of them the population register knows. -#}
select persons, covered
from {{ rules }}.int_register_coverage
