// The main job on real files, with no server: freeze a release, promote it, and see three tamperings refused.
// With --keep it leaves its files to look at.
import { join } from 'node:path';
import { changeByte } from './demo/change-byte.mjs';
import { makeRepository } from './demo/make-repository.mjs';
import { readJson, writeFreight } from './demo/freight.mjs';
import { readOptions } from './demo/read-options.mjs';
import { Stage } from './demo/stage.mjs';

const stage = await Stage.open(readOptions(process.argv.slice(2)));
try {
  const repository = makeRepository(stage.directory, 'app', 'Say hello');
  const image = `ghcr.io/example/hello:git-${repository.commit}@sha256:${'1'.repeat(64)}`;
  const pack = ['--name', 'hello', '--package', 'k8s/kustomize', '--source-url', 'https://github.com/example/hello'];

  stage.chapter('A Git repository holds an application and, beside it, its deploy package.');
  stage.say(`commit ${repository.commit} in ${repository.directory}`);

  stage.chapter('CI makes a key pair once, in cosign’s own format.');
  await stage.capsule('keygen', '--output', 'keys');

  stage.chapter('CI freezes image and package into one capsule, and signs it.');
  await stage.capsule('pack', '--repo', 'app', ...pack, '--image', image, '--to', 'oci:capsules');
  await stage.capsule('sign', `oci:capsules:git-${repository.commit}`, '--key', 'keys/cosign.key');

  stage.chapter('Anybody can look inside.');
  await stage.capsule('inspect', `oci:capsules:git-${repository.commit}`);

  stage.chapter('Kargo discovers image and capsule, and makes one Freight of them.');
  const digest = await stage.digestOf(`oci:capsules:git-${repository.commit}`);
  const capsule = `ghcr.io/example/hello-capsule:git-${repository.commit}@${digest}`;
  const freight = writeFreight(stage.directory, { image, capsule });
  stage.show('freight.yaml', freight);

  stage.chapter('A promotion verifies the capsule against the Freight, and only then unpacks it.');
  const policy = ['--policy', stage.copyPolicy('keys/cosign.pub')];
  await stage.capsule('unpack', 'oci:capsules', '--freight', 'freight.yaml', ...policy, '--output', 'release');

  stage.chapter('Tampering 1: one byte of the package changes where the capsule is stored.');
  const restore = changeByte(join(stage.directory, 'capsules'), readJson(stage.directory, digest).layers[0].digest);
  await stage.refused('LAYER_DIGEST_DIFFERS', 'verify', 'oci:capsules', '--freight', 'freight.yaml', ...policy);
  restore();

  stage.chapter('Tampering 2: the tag is moved to another capsule, which the same key has signed.');
  const other = makeRepository(stage.directory, 'other', 'Say goodbye');
  const otherImage = `ghcr.io/example/hello:git-${other.commit}@sha256:${'2'.repeat(64)}`;
  const moved = `oci:moved:git-${repository.commit}`;
  const key = ['--key', 'keys/cosign.key'];
  await stage.quietly('release', '--repo', 'other', ...pack, '--image', otherImage, '--to', moved, ...key);
  await stage.refused('TAG_OTHER_COMMIT', 'verify', moved, '--image', image, ...policy);

  stage.chapter('Tampering 3: the Freight names another image digest than the one that was released.');
  writeFreight(stage.directory, { image: otherImage.replace(other.commit, repository.commit), capsule });
  await stage.refused('PAIR_DIGEST_DIFFERS', 'verify', 'oci:capsules', '--freight', 'freight.yaml', ...policy);

  stage.done('One release accepted and unpacked; three tamperings refused, each for its own reason.');
} catch (error) {
  stage.fail(error);
} finally {
  stage.close();
}
