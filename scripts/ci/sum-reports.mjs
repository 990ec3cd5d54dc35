// Adds up the reports and exit statuses that .ci/run left in a folder, and ends as the run should.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const stepsThatTest = ['test', 'interop'];
const folder = process.argv[2];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder).filter((name) => name.endsWith('.status'))) {
  const step = file.replace(/\.status$/, '');
  const counts = countStep(step);
  console.log(`${step}: ${describe(counts)}`);
  for (const key of Object.keys(total)) total[key] += counts[key];
}
console.log(describe(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function countStep(step) {
  const report = join(folder, `${step}.json`);
  const counts = existsSync(report) ? readCounts(report) : { passed: 0, failed: 0, skipped: 0 };
  const status = readFileSync(join(folder, `${step}.status`), 'utf8').trim();
  // A step can fail with no test failed: nothing was built, a file did not load, a check complained. And a step that
  // should test but reported nothing has tested nothing.
  const isSilent = stepsThatTest.includes(step) && !existsSync(report);
  if ((status !== '0' || isSilent) && counts.failed === 0) counts.failed = 1;
  return counts;
}

function readCounts(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
