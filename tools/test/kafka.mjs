import { isKafkaRequired, kafkaAvailability } from '../kafka/java.mjs';
import { prepareKafka } from '../kafka/prepare.mjs';
import { readSettings } from '../kafka/settings.mjs';
import { Problem } from '../problem.mjs';
import { formatStep } from '../terminal.mjs';

/**
 * Fetches Kafka for the specs that come next, where somebody can see it happen, or says in one sentence why they will be skipped.
 * What goes wrong is not ours to report: the specs meet it again, and fail with it.
 * @param {import('../terminal.mjs').Terminal} terminal
 * @param {import('../kafka/settings.mjs').Environment} [env]
 */
export async function prepareForKafka(terminal, env = process.env) {
  try {
    const availability = kafkaAvailability(env);
    if (availability.available) await prepareKafka(readSettings(env), { env, terminal });
    else if (!isKafkaRequired(env))
      terminal.print(formatStep({ mark: '-', name: 'kafka', detail: `its specs are skipped: ${availability.reason}` }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}
