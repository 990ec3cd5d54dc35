import { type Document, isMap } from 'yaml';
import { pluginFields } from './field-table.ts';
import type { Judgement } from './judgement.ts';
import { judgePluginChart } from './kustomize-charts.ts';
import { fieldAt, type ReferencePlace } from './reference-place.ts';
import { judgeReference, type PluginSource } from './references.ts';
import { walkFields } from './walk-fields.ts';

/** Source: kustomize v5, kyaml/fn/runtime/runtimeutil/functiontypes.go, `GetFunctionSpec`. */
const functionAnnotations = ['config.kubernetes.io/function', 'config.k8s.io/function', 'config.kubernetes.io/container'];

/**
 * Judges a generator, transformer or validator: it must be one of kustomize's own, and what it names must be in the
 * package. Any other is code from a container image, or from the machine that renders.
 * @param place of the kustomization that lists it: a plugin's paths start there, wherever its configuration lies.
 */
export async function judgePlugin(judgement: Judgement, place: ReferencePlace, source: PluginSource): Promise<void> {
  if ('file' in source) return judgePluginFile(judgement, { ...place, file: source.file, field: '' });
  const at = { ...place, field: fieldAt(place, source.field) };
  for (const document of source.documents) await judgeConfiguration(judgement, at, document);
}

async function judgePluginFile(judgement: Judgement, place: ReferencePlace): Promise<void> {
  const { content, problem } = await judgement.reader.yaml(place.file);
  if (content === undefined) return judgement.refuseUnreadable(place.file, '', problem);
  for (const document of content) await judgeConfiguration(judgement, place, document);
}

async function judgeConfiguration(judgement: Judgement, place: ReferencePlace, document: Document): Promise<void> {
  const { contents } = document;
  if (!isMap(contents)) return judgement.refuseProfile(place.file, place.field, 'a plugin is a mapping of fields');
  const apiVersion = contents.get('apiVersion');
  const kind = contents.get('kind');
  const fields = typeof kind === 'string' ? pluginFields.get(kind) : undefined;
  if (apiVersion !== 'builtin' || fields === undefined || isFunction(document)) {
    const reference = `${String(apiVersion)}/${String(kind)}`;
    return judgement.refuse({
      file: place.file,
      field: fieldAt(place, 'kind'),
      reference,
      reason: 'remote',
      detail: "It is not one of kustomize's own plugins: it runs code that is not in the package.",
    });
  }
  const { values, references, defects } = walkFields(document, fields, { program: 'kustomize' });
  judgement.refuseDefects(
    place.file,
    defects.map((defect) => ({ ...defect, field: fieldAt(place, defect.field) })),
  );
  // No plugin lists another: what its references name is judged, and nothing more.
  for (const reference of references) await judgeReference(judgement, place, reference);
  if (kind === 'HelmChartInflationGenerator') await judgePluginChart(judgement, place, values);
  // Without one kustomize adds the name of the directory that the package lies in, which is not the package's to say.
  if (kind === 'ValueAddTransformer' && !(typeof values['value'] === 'string' && values['value'].trim() !== '')) {
    judgement.refuseProfile(
      place.file,
      fieldAt(place, 'value'),
      'kustomize adds the name of a directory instead: write the value',
    );
  }
}

function isFunction(document: Document): boolean {
  const annotations = document.getIn(['metadata', 'annotations']);
  if (!isMap(annotations)) return annotations !== undefined && annotations !== null;
  return functionAnnotations.some((name) => annotations.has(name));
}
