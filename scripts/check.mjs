// Runs every check that is not a test, all of them even where one fails, and says at the end which did.
import { checkPackages } from './checks/check-packages.mjs';
import { checkChangesets } from './checks/check-changesets.mjs';
import { checkHosts } from './checks/check-hosts.mjs';
import { runTool } from './checks/run-tool.mjs';

const checks = [
  { name: 'schemas compile', run: () => runTool('node', ['scripts/compile-schemas.mjs']) },
  { name: 'types (tsc)', run: () => runTool('tsc', ['-b']) },
  { name: 'bundle (esbuild)', run: () => runTool('node', ['scripts/bundle-cli.mjs']) },
  { name: 'lint (oxlint)', run: () => runTool('oxlint', ['--quiet', '--report-unused-disable-directives']) },
  { name: 'unused files, exports and dependencies (knip)', run: () => runTool('knip', []) },
  { name: 'packed packages (publint, attw)', run: checkPackages },
  { name: 'changesets', run: checkChangesets },
  { name: 'no host of a package registry', run: checkHosts },
  { name: 'architecture and API surface', run: () => runTool('vitest', ['run', '--reporter=dot', 'test/rules']) },
];

const failed = [];
for (const { name, run } of checks) {
  const started = Date.now();
  const passed = await run();
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (!passed) failed.push(name);
}
console.log(failed.length === 0 ? `All ${checks.length} checks passed.` : `Failed: ${failed.join('; ')}`);
if (failed.length > 0) process.exitCode = 1;
