// The page about the API: sends what its forms say. The token stays in this page's memory alone.
"use strict";

(() => {
  const token = document.getElementById("api-token");
  const code = document.getElementById("api-code");
  if (!token || !window.fetch) {
    return;
  }
  document.querySelector("[data-api-token]").hidden = false;

  const shown = (text, type) => {
    if (!type.includes("json")) {
      return text;
    }
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  };

  const tell = (place, line, text) => {
    const said = document.createElement("p");
    said.textContent = line;
    place.replaceChildren(said);
    if (text) {
      const answer = document.createElement("pre");
      answer.className = "app-code";
      answer.tabIndex = 0;
      answer.setAttribute("role", "region");
      answer.setAttribute("aria-label", "The answer");
      answer.textContent = text;
      place.append(answer);
    }
  };

  const address = (form) => {
    let path = form.dataset.apiAddress;
    const query = new URLSearchParams();
    for (const field of form.querySelectorAll("[data-api-in]")) {
      if (field.dataset.apiIn === "path") {
        path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
      } else if (field.value) {
        query.set(field.name, field.value);
      }
    }
    return query.size ? `${path}?${query}` : path;
  };

  const sent = new Map(); // by form: what was sent last and its key, so that pressing twice is one write

  const keyFor = (form, what) => {
    const before = sent.get(form);
    if (before && before.what === what) {
      return before.key;
    }
    const random = crypto.getRandomValues(new Uint8Array(16));
    const key = Array.from(random, (one) => one.toString(16).padStart(2, "0")).join("");
    sent.set(form, { what, key });
    return key;
  };

  const send = async (form) => {
    const place = form.querySelector("[data-api-answer]");
    const method = form.dataset.apiTry;
    const to = address(form);
    const headers = { Authorization: `Bearer ${token.value.trim()}` };
    const options = { method, headers, credentials: "omit", cache: "no-store", redirect: "error" };
    if (method !== "GET") {
      options.body = form.querySelector("[data-api-body]").value;
      headers["Content-Type"] = "application/json";
      if (form.hasAttribute("data-api-writes")) {
        headers["Idempotency-Key"] = keyFor(form, `${to}\n${options.body}`);
      }
    }
    if (code.value.trim()) {
      headers["Concord-One-Time-Code"] = code.value.trim();
    }
    tell(place, "Asking…");
    try {
      const answer = await fetch(to, options);
      const type = answer.headers.get("Content-Type") || "";
      const line = `${answer.status} ${answer.statusText}, ${type}`;
      if (type.includes("json")) {
        tell(place, line, shown(await answer.text(), type));
      } else {
        tell(place, `${line}: ${(await answer.blob()).size} bytes`);
      }
    } catch (problem) {
      tell(place, `Nothing came back: ${problem.message}`);
    }
  };

  for (const form of document.querySelectorAll("[data-api-try]")) {
    form.querySelector("[data-api-send]").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
})();
