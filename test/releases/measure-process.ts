// Run as a process of its own: verifies and unpacks the capsule of a layout, and prints its own peak memory in KiB.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLayout } from '@release-capsule/oci';
import { policyFromFlags, unpackCapsule, verifyCapsule } from '@release-capsule/verifier';

const [directory = '', digest = ''] = process.argv.slice(2);
const store = await openLayout(join(directory, 'layout'), { create: false });
const keyPem = readFileSync(join(directory, 'cosign.pub'), 'utf8');
const capsuleRepository = 'ghcr.io/example/app-capsule';
const policy = policyFromFlags({ name: 'app', keyPem, capsuleRepository });
const images = [{ repoURL: capsuleRepository, digest }];
const options = { now: () => new Date('2026-11-20T09:33:31Z'), temporaryDirectory: directory };
const verdict = await verifyCapsule(store, { images, commits: [], charts: [], artifacts: [] }, policy, options);
if (!verdict.accepted) throw new Error(JSON.stringify(verdict.findings));
await unpackCapsule(verdict.capsule, join(directory, 'target'));
await verdict.capsule.close();
// Not `resourceUsage().maxRSS`: Linux lets a process begin with the peak of the one that started it.
const [, peak = ''] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
process.stdout.write(peak);
