/** Passwords that are made for people. */
import { randomInt } from 'node:crypto';

/** Letters and digits that nobody takes for another when he reads them out or copies them. */
const CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** A password of 99 random bits, in groups: `k7wqm-…`. */
export function randomPassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, randomCharacter).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

const randomCharacter = () => CHARACTERS[randomInt(CHARACTERS.length)];
