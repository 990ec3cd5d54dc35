import { devNull } from 'node:os';

/** What git sees of the environment: nothing of the user's configuration, and no `GIT_DIR` that points elsewhere. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
};
