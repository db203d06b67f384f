"""Medians of all rounds: results.json, the table between the markers of README.md, chart.png. Without --into the table is printed only."""
import argparse
import json
import pathlib
import statistics

BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def medians(lines):
    """scenario -> worker -> figures."""
    found = {}
    for line in map(json.loads, lines):
        found.setdefault(line.pop("scenario"), {}).setdefault(line.pop("worker"), []).append(line)
    return {s: {w: middle(rounds) for w, rounds in workers.items()} for s, workers in found.items()}


def middle(rounds):
    return {key: all(r[key] for r in rounds) if key == "complete" else round(statistics.median(r[key] for r in rounds), 2)
            for key in rounds[0]}


def cell(f):
    if "cpu_us" in f:
        text = f"{f['rate']:,.0f}/s · {f['cpu_us']:.1f} · {f['servers_us']:.1f}"
    elif "p50_ms" in f:
        text = f"{f['p50_ms']} / {f['p99_ms']} ms"
    elif "ms" in f:
        text = f"{f['ms']:,.0f} ms"
    else:
        text = f"{f['cpu_percent']} % · {f['rss_mb']} MB"
    return text if f.get("complete", True) else text + " (incomplete)"


def table(results):
    workers = list(dict.fromkeys(w for figures in results.values() for w in figures))
    rows = [["scenario", *workers], ["---"] * (len(workers) + 1)]
    rows += [[s, *(cell(figures[w]) if w in figures else "" for w in workers)] for s, figures in results.items()]
    peaks = {w: max((f[w]["rss_peak_mb"] for f in results.values() if "rss_peak_mb" in f.get(w, {})), default=None) for w in workers}
    rows.append(["memory, peak", *(f"{p:,.0f} MB" if p else "" for p in peaks.values())])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def chart(results, file):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    loaded = {s: f for s, f in results.items() if any("cpu_us" in x for x in f.values())}
    workers = list(dict.fromkeys(w for f in loaded.values() for w in f))
    figure, axes = pyplot.subplots(1, 2, figsize=(14, 5))
    for axis, key, title in zip(axes, ("cpu_us", "rate"), ("CPU of the worker, µs per event (less is better)", "events per second (more is better)")):
        for i, worker in enumerate(workers):
            values = [f.get(worker, {}).get(key, 0) for f in loaded.values()]
            bars = axis.bar([at + i * 0.27 for at in range(len(loaded))], values, 0.27, label=worker)
            axis.bar_label(bars, [f"{v:,.0f}" if v >= 100 else f"{v:.1f}" for v in values], fontsize=6, rotation=90, padding=2)
        axis.set_yscale("log")
        axis.margins(y=0.15)
        axis.set_title(title)
        axis.set_xticks([at + 0.27 for at in range(len(loaded))], loaded, rotation=30, ha="right")
        axis.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=110)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("lines", type=pathlib.Path)
    p.add_argument("--into", type=pathlib.Path)
    a = p.parse_args()
    results = medians(a.lines.read_text().splitlines())
    text = table(results)
    print(text)
    if a.into:
        (a.into / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        chart(results, a.into / "chart.png")
        readme = a.into / "README.md"
        before, rest = readme.read_text().split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


main()
