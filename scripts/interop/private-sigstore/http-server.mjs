import { createServer } from 'node:http';

const maxBodyBytes = 1 << 20; // a certificate chain, or claims

/**
 * Serves JSON on loopback: `routes` maps `METHOD /path` to a function of the request and its query.
 * @returns {Promise<{ readonly url: string }>}
 */
export async function startHttpServer(routes) {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(routes, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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

async function answer(routes, request) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const route = routes[`${request.method} ${pathname}`];
  if (route === undefined) return { status: 404, body: {} };
  try {
    return { status: 200, body: await route(request, searchParams) };
  } catch (error) {
    return { status: 400, body: { error: error.message } };
  }
}
