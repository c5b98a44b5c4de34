"""Marks of the whole state, a name and a value each: whose state it is, and what its receiver can do."""

from nattsynk.engines.database import Database, again_after_deadlock
from nattsynk.engines.statements import render
from nattsynk.errors import Stop

CUSTOMER, RECEIVER = "customer", "receiver"  # the marks that say whose state it is
HIDES = "receiver_hides"  # the mark that says whether the receiver can hide a person
LONGEST_MARK = 200  # as the table holds


def mark(db: Database, name: str) -> str | None:
    """The value of a mark; None if there is no such mark."""
    row = db.one(render("mark_get", delivery=db.schema("delivery")), [name])
    return row[0] if row else None


@again_after_deadlock
def set_mark(db: Database, name: str, value: str) -> None:
    """Sets a mark, in place of its earlier value."""
    schema = db.schema("delivery")
    with db.transaction():
        db.execute(render("mark_clear", delivery=schema), [name])
        db.execute(render("mark_set", delivery=schema), [name, value])


def claim(db: Database, environment: str) -> None:
    """Marks the environment at the first build. Stops (exit code 2) if the state is that of another environment."""
    found = mark(db, "environment")
    if found is None:
        set_mark(db, "environment", environment)
    elif found != environment:
        raise Stop(
            f"The state in the schema {db.schema('delivery')} is that of environment {found}, and the profile says {environment}.",
            "Give each environment a database.schema_prefix of its own (or none: it is then made of the folder's name and the environment).",
        )


def claim_profile(db: Database, customer: str, url: str) -> None:
    """Marks the customer and the receiver's address. Stops (exit code 2) if both have changed: then the state is another profile's.

    One of them may change from one run to the next: a customer takes another name, a receiver moves. url: blank if there is none yet.
    """
    now = {CUSTOMER: customer[:LONGEST_MARK], RECEIVER: url[:LONGEST_MARK]}
    noted = {name: mark(db, name) or "" for name in now}
    if all(noted[name] and now[name] and noted[name] != now[name] for name in now):
        raise Stop(
            f"The state in the schema {db.schema('delivery')} is that of {noted[CUSTOMER]}, which delivers to {noted[RECEIVER]}. "
            f"The profile says {customer} and {url}.",
            "Nothing was changed. Is it the wrong file, restore the right one. Have both changed, change one, build, then change the other.",
        )
    for name, value in now.items():
        if value and noted[name] != value:
            set_mark(db, name, value)


def note_receiver(db: Database, hides: bool) -> None:
    """Marks whether the receiver can hide a person. The model delta_erased_persons reads it."""
    if mark(db, HIDES) != str(int(hides)):
        set_mark(db, HIDES, str(int(hides)))
