import { join } from 'node:path';
import { openLayout } from '@release-capsule/oci';
import { freightFromImage, policyFromFlags, unpackCapsule, type VerifiedCapsule, verifyCapsule } from '@release-capsule/verifier';
import { type Bench, expected, imageOf, type Release } from '../bench.ts';
import { type DataSet, packagePath } from '../data.ts';
import { comparePairs, type Task } from '../measure.ts';
import { missingPrograms } from '../peers.ts';
import { type Aim, type Heading, missingRow, type Row, rowUnlessTimeout, timeRow } from '../row.ts';
import { runChild } from '../run-child.ts';
import { layerPath } from '../layer-path.ts';

const smallAim: Aim = { atMost: 2.5 };
const largeAim: Aim = { atMost: 1, text: 'ahead' };

/** Unpacks from a layout beside GNU tar, both from the same layer. */
export async function benchUnpack(bench: Bench): Promise<readonly Row[]> {
  const { smallFiles, largeFiles } = bench;
  return [
    await commandRow(bench, smallFiles, smallAim),
    await commandRow(bench, largeFiles, largeAim),
    await libraryRow(bench, smallFiles, smallAim),
    await libraryRow(bench, largeFiles, largeAim),
  ];
}

/** The whole process: start, signature, digest, every claim, then unpacking. */
async function commandRow(bench: Bench, data: DataSet, aim: Aim): Promise<Row> {
  const heading: Heading = { group: 'unpack', subject: data.title, ours: 'capsule unpack', theirs: 'tar -xzf', aim };
  const missing = missingPrograms(['GNU tar', 'gzip']);
  if (missing.length > 0) return missingRow(heading, missing);
  return rowUnlessTimeout(heading, async () => {
    const release = await bench.layoutOf(data);
    const unpack = ['unpack', ...bench.verifyArguments(release), '--output'];
    const ours: Task = { run: (directory) => runChild(bench.capsule([...unpack, join(directory, 'unpacked')])) };
    return timeRow(heading, await comparePairs(ours, tarTask(bench, release), bench.measuring));
  });
}

/** The library in a warm process: the same verification and unpacking, without Node's start. */
async function libraryRow(bench: Bench, data: DataSet, aim: Aim): Promise<Row> {
  const heading: Heading = { group: 'unpack', subject: data.title, ours: 'the library, warm', theirs: 'tar -xzf', aim };
  const missing = missingPrograms(['GNU tar', 'gzip']);
  if (missing.length > 0) return missingRow(heading, missing);
  return rowUnlessTimeout(heading, async () => {
    const release = await bench.layoutOf(data);
    const ours: Task = { run: (directory) => verifyAndUnpack(bench, release, join(directory, 'unpacked')), inProcess: true };
    return timeRow(heading, await comparePairs(ours, tarTask(bench, release), bench.measuring));
  });
}

async function verifyAndUnpack(bench: Bench, release: Release, target: string): Promise<void> {
  await using capsule = await verifyIn(bench, release);
  await unpackCapsule(capsule, target);
}

function tarTask(bench: Bench, release: Release): Task {
  const layer = layerPath(release);
  return { run: (directory) => runChild(bench.program('tar', ['-xzf', layer, '-C', directory])) };
}

async function verifyIn(bench: Bench, { reference, data }: Release): Promise<VerifiedCapsule> {
  const [layout = '', digest = ''] = reference.slice('oci:'.length).split('@');
  const policy = policyFromFlags({
    name: expected.name,
    keyPem: bench.publicKey,
    imageRepository: expected.image,
    sourceRepository: expected.source,
    sourcePath: packagePath,
  });
  const verdict = await verifyCapsule(await openLayout(layout, { create: false }), freightFromImage(imageOf(data)), policy, {
    capsule: { layout, digest },
    now: () => new Date(),
    temporaryDirectory: bench.path,
  });
  if (verdict.accepted) return verdict.capsule;
  throw new Error(`the capsule is ${verdict.outcome}: ${JSON.stringify(verdict.findings)}`);
}
