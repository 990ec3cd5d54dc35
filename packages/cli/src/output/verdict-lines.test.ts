import { type Finding, findingTable, policyFromFlags, requirementsOf, type VerdictReport } from '@release-capsule/verifier';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainStyle } from './style.ts';
import { verdictLines } from './verdict-lines.ts';

const keyPem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const requirements = requirementsOf(policyFromFlags({ name: 'app', keyPem }));
const digest = `sha256:${'a'.repeat(64)}`;
const commit = 'b'.repeat(40);

type Code = keyof typeof findingTable;
const codes = Object.keys(findingTable) as readonly Code[];

/** A finding as the table has it. */
function find(code: Code): Finding {
  const [claim, state, message, hint] = findingTable[code];
  return { claim, state, code, message, ...(state !== 'proven' && { hint }) };
}

function report(outcome: VerdictReport['outcome'], ...findings: readonly Finding[]): VerdictReport {
  return {
    schemaVersion: 'release-capsule/v1',
    accepted: outcome === 'accepted',
    outcome,
    enforced: true,
    capsule: { digest, repository: 'ghcr.io/example/app-capsule', tag: `git-${commit}` },
    release: {
      name: 'app',
      gitCommit: commit,
      image: { repoURL: 'ghcr.io/example/app', tag: `git-${commit}`, digest, names: [] },
      package: { kind: 'kustomize', path: 'package/kustomize', digest },
    },
    signers: [],
    freight: 'f'.repeat(40),
    policyDigest: digest,
    findings,
  } as VerdictReport;
}

function lines(of: VerdictReport, isVerbose = false, isTerminal = false): readonly string[] {
  return verdictLines(of, plainStyle, { isSoftened: false, isVerbose, requirements, isTerminal });
}

const proven = codes.filter((code) => findingTable[code][1] === 'proven').map(find);

describe('an accepted verdict', () => {
  it('says it all in the outcome and four lines', () => {
    expect(lines(report('accepted', ...proven))).toEqual([
      '✔ accepted',
      `  capsule  ghcr.io/example/app-capsule:git-${commit}@${digest}`,
      `  release  app, commit ${commit}`,
      `  image    ghcr.io/example/app@${digest}`,
      `  package  kustomize, ${digest}`,
    ]);
  });

  it('shows a moved tag as a note, and no red cross', () => {
    const shown = lines(report('accepted', ...proven, find('TAG_POINTS_ELSEWHERE'))).join('\n');

    expect(shown).toMatch(/^ {2}i TAG_MOVED {2}.*\[TAG_POINTS_ELSEWHERE\]\n +→ Find out who moved it\./m);
    expect(shown).not.toContain('✘');
  });

  it('shows every claim where that is asked for, and a tick only at what was checked', () => {
    const shown = lines(report('accepted', ...proven, find('SOURCE_PROOF_ABSENT'), find('TAG_LOOKUP_FAILED')), true);
    const marks = (code: Code): string | undefined => {
      const { claim, message } = find(code);
      return shown.map((line) => /^ {2}(\S) (\S+) +(.*)$/.exec(line)).find((found) => found?.[2] === claim && found[3]?.startsWith(message))?.[1];
    };

    expect(['DIGEST_MATCHES', 'PAIR_MATCHES', 'FREIGHT_NAME_MATCHES'].map((code) => marks(code as Code))).toEqual(['✔', '✔', '✔']);
    const unchecked: readonly Code[] = ['FREIGHT_NAME_ABSENT', 'TAG_ANY', 'TAG_ABSENT', 'PAIR_FROM_RECORD', 'NO_DENIALS', 'SOURCE_PROOF_ABSENT', 'TAG_LOOKUP_FAILED'];
    expect(unchecked.map((code) => [code, marks(code)])).toEqual(unchecked.map((code) => [code, '–']));
  });
});

describe('a verdict that does not accept', () => {
  it('always shows the claims, a cross at what refuses and a note at what does not', () => {
    const shown = lines(report('refused', find('DIGEST_MATCHES'), find('TAG_DELETED'), find('PAIR_DIGEST_DIFFERS')));

    expect(shown.filter((line) => /^ {2}[✔✘i?–] [A-Z]/.test(line)).map((line) => line.slice(2, 13))).toEqual(['✔ CAPSULE_D', 'i TAG_MOVED', '✘ PAIR     ']);
  });

  it('says what is undetermined, apart from what was not needed', () => {
    const shown = lines(report('unknown', find('SIGNATURE_THROTTLED'), find('SOURCE_PROOF_ABSENT')));

    expect(shown[0]).toBe('? undetermined');
    expect(shown.filter((line) => /^ {2}\S [A-Z]/.test(line)).map((line) => line.slice(2, 5))).toEqual(['? S', '– S']);
    expect(shown.filter((line) => line.includes('→'))).toEqual([expect.stringContaining('→ Try again later.')]);
  });

  it('gives a denied signer one hint, though two claims fail', () => {
    const hints = lines(report('refused', find('SIGNATURE_BY_DENIED'), find('TAG_UNMOVED'), find('SIGNER_DENIED'))).filter((line) => line.includes('→'));

    expect(hints.map((line) => line.trim())).toEqual(['→ Do not deploy it. Find out why CI did not sign it, and release again.']);
  });

  it('cuts digests on a terminal, but in no reference that must leave the package', () => {
    const message = `kustomization.yaml, resources[0]: "https://github.com/example/base?ref=${commit}" is a URL`;
    const shown = lines(report('refused', { ...find('REFERENCE_REMOTE'), message }), false, true);

    expect(shown[1]).toBe(`  capsule  ghcr.io/example/app-capsule:git-${commit.slice(0, 12)}@${digest.slice(0, 19)}`);
    expect(shown.some((line) => line.includes(message))).toBe(true);
  });

  it('gives no hint twice, whatever was found', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...codes).map(find), { maxLength: 30 }), (findings) => {
        const hints = lines(report('refused', ...findings)).filter((line) => line.includes('→'));
        const wanted = new Set(findings.map(({ hint }) => hint).filter((hint) => hint !== undefined && hint !== 'Nothing.'));

        expect(hints).toHaveLength(new Set(hints.map((line) => line.trim())).size);
        expect(hints).toHaveLength(wanted.size);
      }),
    );
  });
});
