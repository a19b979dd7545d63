/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to, but without, 1. */
  unit(): number;
  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number;
  /** From the normal distribution with mean 0 and deviation 1. */
  normal(): number;
}

/** Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, enough for test data. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const unit = () => {
    state = (state + 0x6d2b_79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    unit,
    below: (limit) => Math.floor(unit() * limit),
    // Box and Muller, A Note on the Generation of Random Normal Deviates, 1958.
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}

/** Picks ranks from 0 up to `count`, each with a probability in proportion to `1 / (rank + 2)^skew`. */
export function zipf(count: number, skew: number, random: Random): () => number {
  // The inverse of the distribution's integral, as if ranks were continuous.
  const power = 1 - skew;
  const least = 2 ** power;
  const span = (count + 2) ** power - least;
  return () => Math.min(count - 1, Math.floor((least + random.unit() * span) ** (1 / power)) - 2);
}

/** A fixed shuffle of 0 up to `count`, without a table: `position → (position × step + start) mod count`. */
export function shuffle(count: number, random: Random): (position: number) => number {
  let step = Math.max(1, Math.floor(count * 0.618) + random.below(Math.ceil(count / 10)));
  while (commonDivisor(step, count) !== 1) step += 1;
  const start = random.below(count);
  return (position) => (position * step + start) % count;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
