import { MemoryRelays, MemoryRelayStore } from './testing/memory-relay-store.ts';
import { relayStoreContract } from './testing/relay-store.contract.ts';

relayStoreContract('in memory', () => {
  const relays = new MemoryRelays({ head: () => 10 });
  return Promise.resolve({
    one: new MemoryRelayStore(relays, 1),
    two: new MemoryRelayStore(relays, 2),
    dieOne: () => {
      relays.dead.add(1);
      return Promise.resolve();
    },
    raiseEpoch: () => {
      relays.epoch += 1;
      return Promise.resolve();
    },
    setCheckpoints: (shard, checkpoints) => {
      relays.checkpoints.set(shard, checkpoints);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
