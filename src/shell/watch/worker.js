// The preview's one connection to its server. It lives in a worker because a page's Content-Security-Policy need not allow
// connections, and in a shared one, where there is such a thing, because browsers open only six connections to a host.
'use strict';

const ports = new Set();
let latest = null;

function tellAll(state) {
  latest = state;
  for (const port of ports) port.postMessage(state);
}

function connect() {
  const source = new EventSource('events');
  source.onmessage = (event) => tellAll(JSON.parse(event.data));
  source.onerror = () => {
    // What the browser has given up, it does not take up again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  };
}

function join(port) {
  ports.add(port);
  // A page says when it goes; one that was ended without a word costs a message to nobody.
  port.onmessage = () => ports.delete(port);
  if (latest) port.postMessage(latest);
}

if ('SharedWorkerGlobalScope' in self) {
  self.onconnect = (event) => join(event.ports[0]);
} else {
  join(self);
}
connect();
