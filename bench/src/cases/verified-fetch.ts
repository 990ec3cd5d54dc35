import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDockerRegistry } from '../../../test/interop/support/docker-registry.ts';
import type { Bench, Release } from '../bench.ts';
import type { DataSet } from '../data.ts';
import { comparePairs, type Task } from '../measure.ts';
import { findProgram, missingPrograms, programPath } from '../peers.ts';
import { type Heading, missingRow, type Row, rowUnlessTimeout, timeRow } from '../row.ts';
import { runChild } from '../run-child.ts';
import { layerDigest } from '../layer-path.ts';

/** Fetches from a registry on loopback, verifies and unpacks, beside the programs that together do the same. */
export async function benchVerifiedFetch(bench: Bench): Promise<readonly Row[]> {
  const puller = findProgram('oras') === undefined ? 'skopeo copy' : 'oras copy';
  const needed = ['GNU tar', 'gzip', 'cosign', 'docker-registry', puller.split(' ')[0] ?? ''];
  const headings = [bench.smallFiles, bench.largeFiles].map((data) => ({ data, heading: headingOf(data, puller) }));
  const missing = missingPrograms(needed);
  if (missing.length > 0) return headings.map(({ heading }) => missingRow(heading, missing));

  await using registry = await startDockerRegistry();
  const rows: Row[] = [];
  for (const { data, heading } of headings) {
    const place = `${registry.host}/bench/app-${rows.length}`;
    const measure = async (): Promise<Row> => {
      const release = await bench.release(data, place);
      const theirs = puller === 'oras copy' ? orasTask(bench, release) : skopeoTask(bench, release);
      return timeRow(heading, await comparePairs(capsuleTask(bench, release), theirs, bench.measuring));
    };
    rows.push(await rowUnlessTimeout(heading, measure));
  }
  return rows;
}

function headingOf(data: DataSet, puller: string): Heading {
  const theirs = `cosign verify, ${puller}, tar -xzf`;
  return { group: 'verified fetch from a registry', subject: data.title, ours: 'capsule unpack', theirs, aim: { atMost: 0.5 } };
}

function capsuleTask(bench: Bench, release: Release): Task {
  const unpack = ['unpack', ...bench.verifyArguments(release), '--output'];
  return { run: (directory) => runChild(bench.capsule([...unpack, join(directory, 'unpacked')])) };
}

function orasTask(bench: Bench, release: Release): Task {
  const run = async (directory: string): Promise<void> => {
    await cosignVerify(bench, release);
    const layout = join(directory, 'layout');
    // The layer carries no file name: into a layout is how oras takes the whole artifact.
    await runChild(bench.program(programPath('oras'), ['copy', '--from-plain-http', release.reference, '--to-oci-layout', layout]));
    const blob = (digest: string): string => join(layout, 'blobs', ...digest.split(':'));
    await extract(bench, blob(layerDigest(readFileSync(blob(release.digest), 'utf8'))), directory);
  };
  return { run };
}

function skopeoTask(bench: Bench, release: Release): Task {
  const run = async (directory: string): Promise<void> => {
    await cosignVerify(bench, release);
    const pulled = join(directory, 'pulled');
    const args = ['--insecure-policy', 'copy', '--quiet', '--src-tls-verify=false', `docker://${release.reference}`, `dir:${pulled}`];
    await runChild(bench.program(programPath('skopeo'), args));
    const digest = layerDigest(readFileSync(join(pulled, 'manifest.json'), 'utf8'));
    await extract(bench, join(pulled, digest.slice('sha256:'.length)), directory);
  };
  return { run };
}

async function cosignVerify(bench: Bench, { reference }: Release): Promise<void> {
  const args = ['verify', '--key', 'keys/cosign.pub', '--insecure-ignore-tlog=true', '--allow-http-registry', reference];
  await runChild(bench.program(programPath('cosign'), args));
}

async function extract(bench: Bench, layer: string, directory: string): Promise<void> {
  const output = join(directory, 'unpacked');
  mkdirSync(output);
  await runChild(bench.program('tar', ['-xzf', layer, '-C', output]));
}
