/** What is measured, and in what. */
export const metrics = {
  cpu: { title: "server CPU per delivery", unit: "µs", digits: 2 },
  rss: { title: "resident memory per idle connection", unit: "KB", digits: 1 },
  heap: { title: "heap and buffers per idle connection", unit: "KB", digits: 1 },
  loadRate: { title: "triggers at full load", unit: "/s", digits: 0 },
  ackP50: { title: "trigger → ack, p50", unit: "ms", digits: 1 },
  ackP99: { title: "trigger → ack, p99", unit: "ms", digits: 1 },
  deliveryP50: { title: "trigger → delivery, p50", unit: "ms", digits: 1 },
  deliveryP99: { title: "trigger → delivery, p99", unit: "ms", digits: 1 },
  resumeSeconds: { title: "all back and caught up after", unit: "s", digits: 2 },
  readsPerRoom: { title: "log reads per room for it", unit: "", digits: 2 },
  steadyP99: { title: "p99 before", unit: "ms", digits: 1 },
  stoppedP99: { title: "p99 of the others while some are stopped", unit: "ms", digits: 1 },
  growthMb: { title: "memory grown by", unit: "MB", digits: 0 },
  catchUpSeconds: { title: "the stopped ones have caught up after", unit: "s", digits: 1 },
  returns: { title: "times one of them was sent away, and came back", unit: "", digits: 0 },
  eventsPerSecond: { title: "durable events", unit: "/s", digits: 0 },
  gzip: { title: "gzip", unit: "KB", digits: 1 },
  tscSeconds: { title: "tsc", unit: "s", digits: 2 },
} as const satisfies Readonly<
  Record<string, { readonly title: string; readonly unit: string; readonly digits: number }>
>;

/** One of them. */
export type Metric = keyof typeof metrics;
