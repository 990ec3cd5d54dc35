import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let image: Record<string, string>;
let capsule: Record<string, string>;

beforeAll(async () => {
  bench = new Workbench();
  const { digest } = await bench.release();
  image = { repoURL: 'ghcr.io/example/app', tag: bench.tag, digest: `sha256:${'1'.repeat(64)}` };
  capsule = { repoURL: 'ghcr.io/example/app-capsule', tag: bench.tag, digest: String(digest) };
  writePolicy('policy.yaml', {});
});

afterAll(() => bench[Symbol.dispose]());

const origin = { kind: 'Warehouse', name: 'app' };
/** What `kubectl get freight -o json` prints beside what a verification needs. */
const kubernetes = { apiVersion: 'kargo.akuity.io/v1alpha1', kind: 'Freight', alias: 'odd-otter', status: { verifiedIn: {} } };

describe('a Freight', () => {
  test.each([
    ['with image and capsule', () => [image, capsule], 'oci:capsules'],
    ['with the capsule alone', () => [capsule], 'oci:capsules'],
    ['with the image alone', () => [image], () => `oci:capsules:${bench.tag}`],
  ] as const)('%s is accepted as JSON, as YAML, from a file and from standard input', async (_shape, images, place) => {
    const freight = { origin, images: images() };
    const reference = typeof place === 'string' ? place : place();
    const texts = [JSON.stringify({ ...kubernetes, ...freight }), stringify(freight)];
    for (const text of texts) {
      bench.write('freight', text);

      const fromFile = await bench.json(['verify', reference, '--freight', 'freight', '--policy', 'policy.yaml']);
      const fromStdin = await bench.json(['verify', reference, '--freight', '-', '--policy', 'policy.yaml'], { input: text });

      expect(fromFile).toMatchObject({ accepted: true, outcome: 'accepted', enforced: true, capsule: { digest: capsule['digest'] } });
      expect(fromStdin).toEqual(fromFile);
    }
  });

  test('with the image alone and no reference is looked for where the policy says', async () => {
    writePolicy('elsewhere.yaml', { capsule: { repository: '127.0.0.1:1/example/app-capsule' } });

    const { status, stdout, stderr } = await bench.run(['verify', '--freight', '-', '--policy', 'elsewhere.yaml'], {
      input: stringify({ origin, images: [image] }),
    });

    // Nobody listens there: it was asked, and could not answer.
    expect({ status, stderr }).toMatchObject({ status: 3 });
    expect(stdout).toContain(`127.0.0.1:1/example/app-capsule:${bench.tag}`);
  });

  test.each([
    ['whose image has another digest', () => [{ ...image, digest: `sha256:${'2'.repeat(64)}` }, capsule], 'PAIR_DIGEST_DIFFERS'],
    ['whose capsule has another digest', () => [image, { ...capsule, digest: `sha256:${'2'.repeat(64)}` }], 'CAPSULE_MISSING'],
    ['whose image has the tag of another commit', () => [{ ...image, tag: `git-${'a'.repeat(40)}` }, capsule], 'TAG_OTHER_COMMIT'],
  ] as const)('%s is refused', async (_what, images, code) => {
    const input = stringify({ origin, images: images() });

    const { status, stdout } = await bench.run(['unpack', 'oci:capsules', '--freight', '-', '--policy', 'policy.yaml', '--output', 'out/r'], { input });

    expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringContaining(`[${code}]`) });
    expect(existsSync(bench.path('out/r'))).toBe(false);
  });

  test('whose name is not that of its content is refused', async () => {
    const input = JSON.stringify({ metadata: { name: '0'.repeat(40) }, origin, images: [image, capsule] });

    const { status, stdout } = await bench.run(['verify', 'oci:capsules', '--freight', '-', '--policy', 'policy.yaml'], { input });

    expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringMatching(/✘ FREIGHT_NAME .*\[FREIGHT_NAME_/) });
  });

  test.each([
    ['empty', ''],
    ['no mapping', '- a\n'],
    ['YAML with an anchor', 'origin: &a {kind: Warehouse, name: app}\nimages: []\n'],
    ['a YAML bomb', `a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n`],
    ['JSON with a key twice', '{"images":[],"images":[{}]}'],
    ['more than a Freight can be', `origin: {kind: Warehouse, name: ${'a'.repeat(3_000_000)}}`],
  ])('that is %s is misuse, and no stack trace', async (_what, input) => {
    const { status, stdout, stderr } = await bench.run(['verify', 'oci:capsules', '--freight', '-', '--policy', 'policy.yaml'], { input });

    expect({ status, stdout, stderr }).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/\[(FREIGHT_INVALID|FILE_UNREADABLE)\]\nhint: .*\n$/) });
  });
});

