import { symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validate as validateError } from '../../packages/cli/generated/error.js';
import { Workbench } from './workbench.ts';

type Finding = Readonly<Record<'code' | 'file' | 'field' | 'reference' | 'key' | 'reason' | 'detail' | 'exception', string | undefined>>;

const many = Array.from({ length: 14 }, (_, index) => `https://example.com/base${index}//deploy?ref=v1.${index}`);
const remote = Object.fromEntries(many.map((url, index) => [`k8s/o${index}/kustomization.yaml`, `resources:\n- ${url}\n`]));
const password = 'tReE-PaSsWoRd-41f7';
const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: ${password}, user: app}\n`;

async function refuse(bench: Workbench, ...flags: readonly string[]): Promise<{ readonly text: string; readonly findings: readonly Finding[]; readonly code: string }> {
  const args = ['pack', ...bench.packOptions, '--to', 'oci:capsules', ...flags];
  const told = await bench.run(args);
  const { stdout, status } = await bench.run([...args, '--json']);
  const answer: unknown = JSON.parse(stdout);
  expect(validateError(answer), JSON.stringify(validateError.errors)).toBe(true);
  expect([told.status, status]).toEqual([1, 1]);
  const { error } = answer as { error: { code: string; findings: readonly Finding[] } };
  return { text: told.stderr, findings: error.findings, code: error.code };
}

const chartHead = 'apiVersion: v2\nname: c\nversion: 0.1.0\n';

describe('a package that is refused', () => {
  test('is told all its references in one run, each with the exact text of its exception', async () => {
    using bench = new Workbench();
    bench.commit(remote);

    const { text, findings } = await refuse(bench);

    expect(new Set(findings.map(({ exception }) => exception))).toEqual(new Set(many));
    expect(findings).toHaveLength(many.length);
    for (const url of many) expect(text).toContain(`\n    exception: --allow-reference '${url}'\n`);
    expect(findings[0]).toMatchObject({ code: 'REFERENCE_OUTSIDE', file: 'o0/kustomization.yaml', field: 'resources[0]', reference: many[0], reason: 'remote' });
    expect(text).toContain('--allow-reference, or allow.references in capsule.yaml');
  });

  test('is told its references and its Secrets together', async () => {
    using bench = new Workbench();
    bench.commit({ 'k8s/o/kustomization.yaml': 'resources: [../../README.md]\n', 'k8s/s.yaml': secret });

    const { text, findings, code } = await refuse(bench);

    expect(code).toBe('REFERENCE_OUTSIDE');
    expect(findings.map((each) => `${each.code} ${each.exception}`)).toEqual([
      'REFERENCE_OUTSIDE ../../README.md',
      'SECRET_INCLUDED s.yaml#Secret/db/password',
      'SECRET_INCLUDED s.yaml#Secret/db/user',
    ]);
    expect(text).toMatch(/hint: .*--allow-reference.*--allow-secret-value/);
  });

  test('packs with the exceptions that it was told, on the command line and in capsule.yaml', async () => {
    using bench = new Workbench();
    bench.commit({ ...remote, 'k8s/s.yaml': secret });
    const { findings } = await refuse(bench);
    const ofCode = (code: string): readonly string[] => findings.flatMap((each) => (each.code === code && each.exception !== undefined ? [each.exception] : []));
    const [references, secretValues] = [ofCode('REFERENCE_OUTSIDE'), ofCode('SECRET_INCLUDED')];
    const flags = [...references.map((text) => `--allow-reference=${text}`), ...secretValues.map((text) => `--allow-secret-value=${text}`)];

    await bench.json(['pack', ...bench.packOptions, '--to', 'oci:flags', ...flags]);
    const config = { apiVersion: 'release-capsule/v1', kind: 'Capsule', name: 'app', package: { from: 'k8s' }, allow: { references, secretValues } };
    bench.write('capsule.yaml', JSON.stringify(config));
    await bench.json(['pack', ...bench.packOptions, '--to', 'oci:config']);
    const left = await refuse(bench, ...references.map((text) => `--allow-reference=${text}`), '--allow-secret-value', secretValues[0] ?? '');

    expect(left.findings.map(({ exception }) => exception)).toEqual([secretValues[1]]);
  });

  test('has a line for each problem, and no line that a file in it breaks', async () => {
    using bench = new Workbench();
    symlinkSync('base', bench.path('app/k8s/one'));
    symlinkSync('base', bench.path('app/k8s/two\n  "three": it is well\u001B[31m'));
    bench.commit();

    const { text, findings } = await refuse(bench);

    expect(findings).toHaveLength(2);
    expect(text.split('\n').filter((line) => line.startsWith('  '))).toEqual([
      expect.stringMatching(/^ {2}"one": /),
      expect.stringMatching(/^ {2}"two\\n {2}\\"three\\": it is well\\u001b\[31m": /),
    ]);
    expect(text).not.toMatch(/\\u\{a\}|\u001B/);
  });

  test.each([
    ['a key of a Secret', { 'k8s/s.yaml': `kind: Secret\nmetadata: {name: "a\\n  b"}\nstringData: {"x\\n  error: no\\e[31m": ${password}}\n` }],
    ['a reference', { 'k8s/o/kustomization.yaml': 'resources: ["https://example.com/a\\n  error: no\\e[31m"]\n' }],
  ])('lets %s begin no line of its own', async (_, files) => {
    using bench = new Workbench();
    bench.commit(files);

    const { text } = await refuse(bench);

    expect(text.split('\n').filter((line) => /^\s*error:/.test(line))).toHaveLength(1);
    expect(text).not.toContain('\u001B');
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['a Secret', { 'k8s/s.yaml': secret }],
    ['a template', { 'k8s/c/Chart.yaml': chartHead, 'k8s/c/templates/s.yaml': secret.replace('{name: db}', '\n  name: {{ .x }}') }],
    ['a generator', { 'k8s/g/kustomization.yaml': `secretGenerator: [{name: a, literals: ["p=${password}"]}]\n` }],
    ['an env file', { 'k8s/g/kustomization.yaml': 'secretGenerator: [{name: a, envs: [e]}]\n', 'k8s/g/e': `P=${password}\n` }],
    ['a patch', { 'k8s/g/kustomization.yaml': `patches: [{target: {kind: Secret}, patch: '[{"op": "add", "path": "/stringData/p", "value": "${password}"}]'}]\n` }],
    ['an address with a password', { 'k8s/g/kustomization.yaml': `resources: ["https://bot:${password}@git.example.com/a//b?ref=v1"]\n` }],
    ['an address with a token', { 'k8s/g/kustomization.yaml': `resources: ["https://git.example.com/a//b?ref=v1&access_token=${password}"]\n` }],
    ['a dependency of a chart', { 'k8s/c/Chart.yaml': `${chartHead}dependencies: [{name: d, version: 1.0.0, repository: "https://bot:${password}@charts.example.com"}]\n` }],
    ['a chart that kustomize pulls', { 'k8s/g/kustomization.yaml': `helmCharts: [{name: d, version: 1.0.0, repo: "https://bot:${password}@charts.example.com"}]\n` }],
  ])('never repeats the value of %s', async (_, files) => {
    using bench = new Workbench();
    bench.commit(files);

    const { text, findings } = await refuse(bench);

    expect(findings.length).toBeGreaterThan(0);
    expect(`${text}${JSON.stringify(findings)}`).not.toContain(password);
    expect(`${text}${JSON.stringify(findings)}`).not.toContain(Buffer.from(password).toString('base64'));
  });

  test('is not let through for an address with credentials, by whatever exception', async () => {
    using bench = new Workbench();
    const address = `https://bot:${password}@git.example.com/a//b?ref=v1`;
    bench.commit({ 'k8s/g/kustomization.yaml': `resources: ["${address}"]\n` });

    const { findings } = await refuse(bench, '--allow-reference', address, '--allow-reference', address.replace(/\/\/.*@/, '//***@'));

    expect(findings).toMatchObject([{ reason: 'credentials', reference: 'https://***@git.example.com/a//b?ref=v1' }]);
    expect(findings[0]).not.toHaveProperty('exception');
  });
});

