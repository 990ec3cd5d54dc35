import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workbench } from './workbench.ts';

let bench: Workbench;

beforeAll(() => {
  bench = new Workbench();
  bench.write('config/capsule.yaml', 'apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: { from: k8s }\nimage: { repository: ghcr.io/example/app }\n');
});

afterAll(() => bench[Symbol.dispose]());

test.each([
  ['release', [], '--name, --package, --to and --key are missing', 'or write name, package.from, capsule.repository and sign into capsule.yaml'],
  ['pack', [], '--name, --package and --to are missing', 'Give --name NAME, --package PATH and --to REFERENCE;'],
  ['release', ['--config', 'config/capsule.yaml'], '--image-digest, --to and --key are missing', 'or write capsule.repository and sign into'],
  ['verify', ['oci:capsules'], '--policy and --freight are missing', '--freight FILE (or --image IMAGE)'],
  ['unpack', ['oci:capsules'], '--output, --policy and --freight are missing', 'Give --output DIR, --policy FILE'],
  ['unpack', ['oci:capsules', '--output', '', '--policy', 'p'], '--output and --freight are missing', 'Give --output DIR and --freight'],
  ['verify', ['oci:capsules', '--summary'], '--stage and --summary-key are missing', 'Give --stage NAME and --summary-key FILE.'],
])('%s %j says in one run what is missing', async (command, args, message, hint) => {
  const { status, stdout, stderr } = await bench.run([command, ...args]);

  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`error: ${message} [OPTION_INVALID]\n`);
  expect(stderr).toContain(hint);
});

test('a single one is explained by what needs it', async () => {
  const { stderr } = await bench.run(['release', '--config', 'config/capsule.yaml', '--to', 'oci:x', '--key', 'signing.key']);

  expect(stderr).toContain('capsule.yaml names the image ghcr.io/example/app, and no digest is given');
});
