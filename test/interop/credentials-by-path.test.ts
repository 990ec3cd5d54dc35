import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { loadDockerCredentials, openRegistry } from '@release-capsule/oci';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenOnLoopback, type LoopbackServer } from './support/loopback.ts';
import { runProgram } from './support/run-program.ts';
import { Workbench } from './support/workbench.ts';
import { toolPath } from './tools.ts';

/** A registry that accepts no login, and remembers the users that were sent. */
class AskingRegistry {
  readonly users: string[] = [];
  readonly server: Server = createServer(({ headers }, response) => {
    const [, encoded = ''] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
    const [user = ''] = Buffer.from(encoded, 'base64').toString().split(':');
    if (user !== '') this.users.push(user); // skopeo sends an empty one where it has none
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
}

const registry = new AskingRegistry();
let listening: LoopbackServer;
let workbench: Workbench;
let files = 0;

beforeAll(async () => {
  workbench = await Workbench.open();
  listening = await listenOnLoopback(registry.server);
});

afterAll(async () => {
  await listening[Symbol.asyncDispose]();
  workbench[Symbol.dispose]();
});

// HOST stands for the registry that is asked; each key is the user that it holds.
const configurations: readonly (readonly string[])[] = [
  ['HOST', 'HOST/x/team-a'],
  ['HOST/x/team-a', 'HOST/x', 'HOST'],
  ['HOST/x/team-a'],
  ['HOST/x/team-a/app'],
  ['HOST/x/team'],
  ['HOST/x/team-ab', 'HOST/x'],
  ['HOST', 'other.example/x/team-a'],
  ['other.example', 'HOST.example/x/team-a'],
  ['http://HOST/v1/'],
  ['https://HOST/v2/', 'HOST/x/team-b'],
  ['localhost/x/team-a', '127.0.0.1/x/team-a', '127.0.0.1'],
];

describe.each(configurations.map((keys) => ({ keys, name: keys.join(', ') })))('a login under $name', ({ keys }) => {
  test.each(['x/team-a/app', 'x/team-a', 'x/team-ab/app', 'x/team-b/app', 'y'])('goes to %s as skopeo sends it', async (repository) => {
    const { ours, theirs } = await askBoth({ auths: loginsOf(keys) }, repository);

    expect(ours).toEqual(theirs);
  });
});

test.each(['x/team-a/app', 'y'])('a helper of the host goes before every login in the file, for %s too, as with skopeo', async (repository) => {
  const script = `#!/bin/sh\ncat >/dev/null\necho '{"Username":"of-the-helper","Secret":"secret"}'\n`;
  const folder = join(workbench.path, 'helpers');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'docker-credential-ours'), script, { mode: 0o755 });
  const config = { auths: loginsOf(['HOST', 'HOST/x/team-a']), credHelpers: { [listening.host]: 'ours' } };

  expect(await askBoth(config, repository, folder)).toEqual({ ours: ['of-the-helper'], theirs: ['of-the-helper'] });
});

interface Asked {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** Has skopeo and our store ask for a tag of a repository, and tells whose credentials each of them sent. */
async function askBoth(config: object, repository: string, helpers = workbench.path): Promise<Asked> {
  const configPath = writeConfig(config);
  const env = { ...workbench.env, PATH: `${helpers}:${workbench.env['PATH'] ?? ''}` };
  const args = ['inspect', '--tls-verify=false', '--authfile', configPath, `docker://${listening.host}/${repository}:v1`];
  const theirs = await usersOf(() => runProgram(toolPath('skopeo'), args, { cwd: workbench.path, env }));
  const credentials = loadDockerCredentials({ configPath, env });
  const store = openRegistry({ registry: listening.host, repository }, { credentials });
  return { theirs, ours: await usersOf(() => store.resolve('v1').catch((error: unknown) => error)) };
}

/** Makes a login for each key, each with a user of its own. */
function loginsOf(keys: readonly string[]): object {
  const encode = (index: number): string => Buffer.from(`user-${index}:secret`).toString('base64');
  return Object.fromEntries(keys.map((key, index) => [key.replace('HOST', listening.host), { auth: encode(index) }]));
}

function writeConfig(config: object): string {
  files += 1;
  const path = join(workbench.path, `auth-${files}.json`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Tells which users the registry saw while something was done, each once. */
async function usersOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  registry.users.length = 0;
  await act();
  return [...new Set(registry.users)];
}
