import { Problem } from '../request/problem.ts';
import type { Route } from '../request/route.ts';

/** Finds routes by method and path. @throws {Problem} `ROUTE_UNKNOWN`, `METHOD_NOT_ALLOWED`. */
export type FindRoute = (method: string, target: string) => Route;

/**
 * Makes the lookup of a table of routes. Paths are compared as they are: nothing is decoded, so that no other spelling
 * of a path meets other rules.
 */
export function routeFinder(routes: readonly Route[]): FindRoute {
  return (method, target) => {
    const path = target.split('?', 1)[0] ?? '';
    const here = routes.filter((route) => route.path === path);
    if (here.length === 0) throw new Problem('ROUTE_UNKNOWN', 'there is nothing at this path');
    // HEAD asks for what GET would answer, its body left out.
    const found = here.find((route) => route.method === (method === 'HEAD' ? 'GET' : method));
    if (found !== undefined) return found;
    const allowed = here.map((route) => route.method).join(', ');
    throw new Problem('METHOD_NOT_ALLOWED', `the path takes ${allowed}`, { headers: { allow: allowed } });
  };
}
