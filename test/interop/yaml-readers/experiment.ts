import { Draw } from '../experiment/draw.ts';
import { compareReadings, type Difference } from './compare-readings.ts';
import { type DrawnText, drawText } from './draw-document.ts';
import type { GoReaders } from './go-readers.ts';
import { mutateText } from './mutate-text.ts';
import { type JudgedDocument, readAsJudged } from './read-as-judged.ts';

/** A text that the judge accepts and that is read in two ways. */
export interface Finding extends DrawnText {
  readonly number: number;
  readonly differences: readonly Difference[];
}

/** What an experiment came to. */
export interface Tally {
  drawn: number;
  accepted: number;
  /** Readings in Go that were compared, and those that were refused: two of each accepted text. */
  compared: number;
  refusedByGo: number;
  readonly findings: Finding[];
}

/** How long an experiment goes on. */
export interface ExperimentOptions {
  readonly seed: number;
  readonly texts: number;
  /** The number of the first; the others follow. */
  readonly first?: number;
  readonly until?: number;
  readonly onProgress?: (tally: Tally) => void;
}

const batch = 500;
const maxFindings = 200;

/** Draws texts, and has each that the judge accepts read by Go as well. */
export async function compareReaders(readers: GoReaders, options: ExperimentOptions): Promise<Tally> {
  const { seed, texts, first = 0, until = Infinity, onProgress } = options;
  const tally: Tally = { drawn: 0, accepted: 0, compared: 0, refusedByGo: 0, findings: [] };
  for (let number = first; number < first + texts && Date.now() < until; number += batch) {
    const drawn = Array.from({ length: Math.min(batch, first + texts - number) }, (_, index) => drawNumber(seed, number + index));
    await addBatch(readers, drawn, tally, number);
    onProgress?.(tally);
    if (tally.findings.length >= maxFindings) break;
  }
  return tally;
}

/** Says in one line what an experiment came to. */
export function describeTally({ drawn, accepted, compared, refusedByGo, findings }: Tally): string {
  return `${drawn} drawn, ${accepted} accepted, ${compared} readings compared, ${refusedByGo} refused by Go, ${findings.length} differ`;
}

/** Shows a text that is read in two ways. */
export function describeFinding({ kind, text, differences }: DrawnText & Pick<Finding, 'differences'>): string {
  const readings = differences.map(({ reader, ours, theirs }) => `  judge ${ours}\n  ${reader} ${theirs}`);
  return [`${kind}: ${JSON.stringify(text)}`, ...readings].join('\n');
}

/** What the readers differ on in one text; nothing where the judge refuses it. */
export async function differencesOf(readers: GoReaders, drawn: DrawnText): Promise<readonly Difference[]> {
  const judged = await readAsJudged(drawn);
  const [go] = judged === undefined ? [] : await readers.read([drawn.text]);
  return judged === undefined || go === undefined ? [] : compareReadings(judged, go);
}

function drawNumber(seed: number, number: number): DrawnText {
  const draw = new Draw(`${seed} ${number}`);
  const { kind, text } = drawText(draw);
  return { kind, text: mutateText(text, draw) };
}

async function addBatch(readers: GoReaders, drawn: readonly DrawnText[], tally: Tally, first: number): Promise<void> {
  const accepted: { readonly number: number; readonly drawn: DrawnText; readonly judged: readonly JudgedDocument[] }[] = [];
  for (const [index, one] of drawn.entries()) {
    const judged = await readAsJudged(one);
    if (judged !== undefined) accepted.push({ number: first + index, drawn: one, judged });
  }
  tally.drawn += drawn.length;
  tally.accepted += accepted.length;
  const readings = await readers.read(accepted.map((one) => one.drawn.text));
  for (const [index, { number, drawn: one, judged }] of accepted.entries()) {
    const go = readings[index] ?? {};
    const refused = [go.firstError, go.documentsError].filter((error) => error !== undefined).length;
    tally.refusedByGo += refused;
    tally.compared += 2 - refused;
    const differences = compareReadings(judged, go);
    if (differences.length > 0) tally.findings.push({ number, ...one, differences });
  }
}
