// Run as a process of its own, to be killed: replaces DIRECTORY again and again, each time by a tree of one text.
import { accepted, recordText } from './accepted.ts';
import { unpackCapsule } from '../unpack-capsule.ts';

const [directory = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
for (let turn = 0; ; turn += 1) {
  const files = Array.from({ length: 30 }, (_, at) => [`package/d${at % 5}/f${at}`, `turn ${turn}`]);
  await using capsule = await accepted({ 'release.yaml': recordText, ...Object.fromEntries(files) });
  await unpackCapsule(capsule, directory, { replace: true });
}
