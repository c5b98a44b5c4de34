"""Each data test of the project is green on the demo's first night and red as soon as what it guards against is there."""

import pytest

from nattsynk.build import dbt
from nattsynk.cli import now
from nattsynk.engines.database import open_database
from nattsynk.log import Progress

# test -> statements, each of which alone makes it red, and words of the row that it then returns.
FAULTS = {
    "every_row_is_judged": [
        ("delete from {rules}.int_units_judged where unit_row = 1", ("school",)),
        ("insert into {rules}.int_persons_judged by name select * from {rules}.int_persons_judged where person_row = 1", ("person",)),
        ("delete from {rules}.int_placements_judged where placement_row = 1", ("enrolment",)),
        ("delete from {rules}.int_employments_judged where employment_row = 1", ("duty",)),
        ("delete from {rules}.int_responsibles_judged where responsible_row = 1", ("responsible",)),
        ("delete from {rules}.int_groups_judged where group_kind = 'class'", ("class", 0)),
        ("delete from {rules}.int_groups_judged where group_kind <> 'class'", ("group", 0)),
        ("delete from {rules}.int_memberships_judged where membership_row = 1", ("membership",)),
        ("insert into {rules}.int_activities_judged by name select * from {rules}.int_activities_judged where activity_row = 1", ("staff",)),
    ],
    "every_reference_is_delivered": [
        ("insert into {export}.export_enrolments (person_id, school_id) select 'x', min(school_id) from {export}.export_schools", ("enrolment", "person")),
        ("insert into {export}.export_enrolments (person_id, school_id) select min(person_id), 'x' from {export}.export_persons", ("enrolment", "school")),
        ("insert into {export}.export_duties (person_id, school_id) select 'x', min(school_id) from {export}.export_schools", ("duty", "person")),
        ("insert into {export}.export_duties (person_id, school_id) select min(person_id), 'x' from {export}.export_persons", ("duty", "school")),
        ("insert into {export}.export_groups (group_id, school_id) values ('g', 'x')", ("group", "school")),
        ("insert into {export}.export_responsibles (child_id, responsible_id) select min(person_id), 'x' from {export}.export_enrolments", ("responsible", "person")),
        ("insert into {export}.export_responsibles (child_id, responsible_id) select min(person_id), min(person_id) from {export}.export_duties", ("responsible", "enrolment of the child")),
        ("insert into {export}.export_group_memberships (group_id, person_id) select 'x', min(person_id) from {export}.export_enrolments", ("membership", "group")),
        ("insert into {export}.export_group_memberships (group_id, person_id) select min(group_id), 'x' from {export}.export_groups", ("membership", "enrolment")),
        ("insert into {export}.export_group_staff (group_id, person_id) select 'x', min(person_id) from {export}.export_duties", ("staff", "group")),
        ("delete from {export}.export_duties", ("staff", "duty at the school of the group")),
    ],
    "codes_are_registered": [
        ("insert into {rules}.int_groups_exclusions (group_row, reason_code) values (1, 'unheard_of')", ("reason", "unheard_of")),
        ("delete from {rules}.findings", ("finding",)),
    ],
    "protection_codes_agree": [
        ("update {rules}.protection_codes set means = 'open' where source_system = 'procapita' and source_code = 'J'", ("procapita", "J")),
        ("insert into {rules}.protection_codes (source_system, source_code, means) values ('ted', '0', 'open')", ("ted", "0")),
        ("update {rules}.protection_codes set means = 'protected' where source_system = 'ist' and source_code = 'blank'", ("ist", "blank")),
    ],
    "every_window_is_known": [
        ("delete from {rules}.int_windows where school_form = 'GR' and entity = 'class'", ("procapita", "GR", "class")),
        ("update {rules}.int_windows set days_after = null where school_form = 'GR' and entity = 'group'", ("procapita", "GR", "group")),
    ],
    "own_exclusions_name_entities": [
        ("create or replace view {rules}.local_exclusions as select 'grupp' as entity, 'procapita' as source_system, '1' as source_key, 'x' as evidence", ("grupp", 1)),
        ("create or replace view {rules}.local_exclusions as select 'Group' as entity, 'procapita' as source_system, '1' as source_key, 'x' as evidence", ("Group", 1)),
    ],
    "columns_are_readable": [
        ("update {rules}.int_columns_read set is_mostly_unreadable = 1, form = 'd/m yyyy' where column_name = 'placdatum'", ("kj1v0plk", "placdatum", "d/m yyyy")),
    ],
    "codes_are_mapped": [
        ("update {rules}.int_classes_conformed set school_form_code = 'Q', school_form = null where class_row = 1", ("school form", "procapita", "Q")),
        ("update {rules}.int_groups_conformed set group_kind_code = 'Q', group_kind = 'unknown' where group_row = 1", ("kind of group", "procapita", "Q")),
        ("update {rules}.int_group_memberships_conformed set unknown_active_code = 'Q' where membership_row = 1", ("active", "procapita", "Q")),
        ("update {rules}.int_placements_conformed set unknown_active_code = 'Q' where placement_row = 1", ("active", "procapita", "Q")),
        ("update {rules}.int_employments_conformed set employment_status = 'Q', is_status_known = 0 where employment_row = 1", ("status of an employment", "procapita", "Q")),
    ],
}


@pytest.fixture(scope="module")
def compiled(demo_build, demo_nights):
    """The SQL of each data test."""
    variables = {**demo_build.dbt_vars(), "sync_date": demo_nights[0].isoformat()}
    manifest = dbt.parse(demo_build, "embedded", Progress(now))
    outcome = dbt.invoke(manifest, ["compile", *dbt.common_arguments(demo_build, "embedded"), "--select", "test_type:singular"], variables)
    return {result.node.name: result.node.compiled_code for result in outcome.result}


class Undone(Exception):
    """Takes back what a test has done to the demo's tables."""


def test_every_data_test_is_shown_red(compiled):
    assert set(compiled) == {*FAULTS, "no_protected_person_is_delivered", "every_protection_reaches_somebody"}


@pytest.mark.parametrize("name", FAULTS)
def test_data_test_is_green_and_turns_red(demo_build, compiled, name):
    with open_database(demo_build) as database:
        schemas = {layer: database.schema(layer) for layer in ("rules", "export")}
        before = list(database.rows(compiled[name]))
        assert before == [] or name == "codes_are_mapped"
        for statement, words in FAULTS[name]:
            with pytest.raises(Undone), database.transaction():
                database.execute(statement.format(**schemas))
                found = [row for row in database.rows(compiled[name]) if row not in before]
                raise Undone
            assert any(set(words) <= set(row) for row in found), statement
