// Adds up the reports and exit statuses that .ci/run left in a folder, names what was skipped, what failed
// and what passed at a second try, and ends as the run should.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const stepsThatTest = ['test', 'start-elsewhere', 'interop'];
const folder = process.argv[2];
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.status'))) {
  const step = file.replace(/\.status$/, '');
  const report = readReport(step);
  for (const name of skippedTests(report)) console.log(`${step}: skipped: ${name}`);
  for (const test of retriedTests(report)) console.log(`${step}: second try: ${test}`);
  const counts = countStep(step, report);
  if (counts.failed > 0) failures.push(...failuresOf(step, report));
  console.log(`${step}: ${describe(counts)}`);
  for (const key of Object.keys(total)) total[key] += counts[key];
}
// Close to the end: where only the last lines of a run are kept, these are the ones that are needed.
for (const failure of failures) console.log(failure);
console.log(describe(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function readReport(step) {
  const path = join(folder, `${step}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

function countStep(step, report) {
  const succeeded = readFileSync(join(folder, `${step}.status`), 'utf8').trim() === '0';
  // A step that should test but reported nothing has tested nothing; one of another kind counts as one.
  if (report === undefined) return succeeded && !stepsThatTest.includes(step) ? one('passed') : one('failed');
  const skipped = report.numPendingTests + report.numTodoTests;
  const counts = { passed: report.numPassedTests, failed: report.numFailedTests, skipped };
  // A step can fail with no test failed: nothing was built, a file did not load.
  return succeeded || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function one(outcome) {
  return { passed: 0, failed: 0, skipped: 0, [outcome]: 1 };
}

function retriedTests(report) {
  const tests = testsOf(report).filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0);
  return tests.map(describeFailure);
}

function testsOf(report) {
  return (report?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
}

function describeFailure({ fullName, failureMessages }) {
  return `${fullName}: ${firstLine(failureMessages[0])}`;
}

function skippedTests(report) {
  return testsOf(report).filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName);
}

function failuresOf(step, report) {
  const named = (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (tests.length > 0) return tests.map(describeFailure);
    return status === 'failed' ? [`${relative(process.cwd(), name)}: ${firstLine(message)}`] : [];
  });
  return (named.length > 0 ? named : ['see what it printed above']).map((failure) => `${step}: failed: ${failure}`);
}

function firstLine(message) {
  return (message ?? '').trim().split('\n', 1)[0].slice(0, 300);
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
