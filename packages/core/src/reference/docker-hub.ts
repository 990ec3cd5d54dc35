/** The registry of Docker Hub, by the name that it has in references. */
export const dockerHub = 'docker.io';

/** Every name of Docker Hub: references, credentials and Docker's own addresses each prefer another one. */
export const dockerHubNames: ReadonlySet<string> = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);
