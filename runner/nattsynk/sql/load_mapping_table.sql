{# The table of the rows of person_mapping.csv, made anew and empty. -#}
drop table if exists {{ landing }}.person_mapping;
create table {{ landing }}.person_mapping (
    source_system nvarchar(4000),
    person_key nvarchar(4000),
    email nvarchar(4000),
    user_name nvarchar(4000),
    google_account nvarchar(4000)
)
