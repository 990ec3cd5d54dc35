/** A pull request as Kargo sees it. */
export interface PullRequest {
  readonly id: number;
  readonly repoURL: string;
  readonly source: string;
  readonly target: string;
  readonly title: string;
  readonly state: 'open' | 'merged' | 'closed';
}

/** The pull requests of a Git host that keeps them in memory; its people are `decide`, asked each time that Kargo looks. */
export class PullRequests {
  readonly #all: PullRequest[] = [];
  readonly #decide: (request: PullRequest) => PullRequest['state'];

  constructor(decide: (request: PullRequest) => PullRequest['state'] = () => 'open') {
    this.#decide = decide;
  }

  get all(): readonly PullRequest[] {
    return this.#all;
  }

  find(source: string, target: string): PullRequest | undefined {
    return this.#all.find((request) => request.source === source && request.target === target && request.state !== 'closed');
  }

  open(request: Omit<PullRequest, 'id' | 'state'>): PullRequest {
    const opened: PullRequest = { ...request, id: this.#all.length + 1, state: 'open' };
    this.#all.push(opened);
    return opened;
  }

  get(id: number): PullRequest {
    const request = this.#all[id - 1];
    if (request === undefined) throw new Error(`there is no pull request ${id}`);
    const looked: PullRequest = request.state === 'open' ? { ...request, state: this.#decide(request) } : request;
    this.#all[id - 1] = looked;
    return looked;
  }
}
