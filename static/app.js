// Small conveniences. Every page works without them.

document.querySelector(".error-summary")?.focus();

const release = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
};

// A form is sent once. If no answer comes it may be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(release, 8000, form);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (event.target instanceof HTMLTextAreaElement) event.target.form?.requestSubmit();
});

// What is typed is kept as a draft while it is typed, a moment after each change and on leaving.
const because = {
  401: "Not saved: you have been signed out. Sign in on another page, then go on typing here.",
  409: "Not saved: this was changed on another page. Copy what you typed here before you leave.",
};

for (const form of document.querySelectorAll("form[data-draft]")) {
  const said = form.querySelector("[data-said]");
  let changed = false, sending = false, timer;
  const soon = (wait) => { timer ??= setTimeout(keep, wait); };
  const keep = async (leaving) => {
    clearTimeout(timer);
    timer = undefined;
    if (!changed || sending || form.dataset.sent) return;
    changed = false;
    sending = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("typing", "yes");
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: leaving === true });
      said.textContent = answer.ok ? await answer.text() : because[answer.status] ?? "Not saved. What you typed is still here.";
    } catch {
      changed = true;
      said.textContent = "Not saved yet: Waymark cannot be reached. It is tried again.";
    }
    sending = false;
    if (changed) soon(5000);
  };
  form.addEventListener("input", () => {
    changed = true;
    soon(1500);
  });
  document.addEventListener("submit", (event) => event.target !== form && keep(true), true);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep(true));
}

// What is worked at elsewhere is looked at every two seconds, until its page is another.
const work = document.querySelector("progress[data-work]");
const look = async () => {
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("progress[data-work]");
    if (!now) return answer.redirected ? location.replace(answer.url) : location.reload();
    work.value = now.value;
  } catch {
    // Waymark cannot be reached just now.
  }
  setTimeout(look, 2000);
};
if (work) setTimeout(look, 2000);
