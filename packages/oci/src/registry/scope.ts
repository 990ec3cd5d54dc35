/**
 * Merges token scopes into the shortest sorted list: one per resource, actions sorted and listed once. The result is
 * also the key under which a token is kept. Source: distribution, "Token Scope Documentation" (`type:name:actions`).
 */
export function mergeScopes(scopes: readonly string[]): readonly string[] {
  const actionsByResource = new Map<string, Set<string>>();
  for (const scope of scopes.flatMap((list) => list.split(' '))) {
    if (scope === '') continue;
    const { resource, actions } = splitScope(scope);
    const known = actionsByResource.get(resource) ?? new Set<string>();
    for (const action of actions) known.add(action);
    actionsByResource.set(resource, known);
  }
  return [...actionsByResource].map(([resource, actions]) => joinScope(resource, actions)).toSorted();
}

function splitScope(scope: string): { resource: string; actions: readonly string[] } {
  // The name may hold a port, so the actions are what follows the last colon.
  const colon = scope.lastIndexOf(':');
  if (scope.indexOf(':') === colon) return { resource: scope, actions: [] };
  const actions = scope.slice(colon + 1).split(',');
  return { resource: scope.slice(0, colon), actions: actions.filter((action) => action !== '') };
}

function joinScope(resource: string, actions: ReadonlySet<string>): string {
  return actions.size === 0 ? resource : `${resource}:${[...actions].toSorted().join(',')}`;
}
