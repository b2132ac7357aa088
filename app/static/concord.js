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
      const answer = await fetch(form.action, {
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
