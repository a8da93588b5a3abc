// The same service as shop.py: answers by itself, and calls others by name through the proxy of its environment.
"use strict";
const http = require("http");

const proxy = new URL(process.env.http_proxy);
const agent = new http.Agent({ keepAlive: true });
const seen = new Map();

/** Status and text; where it stands in a trace is all that is passed on. */
function call(url, headers) {
  const sent = { host: new URL(url).host };
  for (const name of ["traceparent", "tracestate"]) {
    if (headers[name]) {
      sent[name] = headers[name];
    }
  }
  return new Promise((resolve, reject) => {
    http
      .get({ agent, host: proxy.hostname, port: proxy.port, path: url, headers: sent }, async (answer) => {
        resolve({ status: answer.statusCode, text: await read(answer) });
      })
      .on("error", reject);
  });
}

async function read(message) {
  let text = "";
  for await (const part of message.setEncoding("utf8")) {
    text += part;
  }
  return text;
}

/** How often which answer came. */
async function many(count, url) {
  const answers = new Map();
  for (let i = 0; i < count; i++) {
    const { status, text } = await call(url, {});
    const answer = `${status} ${text.trim()}`;
    answers.set(answer, (answers.get(answer) || 0) + 1);
  }
  return [...answers].sort().map(([answer, times]) => `${answer} = ${times}\n`).join("");
}

async function answer(request) {
  const body = await read(request);
  if (request.method === "POST") {
    return { status: 201, text: "node got " + body };
  }
  const [, what, count, ...rest] = request.url.split("/");
  switch (what) {
    case "via": {
      const { status, text } = await call("http://" + request.url.slice("/via/".length), request.headers);
      return { status, text: status === 200 ? "via node: " + text : text };
    }
    case "many":
      return { status: 200, text: await many(Number(count), "http://" + rest.join("/")) };
    case "flaky": {
      const times = (seen.get(request.url) || 0) + 1;
      seen.set(request.url, times);
      return times % 2 === 1 ? { status: 500, text: "ill" } : { status: 200, text: "node" };
    }
    case "headers":
      return { status: 200, text: Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\n`).join("") };
    default:
      return { status: 200, text: "node " + request.url };
  }
}

const server = http.createServer((request, response) => {
  answer(request)
    .catch((failure) => ({ status: 500, text: String(failure) }))
    .then(({ status, text }) => {
      response.writeHead(status, { "Content-Length": Buffer.byteLength(text) });
      response.end(text);
    });
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening", server.address().port));
