import { entries, withStatus } from './error-entry.ts';

const broken = withStatus(500);
const weather = withStatus(503, true);

/** What keeps the hub from starting or running. */
export const startErrors = entries({
  config_invalid: broken(
    'The configuration is not usable',
    'Every variable is checked before anything starts, and all problems are listed at once.',
    'Correct the variables that are listed: each with the value found, the value wanted and an example.',
  ),
  bench_failed: broken(
    'The benchmark could not measure',
    'One of its processes did not start, answered with an error, or did not end in time; there is no figure then.',
    'Read the lines above for which one it was, close what else is running, and start it again: npm run bench.',
  ),
  port_taken: broken(
    'The port is in use',
    'Another process listens there, perhaps a hub that is still running.',
    'Stop that process, or choose another port; npm start takes the next free one by itself.',
  ),
  database_unreachable: weather(
    'The database cannot be reached',
    'The log lives there; without it nothing can be stored or read.',
    'Check CROSSDOCK_DATABASE_URL, that Postgres runs, and that it takes connections from here. The hub goes on by itself once it is back.',
  ),
  kafka_unavailable: weather(
    'Kafka cannot be reached',
    'Events travel over its topics between the services; in the log they are safe meanwhile, and pushes are still taken.',
    'Check CROSSDOCK_KAFKA_BROKERS, its log-in settings, that the brokers run and that their advertised addresses can be reached from here. The hub goes on by itself once they are back.',
  ),
  kafka_topic_unusable: broken(
    'A topic of Kafka cannot be used',
    'The hub makes its topics itself and never takes anything away from one, so a topic that does not fit needs a person.',
    'Read which topic and why in the message. A topic may be deleted while the hub is stopped: it is made anew and filled from the log.',
  ),
  database_version_unsupported: broken(
    'The database is too old',
    'The hub needs PostgreSQL 15 or later.',
    'Upgrade PostgreSQL, or leave CROSSDOCK_DATABASE_URL unset to use the embedded one.',
  ),
  database_newer: broken(
    'The database was migrated by a newer version of the hub',
    'An older version would not understand what the newer one wrote.',
    'Start the newer version, or restore the backup from before the upgrade.',
  ),
  migration_failed: broken(
    'The database could not be migrated',
    'A migration runs whole or not at all, so the database is as it was before.',
    'Read the cause below the message; usually the database’s user may not create tables. Then start again.',
  ),
  data_directory_in_use: broken(
    'The data directory is in use',
    'Two servers on one directory would destroy it.',
    'Stop the hub that uses it, or give this one another directory.',
  ),
  disk_full: {
    status: 507,
    title: 'The disk is full',
    why: 'Nothing can be stored durably, so nothing is accepted.',
    hint: 'Free some space; the hub goes on by itself.',
    retriable: true,
  },
  node_version_unsupported: broken(
    'This version of Node.js is too old',
    'The hub needs Node.js 20.19 or later.',
    'Install a current Node.js and start again.',
  ),
  secret_key_missing: broken(
    'There is no key for secrets',
    'Endpoint tokens and secret parameters are encrypted at rest, and cannot be read without the key they were written with.',
    'Give the same key as before; without it the secrets have to be entered again.',
  ),
  internal_error: broken(
    'The hub has a defect here',
    'Something happened that the code holds to be impossible; the log has the details under the request id.',
    'Nothing was half done. Try once more, and report the request id with what you were doing.',
  ),
});
