import { newSecrets } from './embedded-secrets.ts';
import { secretLines } from './upkeep/secret-lines.ts';

process.stdout.write(secretLines(newSecrets(process.env['CROSSDOCK_ENVIRONMENT'] ?? 'dev')));
