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
    const colour = parse(view.getComputedStyle(e).backgroundColor);
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
    if (own && !element.closest(".matrix td:not(.verdict)")) {
      compare(element.textContent.trim(), parse(style.color), backdrop(view, element));
    }
    const sign = view.getComputedStyle(element, "::before");
    if (sign.content !== "none" && sign.content !== '""') {
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
  found.remedy = target ? Boolean(target.querySelector(".remedy")) : false;
  return found;
}

// The texts that do not stay inside their station of the way.
function spilt(view) {
  const list = [];
  for (const station of view.document.querySelectorAll(".way li")) {
    const frame = station.getBoundingClientRect();
    for (const text of station.querySelectorAll("b, span")) {
      if (text.scrollWidth > text.clientWidth || text.getBoundingClientRect().right > frame.right) list.push(text.textContent);
    }
  }
  return list;
}

// Whether the heading and the first column stay in view when the matrix is scrolled to its end.
function sticky(view) {
  const scroll = view.document.querySelector(".scroll");
  if (!scroll) return false;
  scroll.scrollTo(scroll.scrollWidth, scroll.scrollHeight);
  const frame = scroll.getBoundingClientRect();
  const head = scroll.querySelector("thead th").getBoundingClientRect();
  const last = scroll.querySelector("tbody tr:last-child th").getBoundingClientRect();
  const stays = scroll.scrollTop > 0 && Math.abs(head.top - frame.top) < 3 && Math.abs(last.left - frame.left) < 3;
  scroll.scrollTo(0, 0);
  return stays;
}

// The cells of the overview that do not stand under the heading of their column, beside that of their row.
function misplaced(view) {
  const list = [];
  for (const table of view.document.querySelectorAll(".matrix")) {
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
    stations: view.document.querySelectorAll(".way li").length,
    spilt: spilt(view),
    misplaced: misplaced(view),
    tallest: Math.max(0, ...[...view.document.querySelectorAll(".matrix tbody tr")].map((row) => row.getBoundingClientRect().height)),
    sticky: sticky(view),
    hidden: [...view.document.querySelectorAll(".matrix td:not(.verdict)")].filter((cell) => view.getComputedStyle(cell).overflow === "hidden").length,
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
