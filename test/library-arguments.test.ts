import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oci from '@release-capsule/oci';
import * as packer from '@release-capsule/packer';
import * as promoter from '@release-capsule/promoter';
import * as verifier from '@release-capsule/verifier';
import { startService } from '@release-capsule/verifier/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const digest = `sha256:${'1'.repeat(64)}`;
const commit = '0cc4cd87f40ae606d1822d5652b552f8c50a4668';
const descriptor = oci.describeContent('application/vnd.oci.image.manifest.v1+json', new Uint8Array([1]));
const bytes = new Uint8Array();
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const store = new oci.MemoryStore();
const signer = { sign: () => Promise.reject(new packer.PackError('SIGNING_FAILED', 'it never signs')) };
const source = { open: () => Promise.reject(new packer.PackError('COMMIT_UNKNOWN', 'there is none')) };
const freight = verifier.freightFromImage(`ghcr.io/example/app:git-${commit}@${digest}`);
const policy = verifier.policyFromFlags({ name: 'app', keyPem: publicPem });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'capsule-arguments-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A call whose arguments have the right types. Whether it succeeds is not asked: what is wrong is said by a code. */
interface Call {
  readonly call: (...args: never[]) => unknown;
  readonly args: () => readonly unknown[];
}

const signing = { witnesses: [], checkBundle: async () => undefined, now: () => new Date(), signal: new AbortController().signal };
const packing = {
  name: 'app', packagePath: 'k8s', image: { repoURL: 'ghcr.io/example/app', digest }, images: [], lockPath: 'capsule.lock.yaml', kind: 'kustomize', include: [], exclude: [],
  dereference: false, sourceURL: 'https://github.com/example/app', omitSourceProof: false, sbom: bytes, provenance: bytes, annotations: {}, allow: { references: [], secretValues: [] },
  now: () => new Date(), temporaryDirectory: tmpdir(), onProgress: () => undefined, onBegun: () => undefined, signal: new AbortController().signal,
};

