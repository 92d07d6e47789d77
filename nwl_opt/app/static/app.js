/* Sugar only: every page works without it. */
"use strict";

/* A job's page asks how far it is, and goes to the result once there is one. */
(function followJob() {
  const place = document.querySelector("[data-job]");
  if (!place || !place.dataset.job) return;
  const words = place.querySelector("[data-job-words]");
  const stages = place.querySelector("[data-job-stages]");
  let told = "";
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
