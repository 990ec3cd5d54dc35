import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workspaceRoot } from '../rules/source-files.ts';

const run = promisify(execFile);
const cache = join(workspaceRoot, 'node_modules', '.cache');

let folder: string;

beforeAll(async () => {
  // Inside the workspace, so that the runner finds itself and the set-up file.
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'setup-test-'));
});

afterAll(() => rm(folder, { recursive: true }));

test('a test that lets something be printed or warned about fails, and not only the first one of its file', async () => {
  await writeFile(
    join(folder, 'stray.test.ts'),
    `import { test } from 'vitest';
     test('prints', () => console.error('first'));
     test('is quiet', () => {});
     test('prints too', () => console.warn('second'));
     test('warns', async () => { process.emitWarning('third'); await new Promise((done) => setTimeout(done, 20)); });`,
  );
  expect(await outcomes()).toEqual(['failed', 'passed', 'failed', 'failed']);
});

async function outcomes(): Promise<readonly string[]> {
  const config = join(folder, 'vitest.config.mjs');
  const setup = join(workspaceRoot, 'test', 'setup.ts');
  const options = { include: ['*.test.ts'], setupFiles: [setup], root: folder };
  const shared = pathToFileURL(join(workspaceRoot, 'vitest.shared.ts'));
  await writeFile(config, `import { sources } from '${shared.href}';\nexport default { ...sources, test: ${JSON.stringify(options)} };`);
  const reportPath = join(folder, 'report.json');
  const runner = join(workspaceRoot, 'node_modules/vitest/vitest.mjs');
  const args = [runner, 'run', '--configLoader', 'native', '--config', config, '--root', folder, '--reporter=json', `--outputFile.json=${reportPath}`];
  await expect(run(process.execPath, args, { cwd: folder })).rejects.toMatchObject({ code: 1 });
  const report = JSON.parse(await readFile(reportPath, 'utf8')) as { testResults: { assertionResults: { status: string }[] }[] };
  return report.testResults.flatMap((file) => file.assertionResults.map(({ status }) => status));
}
