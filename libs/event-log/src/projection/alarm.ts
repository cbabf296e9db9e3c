/** A pause that can be ended early. One waits, others ring. */
export class Alarm {
  #end: (() => void) | undefined;

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#end = end;
    });
  }

  ring(): void {
    this.#end?.();
  }
}
