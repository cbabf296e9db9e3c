/** Ids and times of the examples, so that they tell of the same things. */
export const example = {
  store: '507f1f77bcf86cd799439011',
  message: '65a1b2c3d4e5f60718293a4b',
  delivery: '65a1b2c31f0e9d8c7b6a5948',
  mapping: '659f0a1b2c3d4e5f60718293',
  thing: '65a1b2c3d4e5f60718293a4b',
  times: { created_at: '2026-11-01T08:00:00.000Z', updated_at: '2026-11-20T17:45:12.000Z' },
} as const;
