"""Makes the SQL functions that write projections' rows, for the live tables and for a rebuild's shadows."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from app.store.sql_file import load_statements
from projections.machinery.rows import Table

_SHARED = ("lead_member",)  # tables of a projection on which all others stand

_TEMPLATES = load_statements(Path(__file__).with_name("writer.sql"))


def writer_name(table: Table, *, prefix: str = "") -> str:
    """Name of the function that writes a table."""
    return f"{prefix}{table.name}_write"


def shared_statements() -> list[str]:
    """Statements that make what all writers stand on."""
    return [_TEMPLATES["merge_patch"]]


def writer_statements(tables: Iterable[Table], *, prefix: str = "") -> list[str]:
    """Statements that make the writers of one projection's tables; with a prefix, of their shadows."""
    tables = tuple(tables)
    own = (name for table in tables for name in (table.name, table.past))
    shadowed = {name: f"{prefix}{name}" for name in (*_SHARED, *own)}
    statements: list[str] = []
    for table in tables:
        function = writer_name(table, prefix=prefix)
        if table.refresh is not None:
            stepwise = "stepwise_" if table.is_stepwise else ""
            refresh = _filled(f"{stepwise}refresh_now", function=function, refresh=table.refresh, **shadowed)
            statements.append(refresh)
            statements.append(_filled(f"{stepwise}refresher", function=function, key=table.key[0]))
        elif table.writer is not None:
            statements.append(_own_writer(table, table.writer, shadowed, function))
        else:
            statements.append(_writer(table, shadowed, function))
    return statements


def append_calls(tables: Iterable[Table]) -> str:
    """What the append function runs after the events are in."""
    call = (
        "        IF p_rows ? '{name}' THEN\n"
        "            PERFORM {function}(p_org, p_rows->'{name}', v_positions, v_recorded_at);\n"
        "        END IF;"
    )
    lines = [call.replace("{name}", table.name).replace("{function}", writer_name(table)) for table in tables]
    return "\n".join(lines)


def _writer(table: Table, shadowed: Mapping[str, str], function: str) -> str:
    written = (*table.key, *table.columns)
    match = " AND ".join(f"{column} = (v_key->>'{column}')::uuid" for column in table.key)
    keeps = table.keeps_past
    return _filled(
        "writer",
        function=function,
        operation=_TEMPLATES["operation"],
        keep=_TEMPLATES["keep"].rstrip(";") if keeps else "-- its past is not kept",
        from_column=", from_pos" if keeps else "",
        from_value=", v_position" if keeps else "",
        from_assignment=", from_pos = v_position" if keeps else "",
        past=shadowed[table.past],
        table=shadowed[table.name],
        columns=", ".join(written),
        values=", ".join(f"v_row.{column}" for column in written),
        assignments=", ".join(f"{column} = v_row.{column}" for column in table.columns),
        match=match,
        first_match=match.partition(" AND ")[0],
        same_row=" AND ".join(f"{column} = v_row.{column}" for column in table.key),
    )


def _own_writer(table: Table, body: str, shadowed: Mapping[str, str], function: str) -> str:
    columns = (*table.key, *table.columns)
    put_row = _filled(
        "put_row",
        table=shadowed[table.name],
        columns=", ".join(columns),
        values=", ".join(f"v_row.{column}" for column in columns),
        conflict=", ".join(("org_id", *table.key)),
        excluded=", ".join(f"{column} = excluded.{column}" for column in table.columns),
    )
    update_row = _filled(
        "update_row",
        table=shadowed[table.name],
        assignments=", ".join(f"{column} = v_row.{column}" for column in table.columns),
        same_row=" AND ".join(f"{column} = v_row.{column}" for column in table.key),
    )
    return _filled(
        "own_writer",
        function=function,
        operation=_TEMPLATES["operation"],
        body=body,
        put_row=f"{put_row};",
        update_row=f"{update_row};",
        **shadowed,
    )


def _filled(template: str, **names: str) -> str:
    text = _TEMPLATES[template]
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text
