import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareForKafka } from '../test/kafka.mjs';
import { Terminal } from '../terminal.mjs';
import { libraryFolder } from './artefacts.mjs';
import { isKafkaRequired, kafkaAvailability, majorVersion } from './java.mjs';
import { readSettings } from './settings.mjs';

const remedy =
  'install Java 17 or newer and Maven (Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk maven).';

describe('majorVersion', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['The operation couldn’t be completed.', undefined],
  ])('reads %j', (text, major) => {
    expect(majorVersion(text)).toBe(major);
  });
});

// Programs that only look like Java and Maven.
describe('a machine', () => {
  let place: string;
  let env: Record<string, string>;
  const put = (name: string, script: string): void => {
    mkdirSync(join(place, name, '..'), { recursive: true });
    writeFileSync(join(place, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(place, name), 0o755);
  };
  const java = (version: string): string => `echo 'openjdk version "${version}"' >&2`;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'crossdock-java-'));
    env = { PATH: place, KAFKA_CACHE: join(place, 'cache') };
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  it('with Java 17 and Maven can run Kafka', () => {
    put('java', java('17.0.15'));
    put('mvn', '');
    expect(kafkaAvailability(env)).toEqual({ available: true });
  });

  it('needs no Maven once Kafka is in the cache', () => {
    put('java', java('21.0.1'));
    expect(kafkaAvailability(env)).toEqual({
      available: false,
      reason: `There is no Maven: "mvn" is not on the PATH. What now: ${remedy}`,
    });
    mkdirSync(libraryFolder(readSettings(env)), { recursive: true });
    expect(kafkaAvailability(env)).toEqual({ available: true });
  });

  it('without Java cannot, nor with one that does not run, nor with an old one', () => {
    const reasonOf = (): string => {
      const found = kafkaAvailability(env);
      return found.available ? '' : found.reason;
    };
    expect(reasonOf()).toBe(`There is no Java: "java" is not on the PATH, or does not run. What now: ${remedy}`);
    put('java', 'exit 1');
    expect(reasonOf()).toBe(`There is no Java: "java" is not on the PATH, or does not run. What now: ${remedy}`);
    put('java', java('1.8.0_392'));
    expect(reasonOf()).toBe(`This Java is too old: openjdk version "1.8.0_392". What now: ${remedy} JAVA_HOME chooses between several.`);
    env['JAVA_HOME'] = join(place, 'gone');
    expect(reasonOf()).toBe(`There is no Java at ${join(place, 'gone/bin/java')}, where JAVA_HOME points. What now: ${remedy}`);
  });

  it('prefers the Java of JAVA_HOME', () => {
    put('java', java('11.0.1'));
    put('home/bin/java', java('17.0.15'));
    put('mvn', '');
    expect(kafkaAvailability({ ...env, JAVA_HOME: join(place, 'home') })).toEqual({ available: true });
  });

  it('is told in one sentence that specs are skipped, unless they must not be', async () => {
    const written: string[] = [];
    const terminal = new Terminal({ write: (text: string) => void written.push(text) }, { env: {} });
    await prepareForKafka(terminal, env);
    expect(written).toEqual([
      `  - kafka          its specs are skipped: There is no Java: "java" is not on the PATH, or does not run. What now: ${remedy}\n`,
    ]);
    await prepareForKafka(terminal, { ...env, CROSSDOCK_REQUIRE_KAFKA: '1' });
    expect(written).toHaveLength(1);
    expect([undefined, '', '0', '1'].map((value) => isKafkaRequired({ CROSSDOCK_REQUIRE_KAFKA: value }))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('says why Kafka could not be fetched, and leaves nothing half done', async () => {
    put('java', java('17.0.15'));
    put('mvn', 'echo "[INFO] Downloaded from x: y"; echo "[ERROR] Could not transfer artifact a:b:1: Unknown host"; exit 1');
    const written: string[] = [];
    await prepareForKafka(new Terminal({ write: (text: string) => void written.push(text) }, { env: {} }), {
      ...env,
      PATH: `${place}:/bin:/usr/bin`,
    });
    expect(written.map((line) => line.trimEnd().replace(/ +\d+\.\d s$/, ''))).toEqual(['  ✗ kafka 4.3.1']);
  });
});