describe('an exception as it was written before', () => {
  const config = (rest: string): string => `apiVersion: release-capsule/v1\nkind: Capsule\nname: app\npackage: {from: k8s${rest}}\n`;

  test.each([
    ['--allow-secret', ['--allow-secret', 'k8s/s.yaml'], /--allow-secret-value FILE#Kind\/name\/key/],
    ['a whole file', ['--allow-secret-value', 's.yaml'], /FILE#Kind\/name\/key/],
  ])('is refused, and says what to write now: %s', async (_, flags, wanted) => {
    using bench = new Workbench();
    const { status, stderr } = await bench.run(['pack', ...bench.packOptions, '--to', 'oci:capsules', ...flags]);

    expect(status).toBe(2);
    expect(stderr).toMatch(wanted);
  });

  test.each([
    [', allowSecrets: [s.yaml]', /old key "allowSecrets": write allow\.secretValues.*FILE#Kind\/name\/key/],
    [', allowReferences: [../x]', /old key "allowReferences": write allow\.references/],
  ])('is refused in capsule.yaml: %s', async (rest, wanted) => {
    using bench = new Workbench();
    bench.write('capsule.yaml', config(rest));
    const { status, stderr } = await bench.run(['pack', ...bench.packOptions, '--to', 'oci:capsules']);

    expect(status).toBe(2);
    expect(stderr).toMatch(wanted);
  });

  test('is refused in a policy', async () => {
    using bench = new Workbench();
    await bench.release();
    const policy = 'apiVersion: release-capsule/v1\nkind: Policy\ncapsule: {name: app, signers: [{key: signing.pub}]}\nallow: {externalReferences: [../x]}\n';
    bench.write('policy.yaml', policy);
    const { status, stderr } = await bench.run(['verify', `oci:capsules:${bench.tag}`, '--image', bench.image, '--policy', 'policy.yaml']);

    expect(status).toBe(2);
    expect(stderr).toMatch(/old key "externalReferences": write allow\.references/);
  });
});
