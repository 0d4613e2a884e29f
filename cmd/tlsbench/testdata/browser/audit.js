// Examines a page and returns, for each check, what it has against it; only
// names those to make, all where it is empty.
({width, sections, only}) => {
  const found = {};
  const check = (name, examine) => {
    if (only?.length && !only.includes(name)) return;
    const said = found[name] = [];
    examine(text => { if (said.length < 8) said.push(text); });
  };
  const all = selector => [...document.querySelectorAll(selector)];
  const visible = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && e.getClientRects().length > 0;
  const name = e => {
    const kind = e.getAttribute("class");
    const place = e.closest("section");
    return `${place ? "#" + (place.id || place.className) + " " : ""}${e.localName}${kind ? "." + kind : ""} "${e.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  };
  // Only for those who hear the page, or who use the keyboard.
  const aside = e => e.closest(".said, .skip:not(:focus), .defs");

  // Each text that is seen, with its boxes as far as what scrolls shows them.
  const texts = () => {
    const list = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode());) {
      const e = node.parentElement;
      if (!node.data.trim() || ["SCRIPT", "STYLE", "title"].includes(e.nodeName) || aside(e) || !visible(e)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const frame = e.closest(".scroll")?.getBoundingClientRect();
      const boxes = e instanceof SVGElement ? [e.getBoundingClientRect()] : [...range.getClientRects()];
      for (const r of boxes) {
        const box = {e, left: r.left, right: r.right, top: r.top, bottom: r.bottom};
        if (frame) { box.left = Math.max(box.left, frame.left); box.right = Math.min(box.right, frame.right); }
        if (box.right - box.left > 0.5) list.push(box);
      }
    }
    return list;
  };

  // WCAG 2.2, definitions of relative luminance and contrast ratio.
  const colour = text => {
    const n = /^rgba?\(([^)]*)\)$/.exec(text)?.[1].split(",").map(Number);
    if (!n) throw new Error("cannot read the colour " + text);
    return {rgb: n.slice(0, 3), alpha: n.length > 3 ? n[3] : 1};
  };
  const over = (top, ground) => top.rgb.map((v, i) => top.alpha * v + (1 - top.alpha) * ground[i]);
  const luminance = rgb => {
    const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  // What lies below an element's ink, and how much of that ink shows.
  const grounds = new Map();
  const ground = e => {
    if (!e) return {rgb: [255, 255, 255], shown: 1};
    if (!grounds.has(e)) {
      const below = ground(e.parentElement), style = getComputedStyle(e);
      const boxed = !(e instanceof SVGElement) || e.localName === "svg";
      grounds.set(e, {rgb: boxed ? over(colour(style.backgroundColor), below.rgb) : below.rgb, shown: below.shown * style.opacity});
    }
    return grounds.get(e);
  };
  const contrast = (e, property) => {
    const ink = colour(getComputedStyle(e)[property]), below = ground(e);
    ink.alpha *= below.shown;
    return ratio(over(ink, below.rgb), below.rgb);
  };

  const boxes = texts();

  check("sections", say => {
    if (all("h1").length !== 1 || !document.querySelector("h1").textContent.trim()) say("not one h1");
    if (!document.querySelector(".verdict, .reasons, .checks")) say("nothing says what came out");
    for (const [id, title] of Object.entries(sections || {})) {
      const section = document.getElementById(id), head = section?.querySelector("h2");
      if (!section || !visible(section)) say(`no section ${id}`);
      else if (!head || !head.textContent.startsWith(title)) say(`section ${id} is titled ${head?.textContent}, want ${title}`);
      else if (!section.textContent.replace(head.textContent, "").trim()) say(`section ${id} is empty`);
      if (!document.querySelector(`nav a[href="#${id}"]`)) say(`no link to section ${id}`);
    }
  });
  check("plots", say => {
    for (const svg of all(".plot")) {
      const paths = [...svg.querySelectorAll(".series path")];
      if (paths.length === 0 || paths.some(p => !/^M-?\d/.test(p.getAttribute("d")))) say(`${svg.getAttribute("aria-label")}: no series, or one without a path`);
      for (const series of svg.querySelectorAll(".series")) if (!series.dataset.name) say(`${svg.getAttribute("aria-label")}: a series has no name`);
    }
  });
  check("tables", say => {
    for (const table of all("table")) {
      const span = row => [...row.cells].reduce((n, cell) => n + cell.colSpan, 0);
      const widths = new Set([...table.rows].map(span));
      if (table.tBodies[0]?.rows.length === 0) say(`${name(table)} has no rows`);
      if (widths.size !== 1) say(`${name(table)} has rows of ${[...widths]} cells`);
    }
    for (const head of all("th")) if (head.textContent.trim() && !head.scope) say(`${name(head)} has no scope`);
  });
  check("values", say => {
    const words = /\bNaN\b|\bundefined\b|\bInfinity\b|<nil>|%!|\[object /;
    for (const e of all("body, body *")) {
      if (["SCRIPT", "STYLE"].includes(e.nodeName)) continue;
      for (const a of e.attributes) if (!a.value.startsWith("data:") && words.test(a.value) || /Inf|null/.test(a.name === "d" ? a.value : "")) say(`${name(e)}: ${a.name}="${a.value.slice(0, 80)}"`);
      for (const node of e.childNodes) if (node.nodeType === Node.TEXT_NODE && words.test(node.data)) say(`${name(e)} says ${node.data.slice(0, 80)}`);
    }
  });
  check("overflow", say => {
    const page = document.scrollingElement;
    if (page.scrollWidth <= width && innerWidth <= width) return;
    say(`the page is ${page.scrollWidth} px wide, its window ${innerWidth}, want ${width}`);
    for (const e of all("body *")) {
      if (!e.closest(".scroll > *") && visible(e) && !aside(e) && e.getBoundingClientRect().right > width + 0.5 && e.children.length === 0) say(`${name(e)} reaches to ${e.getBoundingClientRect().right.toFixed(0)}`);
    }
  });
  check("clipped", say => {
    for (const {e, left, right, top, bottom} of boxes) {
      const svg = e instanceof SVGElement && e.closest("svg");
      const frame = svg ? svg.getBoundingClientRect() : {left: 0, right: width, top: -Infinity, bottom: Infinity};
      if (left < frame.left - 1 || right > frame.right + 1 || top < frame.top - 1 || bottom > frame.bottom + 1) say(`${name(e)} lies outside of ${svg ? "its plot" : "the page"}`);
    }
    for (const e of all("body *")) {
      if (["hidden", "clip"].includes(getComputedStyle(e).overflowX) && !(e instanceof SVGElement) && !aside(e) && e.scrollWidth > e.clientWidth + 1) say(`${name(e)} is cut`);
    }
  });
  check("overlap", say => {
    const sorted = boxes.toSorted((a, b) => a.top - b.top);
    sorted.forEach((a, i) => {
      for (let j = i + 1; j < sorted.length && sorted[j].top < a.bottom; j++) {
        const b = sorted[j];
        const x = Math.min(a.right, b.right) - Math.max(a.left, b.left), y = Math.min(a.bottom, b.bottom) - b.top;
        if (x > 2 && y > 4 && a.e !== b.e && !a.e.contains(b.e) && !b.e.contains(a.e)) say(`${name(a.e)} and ${name(b.e)} by ${x.toFixed(0)} × ${y.toFixed(0)} px`);
      }
    });
  });
  check("small", say => {
    for (const e of new Set(boxes.map(b => b.e))) {
      const scale = e instanceof SVGElement ? e.getScreenCTM().a : 1, size = parseFloat(getComputedStyle(e).fontSize) * scale;
      if (size < 8) say(`${name(e)}: ${size.toFixed(1)} px`);
    }
  });
  check("contrast of text", say => {
    for (const e of new Set(boxes.map(b => b.e))) {
      const style = getComputedStyle(e), size = parseFloat(style.fontSize);
      const want = size >= 24 || size >= 18.66 && +style.fontWeight >= 700 ? 3 : 4.5; // WCAG 2.2, 1.4.3
      const has = contrast(e, e instanceof SVGElement ? "fill" : "color");
      if (has < want) say(`${name(e)}: ${has.toFixed(2)}, want ${want}`);
    }
  });
  check("contrast of lines", say => {
    for (const [selector, property] of [[".series .line, .series .dots, .series .range, .swatch .line, .bar .range", "stroke"], [".bar rect, .bar .at, .swatch rect", "fill"]]) {
      for (const e of all(selector)) {
        if (!visible(e) || getComputedStyle(e)[property].startsWith("url(")) continue;
        const has = contrast(e, property);
        if (has < 3) say(`${name(e)} of ${name(e.closest("li, figure") || e)}: ${has.toFixed(2)}, want 3`); // WCAG 2.2, 1.4.11
      }
    }
  });
  // What an element of the page is used for a second time is not of the page:
  // only rules that match it by itself hold for it there.
  check("contrast of shared axes", say => {
    for (const use of all("use")) {
      const frame = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      frame.append(document.querySelector(use.getAttribute("href")).cloneNode(true));
      use.closest("svg").parentElement.append(frame);
      for (const e of frame.querySelectorAll("text")) {
        const has = contrast(e, "fill");
        if (has < 4.5) say(`${name(e)}: ${has.toFixed(2)}, want 4.5`);
      }
      frame.remove();
    }
  });
  check("scales of bars", say => {
    for (const list of all(".bars")) {
      const boxes = [...list.querySelectorAll(".bar")].filter(visible).map(b => b.getBoundingClientRect());
      for (const edge of ["left", "right"]) {
        const at = boxes.map(b => b[edge]), off = Math.max(...at) - Math.min(...at);
        if (off > 0.5) say(`bars of ${name(list)} differ by ${off.toFixed(0)} px at the ${edge}`);
      }
    }
  });
  check("order of headings", say => {
    let last = 0;
    for (const h of all("h1, h2, h3, h4, h5, h6")) {
      const level = +h.localName[1];
      if (level > last + 1) say(`${name(h)} follows h${last}`);
      if (!h.textContent.trim()) say(`${name(h)} is empty`);
      last = level;
    }
  });
  check("names for those who hear", say => {
    if (!document.documentElement.lang) say("the page has no language");
    for (const svg of all("svg")) {
      if (svg.getAttribute("aria-hidden") === "true" || svg.parentElement.closest("[aria-hidden=true]")) continue;
      if (svg.getAttribute("role") !== "img" || !svg.getAttribute("aria-label")?.trim()) say(`${name(svg)} has no role or no label`);
    }
  });
  check("references", say => {
    const seen = new Set();
    for (const e of all("[id]")) {
      if (seen.has(e.id)) say(`two elements have the id ${e.id}`);
      seen.add(e.id);
    }
    for (const e of all("[aria-labelledby]")) if (!seen.has(e.getAttribute("aria-labelledby"))) say(`${name(e)} is labelled by nothing`);
    for (const e of all("use, a[href^='#']")) if (!seen.has(e.getAttribute("href").slice(1))) say(`${name(e)} refers to nothing`);
  });
  check("foreign", say => {
    const scripts = all("script");
    if (scripts.length !== 1 || scripts[0].src) say(`${scripts.length} scripts`);
    for (const e of all("img, iframe, object, embed, link, base, form, input, video, audio, foreignObject")) say(`there is a ${name(e)}`);
    for (const e of all("*")) for (const a of e.attributes) {
      if (a.name.startsWith("on") || ["style", "src", "srcdoc", "action"].includes(a.name)) say(`${name(e)} has ${a.name}`);
      if (a.localName === "href" && !/^(#|data:application\/gzip;base64,)/.test(a.value)) say(`${name(e)} leads to ${a.value.slice(0, 60)}`);
    }
  });
  return found;
}
