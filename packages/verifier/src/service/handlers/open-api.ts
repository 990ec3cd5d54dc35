import type { Route } from '../request/route.ts';
import document from '../open-api.json' with { type: 'json' };

/** `GET /openapi.json`: what every route takes and answers. */
export function openApiRoute(): Route {
  return { method: 'GET', path: '/openapi.json', access: 'open', handle: () => ({ status: 200, body: document }) };
}
