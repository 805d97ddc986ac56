"""A notebook in which an analyst looks at frames, alters a chart, and adds one and a table."""

import json
from pathlib import Path
from typing import Any

ALTERED = "chart.ax.set_ylim(0, 60)\n"
CELLS = r"""
ref_area = "VN-71"
time_period = 2025
language = "en"
---
import childstats as cs
import matplotlib.pyplot as plt

report = cs.begin_report(
    "analyst_walk", ref_area=ref_area, time_period=time_period, language=language,
    title={"en": "Of my own, {area}", "vi": "Của tôi, {area}"},
)
report
---
en: ## Infant deaths
---
vi: ## Tử vong trẻ em
---
trends = cs.trends(report, ["infant_mortality_rate"], areas=["VN-71", "VNM"])
trends.frame.query("year >= 2015")[["area", "year", "value"]]
---
trends.frame.pivot(index="year", columns="ref_area", values="value").tail(2)
---
chart = trends.plot("infant_mortality_rate")
chart.ax.set_ylim(0, 60)
chart
---
figure, ax = plt.subplots(figsize=(5, 2))
ax.barh(["girls", "boys"], [3, 4])
cs.Chart(figure, title="A chart of my own", alt="Girls 3, boys 4.", caption="Made up.")
---
mine = trends.frame.assign(per_10_000=trends.frame["value"] * 10).tail(1)
cs.Table(mine[["area", "year", "per_10_000"]], title="A table of my own")
---
said = list(trends.sentences("infant_mortality_rate").sentences)
cs.Sentences(["A sentence of my own.", *said[1:]])
---
report.end()
"""


def write_walk(path: Path, *, altered: bool = True) -> None:
    """Write the notebook; without the line that alters the chart where that is asked."""
    text = CELLS if altered else CELLS.replace(ALTERED, "")
    cells: list[dict[str, Any]] = []
    for number, source in enumerate(text.strip().split("\n---\n")):
        cell: dict[str, Any] = {"cell_type": "code", "id": f"walk-{number}", "metadata": {}}
        if source[:4] in {"en: ", "vi: "}:
            cell |= {"cell_type": "markdown", "metadata": {"tags": [source[:2]]}}
            cell["source"] = source[4:]
        else:
            cell |= {"source": source, "outputs": [], "execution_count": None}
            cell["metadata"] = {"tags": ["parameters"]} if number == 0 else {}
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}}
    whole = json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)
    path.write_text(whole, encoding="utf-8")
