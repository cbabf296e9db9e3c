/** What Nest injects for each port: services name the port, the composition root chooses the adapter. */
export const CLOCK = Symbol('Clock');
export const RANDOM = Symbol('Random');
export const NEW_ID = Symbol('NewId');
export const SHA256 = Symbol('Sha256');
export const LOGGER = Symbol('Logger');
export const UNIT_OF_WORK = Symbol('UnitOfWork');
export const EVENT_LOG = Symbol('EventLog');
export const INTAKE = Symbol('Intake');
export const RECEIVED_MESSAGES = Symbol('ReceivedMessages');
export const DUE_DELIVERIES = Symbol('DueDeliveries');
export const IDENTIFIERS = Symbol('Identifiers');
export const REGISTRY = Symbol('Registry');
export const SENDER = Symbol('Sender');
export const QUEUE_LISTS = Symbol('QueueLists');
export const PARKED_RECORDS = Symbol('ParkedRecords');
export const PROJECTOR = Symbol('Projector');
export const LOG_TAIL = Symbol('LogTail');
