"""How long the preview takes from a save to the new bytes served: a part of `benches/run`."""

import http.client
import os
import re
import subprocess
import threading
import time


def saves(site):
    """What is saved in the preview, by name: a file and its new text (none removes it), given a mark that is to be served."""
    new = site.page.with_name("page-of-the-preview.md")
    template = site.folder / "themes/minimal/templates/page.html"
    page, text = site.page.read_text(), template.read_text()
    front = page.split("---\n")[1]
    return {
        "body": lambda mark: [(site.page, f"{page}\n{mark}\n", site.url, mark)],
        "title": lambda mark: [(site.page, re.sub(r"title: .*", f"title: {mark}", page, count=1), site.url, mark)],
        "new page, then deleted": lambda mark: [
            (new, f"---\n{front}---\n{mark}\n", "/".join(site.url.split("/")[:-2]) + f"/{new.stem}/", mark),
            (new, None, "/".join(site.url.split("/")[:-2]) + f"/{new.stem}/", None)],
        "template": lambda mark: [(template, text.replace("<main>", f"<main><!-- {mark} -->"), site.url, mark)],
    }


def latency(program, today, site, edits):
    """Milliseconds from a save by rename to the new bytes served, for each edit of each kind."""
    port = 18000 + os.getpid() % 1000
    process = subprocess.Popen(
        [str(program), "watch", "--root", str(site.folder), "--listen", f"127.0.0.1:{port}", "--today", today],
        stderr=subprocess.PIPE,
    )
    taken = {}
    try:
        for line in process.stderr:
            if line.startswith(b"Serving"):
                break
        threading.Thread(target=process.stderr.read, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        # As a browser says that the page is open.
        browser = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        browser.request("GET", "/_iort-site/events?page=" + site.url.replace("/", "%2F"))
        time.sleep(1.5)
        for kind, save in saves(site).items():
            for _ in range(edits if kind != "template" else max(3, edits // 2)):
                for path, text, url, mark in save(f"mark{time.time_ns()}"):
                    name = kind if text is not None else "deleted page"
                    name = "new page" if name.startswith("new page") else name
                    new = path.with_name(path.name + ".new~")
                    if text is not None:
                        new.write_text(text)
                    started = time.perf_counter()
                    new.rename(path) if text is not None else path.unlink()
                    while True:
                        connection.request("GET", url)
                        answer = connection.getresponse()
                        body = answer.read()
                        if answer.status == 404 if mark is None else mark.encode() in body:
                            break
                        if time.perf_counter() - started > 60:
                            raise SystemExit(f"the preview did not show: {name}")
                        # Asking without a pause would take the core that the preview builds on.
                        time.sleep(0.001)
                    taken.setdefault(name, []).append((time.perf_counter() - started) * 1000)
                    # The whole round that follows is over, so that it does not stand in the next one's way.
                    time.sleep(1 if kind in ("body", "title") else 3)
        return taken
    finally:
        process.terminate()
        process.wait()
