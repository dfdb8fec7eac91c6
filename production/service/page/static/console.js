// Draws the chart, and keeps what a person opened or chose while fragments are renewed.
"use strict";
(() => {
  const chosen = { metric: "0", range: "0" };
  const last = new WeakMap(); // the text that each fragment was renewed with last
  let plot = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const two = (number) => String(number).padStart(2, "0");
  const stamp = (seconds) => {
    const at = new Date(seconds * 1000);
    return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  };
  const plain = (number) => (Math.abs(number) < 1e4 ? number.toPrecision(4) : Math.round(number).toLocaleString("en"));
  const score = (value) => (value === null || value === undefined ? "–" : plain(Number(value)));
  const GLYPHS = {
    "promoted": { glyph: "▲", colour: "good" },
    "refused": { glyph: "✕", colour: "warn", line: true },
    "rolled back": { glyph: "◀", colour: "bad", line: true },
  };

  function drawMarks(marks) {
    return (u) => {
      const { ctx } = u, ratio = uPlot.pxRatio, { left, top, width, height } = u.bbox;
      ctx.save();
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "center";
      for (const mark of marks) {
        const x = u.valToPos(mark.at / 1e6, "x", true);
        if (x < left || x > left + width) continue;
        const style = GLYPHS[mark.kind];
        ctx.fillStyle = ctx.strokeStyle = colour(style.colour);
        if (style.line) {
          ctx.lineWidth = ratio;
          ctx.setLineDash([3 * ratio, 3 * ratio]);
          ctx.beginPath();
          ctx.moveTo(x, top + 14 * ratio);
          ctx.lineTo(x, top + height);
          ctx.stroke();
        }
        ctx.fillText(style.glyph, x, style.line ? top + 10 * ratio : top + height - 3 * ratio);
      }
      ctx.restore();
    };
  }

  function readout(history, series) {
    const target = document.getElementById("readout");
    return (u) => {
      const at = u.cursor.idx;
      target.replaceChildren();
      if (at === null || at === undefined || at >= u.data[0].length) return;
      const end = u.data[0][at], start = at ? u.data[0][at - 1] : end - 86400;
      const value = document.createElement("b");
      value.textContent = `${series.metric} ${score(u.data[1][at])}`;
      const place = history.ends.indexOf(Math.round(end * 1e6));
      const happened = history.marks.filter((mark) => mark.at / 1e6 > start && mark.at / 1e6 <= end).map((mark) => mark.text);
      target.append(
        `to ${stamp(end)}: `, value, ` · naive ${score(u.data[2][at])} · ${history.rows[place].toLocaleString("en")} outcomes`,
        ...happened.map((text) => ` · ${text}`),
      );
    };
  }

  // How a time reads, as all else here: ticks at least so many seconds apart, then on each tick, and
  // below the first one of a year or of a day.
  const TIMES = [
    [31536000, "{YYYY}", null, null, null, null, null, null, 1],
    [2419200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
    [86400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
    [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
    [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  ];

  // A few windows of few outcomes must not flatten all others: beyond these shares they are cut off.
  function bounds(raw, smooth) {
    const values = raw.flat().filter((each) => each !== null).sort((a, b) => a - b);
    const lines = smooth.flat().filter((each) => each !== null);
    const at = (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
    const low = Math.min(at(0.02), ...lines), high = Math.max(at(0.98), ...lines);
    const room = (high - low || Math.abs(high) || 1) * 0.1;
    return [low - room, high + room];
  }

  function draw() {
    const place = document.getElementById("chart");
    if (plot) { plot.destroy(); plot = null; }
    if (!place || !window.uPlot) return;
    const history = JSON.parse(place.dataset.history);
    const series = history.series[Number(chosen.metric)] || history.series[0];
    const from = Number(chosen.range) ? Math.max(0, history.ends.length - Number(chosen.range)) : 0;
    const cut = (values) => values.slice(from);
    const smooth = history.together > 1;
    const data = [cut(history.ends).map((end) => end / 1e6), cut(series.served), cut(series.baseline)];
    if (smooth) data.push(cut(series.smooth), cut(series.smooth_baseline));
    const range = bounds(data.slice(1, 3), data.slice(3));
    const line = (name, width, alpha, dash) => ({
      stroke: () => colour(name), width, alpha, dash, points: { show: data[0].length < 2 }, spanGaps: true,
    });
    const axis = () => ({
      stroke: () => colour("quiet"), font: "12px system-ui, sans-serif",
      grid: { stroke: () => colour("rule"), width: 1 }, ticks: { stroke: () => colour("rule"), width: 1 },
    });
    plot = new uPlot({
      width: place.clientWidth, height: place.clientHeight,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
      cursor: { y: false, points: { show: false } },
      scales: { x: { time: true }, y: { range: () => range } },
      axes: [{ ...axis(), values: TIMES }, { ...axis(), size: 52 }],
      series: [{}, line("accent", smooth ? 1 : 2, smooth ? 0.35 : 1), line("naive", smooth ? 1 : 1.5, smooth ? 0.35 : 1, smooth ? undefined : [5, 4]),
        ...(smooth ? [line("accent", 2.5, 1), line("naive", 1.75, 1, [6, 4])] : [])],
      hooks: { draw: [drawMarks(history.marks)], setCursor: [readout(history, series)] },
    }, data, place);
    place.dataset.drawn = series.metric;
  }

  function move(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.target.id !== "chart" || !plot) return;
    event.preventDefault();
    const end = plot.data[0].length - 1, at = plot.cursor.idx ?? end;
    const next = Math.min(end, Math.max(0, at + steps[event.key]));
    plot.setCursor({ left: plot.valToPos(plot.data[0][next], "x"), top: 10 });
  }

  function choose(root) {
    for (const [name, value] of Object.entries(chosen)) {
      const input = root.querySelector(`input[name="${name}"][value="${value}"]`);
      if (input) input.checked = true;
    }
  }

  function link(tone, text) {
    const place = document.getElementById("link");
    if (!place || place.dataset.text === text) return;
    place.dataset.text = text;
    place.querySelector(".dot").className = `dot ${tone}`;
    place.querySelector("[role=status]").textContent = text;
  }

  document.addEventListener("change", (event) => {
    if (event.target.name in chosen) { chosen[event.target.name] = event.target.value; draw(); }
  });
  document.addEventListener("keydown", move);
  addEventListener("resize", () => plot && plot.setSize({ width: document.getElementById("chart").clientWidth, height: document.getElementById("chart").clientHeight }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  // Fragments: none is asked for while nobody looks, none is replaced by itself.
  document.addEventListener("htmx:beforeRequest", (event) => { if (document.hidden) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { link("quiet", "paused"); return; }
    link("good", "live");
    for (const each of document.querySelectorAll("[hx-get]")) htmx.trigger(each, "refresh");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (last.get(target) === xhr.responseText) { event.detail.shouldSwap = false; return; }
    last.set(target, xhr.responseText);
    target.dataset.open = [...target.querySelectorAll("details[open]")].map((each) => each.id).join(" ");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target } = event.detail;
    for (const id of (target.dataset.open || "").split(" ").filter(Boolean)) {
      const details = document.getElementById(id);
      if (details) details.open = true;
    }
    choose(target);
    if (target.querySelector("#chart")) draw();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) link("good", "live");
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failure, () => link("bad", "no answer"));
  document.addEventListener("htmx:responseError", (event) => link("bad", event.detail.xhr.status === 401 ? "signed out: reload" : `answered ${event.detail.xhr.status}`));

  draw();
})();
