import type { SignerFacts } from '../signature/signing-facts.ts';

/** What a policy is suggested for. */
export interface PolicySuggestion {
  readonly name: string;
  /** Registry and repository of the capsule; absent where it lies in a layout. */
  readonly capsuleRepository?: string;
  /** The application image's; absent where the record names none. */
  readonly imageRepository?: string;
  readonly signer: SignerFacts;
}

/**
 * Writes a policy that accepts exactly one signer, for people to read before they use it: who signed has not been verified.
 * Nothing where the signer cannot be named. A key's path is to be filled in.
 * Source: docs/files.md, "capsule-policy.yaml".
 */
export function suggestPolicy({ name, capsuleRepository, imageRepository, signer }: PolicySuggestion): string | undefined {
  const signerLines = linesOfSigner(signer);
  if (signerLines === undefined) return undefined;
  return [
    'apiVersion: release-capsule/v1',
    'kind: Policy',
    'capsule:',
    `  name: ${scalar(name)}`,
    ...(capsuleRepository === undefined ? [] : [`  repository: ${scalar(capsuleRepository)}`]),
    '  signers:',
    ...signerLines,
    ...(imageRepository === undefined ? ['pairing: locked'] : ['image:', `  repository: ${scalar(imageRepository)}`]),
    '',
  ].join('\n');
}

function linesOfSigner(signer: SignerFacts): readonly string[] | undefined {
  if (signer.kind === 'key') {
    const which = signer.fingerprint === undefined ? 'the path of the public key' : `the path of the public key ${signer.fingerprint}`;
    return [`    - key: cosign.pub # ${which}`];
  }
  if (signer.kind !== 'certificate') return undefined;
  return [
    '    - keyless:',
    `        issuer: ${scalar(signer.issuer)}`,
    `        identity: ${scalar(signer.identity)}`,
    ...(signer.repository === undefined ? [] : [`        github: { repository: ${scalar(signer.repository)} }`]),
  ];
}

/** A JSON text is a YAML text that no reader takes for anything else, but for what YAML 1.1 takes for the end of a line. */
function scalar(text: string): string {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escape);
}
