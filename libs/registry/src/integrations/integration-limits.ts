export interface IntegrationLimits {
  readonly maxPerStore: number;
  /** With a service's name behind it, it has to fit into a mapping's name. */
  readonly maxName: number;
  /** With a service's path behind it, it has to fit into a mapping's URL. */
  readonly maxUrl: number;
  readonly maxToken: number;
  readonly maxCategory: number;
  readonly maxDisplay: number;
}

export const integrationLimits: IntegrationLimits = {
  maxPerStore: 200,
  maxName: 63,
  maxUrl: 1_024,
  maxToken: 1_024,
  maxCategory: 100,
  maxDisplay: 200,
};
