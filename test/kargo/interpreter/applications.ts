/** An Application of Argo CD with one source, as far as Kargo looks at it. */
export interface Application {
  readonly name: string;
  readonly namespace: string;
  /** The Stages that may have it synced, as `project:stage`. */
  readonly authorizedStages: readonly string[];
  readonly repoURL: string;
  readonly sync?: SyncOperation;
  readonly health: 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Unknown';
}

/** The last operation on an Application, and the promotion that asked for it. */
export interface SyncOperation {
  readonly promotion?: string;
  readonly phase: 'Running' | 'Succeeded' | 'Failed' | 'Error';
  readonly message?: string;
  /** What was synced, once that is known. */
  readonly revision?: string;
}

/** The Applications of a cluster. `work` is Argo CD: asked each time that Kargo looks, it says how an Application stands by now. */
export class Applications {
  readonly #all: Map<string, Application>;
  readonly #work: (application: Application) => Application;

  constructor(all: readonly Application[] = [], work: (application: Application) => Application = (application) => application) {
    this.#all = new Map(all.map((application) => [keyOf(application), application]));
    this.#work = work;
  }

  /** The Application as it stands by now. */
  look(namespace: string, name: string): Application | undefined {
    const before = this.#all.get(keyOf({ namespace, name }));
    return before === undefined ? undefined : this.#set(this.#work(before));
  }

  /** Asks Argo CD to sync an Application, for a promotion. */
  startSync(application: Application, promotion: string): void {
    this.#set({ ...application, sync: { promotion, phase: 'Running' } });
  }

  #set(application: Application): Application {
    this.#all.set(keyOf(application), application);
    return application;
  }
}

function keyOf({ namespace, name }: Pick<Application, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
