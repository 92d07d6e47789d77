/* Sugar only: every page works without it. */
"use strict";

/* A job's page asks how far it is, and goes to the result once there is one. */
(function followJob() {
  const place = document.querySelector("[data-job]");
  if (!place || !place.dataset.job) return;
  const words = place.querySelector("[data-job-words]");
  const stages = place.querySelector("[data-job-stages]");
  let told = words.textContent;
  let toldAt = 0;

  function show(state) {
    const now = Date.now();
    /* A reader that speaks should not be interrupted more often than every five seconds. */
    if (state.words !== told && (now - toldAt > 5000 || state.ended)) {
      words.textContent = state.words;
      told = state.words;
      toldAt = now;
    }
    if (!state.stages.length) return;
    stages.replaceChildren(...state.stages.map((stage) => {
      const row = document.createElement("tr");
      stage.forEach((text, at) => {
        const cell = document.createElement("td");
        cell.textContent = text;
        if (at === 1 || at === 2) cell.className = "number";
        row.append(cell);
      });
      return row;
    }));
  }

  async function ask() {
    let wait = 1000;
    try {
      const answer = await fetch(place.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const state = await answer.json();
        show(state);
        if (state.next) { window.location.assign(state.next); return; }
        if (state.ended) { window.location.reload(); return; }
      }
    } catch (error) {
      wait = 4000; /* the server is away for a moment; the job goes on without it */
    }
    window.setTimeout(ask, wait);
  }
  ask();
})();

/* A number with ends gets a slider beside it; moving either moves the other. */
(function addSliders() {
  document.querySelectorAll("input[data-slider]").forEach((field) => {
    const label = document.querySelector(`label[for="${field.id}"]`);
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = field.dataset.min;
    slider.max = field.dataset.max;
    slider.step = field.dataset.step;
    slider.value = field.value;
    slider.setAttribute("aria-label", `${label ? label.textContent.trim() : field.name}, slider`);
    slider.addEventListener("input", () => {
      field.value = slider.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", (event) => {
      if (event.isTrusted) slider.value = field.value;
    });
    field.after(slider);
  });
})();

/* A form that asks again by itself a moment after its last change, and puts the answer where it stands. */
(function askAgain() {
  const form = document.querySelector("form[data-ask-again]");
  if (!form) return;
  const place = document.getElementById(form.dataset.askAgain);
  const words = document.getElementById(`${form.dataset.askAgain}-words`);
  let timer = 0;
  let asking = null;

  async function ask() {
    if (asking) asking.abort();
    const own = new AbortController();
    asking = own;
    words.textContent = "Solving...";
    place.setAttribute("aria-busy", "true");
    try {
      const query = new URLSearchParams(new FormData(form));
      const answer = await fetch(`${form.getAttribute("action")}?${query}`, { signal: own.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(place.id);
      const said = page.getElementById(words.id);
      if (!found || !said) throw new Error("no answer");
      place.replaceChildren(...found.childNodes);
      words.replaceChildren(...said.childNodes);
      words.className = said.className;
      window.history.replaceState(null, "", `${form.getAttribute("action")}?${query}`);
    } catch (error) {
      if (own.signal.aborted) return;
      words.textContent = "No answer came. Press the button to ask again.";
    }
    place.removeAttribute("aria-busy");
  }

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 450);
  });
})();

/* A page that grows while something is worked out asks what there is to show, and loads again when that changes. */
(function followAnswer() {
  const place = document.querySelector("[data-shows]");
  if (!place) return;

  async function ask() {
    try {
      const answer = await fetch(place.dataset.shows, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).shows !== place.dataset.shown) { window.location.reload(); return; }
    } catch (error) { /* the server is away for a moment; the work goes on without it */ }
    window.setTimeout(ask, 1000);
  }
  ask();
})();
