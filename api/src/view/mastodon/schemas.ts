/** What the endpoints of this face take. */
import { Type } from 'typebox';

/** Ids are text, but some clients send numbers: text it becomes. What is none of ours is not found. */
export const Id = Type.Unsafe<string>({ isId: true });
/** Several of them, `id[]=1&id[]=2`. */
export const Ids = Type.Array(Id, { maxItems: 200 });
export const IdParams = Type.Object({ id: Id });

/** The place of something in a form's list, `fields_attributes[0]`; some clients name places as they like. */
export const Place = Type.String({ pattern: '^\\w{1,64}$' });

/** A boolean, also as `1`, `on` or `"true"`. */
export const Flag = Type.Unsafe<boolean>({ isFlag: true });

/** Which part of a list is wanted. `limit` is cut to what the endpoint gives at most. */
export const PageQuery = Type.Object({
  max_id: Type.Optional(Id),
  since_id: Type.Optional(Id),
  min_id: Type.Optional(Id),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
});

/** The number that an id stands for; -1, which is nobody's, for any other text. */
export function idOf(text: string): number {
  return /^[1-9]\d{0,15}$/.test(text) ? Number(text) : -1;
}
