import { fileURLToPath } from 'node:url';

/** The workspace's root, with a trailing slash. */
export const workspaceRoot = fileURLToPath(new URL('../../', import.meta.url));
