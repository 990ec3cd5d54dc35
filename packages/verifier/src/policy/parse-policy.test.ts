import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerifyError } from '../errors.ts';
import { withoutDenied } from '../claims/not-denied.ts';
import { parsePublicKey } from '../signature/public-key.ts';
import { parsePolicyText } from './parse-policy.ts';
import { policyKeys } from './policy-data.ts';
import { loadTrustedRoot } from '../trust/load-trusted-root.ts';
import { rootJson } from '../trust/testing/test-root.ts';
import type { PolicyFiles } from './read-signers.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });

let files: PolicyFiles;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'capsule-policy-'));
  await writeFile(join(directory, 'cosign.pub'), pem);
  await writeFile(join(directory, 'again.pub'), pem.replaceAll('\n', '\r\n'));
  await writeFile(join(directory, 'other.pub'), other);
  await writeFile(join(directory, 'cosign.key'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  files = {
    directory,
    readFile: async (path, maxBytes) => {
      const bytes = await readFile(path);
      if (bytes.byteLength > maxBytes) throw new Error('too large');
      return bytes;
    },
    readPublicGoodRoot: async () => loadTrustedRoot(Buffer.from(JSON.stringify(rootJson())), { source: 'public-good', label: 'public-good' }),
  };
});

afterAll(() => rm(files.directory, { recursive: true }));

