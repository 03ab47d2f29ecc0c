"use strict";
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const byId = (id) => document.getElementById(id);
  document.documentElement.classList.add("js");

  // search and filters: what does not match is hidden, and the tree follows
  const items = all("[data-item]");
  const leaves = all("[data-leaf]");
  const search = byId("search");
  const chosen = { kind: byId("by-kind"), change: byId("by-change"), revision: byId("by-revision") };
  const value = (name) => (chosen[name] ? chosen[name].value : "");
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };

  const fits = (item, words) => {
    const of = item.dataset;
    const revision = value("revision");
    if (revision && !(of.revisions || "").split(" ").includes(revision)) return false;
    if (of.item === "object" && value("kind") && of.kind !== value("kind")) return false;
    if (of.item === "object" && value("change") && of.change !== value("change")) return false;
    return words.every((word) => textOf(item).includes(word));
  };

  const told = (name) => {
    const some = items.filter((item) => item.dataset.item === name);
    const shown = some.filter((item) => !item.hidden).length;
    return some.length ? `${shown} of ${some.length} ${name}s` : "";
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const on = words.length > 0 || Object.keys(chosen).some((name) => value(name));
    for (const item of items) item.hidden = on && !fits(item, words);
    for (const item of items) {
      const within = item.dataset.item === "statement" ? item.closest("[data-item=revision]") : null;
      if (within && !item.hidden) within.hidden = false;
    }
    for (const leaf of leaves) {
      const target = byId(leaf.dataset.leaf);
      leaf.hidden = on && (!target || target.hidden);
    }
    for (const branch of all(".branch")) branch.hidden = all("[data-leaf]", branch).every((leaf) => leaf.hidden);
    byId("status").textContent = on ? ["object", "finding", "statement"].map(told).filter(Boolean).join(", ") : "";
    byId("clear").hidden = !on;
  };

  const clear = () => {
    search.value = "";
    for (const select of Object.values(chosen)) if (select) select.value = "";
    filter();
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 60);
  });
  for (const select of Object.values(chosen)) if (select) select.addEventListener("change", filter);
  byId("clear").addEventListener("click", () => { clear(); search.focus(); });

  for (const link of all("a[data-kind]")) {
    link.addEventListener("click", () => {
      clear();
      if (chosen.kind) chosen.kind.value = link.dataset.kind;
      if (chosen.change) chosen.change.value = link.dataset.change;
      filter();
    });
  }

  // keys: / to the search, arrows through the tree
  const typing = (target) => target instanceof HTMLElement && target.closest("input, select, textarea");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing(event.target)) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && event.target === search) clear();
  });

  const tree = byId("tree");
  const stops = () => all("summary, a", tree).filter((stop) => stop.offsetParent !== null);
  const walk = { ArrowDown: 1, ArrowUp: -1 };
  if (tree) tree.addEventListener("keydown", (event) => {
    const here = stops();
    const at = here.indexOf(document.activeElement);
    const branch = event.target.closest("details");
    let next = null;
    if (event.key in walk) next = here[at + walk[event.key]];
    else if (event.key === "Home") next = here[0];
    else if (event.key === "End") next = here[here.length - 1];
    else if (event.key === "ArrowLeft" && branch) { branch.open = event.target.tagName !== "SUMMARY"; next = branch.firstElementChild; }
    else if (event.key === "ArrowRight" && branch) { branch.open = true; next = event.target.tagName === "SUMMARY" ? stops()[at + 1] : null; }
    else return;
    event.preventDefault();
    if (next) next.focus();
  });

  // a link to a place opens what hides it, and gives it the focus
  const arrive = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && byId(id);
    if (!target) return;
    if (target.hidden) clear();
    for (let up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    const text = target.querySelector(":scope > details.text");
    if (text) text.open = true;
    target.scrollIntoView();
    if (target.tagName === "ARTICLE") {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      target.classList.remove("flash");
      void target.offsetWidth;
      target.classList.add("flash");
    }
  };
  addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) arrive();
  });

  // all is open on paper
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of closed) each.open = false; });

  // copying, and the report as a file
  for (const button of all(".copy")) {
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      let said = "Copied";
      try { await navigator.clipboard.writeText(code.textContent); } catch {
        getSelection().selectAllChildren(code);
        said = "Selected";
      }
      button.textContent = said;
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }
  byId("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([byId("report-data").textContent], { type: "application/json" }));
    link.download = "report.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  // the picture: how far, how large, and moved by hand
  const sheets = all(".sheet");
  const hops = byId("hops");
  if (hops) {
    hops.value = sheets.find((sheet) => !sheet.hidden).dataset.hops;
    hops.addEventListener("input", () => {
      for (const sheet of sheets) sheet.hidden = sheet.dataset.hops !== hops.value;
      hops.nextElementSibling.textContent = hops.value;
    });
  }
  const zoom = (how) => {
    const paper = sheets.find((sheet) => !sheet.hidden).querySelector(".paper");
    const svg = paper.firstElementChild;
    const own = svg.viewBox.baseVal;
    const now = svg.getBoundingClientRect().width;
    if (how === "fit") {
      svg.classList.remove("wide");
      svg.classList.remove("zoomed");
      svg.setAttribute("width", own.width);
      svg.setAttribute("height", own.height);
      return;
    }
    const width = Math.min(own.width * 4, Math.max(200, now * (how === "in" ? 1.25 : 0.8)));
    const middle = (paper.scrollLeft + paper.clientWidth / 2) / now;
    const centre = (paper.scrollTop + paper.clientHeight / 2) / now;
    svg.classList.add("zoomed");
    svg.setAttribute("width", width);
    svg.setAttribute("height", (width * own.height) / own.width);
    paper.scrollLeft = middle * width - paper.clientWidth / 2;
    paper.scrollTop = centre * width - paper.clientHeight / 2;
  };
  for (const button of all("[data-zoom]")) button.addEventListener("click", () => zoom(button.dataset.zoom));
  for (const paper of all(".paper")) {
    let from = null;
    paper.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch" || event.target.closest("a")) return;
      from = { x: event.clientX + paper.scrollLeft, y: event.clientY + paper.scrollTop };
      paper.setPointerCapture(event.pointerId);
      paper.classList.add("dragged");
    });
    paper.addEventListener("pointermove", (event) => {
      if (!from) return;
      paper.scrollLeft = from.x - event.clientX;
      paper.scrollTop = from.y - event.clientY;
    });
    for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => {
      from = null;
      paper.classList.remove("dragged");
    });
    paper.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? "in" : "out");
    }, { passive: false });
    paper.addEventListener("keydown", (event) => {
      const how = { "+": "in", "=": "in", "-": "out", 0: "fit" }[event.key];
      if (how && !event.ctrlKey && !event.metaKey) { event.preventDefault(); zoom(how); }
    });
  }

  arrive();
})();
