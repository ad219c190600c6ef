// Keeps a live page as it is on the server. Without this script, the page loads itself again.
const main = document.querySelector("main[data-events]");

if (main) {
  const source = new EventSource(main.dataset.events);
  let loading = false, outdated = false;

  const load = async () => {
    if (loading) { outdated = true; return; }
    loading = true;
    do {
      outdated = false;
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) { source.close(); location.reload(); return; }
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      await new Promise((done) => setTimeout(done, 250));
    } while (outdated);
    loading = false;
  };

  const show = (page) => {
    const fresh = page.querySelector("main");
    document.title = page.title;
    if (!fresh.dataset.events) source.close();
    if (fresh.innerHTML === main.innerHTML) return;
    const focused = document.activeElement?.id;
    main.replaceChildren(...fresh.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  };

  source.addEventListener("changed", load);
  source.addEventListener("open", load);
  addEventListener("pagehide", () => source.close());
}
