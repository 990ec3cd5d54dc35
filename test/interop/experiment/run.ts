// Runs the experiment until a limit is reached: `--seed N --packages N`, and with `--first N`, `--minutes N`, `--workers N`.
import { parseArgs } from 'node:util';
import { describeBreach, describeTally } from './describe-experiment.ts';
import { runExperiment, type Tally } from './experiment.ts';
import { minimise } from './minimise.ts';
import { Namespace } from './namespace.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    packages: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '600' },
    workers: { type: 'string', default: '2' },
    shown: { type: 'string', default: '10' },
  },
});
const [seed = 1, first = 0, packages = 0, minutes = 0, workers = 1, shown = 0] = [
  values.seed,
  values.first,
  values.packages,
  values.minutes,
  values.workers,
  values.shown,
].map(wholeNumber);

let nextWord = Date.now() + 60_000;
await using namespace = await Namespace.open(workers);
const tally = await runExperiment(namespace, {
  seed,
  first,
  packages,
  workers,
  until: Date.now() + minutes * 60_000,
  onProgress: sayNowAndThen,
});
say(describeTally(tally));
for (const breach of tally.breaches.slice(0, shown)) say(`\n${describeBreach(await minimise(breach, namespace))}`);
if (tally.breaches.length > 0) process.exitCode = 1;

function sayNowAndThen(soFar: Tally): void {
  if (Date.now() < nextWord) return;
  nextWord = Date.now() + 60_000;
  const names = soFar.breaches.map(({ package: { name } }) => name).join(' ');
  say(`${soFar.generated} drawn, ${soFar.accepted} accepted, ${soFar.breaches.length} reached outside: ${names}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`"${text}" is not a whole number`);
  return Number(text);
}
