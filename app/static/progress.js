// Moves the bar of a build by asking how far it is, and shows the outcome when it has ended.
const shown = document.querySelector("[data-progress]");

async function ask() {
  try {
    const answer = await fetch(shown.dataset.progress, { headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!told.live) {
      window.location.reload();
      return;
    }
    const bar = shown.querySelector("progress");
    bar.max = told.total || 100;
    bar.value = told.done;
    const step = shown.querySelector("[data-progress-step]");
    if (step.textContent !== told.step) step.textContent = told.step;
  } catch {
    // the service may be starting again: ask once more
  }
  window.setTimeout(ask, 1000);
}

if (shown) window.setTimeout(ask, 500);
