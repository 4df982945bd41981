"""The picture of docs/benchmarks.md: how cost and the time of one question grow with the day."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

LOOKS = {"närvård": ("#0b5cad", "o"), "PyVRP": ("#b3541e", "s"), "OR-Tools": ("#5b6770", "^")}
"""Colour and mark of each solver; told apart without colour too."""


def draw_growth(runs: Iterable[dict[str, Any]], path: Path) -> None:
    """Draw the runs of the longest time into an SVG. Raises `ImportError` without matplotlib (extra 'bench')."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    kept = [r for r in runs if r["set"] != "reference"]
    longest = max(r["seconds"] for r in kept)
    kept = sorted((r for r in kept if r["seconds"] == longest), key=lambda r: r["visits"])
    with mpl.rc_context({"font.size": 12, "svg.hashsalt": "routing", "svg.fonttype": "path"}):
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        for name, (colour, mark) in LOOKS.items():
            planned = [r for r in kept if r["unplanned"] < r["visits"]]
            mine = [r for r in planned if r["set"] == "common" and r["solver"] == name]
            xs, ys = [r["visits"] for r in mine], [r["cost"] for r in mine]
            left.plot(xs, ys, color=colour, marker=mark, label=name, linewidth=1.8)
        _axes(
            left,
            f"Cost after {longest:g} s, the day all three can be given",
            "road, and 4,000 a visit left out",
        )
        left.set_yscale("log")
        left.legend(frameon=False)
        full = [r for r in kept if r.get("insertion_ms") is not None]
        right.plot(
            [r["visits"] for r in full], [r["insertion_ms"] for r in full], color=LOOKS["närvård"][0], marker="o",
            linewidth=1.8,
        )  # fmt: skip
        right.axhline(50, color="#5b6770", linestyle="--", linewidth=1.2)
        right.annotate("50 ms", (50, 50), textcoords="offset points", xytext=(0, 5), color="#3f4a52")
        _axes(right, "One question: where does an acute visit fit?", "milliseconds, laid out anew")
        right.set_ylim(bottom=0)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _axes(axes: Any, title: str, unit: str) -> None:
    """Sizes stand at even steps; no frame but the two axes that are read."""
    axes.set_xscale("log")
    axes.set_xticks([50, 100, 200, 400, 1000, 2000], ["50", "100", "200", "400", "1,000", "2,000"])
    axes.minorticks_off()
    axes.set_title(title, loc="left", fontsize=12)
    axes.set_xlabel("visits in the day")
    axes.set_ylabel(unit)
    axes.grid(visible=True, color="#dfe4e8", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
