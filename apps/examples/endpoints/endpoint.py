"""An endpoint with one service: it books shipments and answers with their tracking numbers.

Run it with: ENDPOINT_TOKEN=… python3 endpoint.py [port]. It needs Python 3.8 and nothing else.
"""

import hmac
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = os.environ.get("ENDPOINT_TOKEN", "").encode() or sys.exit("Set ENDPOINT_TOKEN to the token that the hub sends.")
DESCRIPTION = {
    "name": "carrier",
    "display": "Carrier",
    "services": [
        {
            "name": "book_shipment",
            "path": "/book_shipment",
            "description": "Books a shipment and answers with its tracking number",
            "requires": {
                "parameters": [
                    {"name": "carrier.service_level", "data_type": "string", "description": "How fast: standard or express"}
                ]
            },
            "recommends": {"messages": ["shipment:ready"], "identifiers": {"shipment": "payload.shipment.number"}},
        }
    ],
}


def book_shipment(request):
    number = request["payload"]["shipment"]["number"]
    parameters = {each["name"]: each["value"] for each in request["payload"]["parameters"]}
    shipment = {"number": number, "status": "shipped", "tracking": f"{parameters['carrier.service_level']}-{number}"}
    return {"message_id": request["message_id"], "messages": [{"message": "shipment:confirm", "payload": {"shipment": shipment}}]}


class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        found = self.path == "/endpoint.json"
        self.answer(200 if found else 404, DESCRIPTION if found else {"error": f"There is no {self.path} here."})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/book_shipment":
            return self.answer(404, {"error": f"There is no {self.path} here."})
        if not hmac.compare_digest(self.headers.get("X-Augury-Token", "").encode(), TOKEN):
            return self.answer(401, {"error": "The token is wrong."})
        try:
            self.answer(200, book_shipment(json.loads(body)))
        except (KeyError, TypeError, ValueError) as error:
            self.answer(500, {"error": f"{type(error).__name__}: {error}"})  # anything but 200 is tried again

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 4700), Endpoint)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
