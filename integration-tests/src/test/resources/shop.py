# A service that is no JVM: answers by itself, and calls others by name through the proxy of its environment.
import collections
import http.server
import sys
import threading
import urllib.error
import urllib.request

seen = collections.Counter()
lock = threading.Lock()


def call(url, headers):
    """Status and text; where it stands in a trace is all that is passed on."""
    trace = {name: value for name, value in headers.items() if name.lower() in ("traceparent", "tracestate")}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=trace), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece: or else the body waits until the head is acknowledged

    def do_GET(self):
        """/via/URL calls once, /many/COUNT/URL counts the answers, /flaky fails every other time."""
        what = self.path.split("/", 3)
        if what[1] == "via":
            status, text = call("http://" + self.path[len("/via/"):], self.headers)
            self.say(status, "via python: " + text if status == 200 else text)
        elif what[1] == "many":
            answers = collections.Counter()
            for _ in range(int(what[2])):
                status, text = call("http://" + what[3], {})
                answers["%d %s" % (status, text.strip())] += 1
            self.say(200, "".join("%s = %d\n" % answer for answer in sorted(answers.items())))
        elif what[1] == "flaky":
            with lock:
                seen[self.path] += 1
                ill = seen[self.path] % 2 == 1
            self.say(500 if ill else 200, "ill" if ill else "python")
        elif self.path == "/headers":
            self.say(200, "".join(name + ": " + value + "\n" for name, value in self.headers.items()))
        else:
            self.say(200, "python " + self.path)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.say(201, "python got " + body)

    def say(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *what):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop)
print("listening", server.server_address[1], flush=True)
server.serve_forever()
