// The preview's connection to its server. It lives in a worker because a page's Content-Security-Policy need not allow
// connections, and in a shared one, where there is such a thing, because browsers open only six connections to a host.
'use strict';

// The pages that are open here, each with its path.
const ports = new Map();
let latest = null;
let source = null;

function connect() {
  if (source) source.close();
  // What is open is rendered first.
  const open = [...new Set(ports.values())].filter(Boolean).map((path) => `page=${encodeURIComponent(path)}`);
  const current = source = new EventSource(`events?${open.join('&')}`);
  source.onmessage = (event) => {
    latest = JSON.parse(event.data);
    for (const port of ports.keys()) port.postMessage({ state: latest });
  };
  source.onerror = () => {
    // What the browser has given up, it does not take up again by itself.
    if (current.readyState === EventSource.CLOSED && current === source) setTimeout(connect, 1000);
  };
}

async function ask(port, href) {
  const failed = { ok: false, text: '' };
  const answer = await fetch(href).then(async (response) => ({
    ok: response.ok && !response.redirected && /^text\/html/.test(response.headers.get('content-type')),
    text: await response.text(),
  })).catch(() => failed);
  port.postMessage({ href, answer });
}

function join(port) {
  ports.set(port, null);
  port.onmessage = ({ data }) => {
    if (data.ask) {
      ask(port, data.ask);
    } else if (data.open) {
      ports.set(port, data.open);
      connect();
    } else if (data.gone) {
      // A page says when it goes; one that was ended without a word costs a message to nobody.
      ports.delete(port);
      connect();
    }
  };
  if (latest) port.postMessage({ state: latest });
}

if ('SharedWorkerGlobalScope' in self) {
  self.onconnect = (event) => join(event.ports[0]);
} else {
  join(self);
}
