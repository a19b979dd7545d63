/** What nobody types: made by Secrets Manager, read by the instances' role, in no file and no template. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** The name of the database's user. */
export const DATABASE_USER = 'minitter';

/** RDS takes passwords of up to 41 characters, ElastiCache tokens of 16 to 128. */
const PASSWORD_LENGTH = 40;
/** The server wants 32 bytes at least for its signing key. */
const SIGNING_KEY_LENGTH = 64;

export class Secrets extends Construct {
  /** JSON with `username` and `password`. */
  readonly database: secretsmanager.Secret;
  /** Plain text: MINITTER_SECRET, which signs tokens. */
  readonly signingKey: secretsmanager.Secret;
  /** Plain text: the cache's AUTH token. Without a cache there is none. */
  readonly cache: secretsmanager.Secret | undefined;

  constructor(scope: Construct, id: string, { withCache }: { readonly withCache: boolean }) {
    super(scope, id);
    this.database = this.#secret('Database', 'The database user of Minitter', {
      secretStringTemplate: JSON.stringify({ username: DATABASE_USER }),
      generateStringKey: 'password',
      passwordLength: PASSWORD_LENGTH,
    });
    this.signingKey = this.#secret('SigningKey', 'MINITTER_SECRET: signs the tokens of Minitter', {
      passwordLength: SIGNING_KEY_LENGTH,
    });
    this.cache = withCache
      ? this.#secret('Cache', 'The AUTH token of the Valkey cache of Minitter', {
          passwordLength: PASSWORD_LENGTH,
        })
      : undefined;
  }

  #secret(
    id: string,
    description: string,
    generate: secretsmanager.SecretStringGenerator,
  ): secretsmanager.Secret {
    const secret = new secretsmanager.Secret(this, id, {
      description,
      // A lost signing key only logs everybody out; a lost password locks the data away.
      removalPolicy: RemovalPolicy.RETAIN,
      // Letters and digits: they need no quoting in an address, a shell or a unit file.
      generateSecretString: { ...generate, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The server reads its secrets when it starts, so a rotation has to end in an instance ' +
        'refresh: a person starts it, by the steps in docs/aws.md.',
    });
    return secret;
  }
}
