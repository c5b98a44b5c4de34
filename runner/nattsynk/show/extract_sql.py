"""`nattsynk extract-sql`: queries that write the extracts of a register as nattsynk reads them, from the one list of its tables."""

import csv
import difflib
import io
from collections.abc import Callable, Sequence

from nattsynk.context import Context
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.profile import registers, site_columns
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings

# So that no collation of the register's takes one character for another.
COLLATED = "collate Latin1_General_100_BIN2"
PAGE = "docs/operate/extracts.md says how to run them, and what rights they need."


def extract_sql(run: Context, system: str, table: str | None, tool: str, is_profile_given: bool) -> int:
    """Prints them for one table, or for all of the register. Where a profile is given, by its source_location and extract_columns.csv. Returns 0."""
    settings = run.settings if is_profile_given else None
    print(TOOLS[tool](system, [(each, query(each, settings)) for each in _tables(system, table, settings)]))
    return 0


def query(table: Table, settings: Settings | None = None) -> str:
    """T-SQL that reads one table and gives its extract as one column of lines."""
    names = site_columns.names(site_columns.mapped(settings) if settings else {}, table)
    read = [(quoted(name), table.holds[column]) for column, name in names.items()]
    place = located(settings, table.system).get(table.module, table.standard_location)
    relation = ".".join(map(quoted, (*place.split("."), table.name)))
    return render("extract_lines", header=_line(list(names.values())), read=read, relation=relation, collated=COLLATED)


def quoted(name: str) -> str:
    """A name as T-SQL takes it, whatever it holds."""
    return f"[{name.replace(']', ']]')}]"


def located(settings: Settings | None, system: str) -> dict[str, str]:
    """Module -> where the profile says that it is on SQL Server; nothing without a profile, or where it does not say."""
    return dict(settings.source_location.get(system, {})) if settings else {}


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _tables(system: str, wanted: str | None, settings: Settings | None) -> list[Table]:
    if settings and system not in settings.sources:
        raise Stop(f"{system} is not one of the profile's sources ({', '.join(settings.sources)}).", "Name one of those, or leave out --profile.")
    modules = registers.used(system, located(settings, system) or registers.modules(system))
    found = [table for table in registers.tables() if table.system == system and table.module in modules]
    names = [table.name for table in found]
    name = (wanted or "").lower()
    if name and name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        raise Stop(f"{wanted} is not a table of {system}" + (f"; did you mean {near[0]}?" if near else "."), f"Known are {', '.join(names)}.")
    return [table for table in found if name in ("", table.name)]


def _ssms(system: str, queries: Sequence[tuple[Table, str]]) -> str:
    head = f"""-- The extracts of {system}, for SQL Server Management Studio. They only read. {PAGE}
-- Context one query at a time, with the results in a grid. Right-click the grid, Save Results As, and give the name that stands above the query.
-- Leave both options of Tools, Options, Query Results, SQL Server, Results to Grid off, as they are when installed:
-- "Include column headers when copying or saving the results" and "Quote strings containing list separators when saving .csv results"."""
    return "\n\n".join([head, *(f"-- {table.description}\n-- Save as extracts/{system}/{table.name}.csv\n{sql};\ngo" for table, sql in queries)])


def _bcp(system: str, queries: Sequence[tuple[Table, str]]) -> str:
    head = f"""@echo off
rem The extracts of {system}, by bcp of SQL Server 2016 or later. They only read. {PAGE}
rem Save this as a .cmd file, write the server's name below, and run it in the folder extracts\\{system} of the profile.
set SERVER=SERVER"""
    return "\n\n".join([head, *(_bcp_command(table, sql) for table, sql in queries)])


def _bcp_command(table: Table, sql: str) -> str:
    if '"' in sql or "%" in sql:
        raise Stop(
            f'A column of {table.name} is named with a double quote or a per cent sign (extract_columns.csv), which a command line cannot hold.',
            "Use --for powershell.",
        )
    file = f"{table.name}.csv"
    return (
        f"rem {table.description}\n"
        f'bcp "{" ".join(sql.split())}" queryout {file}.part -c -C 65001 -S %SERVER% -T || exit /b 1\n'
        f"move /y {file}.part {file} >nul || exit /b 1"
    )


def _powershell(system: str, queries: Sequence[tuple[Table, str]]) -> str:
    head = f"""# The extracts of {system}, by PowerShell and its module SqlServer. They only read. {PAGE}
# Save this as a .ps1 file, write the server's name and the folder below, and run it.
$server = 'SERVER'
$folder = 'extracts\\{system}'
$ErrorActionPreference = 'Stop'

function Save-Extract($table, $query) {{
    $part = Join-Path $folder "$table.csv.part"
    Invoke-Sqlcmd -ServerInstance $server -Query $query -QueryTimeout 3600 -MaxCharLength 1000000 -DisableVariables |
        ForEach-Object {{ $_.line }} | Set-Content -Path $part -Encoding UTF8
    Move-Item -Path $part -Destination (Join-Path $folder "$table.csv") -Force
}}"""
    return "\n\n".join([head, *(f"# {table.description}\nSave-Extract '{table.name}' @'\n{sql}\n'@" for table, sql in queries)])


TOOLS: dict[str, Callable[[str, Sequence[tuple[Table, str]]], str]] = {"ssms": _ssms, "bcp": _bcp, "powershell": _powershell}
