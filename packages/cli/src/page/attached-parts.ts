import { type DescribedReferrer, placeText, signerText, type SigningFacts } from '@release-capsule/verifier';
import type { Inspection } from '../inspect/inspect-capsule.ts';
import { maxListed } from '../inspect/list-attached.ts';
import type { SuggestedPolicy } from '../inspect/suggest-policies.ts';
import { claimTexts, type Row, whoText } from '../output/inspection-rows.ts';
import { formatBytes } from '../output/table.ts';
import { element, lines, type Markup } from './markup.ts';
import { titledCard } from './rows-table.ts';

const unsigned = 'Nothing is attached: the capsule is not signed.';

type Signed = DescribedReferrer & { readonly signing: SigningFacts };

/** Shows each signer that something attached names, and the policy that accepts this signer alone. */
export function signerCards(attached: readonly DescribedReferrer[], policies: readonly SuggestedPolicy[]): readonly Markup[] {
  const signers = Map.groupBy(attached.filter(isSigned), ({ signing }) => JSON.stringify(signing.signer));
  if (signers.size === 0) return [element('p', {}, attached.length === 0 ? unsigned : 'Nothing that is attached names a signer.')];
  return [...[...signers.values()].map(signerCard), ...policies.map(policyCard)];
}

/** Shows what each signature and attestation says, as it says it. */
export function claimCards(attached: readonly DescribedReferrer[]): readonly Markup[] {
  const signed = attached.filter(isSigned);
  if (signed.length === 0) return [element('p', {}, 'No signature and no attestation is attached.')];
  const intro = element('p', {}, 'What is attached says this of the capsule. None of it was verified.');
  return [intro, ...signed.map((artifact) => titledCard(artifact.kind, claimRows(artifact)))];
}

/** Draws the capsule, and below it what it holds and what refers to it. */
export function attachedTree({ digest, layer, attached }: Inspection): readonly Markup[] {
  const holds = node('holds the layer', [`${layer.digest}, ${formatBytes(layer.size)}`]);
  const referrers = attached.map((artifact) => node(kindText(artifact), nodeTexts(artifact)));
  const tree = element('ul', {}, ...[holds, ...referrers].map((child) => element('li', {}, child)));
  const root = element('li', {}, node('capsule', [digest]), tree);
  const end = attached.length < maxListed ? [] : [element('p', {}, `The list ends after ${maxListed}. More may be attached.`)];
  const intro = element('p', {}, attached.length === 0 ? unsigned : `${attached.length} attached to the capsule.`);
  return [intro, element('ul', { class: 'graph' }, root), ...end];
}

function isSigned(artifact: DescribedReferrer): artifact is Signed {
  return artifact.signing !== undefined;
}

function signerCard([first, ...more]: readonly Signed[]): Markup {
  if (first === undefined) throw new Error('a group has no member');
  const all = [first, ...more];
  const { signing } = first;
  return titledCard(signerText(signing.signer), [...signerRows(signing), ['said to have made', all.map(kindText).join(', ')]]);
}

function signerRows({ signer }: SigningFacts): readonly Row[] {
  if (signer.kind !== 'certificate') return [['kind', signer.kind]];
  const { identity, issuer, repository } = signer;
  const run = repository === undefined ? [] : [['repository', repository] as const];
  return [['kind', 'certificate'], ['identity', identity], ['issuer', issuer], ...run];
}

function policyCard({ signer, policy }: SuggestedPolicy): Markup {
  const summary = element('summary', {}, 'A policy that accepts only ', element('code', {}, signer), ', if this is your signer');
  return element('details', {}, summary, lines(policy));
}

function claimRows({ digest, signing, predicateType, place }: Signed): readonly Row[] {
  return [
    ['by', whoText(signing)],
    ...(predicateType === undefined ? [] : [['predicate type', predicateType] as const]),
    ...signing.signedAt.map((time) => ['says signed at', time] as const),
    ...signing.logged.map((log) => ['says logged at', log] as const),
    ...(place === undefined ? [] : [['found', placeText(place)] as const]),
    ['digest', digest],
  ];
}

function kindText({ kind, predicateType }: DescribedReferrer): string {
  return kind === 'attestation' && predicateType !== undefined ? `attestation ${predicateType}` : kind;
}

function nodeTexts(artifact: DescribedReferrer): readonly string[] {
  const { digest, artifactType, place, signing } = artifact;
  const who = signing === undefined ? [artifactType] : [`by ${whoText(signing)}`, ...claimTexts(signing)];
  return [...who, place === undefined ? digest : `${digest} ${placeText(place)}`];
}

function node(kind: string, texts: readonly string[]): Markup {
  const shown = texts.map((text) => element('p', {}, element('code', {}, text)));
  return element('div', { class: 'node' }, element('p', { class: 'kind' }, kind), ...shown);
}
