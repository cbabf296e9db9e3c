/** What operations are about, by the first part of their ids, in the order of the document. */
export const subjects: Readonly<Record<string, { readonly tag: string; readonly noun: string; readonly description: string }>> = {
  message: {
    tag: 'Messages',
    noun: 'message or delivery',
    description: 'Push messages in, see what became of them, attempt again, archive. 2xx to a push means: durably stored.',
  },
  queue: { tag: 'Queues', noun: 'queue', description: 'Every message and delivery is in exactly one of three queues.' },
  delivery: { tag: 'Deliveries', noun: 'delivery', description: 'What the hub asks of the services that messages are sent to.' },
  notification: { tag: 'Notifications', noun: 'notification', description: 'Reports for people.' },
  integration: { tag: 'Integrations', noun: 'integration', description: 'Endpoint applications, as their `endpoint.json` describes them.' },
  mapping: { tag: 'Mappings', noun: 'mapping', description: 'Which messages go to which service of an endpoint.' },
  parameter: { tag: 'Parameters', noun: 'parameter', description: 'Values of the store that go along with requests.' },
  schema: {
    tag: 'Schemas',
    noun: 'message type',
    description: 'What the payloads of a type must be, beside the rules of built-in types.',
  },
  scheduler: { tag: 'Schedulers', noun: 'scheduler', description: 'Messages that are made at an interval.' },
  store: { tag: 'Stores', noun: 'store', description: 'Tenants. Everything belongs to one store.' },
  record: { tag: 'Records', noun: 'record', description: 'What could not be worked with, and waits for a person.' },
  probe: { tag: 'Probes', noun: 'probe', description: 'Whether the process is well.' },
  docs: { tag: 'Documentation', noun: 'document', description: 'This reference.' },
};
