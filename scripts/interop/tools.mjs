/** Every program that the interop tests run beside ours. What can be pinned is pinned here and nowhere else. */

/** Built with `go install <path>@<version>`. */
export const goTools = [
  { name: 'actionlint', path: 'github.com/rhysd/actionlint/cmd/actionlint', version: 'v1.7.12', check: ['-version'] },
  { name: 'regctl', path: 'github.com/regclient/regclient/cmd/regctl', version: 'v0.11.7', check: ['version'] },
  { name: 'kustomize', path: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.8.2', check: ['version'] },
  { name: 'kustomize571', path: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.7.1', check: ['version'] }, // in Kargo 1.11
  { name: 'kustomize500', path: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.0.0', check: ['version'] }, // docs/kargo.md's oldest
  { name: 'helm', path: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1', check: ['version'] },
  { name: 'helm3', path: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0', check: ['version'] },
  { name: 'cosign', path: 'github.com/sigstore/cosign/v3/cmd/cosign', version: 'v3.1.3', check: ['version'] },
  { name: 'cosign2', path: 'github.com/sigstore/cosign/v2/cmd/cosign', version: 'v2.6.4', check: ['version'] },
  { name: 'distribution', path: 'github.com/distribution/distribution/v3/cmd/registry', version: 'v3.1.2', check: ['--version'] },
  { name: 'kubectl-validate', path: 'sigs.k8s.io/kubectl-validate', version: 'v0.0.4', check: ['--help'] },
  { name: 'fulcio', path: 'github.com/sigstore/fulcio', version: 'v1.8.8', check: ['version'] },
  { name: 'rekor-server', path: 'github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix', version: 'v2.3.0', check: ['version'] },
];

/** Built inside its module: not every module proxy lists the versions of this one, which `go install` asks for. */
export const goModules = [
  { name: 'oras', module: 'oras.land/oras', folder: 'cmd/oras', version: 'v1.3.3', check: ['version'] },
];

/** Built from a folder of ours, whose go.mod and go.sum pin what it is made of. */
export const goPrograms = [
  { name: 'olareg', folder: 'olareg', version: 'v0.2.2', check: ['--version'] },
  { name: 'reference-reader', folder: 'reference-reader', version: 'v0.6.0', check: ['--version'] },
  { name: 'referrers-registry', folder: 'referrers-registry', version: 'v0.21.9', check: ['--version'] },
  { name: 'timestamp-server', folder: 'timestamp-server', version: 'v2.1.3', check: ['--version'] },
  { name: 'yaml-reader', folder: 'yaml-reader', version: 'v0.21.2', check: ['--version'] },
];

/** Only their sources: signatures of the public Sigstore instance lie in them, each with its own proof. */
export const goSources = [
  { name: 'sigstore-go', module: 'github.com/sigstore/sigstore-go', version: 'v1.2.1' },
  { name: 'cosign-source', module: 'github.com/sigstore/cosign/v3', version: 'v3.1.3' },
];

/**
 * From Debian or Ubuntu, in the version that is served: both drop what they replace. `libraries` are fetched too where the
 * package cannot be installed for lack of rights.
 */
export const debianTools = [
  { name: 'docker-registry', package: 'docker-registry', libraries: [], check: ['--version'] },
  { name: 'htpasswd', package: 'apache2-utils', libraries: ['libapr1', 'libaprutil1'], check: ['-nbB', 'user', 'password'] },
  {
    name: 'skopeo',
    package: 'skopeo',
    libraries: ['libgpgme11', 'libassuan0', 'libdevmapper1.02.1'],
    check: ['--version'],
  },
  // The package of that name has no agent, without which nothing is signed.
  { name: 'gpg', package: 'gnupg', libraries: ['gpg', 'gpg-agent', 'gpgconf', 'libassuan0', 'libksba8', 'libnpth0'], check: ['--version'] },
  { name: 'umoci', package: 'umoci', libraries: [], check: ['--version'] },
  { name: 'ip', package: 'iproute2', libraries: ['libbpf1', 'libelf1', 'libmnl0', 'libcap2', 'libtirpc3'], folder: 'bin', check: ['-V'] },
  { name: 'strace', package: 'strace', libraries: ['libunwind8'], check: ['-V'] },
  { name: 'runc', package: 'runc', libraries: ['libseccomp2'], folder: 'usr/sbin', check: ['--version'] },
];

/** The other Node lines that must give the same digest; from npm packages that carry the binary and run no script. */
export const nodeTools = [
  { name: 'node22', version: '22.23.3', check: ['--version'] },
  { name: 'node26', version: '26.9.0', check: ['--version'] },
];