const policyWith = (more: string): string => {
  return `apiVersion: release-capsule/v1\nkind: Policy\n${more}\n`;
};
const signed = (more: string): string => {
  const capsule = '{ name: app, repository: ghcr.io/example/app-capsule, signers: [{ key: cosign.pub }] }';
  return policyWith(`capsule: ${capsule}\n${more}`);
};
const parse = (text: string) => parsePolicyText(Buffer.from(text), files);
const refusal = async (text: string): Promise<VerifyError> => {
  try {
    await parse(text);
  } catch (error) {
    if (error instanceof VerifyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const everything = `
mode: audit
capsule:
  name: app
  repository: ghcr.io/example/app-capsule
  threshold: 2
  signers:
    - keyless:
        issuer: https://token.actions.githubusercontent.com
        identity: https://github.com/example/app/.github/workflows/release.yml@refs/heads/main
    - key: cosign.pub
      notBefore: 2026-01-01T00:00:00Z
      notAfter: 2027-01-01T00:00:00Z
image:
  repository: ghcr.io/example/app
  signers: [{ key: cosign.pub }]
  threshold: 1
  provenance: { signers: [{ key: other.pub }], builders: ["https://builder.example/v1"] }
source:
  repository: git@github.com:example/app.git
  path: k8s/kustomize
  include: ["base/**", "components/**"]
package: { kind: kustomize }
require: { provenance: true, sbom: true, lineage: false, lockedImages: true }
pairing: image
tagRule: any
trust: { trustedRoot: public-good }
allow:
  references: [https://example.com/crd.yaml]
  unlockedImages: [docker.io/library/nginx]
  hosts: [registry.internal:5000, "[::1]:5000", localhost]
deny:
  - { capsule: "sha256:${'a'.repeat(64)}", reason: bad release }
  - { commit: "${'1'.repeat(40)}", reason: bad commit }
  - { signer: cosign.pub, reason: lost laptop }
`;

describe('a policy that accepts summaries', () => {
  const summary = (more: string): string => signed(`summary: { policyDigest: "sha256:${'9'.repeat(64)}", stage: test, maxAgeHours: 24, ${more} }`);

  it('says by whom, under which policy, for which stage and how old', async () => {
    const policy = await parse(summary('signers: [{ key: other.pub }]'));

    expect(policy.summary).toMatchObject({ signers: [{ label: 'other.pub' }], policyDigest: `sha256:${'9'.repeat(64)}`, stage: 'test', maxAgeMs: 86_400_000 });
  });

  it.each([
    ['nobody', 'signers: []', 'summary.signers is empty'],
    ["the capsule's own signer", 'signers: [{ key: again.pub }]', 'signs summaries and the release itself'],
    ['one signer twice', 'signers: [{ key: other.pub }, { key: other.pub }]', 'is the same signer as'],
    ['no age', 'signers: [{ key: other.pub }], maxAgeHours: 0', 'maxAgeHours'],
    ['a stage that is no name', 'signers: [{ key: other.pub }], stage: "Test stage"', 'stage'],
  ])('is refused where it names %s', async (_, more, why) => {
    const text = summary(more).replace(/maxAgeHours: 24, (.*maxAgeHours)/, '$1').replace(/stage: test, (.*stage)/, '$1');
    const error = await refusal(text);

    expect(error.code).toBe('POLICY_INVALID');
    expect(error.message).toContain(why);
  });

  it("is refused where it names the image's signer, or an identity that a pattern of the release covers", async () => {
    const keyless = (identity: string): string => `[{ keyless: { issuer: "https://issuer.example", ${identity} } }]`;
    const image = (signers: string): string => `\nimage: { repository: ghcr.io/example/app, signers: ${signers} }`;

    const byKey = await refusal(`${summary('signers: [{ key: other.pub }]')}${image('[{ key: other.pub }]')}`);
    const byPattern = await refusal(`${summary(`signers: ${keyless('identity: "ci@example.com"')}`)}${image(keyless('identityPattern: ".*@example\\\\.com"'))}`);

    expect([byKey.code, byPattern.code]).toEqual(['POLICY_INVALID', 'POLICY_INVALID']);
    expect(byPattern.message).toContain('ci@example.com');
  });
});

describe('parsePolicyText', () => {
  it('fills in every default', async () => {
    const policy = await parse(policyWith('capsule: { name: app, signers: [{ key: cosign.pub }] }'));

    expect(policy).toMatchObject({
      mode: 'enforce',
      capsule: { name: 'app', threshold: 1, signers: [{ kind: 'key', label: 'cosign.pub', publicKeyPem: pem }] },
      require: { provenance: false, sbom: false, lineage: false, lockedImages: false },
      pairing: 'image',
      tagRule: 'git-commit',
      allow: { references: [], unlockedImages: [] },
      deny: [],
    });
    expect(Object.keys(policy)).not.toContain('source');
  });

  it.each([
    ['one event', 'github: { trigger: push }', { trigger: 'push' }],
    ['one event in a list', 'github: { trigger: [push] }', { trigger: 'push' }],
    ['several events, in any order', 'github: { ref: refs/heads/main, trigger: [schedule, push] }', { ref: 'refs/heads/main', trigger: ['push', 'schedule'] }],
    ["the sources of GitLab's pipelines", 'gitlab: { trigger: [web, push] }', { trigger: ['push', 'web'] }],
  ])('reads what may start the job that signs: %s', async (_what, text, github) => {
    const policy = await parse(policyWith(`capsule: { name: app, signers: [{ keyless: { issuer: a, identity: b, ${text} } }] }`));

    expect(policy.capsule.signers).toMatchObject([{ kind: 'keyless', github }]);
  });

  it('reads every field', async () => {
    expect(await parse(policyWith(everything))).toMatchObject({
      mode: 'audit',
      capsule: {
        repository: 'ghcr.io/example/app-capsule',
        threshold: 2,
        signers: [
          { kind: 'keyless', issuer: 'https://token.actions.githubusercontent.com' },
          { kind: 'key', notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2027, 0, 1) },
        ],
      },
      image: { repository: 'ghcr.io/example/app', threshold: 1, provenance: { signers: [{ kind: 'key' }], builders: ['https://builder.example/v1'] } },
      source: {
        repository: 'https://github.com/example/app',
        path: 'k8s/kustomize',
        include: ['base/**', 'components/**'],
        exclude: [],
      },
      packageKind: 'kustomize',
      require: { provenance: true, sbom: true, lineage: false, lockedImages: true },
      tagRule: 'any',
      trustedRoot: { source: 'public-good', label: 'public-good' },
      allow: { references: ['https://example.com/crd.yaml'], unlockedImages: ['docker.io/library/nginx'], hosts: ['registry.internal:5000', '[::1]:5000', 'localhost'] },
      deny: [
        { what: 'capsule', value: `sha256:${'a'.repeat(64)}`, reason: 'bad release' },
        { what: 'commit', value: '1'.repeat(40), reason: 'bad commit' },
        { what: 'signer', value: parsePublicKey(pem, 'cosign.pub').fingerprint, reason: 'lost laptop' },
      ],
    });
  });

  it.each([
    ['the signers of the image', 'signers: [{ key: other.pub }]', 'other.pub'],
    ['else those of the capsule', 'signers: []', 'cosign.pub'],
    ['unless it says whose', 'signers: [{ key: cosign.pub }], provenance: { signers: [{ key: other.pub }] }', 'other.pub'],
  ])('lets the provenance of %s count', async (_what, image, label) => {
    const policy = await parse(signed(`image: { repository: ghcr.io/example/app, ${image} }\nrequire: { provenance: true }`));

    expect(policy.image?.provenance.signers).toMatchObject([{ label }]);
  });

  it('needs no image for provenance where there is none', async () => {
    expect(await parse(signed('pairing: locked\nrequire: { provenance: true }'))).toMatchObject({ require: { provenance: true } });
  });

  it('needs a trusted root for whoever signs provenance', async () => {
    const keyless = '{ keyless: { issuer: "https://a", identity: b } }';
    const policy = await parse(signed(`image: { repository: ghcr.io/example/app, provenance: { signers: [${keyless}] } }\nrequire: { provenance: true }`));

    expect(policy.trustedRoot).toMatchObject({ source: 'public-good' });
  });

  it('trusts nobody by default', async () => {
    for (const signers of ['', ', signers: []']) {
      const error = await refusal(policyWith(`capsule: { name: app${signers} }`));
      expect(error.code).toBe('TRUST_MISSING');
      expect(error.hint).toContain('--key');
    }
  });

  it.each([
    ['a mistyped key', 'taqRule: any', 'the document has the unknown key "taqRule" (did you mean "tagRule"?)'],
    ['a value of another spelling', 'mode: off', 'mode is "off", wanted "enforce" or "audit"'],
    ['an entry of the deny list without a reason', `deny: [{ commit: "${'1'.repeat(40)}" }]`, 'deny[0] lacks "reason"'],
    ['an entry for two things', `deny: [{ signer: a, commit: "${'1'.repeat(40)}", reason: x }]`, 'deny[0]'],
    ['a short commit on the deny list', 'deny: [{ commit: "0cc4cd8", reason: x }]', 'deny[0].commit is "0cc4cd8"'],
    ['a repository with a tag', 'image: { repository: "ghcr.io/example/app:1" }', 'image.repository'],
    ['a host with a scheme', 'allow: { hosts: ["https://registry.internal"] }', 'allow.hosts[0] is "https://registry.internal"'],
    ['a host with a path', 'allow: { hosts: [registry.internal/app] }', 'allow.hosts[0]'],
    ['any host', 'allow: { hosts: ["*"] }', 'allow.hosts[0]'],
    ['a host of many', 'allow: { hosts: ["*.internal"] }', 'allow.hosts[0]'],
    ['a host with a user', 'allow: { hosts: ["me@registry.internal"] }', 'allow.hosts[0]'],
    ['a host that is a number in disguise', 'allow: { hosts: ["0x7f.1"] }', 'allow.hosts: "0x7f.1" is not a host'],
    ['a port that is none', 'allow: { hosts: ["registry.internal:70000"] }', 'allow.hosts: '],
    ['a look-alike repository', 'image: { repository: "ghcr.io/ex\u0430mple/app" }', 'image.repository'],
    ['a source path that leaves the repository', 'source: { repository: https://h/a, path: ../b }', 'source.path'],
    ['a source that is no address', 'source: { repository: app }', 'source.repository'],
    ['a pattern that cannot be', 'source: { repository: https://h/a, include: ["a**b"] }', 'source: '],
    ['an image where there is to be none', 'pairing: locked\nimage: { repository: ghcr.io/example/app }', 'locked'],
    ['one repository for both', 'image: { repository: GHCR.io/example/app-capsule }', 'are one'],
    ['more image signatures than it has signers', 'image: { repository: ghcr.io/example/app, signers: [{ key: cosign.pub }], threshold: 2 }', 'image.threshold is 2'],
    ['image signatures without signers', 'image: { repository: ghcr.io/example/app, threshold: 2 }', 'image.threshold is 2'],
    ['provenance of an image that is nowhere', 'require: { provenance: true }', 'image.repository'],
    [
      'whose provenance counts, where none is asked for',
      'image: { repository: ghcr.io/example/app, provenance: { builders: [a] } }',
      'require.provenance does not ask for it',
    ],
    ['a prototype', '"__proto__": { mode: audit }', 'unknown key "__proto__"'],
    ['an anchor', 'deny: &a []', 'anchor'],
    ['a key twice', 'mode: audit\nmode: enforce', 'mode'],
  ])('refuses %s', async (_what, more, message) => {
    const error = await refusal(signed(more));

    expect(error.code).toBe('POLICY_INVALID');
    expect(error.message).toContain(message);
  });

  it.each([
    ['no such file', '{ key: missing.pub }', 'KEY_INVALID', 'missing.pub'],
    ['a private key', '{ key: cosign.key }', 'KEY_INVALID', 'cosign.key'],
    ['a key in a key management service', '{ key: "awskms:///x" }', 'KEY_INVALID', 'not supported'],
    ['one key under two names', '{ key: cosign.pub }, { key: again.pub }', 'POLICY_INVALID', 'the same signer'],
    ['neither key nor identity', '{ notAfter: 2027-01-01T00:00:00Z }', 'POLICY_INVALID', 'capsule.signers[0]'],
    ['both', '{ key: cosign.pub, keyless: { issuer: a, identity: b } }', 'POLICY_INVALID', 'capsule.signers[0]'],
    ['what is asked of GitHub and GitLab', '{ keyless: { issuer: a, identity: b, github: { ref: c }, gitlab: { trigger: push } } }', 'POLICY_INVALID', 'capsule.signers[0].keyless'],
    ['no event at all', '{ keyless: { issuer: a, identity: b, github: { trigger: [] } } }', 'POLICY_INVALID', 'trigger'],
    ['one event twice', '{ keyless: { issuer: a, identity: b, github: { trigger: [push, push] } } }', 'POLICY_INVALID', 'trigger'],
    [
      'one signer with its events in another order',
      '{ keyless: { issuer: a, identity: b, github: { trigger: [push, schedule] } } }, { keyless: { issuer: a, identity: b, github: { trigger: [schedule, push] } } }',
      'POLICY_INVALID',
      'the same signer',
    ],
    ['a day that is none', '{ key: cosign.pub, notAfter: 2027-02-30T00:00:00Z }', 'POLICY_INVALID', 'notAfter'],
    ['a local time', '{ key: cosign.pub, notAfter: 2027-02-01T00:00:00+01:00 }', 'POLICY_INVALID', 'notAfter'],
    [
      'an end before the beginning',
      '{ key: cosign.pub, notBefore: 2027-01-02T00:00:00Z, notAfter: 2027-01-01T00:00:00Z }',
      'POLICY_INVALID',
      'ends before it begins',
    ],
  ])('refuses as signer %s', async (_what, signers, code, message) => {
    const error = await refusal(policyWith(`capsule: { name: app, signers: [${signers}] }`));

    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });

  it('never puts a private key into an error', async () => {
    const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().split('\n')[1] ?? 'none';

    const error = await refusal(policyWith('capsule: { name: app, signers: [{ key: cosign.key }] }'));

    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain(secret);
  });

  it.each(['cosign.pub', './cosign.pub', 'down/../cosign.pub', 'again.pub'])('denies the key at %s, whatever its path', async (path) => {
    const { capsule, deny } = await parse(signed(`deny: [{ signer: "${path}", reason: lost }]`));

    expect(withoutDenied(capsule.signers, deny)).toEqual([]);
  });

  it.each(['cosign.pub', './cosign.pub', 'again.pub'])('denies the key at %s though a pattern of the policy matches that path', async (path) => {
    const signers = '[{ key: cosign.pub }, { keyless: { issuer: "https://issuer.example", identityPattern: ".*" } }]';
    const { capsule, deny } = await parse(policyWith(`capsule: { name: app, signers: ${signers} }\ndeny: [{ signer: "${path}", reason: lost }]`));

    expect(withoutDenied(capsule.signers, deny).map(({ kind }) => kind)).toEqual(['keyless']);
  });

  it('takes a fingerprint, a key beside the signers, and the identity of a keyless signer for denied', async () => {
    const fingerprint = `sha256:${'0'.repeat(64)}`;
    const { deny } = await parse(`${policyWith(everything)}  - { signer: ${fingerprint}, reason: a }\n  - { signer: other.pub, reason: b }
  - { signer: "https://github.com/example/app/.github/workflows/release.yml@refs/heads/main", reason: c }\n`);

    expect(deny.slice(-3).map(({ value }) => value)).toEqual([
      fingerprint,
      parsePublicKey(String(other), 'other.pub').fingerprint,
      'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main',
    ]);
  });

  it.each([
    ['a fingerprint without its algorithm', '0'.repeat(64)],
    ['a fingerprint in upper case', `sha256:${'A'.repeat(64)}`],
    ['a file that is not there', 'missing.pub'],
    ['a file that holds no public key', 'cosign.key'],
    ['an identity that no signer has', 'a@example.com'],
    ['another spelling of an identity', 'HTTPS://github.com/example/app'],
  ])('refuses to deny %s: it would deny nobody', async (_what, value) => {
    const error = await refusal(signed(`deny: [{ signer: "${value}", reason: lost }]`));

    expect([error.code, error.message]).toEqual(['POLICY_INVALID', expect.stringContaining('deny[0].signer')]);
    expect(error.hint).toContain('fingerprint');
  });

  it('refuses a threshold that nobody could meet', async () => {
    const signers = '[{ key: cosign.pub }, { key: other.pub }]';

    const error = await refusal(policyWith(`capsule: { name: app, threshold: 3, signers: ${signers} }`));

    expect(error.message).toContain('threshold is 3, and there are only 2');
  });

  it('gives a policy or a refusal for any bytes and any value', async () => {
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      fc.jsonValue().map((json) => Buffer.from(JSON.stringify(json))),
      fc.jsonValue().map((json) => Buffer.from(signed(`deny: ${JSON.stringify(json)}`))),
    );
    await fc.assert(
      fc.asyncProperty(value, async (bytes) => {
        const outcome = await parsePolicyText(bytes, files).catch((error: unknown) => error);
        expect(outcome instanceof VerifyError || typeof outcome === 'object').toBe(true);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(VerifyError);
      }),
    );
  });

  it('knows every key of the schema, to offer it to those who mistype it', async () => {
    const schema = await readFile(new URL('../../schema/policy.schema.json', import.meta.url), 'utf8');
    const keys = new Set<string>();
    JSON.parse(schema, (key, value: unknown) => {
      if (key === 'properties') for (const name of Object.keys(value as object)) keys.add(name);
      return value;
    });

    expect([...policyKeys].sort()).toEqual([...keys].sort());
  });
});
