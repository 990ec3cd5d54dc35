import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';

const run = promisify(execFile);

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'install-environment-'));
});

afterEach(() => rm(home, { recursive: true }));

describe('what npm and pnpm are told of the home', () => {
  test('is nothing new where it can be written', async () => {
    expect(await ask(home)).toEqual({ HOME: home, CI: 'true' });
  });

  test.for(['absent', '../absent/home'])('is a place in the workspace where it does not exist: %s', async (name) => {
    const { HOME, npm_config_cache: cache, CI } = await ask(join(home, name));

    expect([HOME, cache, CI]).toEqual([expect.stringMatching(/\/\.tools\/home$/), `${HOME}/npm`, 'true']);
  });

  test('is a place for downloads alone where it can be read: its settings count', async (context) => {
    context.skip(process.getuid?.() === 0, 'needs a user other than root, who may write everywhere');
    await chmod(home, 0o500);
    const { HOME, XDG_DATA_HOME: data } = await ask(home);

    expect([HOME, data]).toEqual([home, expect.stringMatching(/\/\.tools\/home\/share$/)]);
  });
});

async function ask(path: string): Promise<Readonly<Record<string, string>>> {
  const module = pathToFileURL(join(workspaceRoot, 'scripts/bootstrap/install-environment.mjs')).href;
  const program = `import { installEnvironment } from '${module}'; console.log(JSON.stringify(installEnvironment()));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { env: { HOME: path, CI: 'true' } });
  return JSON.parse(stdout);
}
