import { get } from 'node:http';

// The health check of the container image: exit code 0 where this container's service is ready, else 1 and why.
// It has no dependencies, and asks over loopback whatever CROSSDOCK_HOST says.

const PATIENCE_MS = 3_000;
const MAX_TEXT = 500;

const port = process.env['CROSSDOCK_PORT'] ?? '';
const url = `http://127.0.0.1:${port}/readyz`;

function fail(why) {
  process.stderr.write(`${url}: ${why}\n`);
  process.exit(1);
}

if (!/^[1-9]\d{0,4}$/.test(port)) fail('CROSSDOCK_PORT is not set to the port that the service listens on.');
const request = get(url, { timeout: PATIENCE_MS, agent: false }, (response) => {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part) => {
    text = (text + part).slice(0, MAX_TEXT);
  });
  response.on('end', () => (response.statusCode === 200 ? process.exit(0) : fail(`${response.statusCode} ${text}`)));
});
request.on('timeout', () => fail(`no answer within ${PATIENCE_MS / 1_000} s`));
request.on('error', (error) => fail(error.message));
