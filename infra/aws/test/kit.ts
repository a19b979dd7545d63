/** What the tests share: the synthesised templates, and ways to ask them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { build } from '../src/build.ts';

/** A resource as it stands in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly UpdatePolicy?: Record<string, any>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** The repository's root, for tests that hold this package against the server. */
export const REPOSITORY = path.join(import.meta.dirname, '../../..');

/** The context of `cdk.json`, with a domain that is not the example. */
const CONTEXT = {
  ...JSON.parse(readFileSync(path.join(import.meta.dirname, '../cdk.json'), 'utf8')).context,
  domain: 'minitter.example',
  zoneName: 'minitter.example',
  hostedZoneId: 'Z0TEST',
  version: '1.2.3',
};

/** Settings with which the server sends mails. */
export const MAIL = {
  smtpUrl: 'smtp://mail.example:587',
  smtpSecret: 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:mail-AbCdEf',
  mailFrom: 'minitter@minitter.example',
};

/** An app with both stacks, not yet synthesised. */
export function makeApp(settings: Record<string, string> = {}) {
  const app = new App({ context: { ...CONTEXT, ...settings } });
  return { app, ...build(app) };
}

/** Synthesis takes a third of a second, so what was made once is kept; templates are only read. */
const made = new Map<string, readonly [releases: Template, minitter: Template]>();

function templates(settings: Record<string, string>): readonly [Template, Template] {
  const key = JSON.stringify(settings);
  const known = made.get(key);
  if (known) return known;
  const { releases, minitter } = makeApp(settings);
  const both = [Template.fromStack(releases), Template.fromStack(minitter)] as const;
  made.set(key, both);
  return both;
}

/** The template of the main stack. */
export function template(settings: Record<string, string> = {}): Template {
  return templates(settings)[1];
}

/** All resources of both stacks by their id. */
export function allResources(settings: Record<string, string> = {}): [string, Resource][] {
  return templates(settings).flatMap((one) =>
    Object.entries(one.toJSON()['Resources'] as Record<string, Resource>),
  );
}

/** The resources of one type in both stacks. */
export function ofType(type: string, settings: Record<string, string> = {}): Resource[] {
  return allResources(settings)
    .filter(([, resource]) => resource.Type === type)
    .map(([, resource]) => resource);
}

/** The only resource of its type. */
export function only(type: string, settings: Record<string, string> = {}): Resource {
  const [first, ...others] = ofType(type, settings);
  if (!first || others.length > 0) throw new Error(`not exactly one ${type}`);
  return first;
}

/** A value of a template as text; references in angle brackets. */
export function flat(value: any): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  if ('Fn::Base64' in value) return flat(value['Fn::Base64']);
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(flat).join(value['Fn::Join'][0]);
  throw new Error(`not a text: ${JSON.stringify(value)}`);
}

/** One value or several, as a list. */
export const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];
