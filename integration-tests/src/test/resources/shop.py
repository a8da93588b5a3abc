# A service that is no JVM: answers by itself, and calls another by name through the proxy of its environment.
import http.server
import sys
import urllib.error
import urllib.request


class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.startswith("/via/"):
            try:
                with urllib.request.urlopen("http://" + self.path[len("/via/"):], timeout=60) as answer:
                    self.say(answer.status, "via python: " + answer.read().decode())
            except urllib.error.HTTPError as refused:
                self.say(refused.code, refused.read().decode())
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
