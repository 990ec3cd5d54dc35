import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A place for what a program writes, and the environment that leads it there. */
export interface PrivateHome extends AsyncDisposable {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Makes an empty home below a directory: a program that gets it reads no settings, plugins or credentials of the user's. */
export async function privateHome(temporaryDirectory: string): Promise<PrivateHome> {
  const directory = await mkdtemp(join(temporaryDirectory, 'render-'));
  const place = (name: string): string => join(directory, name);
  await mkdir(place('tmp'));
  return {
    directory,
    env: {
      HOME: directory,
      TMPDIR: place('tmp'),
      XDG_CACHE_HOME: place('cache'),
      XDG_CONFIG_HOME: place('config'),
      XDG_DATA_HOME: place('data'),
      HELM_CACHE_HOME: place('helm-cache'),
      HELM_CONFIG_HOME: place('helm-config'),
      HELM_DATA_HOME: place('helm-data'),
      HELM_PLUGINS: place('helm-plugins'),
      HELM_NO_PLUGINS: '1',
      KUSTOMIZE_PLUGIN_HOME: place('kustomize-plugins'),
      KUBECONFIG: place('kubeconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