const calls: Readonly<Record<string, Call>> = {
  'oci.openLayout': { call: oci.openLayout, args: () => [join(folder, 'absent'), { create: false, lock: { waitMs: 1, abandonedMs: 1 }, signal: signing.signal }] },
  'oci.openRegistry': {
    call: oci.openRegistry,
    args: () => [
      { registry: 'localhost:1', repository: 'a' },
      { plainHttp: true, userAgent: 'x', timeouts: { idleMs: 1 }, allowedHosts: [], uploadOrigins: [], fallbackIndex: { attempts: 1 }, onRequest: () => undefined },
    ],
  },
  'oci.copyGraph': { call: oci.copyGraph, args: () => [store, store, descriptor, { referrers: true, onCopied: () => undefined, onSkipped: () => undefined }] },
  'oci.readAll': { call: oci.readAll, args: () => [store, descriptor, { maxBytes: 10 }] },
  'oci.pushBytes': { call: oci.pushBytes, args: () => [store, { mediaType: 'text/plain', bytes }, signing.signal] },
  'oci.loadDockerCredentials': { call: oci.loadDockerCredentials, args: () => [{ configPath: join(folder, 'config.json'), env: {}, helperTimeoutMs: 1 }] },
  'oci.parseReference': { call: oci.parseReference, args: () => ['ghcr.io/example/app:v1'] },
  'packer.packCapsule': { call: packer.packCapsule, args: () => [source, store, { ...packing, onWarning: () => undefined }] },
  'packer.signCapsule': { call: packer.signCapsule, args: () => [store, descriptor, signer, { ...signing, legacy: { dockerReference: 'ghcr.io/example/app' }, onSigned: () => undefined }] },
  'packer.attestCapsule': { call: packer.attestCapsule, args: () => [store, descriptor, signer, { ...signing, attestations: [], findAttached: async () => undefined }] },
  'packer.signStatement': { call: packer.signStatement, args: () => [store, descriptor, signer, { ...signing, statement: bytes }] },
  'packer.attachBundle': { call: packer.attachBundle, args: () => [store, bytes, { subject: descriptor, predicateType: 'a', created: new Date() }] },
  'packer.tagCapsule': { call: packer.tagCapsule, args: () => [store, descriptor, 'v1', signing.signal] },
  'packer.keylessSigner': { call: packer.keylessSigner, args: () => [{ certificateAuthority: new URL('https://a.example'), identity: {}, now: () => new Date() }] },
  'packer.gitSource': { call: packer.gitSource, args: () => [{ directory: folder, revision: 'HEAD', env: {} }] },
  'packer.directorySource': { call: packer.directorySource, args: () => [{ directory: folder, commit, committedAt: 1 }] },
  'packer.describeRepository': { call: packer.describeRepository, args: () => [{ directory: folder, env: {} }] },
  'packer.loadPrivateKey': { call: packer.loadPrivateKey, args: () => [pem, ''] },
  'packer.writeKeyPair': { call: packer.writeKeyPair, args: () => [join(folder, 'absent'), { privateKeyPem: '', publicKeyPem: '' }, 'cosign'] },
  'packer.findIdentity': { call: packer.findIdentity, args: () => [{ file: { text: '', path: 'token' }, env: {}, now: new Date() }] },
  'packer.parseCapsuleConfig': { call: packer.parseCapsuleConfig, args: () => [bytes] },
  'packer.openWitnesses': { call: packer.openWitnesses, args: () => [{ logs: [], timestampAuthorities: [] }, signing.signal] },
  'verifier.verifyCapsule': {
    call: verifier.verifyCapsule,
    args: () => [
      store, freight, policy,
      { capsule: { tag: 'v1' }, now: () => new Date(), temporaryDirectory: folder, openImage: () => store, deadlineMs: 1000, explain: false, onProgress: () => undefined, onBegun: () => undefined },
    ],
  },
  'verifier.unpackCapsule': { call: verifier.unpackCapsule, args: () => [{}, folder, { replace: false, durable: false, signal: signing.signal }] },
  'verifier.parseFreightText': { call: verifier.parseFreightText, args: () => [bytes] },
  'verifier.freightFromImage': { call: verifier.freightFromImage, args: () => [`ghcr.io/example/app:v1@${digest}`] },
  'verifier.parsePolicyText': { call: verifier.parsePolicyText, args: () => [bytes, { directory: folder, readFile: async () => bytes }] },
  'verifier.policyFromFlags': { call: verifier.policyFromFlags, args: () => [{ name: 'app', keyPem: publicPem, keyLabel: 'a', capsuleRepository: 'ghcr.io/a/b', sourcePath: 'k8s' }] },
  'verifier.makeSummary': { call: verifier.makeSummary, args: () => [{ accepted: false, report: {} }, { stage: 'test', timeVerified: new Date(), version: '1' }] },
  'verifier.readPublicGood': {
    call: verifier.readPublicGood,
    args: () => [{ mirror: 'http://127.0.0.1:1', cacheDirectory: folder, refresh: false, maxAgeMs: 1, now: () => new Date(), temporaryDirectory: folder }],
  },
  'verifier.loadTrustedRoot': { call: verifier.loadTrustedRoot, args: () => [bytes, { source: 'file', label: 'a' }] },
  'verifier.findAttestation': { call: verifier.findAttestation, args: () => [store, descriptor, { signers: [], nowMs: 1, predicateType: 'a' }] },
  'verifier.checkBundle': { call: verifier.checkBundle, args: () => [bytes, { signers: [], nowMs: 1, digest }] },
  'verifier.locateCapsule': { call: verifier.locateCapsule, args: () => [policy] },
  'promoter.lockImages': { call: promoter.lockImages, args: () => [{ paths: [], read: async () => bytes }, { kind: 'kustomize', renderers: {}, temporaryDirectory: folder, apiVersions: [] }] },
  'promoter.openHelm': { call: promoter.openHelm, args: () => [{ given: join(folder, 'helm'), searchPath: folder, temporaryDirectory: folder }] },
  'promoter.openKustomize': { call: promoter.openKustomize, args: () => [{ given: join(folder, 'kustomize'), searchPath: folder, temporaryDirectory: folder }] },
  'service.startService': { call: startService, args: () => [{ policies: [], access: {}, limits: {}, registry: {}, version: '1' }, { host: '127.0.0.1', port: 0 }] },
};

/** What plain JavaScript, or an unset variable in it, passes by mistake. */
const wrongs: readonly unknown[] = [undefined, null, 0, -1, Number.NaN, '', 'a text', true, [], [1], {}, { a: 1 }, () => 1, new Date(Number.NaN), Symbol('a')];

/** What a call ends in: nothing, or the code of an error of ours; any other error is the answer itself. */
async function endOf({ call }: Call, args: readonly unknown[]): Promise<unknown> {
  try {
    const result: unknown = await call(...(args as never[]));
    if (typeof result === 'object' && result !== null && 'stop' in result && typeof result.stop === 'function') await result.stop(0);
    return 'ended';
  } catch (error) {
    // The system's own errors say what is wrong with a directory that has the right type.
    const isCoded = error instanceof Error && 'code' in error && ('hint' in error || 'syscall' in error);
    return isCoded ? error.code : error;
  }
}

