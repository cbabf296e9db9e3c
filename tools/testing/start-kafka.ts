import { startKafka as start, type KafkaCluster, type StartOptions } from '../kafka/cluster.mjs';
import { isKafkaRequired, kafkaAvailability, type Availability } from '../kafka/java.mjs';
import { Problem } from '../problem.mjs';

let known: Availability | undefined;

/**
 * Why specs that need Kafka are skipped, and what would help; undefined if they are not: where it can run, or where
 * `CROSSDOCK_REQUIRE_KAFKA=1` wants them to fail instead. Asked once a process, for it runs Java.
 */
export function kafkaSkipReason(): string | undefined {
  if (isKafkaRequired()) return undefined;
  known ??= kafkaAvailability();
  return known.available ? undefined : known.reason;
}

/**
 * A Kafka of one's own, which ends with this process however that ends; see `startKafka` of the tool for the options.
 * An error says in its message all that is known, because test reports show nothing else.
 */
export async function startKafka(options: StartOptions = {}): Promise<KafkaCluster> {
  try {
    return await start(options);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Error(`${error.message}\n${error.why}\nWhat now: ${error.next}`, { cause: error });
  }
}
