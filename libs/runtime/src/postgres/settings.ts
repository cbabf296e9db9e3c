import { totalmem } from 'node:os';

const MB = 1024 * 1024;
const maxSharedBuffersMb = 512;

/** Memory that this machine, or the container, has: bytes. */
export function availableMemory(): number {
  // 0 or undefined: unknown. Without a limit it may be a number far beyond the machine's.
  const limit = process.constrainedMemory() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** What the server is told on its command line, so that an old data directory gets it too. */
export function serverSettings(memory: number): Readonly<Record<string, string>> {
  return {
    listen_addresses: '127.0.0.1',
    // TCP only: a socket's path is limited to 107 bytes, and those in /tmp are for everybody.
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: `${Math.max(16, Math.min(maxSharedBuffersMb, Math.floor(memory / 4 / MB)))}MB`,

    // An accepted message survives the loss of power.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_compression: 'off',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',

    // Short statements only: compiling them costs more than it saves.
    jit: 'off',
    // Due rows and counters are rewritten all the time; small and often beats rare and large.
    autovacuum_naptime: '15s',
    autovacuum_vacuum_scale_factor: '0.05',
    autovacuum_analyze_scale_factor: '0.05',
    autovacuum_vacuum_cost_limit: '1000',

    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    // The hub knows its statements, and they may hold what is nobody's business.
    log_min_error_statement: 'panic',
  };
}
