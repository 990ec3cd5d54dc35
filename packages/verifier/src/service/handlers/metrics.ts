import type { ServiceMetrics } from '../metrics/service-metrics.ts';
import type { Route } from '../request/route.ts';

/** `GET /metrics`: what Prometheus scrapes. */
export function metricsRoute(metrics: ServiceMetrics): Route {
  const handle: Route['handle'] = async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() });
  return { method: 'GET', path: '/metrics', access: 'open', handle };
}
