import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';

/** A field of Kubernetes objects that holds an image. */
export interface ImageField {
  /** The kind of object that has it; without a kind the field is one of every object. */
  readonly kind?: string | undefined;
  /** The API group of that kind, `monitoring.coreos.com`; without it any group. */
  readonly apiGroup?: string | undefined;
  /**
   * The way from the object to the field: keys with dots between them. `[]` is each item of a list, `*` any key, `**` any way,
   * and `\.` a dot in a key: `spec.templates[].container.image`.
   */
  readonly path: string;
}

const podFields = ['containers[].image', 'initContainers[].image', 'ephemeralContainers[].image', 'volumes[].image.reference'];

const prometheusKinds = ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'];
const workflowKinds = ['Workflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate', 'CronWorkflow'];
const workflowFields = ['templates[]', 'inline', 'templateDefaults'].flatMap((template) =>
  ['container.image', 'script.image', 'sidecars[].image'].map((path) => `**.${template}.${path}`),
);
const tektonKinds = ['Task', 'ClusterTask', 'TaskRun', 'Pipeline', 'PipelineRun', 'StepAction'];
const tektonFields = ['spec.image', '**.steps[].image', '**.sidecars[].image', '**.stepTemplate.image'];
const elasticKinds = ['Elasticsearch', 'Kibana', 'ApmServer', 'Beat', 'Agent', 'EnterpriseSearch', 'Logstash'];

/**
 * The fields that hold images: those of a pod wherever an object has one, and those of well-known custom resources.
 * Sources: the API references of Kubernetes 1.34, prometheus-operator 0.85, Argo Workflows 3.7, Argo Events 1.9, Tekton
 * Pipelines 1.3, CloudNativePG 1.27, Strimzi 0.47, Elastic Cloud on Kubernetes 3.1, Jaeger operator 1.65 and OpenTelemetry
 * operator 0.135.
 */
export const imageFields: readonly ImageField[] = [
  ...podFields.map((path) => ({ path: `**.${path}` })),
  ...fieldsOf(prometheusKinds, 'monitoring.coreos.com', ['spec.image', 'spec.thanos.image']),
  ...fieldsOf(workflowKinds, 'argoproj.io', workflowFields),
  ...fieldsOf(['Sensor', 'EventSource'], 'argoproj.io', ['spec.template.container.image']),
  ...fieldsOf(tektonKinds, 'tekton.dev', tektonFields),
  ...fieldsOf(['Cluster'], 'postgresql.cnpg.io', ['spec.imageName']),
  ...fieldsOf(['ImageCatalog', 'ClusterImageCatalog'], 'postgresql.cnpg.io', ['spec.images[].image']),
  ...fieldsOf(['Kafka'], 'kafka.strimzi.io', ['spec.*.image', 'spec.entityOperator.*.image']),
  ...fieldsOf(['KafkaConnect', 'KafkaBridge', 'KafkaMirrorMaker', 'KafkaMirrorMaker2'], 'kafka.strimzi.io', ['spec.image']),
  ...fieldsOf(elasticKinds, undefined, ['spec.image']),
  ...fieldsOf(['Jaeger'], 'jaegertracing.io', ['spec.*.image']),
  ...fieldsOf(['OpenTelemetryCollector', 'OpAMPBridge'], 'opentelemetry.io', ['spec.image', 'spec.targetAllocator.image']),
  ...fieldsOf(['Instrumentation'], 'opentelemetry.io', ['spec.*.image']),
];

function fieldsOf(kinds: readonly string[], apiGroup: string | undefined, paths: readonly string[]): readonly ImageField[] {
  return kinds.flatMap((kind) => paths.map((path) => ({ kind, apiGroup, path })));
}

/** How far a walk has come towards a field: how many of its segments it has passed. */
export interface FieldState {
  readonly segments: readonly string[];
  readonly done: number;
}

/** Finds which fields begin at an object. */
export class FieldTable {
  readonly #general: readonly FieldState[];
  readonly #ofKind = new Map<string, { readonly apiGroup: string | undefined; readonly start: FieldState }[]>();

  /** @throws {SchemaError} `IMAGE_FIELD_INVALID`. */
  constructor(fields: readonly ImageField[]) {
    this.#general = fields.filter((field) => field.kind === undefined).map(startOf);
    for (const field of fields) {
      if (field.kind === undefined) continue;
      const known = this.#ofKind.get(field.kind) ?? [];
      known.push({ apiGroup: field.apiGroup, start: startOf(field) });
      this.#ofKind.set(field.kind, known);
    }
  }

  /** The fields that every object has. */
  get general(): readonly FieldState[] {
    return this.#general;
  }

  /** The fields that objects of one kind have beside those. */
  ofKind(kind: string, apiVersion: string): readonly FieldState[] {
    const slash = apiVersion.indexOf('/');
    const group = slash === -1 ? '' : apiVersion.slice(0, slash);
    const fields = this.#ofKind.get(kind) ?? [];
    return fields.filter(({ apiGroup }) => apiGroup === undefined || apiGroup === group).map(({ start }) => start);
  }
}

/** Goes one step: to the value of a key, or with `[]` to an item of a list. */
export function stepInto(states: readonly FieldState[], key: string): readonly FieldState[] {
  const next: FieldState[] = [];
  for (const { segments, done } of states) {
    const anyWay = segments[done] === '**';
    if (anyWay) add(next, segments, done);
    const at = anyWay ? done + 1 : done;
    const segment = segments[at];
    if (segment === key || (segment === '*' && key !== '[]')) add(next, segments, at + 1);
  }
  return next;
}

// Each once: a path with several `**` would multiply.
function add(states: FieldState[], segments: readonly string[], done: number): void {
  if (!states.some((state) => state.segments === segments && state.done === done)) states.push({ segments, done });
}

/** Tells whether one of the fields is reached. */
export function isReached(states: readonly FieldState[]): boolean {
  return states.some(({ segments, done }) => done === segments.length);
}

const segmentPattern = /^((?:[^.[\]*\\\s]|\\\.)+|\*)((?:\[\])*)$/;

function startOf({ path }: ImageField): FieldState {
  const segments = path.split(/(?<!\\)\./).flatMap((part) => {
    if (part === '**') return [part];
    const [, key, lists = ''] = segmentPattern.exec(part) ?? [];
    if (key === undefined) throw invalid(path);
    return [key.replaceAll('\\.', '.'), ...lists.match(/\[\]/g) ?? []];
  });
  if (path.length > 512 || segments.at(-1) === '**' || /\*\*\.\*\*/.test(path)) throw invalid(path);
  return { segments, done: 0 };
}

function invalid(path: string): SchemaError {
  return new SchemaError('IMAGE_FIELD_INVALID', `${quote(path)} is not the path of a field`, {
    hint: 'Write keys with dots between them, and [] for each item of a list: spec.templates[].container.image.',
  });
}
