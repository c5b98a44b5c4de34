"""Which files are changed: those that decide who is protected, what is held, and which day is inside a window."""

PROTECTION = (
    "macros/is_protecting.sql", "macros/is_open_person.sql", "macros/is_known_person.sql", "macros/is_address_open.sql", "macros/is_flag_set.sql",
    "models/staging/**/stg_*protected*.sql", "models/staging/**/stg_*withheld*.sql", "models/staging/**/stg_*person_numbers.sql",
    "models/staging/**/land_*known_persons.sql", "models/intermediate/conformed/int_protection_codes.sql", "models/marts/delta/delta_erased_*.sql",
    "models/marts/delta/delta_persons_protected.sql", "models/marts/delta/delta_*exposed.sql", "models/marts/delta/delta_changes_told.sql",
)
LIMITS = (
    "models/marts/delta/delta_limits_passed.sql", "models/intermediate/conformed/int_columns_read.sql", "models/intermediate/**/int_register_coverage.sql",
    "models/staging/stg_cells_judged.sql",
)
WINDOWS = (
    "macros/window_reason.sql", "macros/opens_on.sql", "macros/reversed_reasons.sql", "macros/earlier_end.sql", "macros/school_year.sql",
    "macros/is_paused.sql", "macros/paused_persons.sql", "models/intermediate/**/int_windows.sql", "models/intermediate/**/int_*_exclusions.sql",
    "models/marts/delta/pauses/*.sql",
)
NUMBERS = ("macros/civic_*.sql", "macros/is_tf_number.sql")
MODELS = (*PROTECTION, *LIMITS, *WINDOWS, *NUMBERS)

# What is not changed yet stands in docs/decisions/0042-own-tool-for-mutation-tests.md.
RUNNER = (
    "runner/nattsynk/deliver/holds.py", "runner/nattsynk/deliver/builds.py", "runner/nattsynk/deliver/approve.py", "runner/nattsynk/deliver/protection_removal.py", "runner/nattsynk/sql/kept_*.sql", "runner/nattsynk/sql/delivery_approve*.sql", "runner/nattsynk/sql/approvals_ahead.sql",
    "runner/nattsynk/sql/plan_grown.sql", "runner/nattsynk/sql/build_tables_emptied.sql", "runner/nattsynk/deliver/ledger.py", "runner/nattsynk/deliver/delivery.py", "runner/nattsynk/deliver/plan.py", "runner/nattsynk/deliver/freeze.py", "runner/nattsynk/sql/wait_for_*.sql", "runner/nattsynk/sql/wait_on_refused.sql",
    "runner/nattsynk/build/freshness.py", "runner/nattsynk/profile/lock.py", "runner/nattsynk/typed_keys.py", "runner/nattsynk/civic_number.py",
)
# Of these modules what holds, releases or erases.
FUNCTIONS = {
    "runner/nattsynk/deliver/builds.py": ("usable_build", "still_latest", "asking_the_registers", "none_exposed"),
    "runner/nattsynk/deliver/freeze.py": ("_wait", "_three"),
    "runner/nattsynk/deliver/ledger.py": ("knows", "is_ours", "note_base", "superseded", "held", "approved", "follow_clock", "approve"),
    "runner/nattsynk/deliver/plan.py": ("left_out", "held", "make", "covers", "_whole"),
    "runner/nattsynk/deliver/protection_removal.py": (
        "make", "is_needed", "is_waiting", "give_up", "fail_deliveries_that_name_them", "forget_refused", "_knows_protected",
    ),
}
