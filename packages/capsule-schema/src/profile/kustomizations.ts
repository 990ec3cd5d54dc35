import { kustomizationFields } from './field-table.ts';
import type { Judgement } from './judgement.ts';
import type { ReferenceType } from './field-type.ts';
import { judgeChartEntries } from './kustomize-charts.ts';
import { parseLocalPath } from './local-path.ts';
import { directoryOf } from './package-tree.ts';
import { judgePlugin } from './plugins.ts';
import { isKustomization } from './reference-files.ts';
import type { ReferencePlace } from './reference-place.ts';
import { judgeReference } from './references.ts';
import { walkFields } from './walk-fields.ts';
import type { WalkedFields } from './walked-fields.ts';

/** A kustomization of the package, held to the table of fields. */
interface Kustomization extends WalkedFields {
  readonly place: ReferencePlace;
}

/**
 * Judges every kustomization of a package, wherever it lies: its fields, what they name, and the plugins and charts
 * that they configure.
 * Source: docs/format.md, "Self-contained packages"; kustomize v5, api/types/kustomization.go.
 */
export async function judgeKustomizations(judgement: Judgement): Promise<void> {
  const kustomizations = await readKustomizations(judgement);
  const components = new Set(kustomizations.filter(isComponent).map(({ place }) => place.directory));
  for (const kustomization of kustomizations) {
    judgement.refuseDefects(kustomization.place.file, kustomization.defects);
    await judgeNames(judgement, kustomization, components);
    await judgeChartEntries(judgement, kustomization.place, kustomization.values);
  }
}

async function readKustomizations(judgement: Judgement): Promise<readonly Kustomization[]> {
  const found: Kustomization[] = [];
  for (const file of judgement.tree.files) {
    if (!isKustomization(file)) continue;
    const directory = directoryOf(file);
    refuseSecond(judgement, file, directory);
    const walked = await readKustomization(judgement, file);
    if (walked !== undefined) found.push({ ...walked, place: { file, directory, field: '' } });
  }
  return found;
}

function refuseSecond(judgement: Judgement, file: string, directory: string): void {
  const [first] = judgement.tree.kustomizationsIn(directory);
  if (first === file) return;
  judgement.refuseProfile(file, '', `there is a second kustomization in its directory, and kustomize takes one: delete one`);
}

async function readKustomization(judgement: Judgement, file: string): Promise<WalkedFields | undefined> {
  const { content, problem } = await judgement.reader.yaml(file);
  const [document, ...others] = content ?? [];
  if (content === undefined) judgement.refuseUnreadable(file, '', problem);
  else if (document === undefined || others.length > 0) judgement.refuseProfile(file, '', 'a kustomization is one YAML document');
  else return walkFields(document, kustomizationFields, { program: 'kustomize' });
  return undefined;
}

function isComponent({ values }: Kustomization): boolean {
  return values['kind'] === 'Component';
}

async function judgeNames(
  judgement: Judgement,
  { place, references }: Kustomization,
  components: ReadonlySet<string>,
): Promise<void> {
  for (const reference of references) {
    const plugin = await judgeReference(judgement, place, reference);
    if (plugin !== undefined) await judgePlugin(judgement, place, plugin);
    if (!directoryTypes.has(reference.type)) continue;
    const { path } = parseLocalPath(reference.text, place.directory);
    if (path === undefined || judgement.tree.kustomizationsIn(path).length === 0) continue;
    const detail = kindDefect(reference.type, components.has(path));
    if (detail !== undefined) judgement.refuseProfile(place.file, reference.field, detail);
  }
}

const directoryTypes: ReadonlySet<ReferenceType> = new Set(['path to directory', 'path to component', 'path to file or directory']);

// Source: kustomize v5, api/internal/target/kusttarget.go, `accumulateDirectory`.
function kindDefect(type: ReferenceType, isComponentThere: boolean): string | undefined {
  const takesComponent = type === 'path to component';
  if (takesComponent === isComponentThere) return undefined;
  return takesComponent
    ? 'kustomize takes a Component there: list it under resources, or make it one'
    : 'kustomize takes no Component there: list it under components';
}
