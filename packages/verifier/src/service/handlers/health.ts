import type { Route } from '../request/route.ts';

/** `GET /healthz`: the process answers. */
export function healthRoute(): Route {
  return { method: 'GET', path: '/healthz', access: 'open', handle: () => ({ status: 200, body: { ok: true } }) };
}

/** `GET /readyz`: the service takes requests; not while it is being stopped, nor while its audit lines are not being read. */
export function readyRoute(isReady: () => boolean): Route {
  const handle: Route['handle'] = () => (isReady() ? { status: 200, body: { ok: true } } : { status: 503, body: { ok: false } });
  return { method: 'GET', path: '/readyz', access: 'open', handle };
}
