// Improves pages that work without it: starts the NHS components.
import { initAll } from "./vendor/nhsuk-frontend.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

// A draft is saved by itself while someone writes. It stops where the person has to decide something.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const line = form.querySelector("[data-autosaved]");
  const written = () => JSON.stringify([...new FormData(form)].filter(([name]) => !["seen", "began"].includes(name)));
  const fields = () => {
    const began = JSON.parse(form.elements.began.value || "{}");
    for (const name of Object.keys(began)) began[name] = form.elements[name].value || null;
    return JSON.stringify(began);
  };
  let saved = written();
  let running = null;
  let stopped = false;

  const save = async () => {
    const sent = written();
    const sentFields = fields();
    const data = new FormData(form);
    data.set("action", "save");
    try {
      const answer = await fetch(form.getAttribute("action"), { // form.action is its buttons, which have that name
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
      if (answer.ok && told.seen) {
        form.elements.seen.value = told.seen;
        form.elements.began.value = sentFields;
        saved = sent;
      } else {
        stopped = true;
      }
      line.textContent = told.said || "Not saved by itself any more. Save the draft to see why.";
    } catch {
      line.textContent = "Not saved: the service did not answer. It is tried again.";
    }
  };

  const timer = setInterval(() => {
    if (stopped) clearInterval(timer);
    else if (!running && written() !== saved) running = save().finally(() => (running = null));
  }, 20_000);

  form.addEventListener("submit", (event) => {
    stopped = true;
    if (!running) return;
    event.preventDefault(); // what is being saved must have arrived, or one person would clash with themselves
    const button = event.submitter;
    running.finally(() => form.requestSubmit(button));
  });
}

// The drawing of the architecture grows and shrinks in place. Without this file its sizes are links.
for (const map of document.querySelectorAll(".app-map")) {
  const region = map.querySelector(".app-map-region");
  const drawing = map.querySelector(".app-drawing");
  const links = [...map.querySelectorAll("[data-zoom]")];
  const { width, height } = drawing.viewBox.baseVal;
  const steps = [50, 75, 100, 125, 150, 200, 300];
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  said.className = "app-count";
  let size = links.find((link) => link.hasAttribute("aria-current")).dataset.zoom;

  const show = (wanted) => {
    size = String(wanted);
    const fits = size === "fit";
    drawing.classList.toggle("app-drawing--fit", fits);
    drawing.setAttribute("width", fits ? width : Math.round((width * size) / 100));
    drawing.setAttribute("height", fits ? height : Math.round((height * size) / 100));
    for (const link of links) {
      if (link.dataset.zoom === size) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    said.textContent = fits ? "The drawing fits the width" : `The drawing is at ${size} per cent`;
  };
  const now = () => (drawing.getBoundingClientRect().width / width) * 100;
  const larger = () => show(steps.find((step) => step > now() + 1) ?? steps.at(-1));
  const smaller = () => show(steps.findLast((step) => step < now() - 1) ?? steps[0]);

  const both = document.createElement("li"); // one item, so that a narrow screen does not part them
  for (const [sign, name, act] of [["−", "Smaller", smaller], ["+", "Larger", larger]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    both.append(button);
  }
  links[0].closest("ul").append(both);
  links[0].closest("nav").append(said);
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(link.dataset.zoom);
    });
  }
  region.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own zoom
    const act = { "+": larger, "=": larger, "-": smaller, 0: () => show("fit") }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
