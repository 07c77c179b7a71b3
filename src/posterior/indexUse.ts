/** How much one layer of a continuously indexed flow uses its index. */
export interface LayerIndexUse {
  /** From 1, in the order in which noise becomes a draw. */
  readonly layer: number;
  /** The part of the variance of what the layer gives that its index alone makes: 0 where it is not used. */
  readonly share: number;
  /** E[log r(u | y) − log q(u | x)], nats: by how much more the layer's result tells of the index than its input did, as far as r sees it. */
  readonly nats: number;
}
