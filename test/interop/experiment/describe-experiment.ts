import { type Breach, contactsOfReport, type Tally } from './experiment.ts';
import type { Tree } from './tree.ts';

const toolNames = { kustomize571: 'kustomize 5.7', kustomize: 'kustomize 5.8', helm3: 'Helm 3', helm: 'Helm 4' } as const;

/** Describes the counts of an experiment. */
export function describeTally({ seed, generated, accepted, whole, tools, breaches }: Tally): string {
  const share = (part: number, all: number): string => `${part} of ${all} (${all === 0 ? 0 : Math.round((100 * part) / all)} %)`;
  const lines = Object.entries(toolNames).map(([tool, name]) => {
    const { built, runs } = tools[tool as keyof typeof toolNames];
    return `  ${name} built ${share(built, runs)}`;
  });
  return [
    `Experiment with seed ${seed}: ${generated} packages drawn`,
    `  accepted ${share(accepted, generated)}, of which every tool built ${share(whole, accepted)}`,
    ...lines,
    `  reached outside: ${breaches.length}`,
  ].join('\n');
}

/** Writes a breach out in full, so that it can be looked at without the experiment. */
export function describeBreach({ package: { name, kind, oddities, tree }, report }: Breach): string {
  const [seed, number] = name.split('/');
  const replay = `node --conditions=source test/interop/experiment/run.ts --seed ${seed} --first ${number} --packages 1`;
  return [
    `The package ${name} (${kind}) was accepted, and reached outside:`,
    ...contactsOfReport(report).map((contact) => `  ${contact}`),
    `Odd in it: ${oddities.join(', ')}. Again: ${replay}`,
    describeTree(tree),
  ].join('\n');
}

/** Writes every file of a package; what could deceive the eye is escaped. */
export function describeTree(tree: Tree): string {
  return [...tree].map(([path, content]) => `--- ${JSON.stringify(path)}\n${visible(content)}`).join('\n');
}

function visible(content: string | Uint8Array): string {
  if (typeof content !== 'string') return `base64: ${Buffer.from(content).toString('base64')}`;
  const invisible = /[^\n\x20-\x7e]/gu;
  return content.replaceAll(
    invisible,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
