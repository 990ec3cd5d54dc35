import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type RequiredTool, requiredTools, toolPath } from './tools.ts';

const run = promisify(execFile);

const versions: Readonly<Record<RequiredTool, readonly [args: string[], says: RegExp]>> = {
  actionlint: [['-version'], /^v?1\.7\./],
  cosign: [['version'], /GitVersion:\s+v3\.1\./],
  cosign2: [['version'], /GitVersion:\s+v2\.6\./],
  distribution: [['--version'], /distribution\/v3 v3\./],
  'docker-registry': [['--version'], /docker\/distribution/],
  fulcio: [['version'], /GitVersion:/],
  gpg: [['--version'], /^gpg \(GnuPG\) 2\./],
  helm: [['version', '--short'], /^v4\./],
  helm3: [['version', '--short'], /^v3\./],
  htpasswd: [['-nbB', 'user', 'password'], /^user:\$2y\$/],
  ip: [['-V'], /^ip utility, iproute2/],
  'kubectl-validate': [['--help'], /validate Kubernetes manifests/],
  kustomize: [['version'], /^v5\.8\./],
  kustomize500: [['version'], /devel/], // this one does not know its own version
  kustomize571: [['version'], /^v5\.7\.1/],
  node22: [['--version'], /^v22\./],
  node26: [['--version'], /^v26\./],
  olareg: [['--version'], /olareg v0\./],
  oras: [['version'], /Version:\s+1\.3/],
  'referrers-registry': [['--version'], /go-containerregistry/],
  regctl: [['version'], /v0\.11\./],
  'rekor-server': [['version'], /GitVersion:/],
  runc: [['--version'], /runc version 1\./],
  skopeo: [['--version'], /skopeo version 1\./],
  strace: [['-V'], /^strace -- version/],
  'timestamp-server': [['--version'], /timestamp-authority v2\./],
  umoci: [['--version'], /umoci version 0\./],
  'reference-reader': [['--version'], /distribution\/reference v0\.6\.0/],
  'yaml-reader': [['--version'], /kyaml v0\.21\./],
};

describe('the programs that we are tested beside', () => {
  test.each(requiredTools)('%s is installed and answers', async (name) => {
    const [args, says] = versions[name];
    const { stdout, stderr } = await run(toolPath(name), args);
    expect(stdout + stderr).toMatch(says);
  });
});
