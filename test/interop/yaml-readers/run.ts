// Runs the experiment for as long as it is told: `--seed N --texts N`, and with `--first N`, `--minutes N`, `--shown N`.
import { parseArgs } from 'node:util';
import { compareReaders, describeFinding, describeTally, differencesOf, type Finding, type Tally } from './experiment.ts';
import { GoReaders } from './go-readers.ts';
import { minimiseText } from './minimise-text.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    texts: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '600' },
    shown: { type: 'string', default: '20' },
  },
});

await using readers = new GoReaders();
let nextWord = Date.now() + 60_000;
const tally = await compareReaders(readers, {
  seed: Number(values.seed),
  first: Number(values.first),
  texts: Number(values.texts),
  until: Date.now() + Number(values.minutes) * 60_000,
  onProgress: sayNowAndThen,
});
say(describeTally(tally));
for (const finding of tally.findings.slice(0, Number(values.shown))) await show(finding);
if (tally.findings.length > 0) process.exitCode = 1;

async function show(finding: Finding): Promise<void> {
  const least = await minimiseText(readers, finding);
  const differences = await differencesOf(readers, least);
  say(`\n${finding.number}, ${describeFinding({ ...least, differences })}`);
}

function sayNowAndThen(soFar: Tally): void {
  if (Date.now() < nextWord) return;
  nextWord = Date.now() + 60_000;
  say(describeTally(soFar));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
