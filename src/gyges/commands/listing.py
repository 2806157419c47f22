"""`gyges brief`, `players`, `worlds`, `validate`: what there is, and how good."""

from collections.abc import Mapping
from importlib import import_module
from inspect import getdoc

import click
import msgspec

from gyges.commands.options import changes, preset, whole_config
from gyges.commands.output import as_json, show_json, show_table
from gyges.worlds.registry import WORLDS, build, configure, maker
from gyges.worlds.tool import Tool

__all__ = ["brief", "players", "validate", "worlds"]


@click.command()
@click.argument("world", default="vending")
@preset
@changes
@click.option("--seed", default=0, show_default=True)
@click.option("--seat", help="A seat; the first if it is not named.")
@as_json
def brief(world: str, seed: int, seat: str | None, **options: object) -> None:
    """Print what a model that plays WORLD sees first: its brief and its tools.

    Exit codes: 0 done, 2 wrong use.
    """
    changed = msgspec.convert(options["changed"], tuple[str, ...])
    built = build(world, whole_config(world, str(options["preset"]), changed), seed)
    seat = seat or built.seats[0]
    tools = built.tools(seat).values()
    if options["json_lines"]:
        show_json([{"brief": built.brief(seat)}, *map(tool_record, tools)])
        return
    click.echo(built.brief(seat))
    for tool in tools:
        arguments = ", ".join(
            name if item.default is None else f"{name}={item.default!r}"
            for name, item in tool.arguments.items()
        )
        click.echo(f"\n{click.style(tool.name, bold=True)}({arguments})")
        click.echo(f"    {tool.description}")
        for name, item in tool.arguments.items():
            click.echo(f"    {name}: {item.description}")


def tool_record(tool: Tool) -> Mapping[str, object]:
    """A tool for programs."""
    return {
        "tool": tool.name,
        "description": tool.description,
        "minutes": tool.minutes,
        "parameters": tool.schema(),
    }


@click.command()
@as_json
def players(*, json_lines: bool) -> None:
    """List the scripted players, each with what it does.

    Exit codes: 0 done.
    """
    from gyges.players.roster import PLAYERS  # noqa: PLC0415 - only this command needs it

    rows: list[Mapping[str, object]] = []
    for name, (module, cls) in PLAYERS.items():
        about = getdoc(getattr(import_module(module), cls)) or ""
        summary, _, rest = about.partition("\n\n")
        record = {"player": name, "what": " ".join(summary.split())}
        rows.append(record | ({"more": " ".join(rest.split())} if json_lines else {}))
    show_json(rows) if json_lines else show_table(rows)


@click.command()
@as_json
def worlds(*, json_lines: bool) -> None:
    """List the worlds, their presets, and the dials with their steps.

    Exit codes: 0 done.
    """
    presets: list[Mapping[str, object]] = []
    dials: list[Mapping[str, object]] = []
    for world in WORLDS:
        made = maker(world)
        for name in made.presets():
            config = configure(world, name)
            kept = {key: config.get(key) for key in ("days", "tools", "score")}
            seats = msgspec.convert(config.get("seats", ()), tuple[str, ...])
            presets.append(
                {"world": world, "preset": name, "seats": len(seats), **kept}
            )
        names = made.presets()
        usual = configure(world, "v2" if "v2" in names else names[0])
        for dial, steps in made.dials().items():
            listed: object = list(steps) if json_lines else " ".join(steps)
            dials.append(
                {"world": world, "dial": dial, "steps": listed, "default": usual[dial]}
            )
    if json_lines:
        show_json([*presets, *dials])
        return
    show_table(presets)
    click.echo()
    show_table(dials)


@click.command()
@click.argument("areas", nargs=-1)
@as_json
@click.pass_context
def validate(ctx: click.Context, areas: tuple[str, ...], *, json_lines: bool) -> None:
    """Let the instrument measure itself, in all AREAS or in those that are named.

    Every line is a check with its value, its interval, its target, and whether it is
    reached.

    Exit codes: 0 every target is reached, 1 one is not, 2 wrong use.
    """
    from gyges.testing import run_checks  # noqa: PLC0415 - loads everything it checks

    failed = 0
    for result in run_checks(areas):
        failed += not result.ok
        if json_lines:
            show_json([msgspec.to_builtins(result)])
            continue
        mark = click.style("ok    ", fg="green") if result.ok else "FAILED"
        ends = [f"{end:.4g}" for end in result.interval or ()]
        interval = f" ({' to '.join(ends)})" if ends else ""
        line = f"{mark} {result.check}: {result.value:.4g}{interval}; target: "
        click.echo(f"{line}{result.target}")
        if result.detail:
            click.echo(f"       {result.detail}")
    ctx.exit(1 if failed else 0)
