import { entries, withStatus, type ErrorEntry } from './error-entry.ts';

const weather = withStatus(503, true);
const broken = withStatus(500);
const race = (title: string, why: string, hint: string): ErrorEntry => withStatus(409, true)(title, why, hint);

/** What the event log and those who read it can meet. Operators see these in logs and in the health page. */
export const logErrors = entries({
  append_conflict: race(
    'Another decision about the same stream came first',
    'Each version of a stream exists once; what was decided on an older state is not stored.',
    'Nothing needs to be done: the state is read again and the decision repeated. If it repeats for minutes, look for two hubs on one database.',
  ),
  assumption_failed: race(
    'What a transaction assumed had changed',
    'What is known in memory is not read again: the transaction that works with it says what it assumed, and is void where that no longer holds.',
    'Nothing needs to be done: it is repeated with what the database says. If it repeats for minutes, look for something that changes a store’s mappings all the time.',
  ),
  checkpoint_moved: race(
    'Another process moved the checkpoint',
    'Outputs and checkpoint move together, by one owner; the slower one’s work is rolled back.',
    'Nothing needs to be done after a restart. If it repeats, two processes of one group are served at once: check the clocks and the leases.',
  ),
  epoch_mismatch: withStatus(409)(
    'This process was replaced as the writer of a shard',
    'A newer process holds the shard with a higher epoch; two writers would contradict each other.',
    'Nothing is lost. Let this process end; if both should run, check that their lanes differ.',
  ),
  rebuild_running: race(
    'The lists are being rebuilt already',
    'One rebuild at a time builds beside the live lists; a second one would undo the first.',
    'Wait until it has ended; npm run rebuild then works again.',
  ),
  rebuild_lost: race(
    'The rebuild lost its place',
    'Another process took over, or the connection that held the rebuild’s lock broke; the live lists are as they were.',
    'Start it again: npm run rebuild.',
  ),
  projection_missing: weather(
    'The lists are not there',
    'The projection’s tables are missing; the log itself is untouched.',
    'Start the hub, which makes them, or run npm run rebuild.',
  ),
  worker_lost: weather(
    'This process was declared dead',
    'A process renews itself every few seconds; this one did not in time, so that its leases belong to others now.',
    'It ends by itself; start it again. If it repeats, look for a machine that is frozen or a clock that jumps.',
  ),
  log_hole: broken(
    'A record is missing before this one',
    'Each record names the position of its predecessor, and the checkpoint is below that.',
    'The consumer refills from the log by itself. If it stays, run the verification and look for deleted partitions or topics.',
  ),
  record_undecodable: broken(
    'A record cannot be read',
    'Its form is not one that this version knows: written by a newer version, or damaged.',
    'The record is parked and the rest goes on. Upgrade the service, then handle the parked record; or restore the row.',
  ),
  record_poison: broken(
    'A record can never be handled',
    'Handling it fails each time for a reason that lies in the record, not in the weather.',
    'The record is parked with the reason and the rest goes on. Mend the cause, then handle the parked record.',
  ),
  transaction_aborted: weather(
    'The database rolled the transaction back',
    'A commit was answered by a rollback, so nothing of it is stored.',
    'Nothing needs to be done: it is repeated. If it stays, read the database’s log.',
  ),
  incarnation_changed: weather(
    'The database was restarted',
    'What was in memory may refer to what was never flushed, so it is dropped and read again.',
    'Nothing needs to be done.',
  ),
  partition_missing: weather(
    'The log has no partition for the day of this stream',
    'Partitions are made ahead; this day’s was not, or was removed.',
    'It is made on the way. If that fails, check that the database’s user may create tables.',
  ),
  lease_lost: weather(
    'The lease ended before the work did',
    'Another process may have taken it over, so the outcome is recorded but changes nothing.',
    'Nothing needs to be done. If it repeats, the machine is too slow or its clock jumps.',
  ),
  projection_differs: broken(
    'Lists and counts differ from the log',
    'They are made from the log and must say the same; the verification found rows that do not.',
    'Rebuild the projection; the log is the truth and is not touched. Please report what the verification printed.',
  ),
  projection_moved: race(
    'Another process moved the projection on',
    'Lists and counts are written by one process at a time; what the slower one wrote is rolled back.',
    'Nothing needs to be done: it reads where the projection stands and goes on from there.',
  ),
  projection_damaged: broken(
    'A stream did not fit what the projection knew of it',
    'Its row was made from other events than the log holds, so it was folded anew from the log.',
    'Where that was in vain, run the verification, then rebuild the projection; the log is the truth and is not touched.',
  ),
  broker_unreachable: weather(
    'Kafka cannot be reached',
    'None of the brokers answered. Messages are still taken and stored; they are passed on later.',
    'Check CROSSDOCK_KAFKA_BROKERS and the brokers; publishing resumes by itself where it stopped.',
  ),
  broker_changed: broken(
    'Kafka is not the one it was',
    'The cluster’s or a topic’s id changed, so positions published before no longer exist.',
    'The relay publishes again from the lowest checkpoint by itself; consumers skip what they know.',
  ),
  topic_missing: broken(
    'A topic does not exist',
    'The services talk over fixed topics with one partition per shard.',
    'Create the topics as docs describe, or let the hub create them.',
  ),
});
