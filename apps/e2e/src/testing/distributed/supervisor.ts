import type { Ended } from '../child-process.ts';
import { eventually } from '../eventually.ts';
import type { DistributedSystem } from './distributed-system.ts';
import type { ServiceName, ServiceProcess } from './service-process.ts';

/** A process that ended and was started anew. */
export interface Restart extends Ended {
  readonly name: ServiceName;
  readonly pid: number;
}

/** Starts whatever ends, at once, as whoever runs the services does. */
export class Supervisor {
  readonly restarts: Restart[] = [];
  readonly #system: DistributedSystem;
  readonly #dismissed = new Set<ServiceProcess>();
  #isOver = false;

  constructor(system: DistributedSystem) {
    this.#system = system;
    for (const process of system.running()) this.#watch(process);
  }

  #watch(process: ServiceProcess): void {
    void process.ended.then((end) => {
      if (this.#isOver || this.#dismissed.has(process)) return;
      this.restarts.push({ name: process.name, pid: process.pid, ...end });
      this.#watch(this.#system.launch(process.name));
    });
  }

  /** One more process of a service; resolves when it is ready. */
  async add(name: ServiceName): Promise<ServiceProcess> {
    const added = this.#system.launch(name);
    this.#watch(added);
    await added.ready();
    return added;
  }

  /** Ends a process politely, and for good. */
  async dismiss(process: ServiceProcess): Promise<Ended> {
    this.#dismissed.add(process);
    return await process.kill('SIGTERM');
  }

  /** Resolves when every process that runs is ready. */
  async ready(within = 60_000): Promise<void> {
    await eventually(
      () => {
        const waiting = this.#system.running().filter(({ isReady }) => !isReady);
        if (waiting.length > 0) throw new Error(`Not ready yet: ${waiting.map(({ clientId }) => clientId).join(', ')}.`);
      },
      { within },
    );
  }

  /** From now on what ends stays so. */
  stop(): void {
    this.#isOver = true;
  }
}
