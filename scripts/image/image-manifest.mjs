import { describeContent, mediaTypes, parseManifest, pushBytes } from '../../packages/oci/src/index.ts';
import { canonicalJson } from '../../packages/capsule-schema/src/index.ts';
import { user } from './runtime-files.mjs';

/** Nothing that the program never does can be done by what takes it over: start programs, load native code, be debugged. */
const nodeOptions = '--permission --allow-fs-read=* --allow-fs-write=* --disable-sigusr1';

/** Writes config and manifest of the image. Source: OCI image-spec v1.1.1, config.md, manifest.md, annotations.md. */
export async function pushImage(store, { layers, platform, facts }) {
  const config = await pushBytes(store, { mediaType: mediaTypes.imageConfig, bytes: configBytes({ layers, platform, facts }) });
  const bytes = canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    config,
    layers: layers.map(({ descriptor }) => descriptor),
    annotations: annotationsOf(facts),
  });
  parseManifest(bytes, mediaTypes.imageManifest);
  await pushBytes(store, { mediaType: mediaTypes.imageManifest, bytes });
  return describeContent(mediaTypes.imageManifest, bytes);
}

function configBytes({ layers, platform, facts }) {
  return canonicalJson({
    created: facts.created,
    architecture: platform.architecture,
    os: 'linux',
    config: {
      User: `${user}:${user}`,
      Env: ['PATH=/usr/bin', `NODE_OPTIONS=${nodeOptions}`, 'NODE_DISABLE_COMPILE_CACHE=1', 'NODE_ENV=production', 'HOME=/tmp'],
      Entrypoint: ['/usr/bin/capsule'],
      Cmd: ['serve'],
      WorkingDir: '/tmp',
      ExposedPorts: { '8080/tcp': {} },
      StopSignal: 'SIGTERM',
      Labels: annotationsOf(facts),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ what }) => ({ created: facts.created, created_by: what })),
  });
}

function annotationsOf({ created, revision, source, version }) {
  return {
    'org.opencontainers.image.title': 'capsule-verify',
    'org.opencontainers.image.description': 'Verifies and unpacks release capsules, as a service or a command.',
    'org.opencontainers.image.created': created,
    'org.opencontainers.image.revision': revision,
    'org.opencontainers.image.source': source,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  };
}
