import { base, entries, record, recordText, sorted, tar, withEntries, withoutEntries, withReplaced } from './capsule.ts';
import { type HostileArchive, hostile } from './hostile-archive.ts';
import { gzip } from './raw-gzip.ts';
import { behindPax, directory, entry, file, paxRecord, type RawEntry, size } from './raw-tar.ts';

function layout(name: string, build: () => Buffer): HostileArchive {
  return hostile('ARCHIVE_LAYOUT', `layout: ${name}`, build);
}

function withoutRecord(...added: readonly RawEntry[]): Buffer {
  return gzip(tar(sorted([...withoutEntries('release.yaml'), ...added])));
}

function recordAs(code: HostileArchive['code'], name: string, text: string): HostileArchive {
  return hostile(code, `record: ${name}`, () => withReplaced(file('release.yaml', text)));
}

function executable(path: string): HostileArchive {
  const content = entries.find((one) => one.path === path)?.blocks.subarray(512).toString('latin1').replace(/\0+$/, '');
  return layout(`${path} is executable`, () => {
    return withReplaced(entry(path, { mode: '0000755\0', size: size(content?.length ?? 0) }, content));
  });
}

/** Archives that are canonical, of a tree that is no capsule, or not the one of its manifest. */
export const layouts: readonly HostileArchive[] = [
  layout('a file at the top', () => withEntries(file('README.md', '# hello\n'))),
  layout('a name that Windows takes for a drive', () => withEntries(file('C:evil', 'x'))),
  layout('a second package', () => {
    return withEntries(directory('package/helm/'), file('package/helm/Chart.yaml', 'name: a\n'));
  }),
  layout('a package beside it whose name begins alike', () => {
    return withEntries(directory('package/kustomize-evil/'), file('package/kustomize-evil/x', 'x'));
  }),
  layout('a file beside the package', () => withEntries(file('package/x', 'x'))),
  layout('metadata that the record does not name', () => withEntries(file('metadata/extra.json', '{}\n'))),
  layout('a source proof that the record does not name', () => withEntries(file('metadata/source-proof.json', '{}\n'))),
  layout('metadata in a directory', () => withEntries(directory('metadata/x/'), file('metadata/x/y', '{}\n'))),
  layout('no provenance', () => gzip(tar(withoutEntries('metadata/provenance.json')))),
  layout('no SBOM', () => gzip(tar(withoutEntries('metadata/sbom.json')))),
  layout('no metadata', () => gzip(tar(withoutEntries('metadata/')))),
  layout('no package', () => gzip(tar(withoutEntries('package/')))),
  layout('no record', () => withoutRecord()),
  layout('the record in the package alone', () => {
    return withoutRecord(file(`${base}release.yaml`, recordText));
  }),
  layout('the record as a directory', () => {
    return withoutRecord(directory('release.yaml/'), file('release.yaml/x', recordText));
  }),
  layout('a record by another name', () => withoutRecord(file('release.yml', recordText))),
  layout('a name at the top beyond ASCII', () => withEntries(behindPax('é', paxRecord('path', 'é')))),
  executable('release.yaml'),
  executable('metadata/sbom.json'),
  hostile('ARCHIVE_NOT_CANONICAL', 'layout: the record in a PAX header', () => {
    const own = { size: size(recordText.length) };
    const { blocks } = behindPax('release.yaml', paxRecord('path', 'release.yaml'), own);
    const content = file('', recordText).blocks.subarray(512);
    return withReplaced({ path: 'release.yaml', blocks: Buffer.concat([blocks, content]) });
  }),
  recordAs('RECORD_MISMATCH', 'of another name', recordText.replace('name: "app"', 'name: "ape"')),
  recordAs('RECORD_MISMATCH', 'of another image', recordText.replaceAll('a'.repeat(64), 'b'.repeat(64))),
  recordAs('RECORD_MISMATCH', 'with an annotation more', recordText.replace('{}', '\n  a: "b"').replace(': \n', ':\n')),
  recordAs('RECORD_NOT_CANONICAL', 'with a comment', `${recordText}# reviewed\n`),
  recordAs('RECORD_NOT_CANONICAL', 'with CRLF', recordText.replaceAll('\n', '\r\n')),
  recordAs('RECORD_NOT_CANONICAL', 'as JSON', JSON.stringify(record)),
  recordAs('RECORD_INVALID', 'with a key more', `${recordText}more: "x"\n`),
  recordAs('YAML_INVALID', 'with an alias', recordText.replace('"app"', '&a "app"').replace('{}', '{ x: *a }')),
  recordAs('YAML_INVALID', 'twice', `${recordText}---\n${recordText}`),
  recordAs('RECORD_INVALID', 'with nothing but null', 'null\n'),
  recordAs('YAML_INVALID', 'that is empty', ''),
  hostile('PACKAGE_DIGEST_MISMATCH', 'package: a file more', () => withEntries(file(`${base}evil.yaml`, 'a: b\n'))),
  hostile('PACKAGE_DIGEST_MISMATCH', 'package: an empty file more', () => withEntries(file(`${base}evil.yaml`))),
  hostile('PACKAGE_DIGEST_MISMATCH', 'package: other content', () => {
    return withReplaced(file(`${base}deployment.yaml`, 'apiVersion: apps/v1\nkind: Evil\n'));
  }),
  hostile('PACKAGE_DIGEST_MISMATCH', 'package: a file less', () => gzip(tar(withoutEntries(`${base}deployment.yaml`)))),
  hostile('PACKAGE_KIND_MISMATCH', 'package: no kustomization', () => {
    return gzip(tar(withoutEntries(`${base}kustomization.yaml`)));
  }),
];
