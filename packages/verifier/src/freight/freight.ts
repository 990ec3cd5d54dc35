/** The Warehouse that made a Freight. */
export interface FreightOrigin {
  readonly kind: string;
  readonly name: string;
}

/** An image of a Freight. Texts are as Kargo has them; what is absent there is absent here. */
export interface FreightImage {
  readonly repoURL: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly subscriptionName?: string;
}

/** A commit of a Freight. */
export interface FreightCommit {
  readonly repoURL?: string;
  readonly id?: string;
  readonly tag?: string;
  readonly subscriptionName?: string;
}

/** A chart of a Freight. */
export interface FreightChart {
  readonly repoURL?: string;
  readonly name?: string;
  readonly version?: string;
  readonly subscriptionName?: string;
}

/** An artifact of another kind. */
export interface FreightArtifact {
  readonly artifactType?: string;
  readonly subscriptionName?: string;
  readonly version?: string;
}

/**
 * What is promoted together: as much of Kargo's Freight as a verification reads.
 * Source: Kargo v1.11.2, api/v1alpha1/freight_types.go.
 */
export interface Freight {
  /** The hash that Kargo names it by; absent where the Freight was put together by hand. */
  readonly name?: string;
  readonly origin?: FreightOrigin;
  readonly images: readonly FreightImage[];
  readonly commits: readonly FreightCommit[];
  readonly charts: readonly FreightChart[];
  readonly artifacts: readonly FreightArtifact[];
}
