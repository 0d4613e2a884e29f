"use strict";
(() => {
  const svgNS = "http://www.w3.org/2000/svg";
  const root = document.documentElement;
  root.classList.add("js");

  // Writing values, as the tables do: three significant figures.
  const significant = v => v >= 99.95 ? v.toFixed(0) : v >= 9.995 ? v.toFixed(1) : v.toFixed(2);
  const duration = ns => {
    for (const [size, name] of [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]])
      if (ns >= 0.9995 * size) return significant(ns / size) + " " + name;
    return ns.toFixed(0) + " ns";
  };
  const units = {
    ns: duration,
    share: v => (100 * v).toFixed(1) + " %",
    nines: v => "p" + String(+(100 * (1 - Math.pow(10, -v))).toPrecision(4)),
    round: v => "round " + Math.round(v),
    change: v => (v > 0 ? "+" : v < 0 ? "−" : "") + Math.abs(100 * v).toFixed(1) + " %",
    number: v => v < 10 ? v.toFixed(2) : Math.round(v).toString().replace(/\B(?=(\d{3})+$)/g, " "),
  };

  const at = (axis, share) => axis.log ? axis.from * Math.pow(axis.to / axis.from, share) : axis.from + share * (axis.to - axis.from);
  const axis = text => {
    const [unit, kind, from, to] = text.split(" ");
    return {unit, log: kind === "log", from: +from, to: +to};
  };
  const box = document.body.dataset.box.trim().split(" ").map(Number), steps = +document.body.dataset.steps;
  const numbers = text => (text.match(/-?\d+/g) || []).map(Number);

  // The points of a path, in the plot's fine steps.
  const linePoints = path => {
    const n = numbers(path.getAttribute("d"));
    const points = [];
    let x = 0, y = 0;
    for (let i = 0; i + 1 < n.length; i += 2) {
      x += n[i]; y += n[i + 1];
      points.push([x, y]);
    }
    return points;
  };
  const dotPoints = path => [...path.getAttribute("d").matchAll(/M(\d+) (\d+)/g)].map(m => [+m[1], +m[2]]);

  class Plot {
    constructor(svg) {
      this.svg = svg;
      const {x, y, hover} = svg.dataset;
      this.about = {x: axis(x), y: axis(y), hover};
      [this.left, this.top, this.width, this.height] = box;
      this.series = [...svg.querySelectorAll(".series")].map(group => {
        const path = group.querySelector(this.about.hover === "x" ? ".line" : ".dots");
        return {group, points: path ? (this.about.hover === "x" ? linePoints(path) : dotPoints(path)) : []};
      });
      this.guide = svg.querySelector(".guide");
      this.where = 0.5;
    }
    visible() { return this.series.filter(s => !s.group.classList.contains("off") && s.points.length > 0); }
    write(axis, share) {
      if (axis.unit !== "tick") return units[axis.unit](at(axis, share));
      let best = "", gap = Infinity;
      const shared = this.svg.querySelector("use"); // axes that an earlier plot drew
      for (const tick of (shared ? document.querySelector(shared.getAttribute("href")) : this.svg).querySelectorAll(".xtick")) {
        const d = Math.abs(+tick.getAttribute("x") - this.left - share * this.width);
        if (d < gap && tick.textContent) { gap = d; best = tick.textContent; }
      }
      return best;
    }
    // What lies at a position, in shares of the plot.
    found(x, y) {
      const px = x * this.width * steps, py = y * this.height * steps;
      if (this.about.hover === "x") return this.visible().map(s => {
        const i = s.points.findIndex(p => p[0] >= px), last = s.points[s.points.length - 1];
        // Beyond its end a share stays where it is; a percentile is not known.
        if (i < 0) return this.about.y.unit === "share" ? {s, x: px, y: last[1]} : null;
        if (px < s.points[0][0]) return this.about.y.unit === "share" ? {s, x: px, y: s.points[0][1]} : null;
        const b = s.points[i], a = s.points[Math.max(0, i - 1)];
        const share = b[0] > a[0] ? (px - a[0]) / (b[0] - a[0]) : 1;
        return {s, x: px, y: a[1] + share * (b[1] - a[1])};
      }).filter(Boolean);
      let best = null, gap = Infinity;
      for (const s of this.visible()) for (const p of s.points) {
        const d = Math.hypot(p[0] - px, (p[1] - py) / 2);
        if (d < gap) { gap = d; best = {s, x: p[0], y: p[1]}; }
      }
      return best ? [best] : [];
    }
    show(x, y) {
      const points = this.found(x, y);
      this.hide();
      if (points.length === 0) return "";
      const gx = points[0].x / steps;
      this.draw("path", {d: `M${this.left + gx} ${this.top}v${this.height}`});
      const box = document.createElement("div");
      box.className = "readout";
      const head = this.write(this.about.x, gx / this.width);
      this.line(box, null, head);
      const said = [head];
      for (const p of points) {
        this.draw("circle", {cx: this.left + gx, cy: this.top + p.y / steps, r: 2.5});
        const text = p.s.group.dataset.name + " " + this.write(this.about.y, 1 - p.y / steps / this.height);
        this.line(box, p.s.group, text);
        said.push(text);
      }
      const figure = this.svg.parentElement, scale = this.svg.clientWidth / this.svg.viewBox.baseVal.width;
      figure.append(box);
      const px = (this.left + gx) * scale;
      box.style.left = Math.max(0, px + 12 + box.offsetWidth > figure.clientWidth ? px - 12 - box.offsetWidth : px + 12) + "px";
      box.style.top = (this.svg.offsetTop + 6) + "px";
      this.box = box;
      return said.join("; ");
    }
    line(box, group, text) {
      const p = document.createElement("p");
      if (group) {
        const swatch = document.createElementNS(svgNS, "svg"), path = document.createElementNS(svgNS, "path");
        swatch.setAttribute("class", "swatch " + [...group.classList].find(c => /^s\d+$/.test(c)));
        swatch.setAttribute("viewBox", "0 0 22 12");
        path.setAttribute("class", "line");
        path.setAttribute("d", "M0 6h22");
        swatch.append(path);
        p.append(swatch);
      }
      p.append(text);
      box.append(p);
    }
    draw(name, attributes) {
      const e = document.createElementNS(svgNS, name);
      for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
      this.guide.append(e);
    }
    hide() {
      this.guide.replaceChildren();
      if (this.box) this.box.remove();
      this.box = null;
    }
  }

  const said = document.querySelector(".said");
  const plots = new Map(); // made when they are first looked at
  const plotOf = svg => {
    if (!plots.has(svg)) plots.set(svg, new Plot(svg));
    return plots.get(svg);
  };
  for (const svg of document.querySelectorAll(".plot")) {
    svg.addEventListener("pointermove", e => {
      const plot = plotOf(svg), r = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / r.width;
      const x = ((e.clientX - r.left) * scale - plot.left) / plot.width, y = ((e.clientY - r.top) * scale - plot.top) / plot.height;
      if (x < 0 || x > 1) { plot.hide(); return; }
      plot.where = x;
      plot.show(x, y);
    });
    svg.addEventListener("pointerleave", () => plotOf(svg).hide());
    svg.addEventListener("blur", () => plotOf(svg).hide());
    svg.addEventListener("keydown", e => {
      const step = {ArrowLeft: -0.02, ArrowRight: 0.02}[e.key];
      if (e.key === "Escape") plotOf(svg).hide();
      if (!step) return;
      e.preventDefault();
      const plot = plotOf(svg);
      plot.where = Math.min(1, Math.max(0, plot.where + step));
      said.textContent = plot.show(plot.where, 0.5);
    });
  }

  // Legends of series become switches.
  for (const item of document.querySelectorAll(".legend li")) {
    const part = item.closest(".part");
    const groups = [...part.querySelectorAll(".series")].filter(g => g.dataset.key === item.dataset.key);
    if (groups.length === 0 || item.parentElement.children.length < 2) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      for (const g of groups) g.classList.toggle("off", !on);
    });
  }

  const theme = document.querySelector(".theme");
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const showTheme = () => { theme.textContent = dark() ? "Light" : "Dark"; theme.setAttribute("aria-label", `Switch to ${dark() ? "light" : "dark"} colours`); };
  theme.removeAttribute("aria-pressed");
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; showTheme(); });
  showTheme();

  // The result is packed; a browser that can unpack it saves it as plain JSON.
  const link = document.querySelector(".download");
  if (link && "DecompressionStream" in window) link.addEventListener("click", async e => {
    e.preventDefault();
    const bytes = Uint8Array.from(atob(link.href.split(",")[1]), c => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const plain = document.createElement("a");
    plain.href = URL.createObjectURL(await new Response(stream).blob());
    plain.download = link.download.replace(/\.gz$/, "");
    plain.click();
    setTimeout(() => URL.revokeObjectURL(plain.href), 60000);
  });

  addEventListener("beforeprint", () => { for (const d of document.querySelectorAll("details")) d.open = true; });
})();
