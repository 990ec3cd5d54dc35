import { createServer } from 'node:http';

const maxBodyBytes = 1 << 20; // a certificate chain, or claims

/**
 * Serves JSON on loopback: `routes` maps `METHOD /path` to a function of the request and its query.
 * @returns {Promise<{ readonly url: string }>}
 */
export async function startHttpServer(routes) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const route = routes[`${request.method} ${pathname}`];
    if (route === undefined) return void response.writeHead(404).end();
    const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    Promise.resolve(route(request, searchParams)).then(
      (body) => answer(200, body),
      (error) => answer(400, { error: error.message }),
    );
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${server.address().port}` };
}

/** Reads a request to its end. */
export async function readBody(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > maxBodyBytes) throw new Error('the request is too large');
  }
  return text;
}
