"""The files that are written from a list that stands elsewhere: `make generated` writes them, and test_registries.py compares them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import doc_tables
import openapi_columns
import person_columns
import profile_template
import rights_script

from nattsynk.profile import configuration, schema

WRITTEN: Mapping[Path, Callable[[], str]] = {
    **person_columns.WRITTEN,  # first: the contract of export_persons decides others
    configuration.PROJECT_FILE: configuration.project_file,
    **doc_tables.WRITTEN,
    openapi_columns.PAGE: openapi_columns.page,
    profile_template.TEMPLATE: profile_template.template,
    rights_script.SCRIPT: rights_script.script,
    schema.FILE: schema.as_text,
}

if __name__ == "__main__":
    for path, text in WRITTEN.items():
        path.write_text(text(), encoding="utf-8", newline="\n")
