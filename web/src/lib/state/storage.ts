/** What this browser keeps between visits. One that keeps nothing forgets, and nothing fails. */

export function remembered(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param value undefined to forget */
export function remember(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Full, or forbidden.
  }
}

/** JSON that was kept, or undefined when there is none or it cannot be read. */
export function rememberedJson(key: string): unknown {
  return parsed(remembered(key));
}

export function rememberJson(key: string, value: unknown): void {
  remember(key, value === undefined ? undefined : JSON.stringify(value));
}

/** The same for one tab, across reloads. */
export function tabJson(key: string): unknown {
  try {
    return parsed(sessionStorage.getItem(key) ?? undefined);
  } catch {
    return undefined;
  }
}

export function keepInTab(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full, or forbidden.
  }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
