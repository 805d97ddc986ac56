"""Write docs/reference from the code: columns, codes, the edition file, commands, errors.

``python docs/generate.py`` writes; a test holds the committed text against what this returns.
"""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from enum import EnumMeta
from pathlib import Path
from typing import Any

import click

from childstats import codes, errors, precision
from childstats.catalogue.areas import LEVELS, Area, AreaChange
from childstats.catalogue.indicators import Indicator
from childstats.cli import main
from childstats.observations import table
from childstats.observations.changes import CORRECTION_COLUMNS, REASONS
from childstats.observations.corrections import Correction
from childstats.observations.policy import Policy, Rule
from childstats.observations.processed import PRINTED
from childstats.reports.edition import Edition
from childstats.sources.readers.transcription import HEADER, OPTIONAL
from childstats.sources.reading import ReceivedFile
from childstats.sources.source import KINDS, LAYOUTS, Source

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "src" / "childstats"
MADE = "*Generated from the code by `make docs`; do not edit.*"
SECTION = re.compile(r"^(\w+)\n-{3,}\n", re.M)


def attributes(described: type[Any]) -> dict[str, str]:
    """Return what the docstring of a class says about each of its attributes."""
    text = inspect.getdoc(described) or ""
    _, *parts = SECTION.split(text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    found: dict[str, str] = {}
    names: list[str] = []
    for line in sections.get("Attributes", "").splitlines():
        if line and not line.startswith(" "):
            names = [name.strip() for name in line.split(",")]
            found |= dict.fromkeys(names, "")
        else:
            found |= {name: f"{found[name]} {line.strip()}".strip() for name in names}
    return found


def table_of(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [list(heads), *([str(cell) for cell in row] for row in rows)]
    written = [f"| {' | '.join(c.replace('|', chr(92) + '|') for c in cells)} |" for cells in lines]
    return "\n".join([written[0], "|" + "---|" * len(lines[0]), *written[1:]])


def fields_of(described: type[Any], *, without: Iterable[str] = ()) -> str:
    """Return the fields of a record and what each means."""
    said = attributes(described)
    together: dict[str, list[str]] = {}
    for f in fields(described):
        if f.name not in set(without):
            together.setdefault(said[f.name].replace("``", "`"), []).append(f.name)
    return table_of(
        ("field", "meaning"), ((_list(names), text) for text, names in together.items())
    )


def codes_of(listed: EnumMeta) -> str:
    """Return the codes of a list with their names and, where it has one, the remark below each."""
    tree = ast.parse(inspect.getsource(listed))
    remarks: dict[str, str] = {}
    name = ""
    for statement in tree.body[0].body:  # type: ignore[attr-defined]  # a class has a body
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                pass
            case ast.Expr(value=ast.Constant(value=str(said))) if name:
                remarks[name] = " ".join(said.split())
    rows = (
        (f"`{member.value}`", member.name.lower().replace("_", " "), remarks.get(member.name, ""))
        for member in listed
    )
    return table_of(("code", "name", "remark"), rows)


def data_model() -> str:
    """Return the page on columns and codes."""
    parts = [
        "# The data model",
        MADE,
        "One row a fact, from the print to the observation. Column names are SDMX concept ids.",
        "## A source: `data/raw/<source_id>/source.toml`",
        fields_of(Source, without=("source_id", "sha256")),
        f"`kind` is one of {_list(KINDS)}.",
        "### A publisher's file as received: `[file]`",
        fields_of(ReceivedFile, without=("language",)),
        f"`layout` is one of {_list(LAYOUTS)}; [each has an example](../readers.md).",
        "## Figures as printed: `data/raw/<source_id>/figures.csv`",
        table_of(
            ("column", "needed", "meaning"),
            (
                (f"`{n}`", "column" if n in HEADER else "no", COLUMN_MEANINGS[n])
                for n in (*HEADER, *OPTIONAL)
            ),
        ),
        f"A period is a year or SDMX text, as this pattern says: `{table.PERIOD.pattern}`.",
        "## Observations: `data/processed/observations.csv`",
        f"The key is {_list(table.KEY)}; a dimension's total is `{codes.TOTAL}`.",
        table_of(
            ("column", "meaning"),
            ((f"`{n}`", COLUMN_MEANINGS[n]) for n in (*table.COLUMNS, PRINTED)),
        ),
        f"Computed numbers have at most {precision.DIGITS} digits; a longer print keeps its own.",
        "## Indicators: `data/catalogue/indicators.csv`",
        fields_of(Indicator),
        "## Areas: `data/catalogue/areas.csv`",
        fields_of(Area),
        f"`level` is one of {_list(LEVELS)}.",
        "### What areas became: `data/catalogue/area_changes.csv`",
        fields_of(AreaChange),
        "## Corrected figures: `data/catalogue/corrections.csv`",
        f"Columns {_list(CORRECTION_COLUMNS)}; `reason` is one of {_list(REASONS)}.",
        "## Codes",
    ]
    for listed in (codes.ObsStatus, codes.UnitMeasure, codes.Level, codes.Uncertainty,
                   codes.Verdict, codes.ChangeKind):  # fmt: skip
        parts += [f"### {listed.__name__}", _first_sentence(listed), codes_of(listed)]
    for name, known in table.GROUP_CODES.items():
        parts += [f"### `{name}`", f"One of {_list(code for code in known if code)}."]
    return "\n\n".join(parts) + "\n"


COLUMN_MEANINGS = {
    "locator": "Where the figure stands in its source: paragraph, page, sheet and cell.",
    "indicator": "Id of `indicators.csv`.",
    "ref_area": "Code of `areas.csv`.",
    "time_period": "A year, or SDMX text.",
    "sex": "`F`, `M` or the total.",
    "age": "Age group, SDMX style: `Y0T15` is under 16; empty is the indicator's own.",
    "residence": "`U` urban, `R` rural or the total.",
    "wealth_quintile": "`Q1` poorest to `Q5` richest, or the total.",
    "text": "The figure exactly as printed, with its words.",
    "unit": "Unit of the print where it is not in the text: `persons`, `percent`, `per_1000` …",
    "numerator_text": "The counted part as printed, where the counts are printed apart.",
    "denominator_text": "The whole as printed; alone it is the number asked in a survey.",
    "lower_text": "Low end of an interval that the publisher printed.",
    "upper_text": "High end of it.",
    "obs_status": "SDMX observation status, a letter of `ObsStatus`.",
    "acknowledges": "Name of the check whose finding the note explains.",
    "note_en": "What a reader should know, in English; both notes or neither.",
    "note_vi": "The same in Vietnamese.",
    "obs_value": "The value in the unit of the indicator; a share is a proportion in [0, 1].",
    "obs_low": "Low end of the range that the print may stand for (rounding, hedges).",
    "obs_high": "High end of it; equal to `obs_low` for an exact count.",
    "decimals": "Decimals with which the value is printed, in the unit that readers see.",
    "printed_low": "Low end of a printed range such as 90-95%, else empty.",
    "printed_high": "High end of it.",
    "lower_bound": "Low end of the publisher's own interval.",
    "upper_bound": "High end of it.",
    "numerator": "Counted part of a share, where published.",
    "denominator": "Its whole, where published.",
    "unit_measure": "Unit of the observation, a code of `UnitMeasure`.",
    "source_id": "Folder of the source.",
    "figure_id": "The figure that it was made from: source and line or cell.",
    "printed": "That figure as printed, with the counts printed beside it.",
}
"""Columns of both tables; a test fails when a column has no meaning or a meaning no column."""


def edition_file() -> str:
    """Return the page on ``childstats.toml``."""
    return (
        "\n\n".join(
            [
                "# The edition file: `childstats.toml`",
                MADE,
                "## `[edition]`",
                "`id` and `date` are needed.",
                table_of(("key", "meaning"), _edition_keys()),
                "## `[[report]]`",
                A_REPORT,
                "## `[[correction]]`",
                A_CORRECTION,
                table_of(("key", "meaning"), _correction_keys()),
                "## `[disclosure]`",
                "What may be shown of districts and communes; [the reasons](../disclosure.md).",
                fields_of(Policy),
                codes_of(Rule),
            ]
        )
        + "\n"
    )


A_REPORT = """\
One table a notebook. `ref_area`, `time_period` and `language` are lists: there is one report for
each combination. Any other key is a parameter of the notebook's first cell, of the same type as its
value there; an unknown one is refused.

| key | meaning |
|---|---|
| `notebook` | Name of a file in `notebooks/`, without `.ipynb`. |
| `ref_area` | Codes of `data/catalogue/areas.csv`. |
| `time_period` | Years. |
| `language` | `vi`, `en`. |"""


A_CORRECTION = """\
Optional; one table a statement that was printed wrongly and is put right
([how](../how_to/correct_a_figure.md)). It stands, dated, on page one of the reports concerned, on
the download page and in `changes.json`."""


def _correction_keys() -> Iterator[tuple[str, str]]:
    said = attributes(Correction)
    names = {"notebooks": "notebook", "ref_areas": "ref_area", "en": "en`, `vi"}
    for name, meaning in said.items():
        if name != "vi":
            yield f"`{names.get(name, name)}`", meaning


def _edition_keys() -> Iterator[tuple[str, str]]:
    said = attributes(Edition)
    for key, name in (("id", "edition_id"), ("date", "date"), ("contact", "contact"),
                      ("synthetic", "synthetic")):  # fmt: skip
        yield f"`{key}`", said[name]


def command_line() -> str:
    """Return the page on the commands, as ``--help`` says it."""
    parts = ["# The command line", MADE, EXIT_CODES]
    for name, command in sorted(main.commands.items()):
        context = click.Context(command, info_name=f"childstats {name}", terminal_width=96)
        parts += [f"## `childstats {name}`", f"```text\n{command.get_help(context)}\n```"]
    return "\n\n".join(parts) + "\n"


EXIT_CODES = """\
A known fault is one line on standard error, `childstats: what, the value, where, what to do`.

| exit code | means |
|---|---|
| 0 | done |
| 1 | a report failed or a check did not hold; what was published before is still there |
| 2 | the input, the configuration or the command cannot be used; nothing was written |
| 3 | another run works in the workspace |
| 130, 143 | interrupted, terminated; what was published before is still there |"""


def error_pages() -> str:
    """Return the page on every message of an error, by its kind and the module that says it."""
    parts = [
        "# Error messages",
        MADE,
        ABOUT_ERRORS,
    ]
    kinds = [n for n, e in vars(errors).items() if n.endswith("Error") and isinstance(e, type)]
    messages = _messages()
    for kind in kinds:
        if messages.get(kind):
            parts += [f"## {kind}", _first_sentence(getattr(errors, kind))]
            rows = ((*_with_fix(text), module) for text, module in sorted(messages[kind]))
            parts += [table_of(("message", "what to do", "said by"), rows)]
    return "\n\n".join(parts) + "\n"


ABOUT_ERRORS = """\
Every message says what, the value, where, and after its last semicolon what to do; `…` stands for
the values. Search this page for the words that do not change."""


def _with_fix(text: str) -> tuple[str, str]:
    said, _, fix = text.rpartition("; ")
    return (said, fix) if said else (fix, "correct what it names")


def _messages() -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    everywhere = _constants(ast.parse((PACKAGE / "folders.py").read_text(encoding="utf-8")))
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = everywhere | _constants(tree)
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                continue
            kind = ast.unparse(node.exc.func).split(".")[-1]
            if kind not in vars(errors):
                continue
            said_by = path.relative_to(PACKAGE).with_suffix("").as_posix()
            for text in _texts(node.exc, tree, constants):
                if re.search(r"\w", text):
                    found.setdefault(kind, set()).add((text, f"`{said_by}`"))
    return found


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the texts that a module gives a name."""
    found = {}
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text)))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text)))
            ):
                found[name] = text
    return found


def _texts(raised: ast.Call, tree: ast.Module, constants: Mapping[str, str]) -> list[str]:
    """Return the message of an error, or those of the module's function that words it."""
    match raised.args:
        case [ast.Call(func=ast.Name(id=name)), *_]:
            worded = [f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == name]
            returns = [r for f in worded for r in ast.walk(f) if isinstance(r, ast.Return)]
            return [_pattern(r.value, constants) for r in returns if r.value is not None]
        case [said, *_]:
            return [_pattern(said, constants)]
    return []


def _pattern(node: ast.expr, constants: Mapping[str, str]) -> str:
    """Return a message with an ellipsis for each value that the code does not know."""
    match node:
        case ast.Constant(value=str(text)):
            said = text
        case ast.JoinedStr(values=parts):
            pieces = [
                part.value if isinstance(part, ast.Constant) else _pattern(part, constants)
                for part in parts
            ]
            said = "".join(map(str, pieces))
        case ast.FormattedValue(value=ast.Name(id=name)) if name in constants:
            said = constants[name]
        case ast.BinOp(left=left, right=right):
            said = _pattern(left, constants) + _pattern(right, constants)
        case _:
            said = "…"
    return re.sub("…(?:…| …)*", "…", " ".join(said.split()))


def _first_sentence(described: Any) -> str:
    return (inspect.getdoc(described) or "").split("\n\n")[0].replace("``", "`").replace("\n", " ")


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


PAGES = {
    "data_model.md": data_model,
    "edition_file.md": edition_file,
    "command_line.md": command_line,
    "errors.md": error_pages,
}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (HERE / "reference" / page).write_text(text(), encoding="utf-8")
