// Measures the pages in the frames of the document, once all are loaded, and leaves what it finds in #result. It judges nothing.
"use strict";

// Colours as [red, green, blue, alpha].
function parse(colour) {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  return numbers.length === 3 ? [...numbers, 1] : numbers;
}

function luminance(colour) {
  const [r, g, b] = colour.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

// The background that an element is painted on.
function backdrop(view, element) {
  for (let e = element; e; e = e.parentElement) {
    const frame = e.matches("svg.node") && e.querySelector("rect");
    const painted = frame ? view.getComputedStyle(frame).fill : view.getComputedStyle(e).backgroundColor;
    const colour = parse(painted.replace("none", "rgba(0, 0, 0, 0)"));
    if (colour[3] === 1) return colour;
  }
  return [255, 255, 255, 1];
}

// The weakest contrast of a text with what it is painted on, and the signs of the cells with theirs.
function weakest(view) {
  let least = { ratio: 21, text: "" };
  const compare = (text, colour, background) => {
    const ratio = contrast(colour, background);
    if (ratio < least.ratio) least = { ratio, text };
  };
  for (const element of view.document.body.querySelectorAll("*")) {
    const style = view.getComputedStyle(element);
    const own = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (own && element.tagName !== "title" && !element.closest("td:not(.verdict)")) {
      compare(element.textContent.trim(), parse(element.closest("svg") ? style.fill : style.color), backdrop(view, element));
    }
    const sign = view.getComputedStyle(element, "::before");
    if (sign.content !== "none") {
      const background = parse(sign.backgroundColor);
      compare(sign.content, parse(sign.color), background[3] === 1 ? background : backdrop(view, element));
    }
  }
  return least;
}

function inView(view, element) {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && box.left >= 0 && box.top >= 0 && box.right <= view.innerWidth && box.top < view.innerHeight;
}

// Whether a cell can be scrolled to and pressed, and whether what it leads to is then seen.
function follow(view, link) {
  link.scrollIntoView({ block: "center", inline: "center" });
  const box = link.getBoundingClientRect();
  const hit = view.document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const found = { cell: link.textContent, target: link.hash, reached: inView(view, link) && hit === link };
  link.click();
  const target = view.document.getElementById(link.hash.slice(1));
  found.followed = view.location.hash === link.hash;
  found.shown = Boolean(target) && inView(view, target);
  found.remedy = target ? Boolean(target.querySelector(".remedy, .message")) : false;
  return found;
}

// The labels that do not stay inside their node of the drawing, or run into its mark.
function spilt(view) {
  const list = [];
  for (const node of view.document.querySelectorAll("svg.node")) {
    const frame = node.querySelector("rect").getBoundingClientRect();
    const mark = node.querySelector("use");
    const right = mark ? mark.getBoundingClientRect().left : frame.right;
    for (const text of node.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left || box.right > right || box.top < frame.top || box.bottom > frame.bottom) list.push(text.textContent);
    }
  }
  return list;
}

// The cells of the overview that do not stand under the heading of their column, beside that of their row.
function misplaced(view) {
  const list = [];
  for (const table of view.document.querySelectorAll("table")) {
    const headings = [...table.tHead.rows[0].cells].map((cell) => cell.getBoundingClientRect());
    for (const row of table.tBodies[0].rows) {
      const own = row.cells[0].getBoundingClientRect();
      [...row.cells].slice(1).forEach((cell, i) => {
        const box = cell.getBoundingClientRect();
        const heading = headings[i + 1];
        if (box.width === 0 && heading.width === 0) return; // the column is not shown
        const aside = Math.abs(box.left - heading.left) > 1 || Math.abs(box.right - heading.right) > 1;
        if (aside || Math.abs(box.top - own.top) > 1 || Math.abs(box.bottom - own.bottom) > 1) list.push(cell.textContent);
      });
      if (row.cells.length !== headings.length) list.push(`${row.cells.length} cells`);
    }
  }
  return list;
}

// The rows of the overview that do not show the verdict, or show it twice.
function unjudged(view) {
  const rows = [...view.document.querySelectorAll("table tbody tr")];
  return rows.filter((row) => [...row.querySelectorAll(".badge")].filter((b) => b.getClientRects().length > 0).length !== 1).map((row) => row.textContent);
}

function measure(frame) {
  const view = frame.contentWindow;
  const root = view.document.documentElement;
  return {
    page: frame.dataset.page,
    width: view.innerWidth,
    contentWidth: root.scrollWidth,
    title: view.document.title,
    background: view.getComputedStyle(view.document.body).backgroundColor,
    scripts: view.document.scripts.length,
    resources: view.performance.getEntriesByType("resource").map((entry) => entry.name),
    nodes: view.document.querySelectorAll("svg.node").length,
    spilt: spilt(view),
    misplaced: misplaced(view),
    unjudged: unjudged(view),
    hidden: [...view.document.querySelectorAll("td:not(.verdict)")].filter((cell) => view.getComputedStyle(cell).overflow === "hidden").length,
    weakest: weakest(view),
    links: [...view.document.querySelectorAll("td.fail a, td.unknown a")].map((link) => follow(view, link)),
  };
}

addEventListener("load", () => {
  const result = document.getElementById("result");
  try {
    result.textContent = encodeURIComponent(JSON.stringify({ pages: [...document.querySelectorAll("iframe")].map(measure) }));
  } catch (error) {
    result.textContent = encodeURIComponent(JSON.stringify({ error: String(error.stack) }));
  }
});
