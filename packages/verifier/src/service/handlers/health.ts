import type { Route } from '../exchange/route.ts';

/** `GET /healthz`: the process answers. */
export function healthRoute(): Route {
  return { method: 'GET', path: '/healthz', access: 'open', handle: () => ({ status: 200, body: { ok: true } }) };
}

/** `GET /readyz`: the service takes requests; not while it is being stopped. */
export function readyRoute(isStopping: () => boolean): Route {
  const handle: Route['handle'] = () => (isStopping() ? { status: 503, body: { ok: false } } : { status: 200, body: { ok: true } });
  return { method: 'GET', path: '/readyz', access: 'open', handle };
}