/** The arguments, with one of them, or one of its members, replaced by each wrong value. */
function* mistakes(args: readonly unknown[]): Generator<readonly [what: string, args: readonly unknown[]]> {
  for (const [at, arg] of args.entries()) {
    for (const wrong of wrongs) yield [`argument ${at} = ${String(wrong)}`, args.with(at, wrong)];
    if (typeof arg !== 'object' || arg === null || Object.getPrototypeOf(arg) !== Object.prototype) continue;
    for (const [key, right] of Object.entries(arg)) {
      // What a function of the caller's returns is the caller's business.
      const others = wrongs.filter((wrong) => typeof wrong !== 'function' || typeof right !== 'function');
      for (const wrong of others) yield [`${at}.${key} = ${String(wrong)}`, args.with(at, { ...arg, [key]: wrong })];
    }
  }
}

describe('from plain JavaScript', () => {
  test.each(Object.entries(calls))('%s ends in an error with a code, whatever it is called with', async (_name, call) => {
    const odd: unknown[] = [];
    for (const [what, args] of mistakes(call.args())) {
      const end = await endOf(call, args);
      if (end instanceof Error) odd.push(`${what}: ${end.name}: ${end.message}`);
    }
    const none = await endOf(call, []);
    if (none instanceof Error) odd.push(`no arguments: ${none.name}: ${none.message}`);
    expect(odd).toEqual([]);
  });

  test.each<readonly [string, () => unknown, string]>([
    ['a clock that is a date', () => verifier.verifyCapsule(store, freight, policy, { now: new Date() } as never), 'options.now must be a function, not this object'],
    ['no name', () => packer.packCapsule(source, store, { packagePath: 'k8s' } as never), 'options.name is missing; it must be a text'],
    ['a policy that is a text', () => verifier.verifyCapsule(store, freight, 'policy.yaml' as never), 'policy must be an object, not this string'],
    [
      'a place that is no store',
      () => packer.packCapsule(source, 'oci:capsules' as never, packing as never),
      'store must be an object with the methods fetch, resolve, exists, push, tag, not this string',
    ],
    ['a list of directories', () => promoter.openHelm({ searchPath: ['/bin'] } as never), 'options.searchPath must be a text, not this list'],
  ])('%s is named in the message', async (_what, call, message) => {
    await expect((async () => call())()).rejects.toMatchObject({ code: 'OPTION_INVALID', message, hint: expect.any(String) });
  });
});

describe('a text where true or false is meant', () => {
  // As it comes from the environment: `ALLOW_ANONYMOUS=false`.
  test.each(['allowAnonymous', 'allowAnonymousVerify'])('opens no service: access.%s', async (name) => {
    const started = startService({ policies: [], access: { tokenFile: join(folder, 'tokens'), [name]: 'false' }, version: '1' }, { host: '127.0.0.1', port: 0 });
    await expect(started).rejects.toMatchObject({ code: 'OPTION_INVALID', message: `options.access.${name} must be true or false, not this string` });
  });

  test.each(['deadlineMs', 'maxConcurrent', 'maxQueued', 'maxConnections', 'cacheEntries'])('is no limit: limits.%s', async (name) => {
    const started = startService({ policies: [], access: { allowAnonymous: true }, limits: { [name]: 'many' }, version: '1' }, { host: '127.0.0.1', port: 0 });
    await expect(started).rejects.toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining(`options.limits.${name} must be`) });
  });

  test.each(['Enforce', 'enforced', 'on', ''])('is no audit mode: a policy is enforced unless it says exactly "audit", and not %j', async (mode) => {
    const { report } = await verifier.verifyCapsule(store, freight, { ...policy, mode: mode as 'enforce' }, { capsule: { tag: 'absent' } });
    expect(report.enforced).toBe(true);
  });
});

describe('what has a default', () => {
  test('is the system clock and its place for temporary files', async () => {
    const verdict = await verifier.verifyCapsule(store, freight, policy, { capsule: { tag: 'absent' } });
    expect(verdict.accepted).toBe(false);
    await expect(packer.packCapsule(source, store, { name: 'app', packagePath: 'k8s' })).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
    await expect(packer.signCapsule(store, descriptor, signer)).rejects.toMatchObject({ code: expect.not.stringMatching('OPTION_INVALID') });
    expect((await promoter.lockImages({ paths: [], read: async () => bytes }, { kind: 'kustomize' })).lock).toBeDefined();
  });

  test('may be passed as undefined', async () => {
    const verdict = await verifier.verifyCapsule(store, freight, policy, { now: undefined, temporaryDirectory: undefined });
    expect(verdict.accepted).toBe(false);
  });
});