describe('a policy', () => {
  test('in audit mode records a refusal, and stops verify from failing but not unpack', async () => {
    writePolicy('audit.yaml', { mode: 'audit' });
    const input = stringify({ origin, images: [{ ...image, digest: `sha256:${'2'.repeat(64)}` }, capsule] });
    const audit = ['oci:capsules', '--freight', '-', '--policy', 'audit.yaml'];

    expect(await bench.json(['verify', ...audit], { input })).toMatchObject({ accepted: false, outcome: 'refused', enforced: false });
    expect(await bench.run(['verify', ...audit], { input })).toMatchObject({ status: 0, stdout: expect.stringMatching(/refused.*audit/) });
    expect(await bench.run(['unpack', ...audit, '--output', 'out/audited'], { input })).toMatchObject({ status: 1 });

    expect(existsSync(bench.path('out/audited'))).toBe(false);
  });

  test('that asks for lineage is not supported yet, and is not answered as if it had not asked', async () => {
    writePolicy('asking.yaml', { require: { lineage: true } });

    const { status, stderr } = await bench.run(['verify', 'oci:capsules', '--policy', 'asking.yaml', '--image', bench.image]);

    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(/not supported yet.*\[POLICY_UNSUPPORTED\]\nhint: /s) });
    expect(stderr).toContain('LINEAGE');
  });

  test('that trusts nobody is misuse: there is no unsigned default', async () => {
    writePolicy('trusting.yaml', { capsule: { signers: [] } });
    const reference = `oci:capsules:${bench.tag}`;

    const results = [
      await bench.run(['verify', reference, '--policy', 'trusting.yaml', '--image', bench.image]),
      await bench.run(['verify', reference, '--name', 'app', '--image', bench.image]),
    ];

    for (const result of results) expect(result).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[TRUST_MISSING\]\nhint: /) });
  });

  test.each([
    ['a YAML bomb', 'a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n'],
    ['a key that is unknown', 'apiVersion: release-capsule/v1\nkind: Policy\ncapsule: {name: app, signer: []}\n'],
    ['a key twice', 'apiVersion: release-capsule/v1\nkind: Policy\nmode: enforce\nmode: audit\ncapsule: {name: app}\n'],
    ['nothing', ''],
  ])('that holds %s is misuse', async (_what, text) => {
    bench.write('bad.yaml', text);

    const result = await bench.run(['verify', 'oci:capsules', '--policy', 'bad.yaml', '--image', bench.image]);

    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^error: bad\.yaml: .*\[POLICY_INVALID\]\nhint: .*\n$/s) });
  });

  test.each([
    ['neither --freight nor --image', ['--policy', 'policy.yaml']],
    ['both --freight and --image', ['--policy', 'policy.yaml', '--freight', 'f', '--image', 'i']],
    ['both --policy and --key', ['--policy', 'policy.yaml', '--key', 'signing.pub', '--image', 'i']],
    ['no policy at all', ['--freight', 'f']],
  ])('and flags: %s is misuse', async (_what, args) => {
    const result = await bench.run(['verify', 'oci:capsules', ...args]);

    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/\[OPTION_INVALID\]\nhint: .*\n$/) });
  });
});

describe('capsule unpack', () => {
  test('leaves a directory that is there alone, unless it may replace it', async () => {
    const unpack = ['unpack', `oci:capsules:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/twice'];
    bench.write('out/twice/package/mine.txt', 'mine');
    const mine = bench.snapshot('out/twice');

    expect(await bench.run(unpack)).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[TARGET_EXISTS\]\nhint: .*--replace/) });
    expect(bench.snapshot('out/twice')).toEqual(mine);

    // Without a release record it is somebody's directory, whatever its folders are called.
    expect(await bench.run([...unpack, '--replace'])).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[TARGET_INVALID\]\nhint: /) });
    expect(bench.snapshot('out/twice')).toEqual(mine);

    rmSync(bench.path('out/twice'), { recursive: true });
    expect(await bench.run(unpack)).toMatchObject({ status: 0 });
    bench.write('out/twice/package/mine.txt', 'mine');
    expect(await bench.run([...unpack, '--replace', '--durable'])).toMatchObject({ status: 0 });
    expect(existsSync(bench.path('out/twice/package/mine.txt'))).toBe(false);
    expect(bench.read('out/twice/package/kustomize/base/config.yaml')).toBe(bench.read('app/k8s/base/config.yaml'));
  });

  test('replaces no directory that is no unpacked capsule: a mistyped path must not delete a checkout', async () => {
    const app = bench.snapshot('app');

    const result = await bench.run(['unpack', `oci:capsules:${bench.tag}`, ...bench.verifyOptions, '--output', 'app', '--replace']);

    expect(result).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[TARGET_INVALID\]\nhint: /) });
    expect(bench.snapshot('app')).toEqual(app);
  });

  test('does not replace a file, nor follow a link', async () => {
    bench.write('out/file', 'mine');

    const result = await bench.run(['unpack', `oci:capsules:${bench.tag}`, ...bench.verifyOptions, '--output', 'out/file', '--replace']);

    expect(result).toMatchObject({ status: 2, stderr: expect.stringMatching(/\[TARGET_INVALID\]\nhint: /) });
    expect(bench.read('out/file')).toBe('mine');
  });
});

/** Writes a policy that accepts the release, with changes one level deep. */
function writePolicy(path: string, { capsule: changed, ...change }: Readonly<Record<string, unknown>>): void {
  const common = { name: 'app', repository: 'ghcr.io/example/app-capsule', signers: [{ key: 'signing.pub' }] };
  const policy = { apiVersion: 'release-capsule/v1', kind: 'Policy', capsule: { ...common, ...(changed as object) }, image: { repository: 'ghcr.io/example/app' }, ...change };
  bench.write(path, stringify(policy));
}
